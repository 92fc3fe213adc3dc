"""Results of simulations as tables and charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kaichuang.entitlement.queries.books import Loaded
from kaichuang.entitlement.simulation.run import BANDS
from kaichuang.entitlement.words import words
from kaichuang.kit.money import FEN_PER_WAN, format_yuan
from kaichuang.ui.charts import Chart, Series
from kaichuang.ui.tables import Column, Table

MOST_GROUPS = 20


@dataclass(frozen=True, slots=True)
class EffectLine:
    """What a change does to a measure, or to a group."""

    pk: str
    name: str
    cases: int
    before_fen: int
    after_fen: int
    winners: int
    losers: int
    gained_fen: int = 0
    lost_fen: int = 0
    unknown: int = 0

    @property
    def change_fen(self) -> int:
        """What it costs more."""
        return self.after_fen - self.before_fen


def measure_lines(results: Mapping[str, Any], loaded: Loaded) -> list[EffectLine]:
    """By measure, in the order of the pack; what nobody gets on either side is left out."""
    found = []
    for one in results["measures"]:
        if not any((one["before"]["fen"], one["after"]["fen"], one["before"]["met"], one["after"]["met"])):
            continue
        plans = loaded.book.plans
        title = words(plans[one["id"]].measure.title) if one["id"] in plans else ""
        found.append(
            EffectLine(
                pk=one["id"],
                name=f"{one['id']} {title}".strip(),
                cases=one["after"]["met"],
                before_fen=one["before"]["fen"],
                after_fen=one["after"]["fen"],
                winners=one["winners"],
                losers=one["losers"],
                gained_fen=one["gained"],
                lost_fen=one["lost"],
                unknown=one["after"]["unknown"],
            )
        )
    return found


def group_lines(results: Mapping[str, Any], titles: Mapping[str, str]) -> list[EffectLine]:
    """By the values of the column that was chosen."""
    return [
        EffectLine(
            pk=str(one["value"]),
            name=titles.get(str(one["value"]), str(one["value"])) if one["value"] is not None else _("未知"),
            cases=one["n"],
            before_fen=one["before"],
            after_fen=one["after"],
            winners=one["winners"],
            losers=one["losers"],
        )
        for one in results["groups"]
    ]


def group_titles(loaded: Loaded, column: str) -> dict[str, str]:
    """Words for the values of a column."""
    fact = loaded.book.facts.get(column)
    titles = {"true": _("是"), "false": _("否")}
    if fact is not None:
        titles |= {code: words(text) for code, text in fact.values.items()}
    return titles


def effects_table(name: str, caption: str, first: str) -> Table:
    """The table of effects; CSV and Excel come with it."""
    return Table(
        name=name,
        caption=caption,
        columns=(
            Column("name", first, sort="name", wide=True),
            Column("cases", _("享受户数"), kind="number", sort="cases"),
            Column("before_fen", _("现行"), kind="money", sort="before_fen"),
            Column("after_fen", _("调整后"), kind="money", sort="after_fen"),
            Column("change_fen", _("增减"), kind="money", sort="change_fen"),
            Column("winners", _("受益"), kind="number", sort="winners"),
            Column("losers", _("受损"), kind="number", sort="losers"),
            Column("unknown", _("缺数据"), kind="number", sort="unknown", minor=True),
        ),
        page_size=50,
    )


def before_and_after(lines: Sequence[EffectLine], title: str) -> Chart:
    """Cost side by side."""
    shown = [line for line in lines if line.before_fen or line.after_fen][:MOST_GROUPS]
    return Chart(
        title=title,
        kind="bar-horizontal",
        unit=_("万元"),
        decimals=2,
        height="large" if len(shown) > 6 else "medium",
        categories=[line.name for line in shown],
        series=[
            Series(label=_("现行"), values=[_wan(line.before_fen) for line in shown]),
            Series(label=_("调整后"), values=[_wan(line.after_fen) for line in shown]),
        ],
    )


def moved(results: Mapping[str, Any]) -> Chart:
    """How many gain or lose how much."""
    bands = [(name, count) for name, count in results["bands"] if count]
    return Chart(
        title=_("增减幅度分布"),
        unit=_("户"),
        categories=[_band(name) for name, _count in bands],
        series=[Series(label=_("户数"), values=[count for _name, count in bands])],
    )


def _band(name: str) -> str:
    sign, edge = name[0], int(name[1:])
    later = [one for one in BANDS if one > edge]
    low = format_yuan(edge * 100)
    span = f"{low}–{format_yuan(later[0] * 100)}" if later else f"≥{low}"
    return f"{'+' if sign == '+' else '−'}{span}"


def _wan(fen: int) -> float:
    return float(Decimal(fen) / FEN_PER_WAN)
