"""Rulebooks for the tests: the shipped packs, and one that uses every construct at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from kaichuang.packs import load_pack
from kaichuang.packs.check import ensure
from kaichuang.packs.rulebook import rules_of
from kaichuang.packs.schema import Sections
from kaichuang.rules.measures import Rulebook
from kaichuang.rules.measures.plan import Rules

PACKS = Path(__file__).resolve().parents[3] / "packs"
NAMES = sorted(path.parent.name for path in PACKS.glob("*/pack.yaml") if path.parent.name != "_common")
AS_OF = dt.date(2019, 6, 1)


@cache
def book(name: str) -> Rulebook:
    """The rulebook of a shipped pack, or the one of all constructs."""
    return (
        Rulebook.build(EVERYTHING, id_="everything")
        if name == "everything"
        else ensure(load_pack(PACKS / name))
    )


def rules(data: Mapping[str, Any]) -> Rules:
    """Rules from the sections of a pack file."""
    from types import SimpleNamespace

    sections = Sections.model_validate(data)
    return rules_of(SimpleNamespace(all=sections))  # type: ignore[arg-type]  # only the sections are read


def facts_of(row: Mapping[str, Any], tables: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """One case of a population as facts: its row, and its rows of every table."""
    found: dict[str, Any] = {name: plain(value) for name, value in row.items() if name != "case"}
    for code, table in tables.items():
        mine = table.filter(pl.col("case") == row["case"]).drop("case")
        found[code] = [{name: plain(cell) for name, cell in r.items()} for r in mine.iter_rows(named=True)]
    return found


def plain(value: Any) -> Any:
    """A cell as the single case knows it."""
    if isinstance(value, dict):
        return None if value["num"] is None or value["den"] is None else Fraction(value["num"], value["den"])
    return value


def money(code: str, **more: Any) -> dict[str, Any]:
    """A money fact."""
    return {"code": code, "title": code, "type": "money", **more}


def condition(id_: str, test: str) -> dict[str, Any]:
    """A condition."""
    return {"id": id_, "clause": "X 一", "title": id_, "test": test}


def measure(
    id_: str, amount: dict[str, Any] | None, conditions: Sequence[dict[str, Any]] = (), **more: Any
) -> dict[str, Any]:
    """A measure with little around it."""
    return {
        "id": id_, "title": id_, "clause": "X 一", "kind": "grant", "summary": id_,
        "beneficiary": {"subject": "case", "title": "-"}, "amount": amount, "conditions": list(conditions), **more,
    }  # fmt: skip


ROWS = [
    {"code": "number", "title": "n", "type": "text"},
    {"code": "amount", "title": "a", "type": "money"},
    {"code": "on", "title": "d", "type": "date"},
    {"code": "good", "title": "g", "type": "bool"},
    {"code": "share", "title": "s", "type": "ratio"},
    {"code": "kind", "title": "k", "type": "text", "values": {"a": "a", "b": "b"}, "default": "a"},
]
TAKES = {
    "total": {"take": "sum", "of": "amount"},
    "count": {"take": "count"},
    "top": {"take": "max", "of": "amount"},
    "low": {"take": "min", "of": "amount"},
    "last": {"take": "max", "of": "on"},
    "first": {"take": "min", "of": "on"},
    "any_good": {"take": "any", "of": "good"},
    "all_good": {"take": "all", "of": "good"},
}
EVERYTHING = rules(
    {
        "facts": [
            {"code": "application_date", "title": "d", "type": "date", "default": "as_of"},
            {"code": "staff", "title": "s", "type": "int"},
            {"code": "limit", "title": "l", "type": "money"},
            {"code": "level", "title": "l", "type": "text", "values": {"none": "-", "one": "1", "two": "2"}},
            {"code": "part", "title": "p", "type": "ratio", "default": "1/4"},
            {"code": "sure", "title": "s", "type": "bool"},
            money("base"),
            money("other"),
        ],
        "collections": [{"code": "papers", "title": "p", "columns": ROWS}],
        "groupings": [
            {
                "code": "numbers", "title": "n", "from": "papers", "where": "good OR kind = 'a'", "by": ["number"],
                "columns": {"best": {"take": "max", "of": "amount"}, "rows": {"take": "count"},
                            "fine": {"take": "all", "of": "good"}},
            },
        ],
        "totals": [
            *({"code": name, "title": name, "from": "papers", "where": "kind = 'a' AND amount <= limit", **rest}
              for name, rest in TAKES.items()),
            {"code": "once", "title": "o", "from": "papers", "where": "good", "once_per": ["number"], "take": "sum",
             "of": "share(amount, share, 'down')"},
            {"code": "numbered", "title": "o", "from": "papers", "once_per": ["number", "kind"], "take": "count"},
            {"code": "best_sum", "title": "b", "from": "numbers", "where": "rows < 3", "take": "sum", "of": "best"},
            {"code": "some_null", "title": "n", "from": "papers", "take": "sum", "of": "CASE WHEN good THEN NULL ELSE amount END"},
            {"code": "all_null", "title": "n", "from": "papers", "take": "max", "where": "good",
             "of": "coalesce(CASE WHEN good THEN NULL END, amount)"},
            {"code": "null_where", "title": "n", "from": "papers", "take": "count",
             "where": "CASE WHEN good THEN NULL ELSE kind = 'b' END"},
            {"code": "not_a", "title": "n", "from": "papers", "take": "all", "of": "kind NOT IN ('a') OR good IS UNKNOWN"},
            {"code": "best_fine", "title": "b", "from": "numbers", "take": "any", "of": "fine AND best > wan(5)"},
        ],
        "parameters": {
            "ceiling": {"type": "money", "value": "20万", "clause": "X 一", "title": "c"},
            "open_rate": {"type": "ratio", "clause": "X 一", "title": "open"},
        },
        "readings": [
            {"id": "R1", "name": "all_rules", "clause": "X 一", "question": "?", "type": "bool", "default": True,
             "reason": "-"},
        ],
        "measures": [
            measure("M1", {"kind": "rate", "of": "base", "rate": "part", "cap": "ceiling"}, [condition("big", "staff >= 10")]),
            measure("M2", {"kind": "tier", "by": "level", "tiers": [{"is": "one", "value": "yuan(100)"}, {"is": "two", "value": "wan(3)"}]},
                    [condition("certain", "sure")]),
            measure("M3", {"kind": "tier", "by": "staff", "tiers": [{"from": 5, "value": "wan(1)"}, {"above": 50, "value": "wan(9)"}]}),
            measure("M4", {"kind": "scale", "of": "other", "brackets": [{"above": 0, "rate": "pct(30)"}, {"above": "wan(10)", "rate": "pct(10)"}]},
                    caps=[{"id": "year", "limit": "ceiling", "clause": "X 一", "title": "y"}]),
            measure("M5", {"kind": "per_head", "count": "numbered", "value": "yuan(333)", "most": 3}, [condition("papers", "best_fine")]),
            measure("M6", {"kind": "highest", "parts": [{"kind": "fixed", "value": "total"}, {"kind": "fixed", "value": "once"}]},
                    once=[{"clause": "X 一"}], rounding={"mode": "half_up", "unit": 100}),
            measure("M7", {"kind": "rate", "of": "best_sum", "rate": "open_rate"}, [condition("good", "NOT any_good OR all_good")],
                    outcomes=[{"id": "until", "value": "add_months(last, 18)", "title": "u", "clause": "X 一"}]),
            measure("M8", {"kind": "formula", "value": "CASE WHEN not_a THEN NULL ELSE least(some_null, all_null) END", "say": "s"},
                    [condition("odd", "null_where >= 0 AND (not_a OR some_null IS UNKNOWN OR all_null > 0)")]),
        ],
        "stacking": [
            {"id": "S1", "kind": "highest_only", "title": "s", "clause": "X 一", "measures": ["M1", "M2", "M3"]},
            {"id": "S2", "kind": "exclusive", "title": "s", "clause": "X 一", "measures": ["M3", "M4"], "when": "sure"},
            {"id": "S3", "kind": "exclusive", "title": "s", "clause": "X 一", "measures": ["M2", "M6"], "when": "all_rules"},
            {"id": "S4", "kind": "prevails", "title": "s", "clause": "X 一", "measures": ["M5"], "over": ["M7"]},
            {"id": "S5", "kind": "shared_cap", "title": "s", "clause": "X 一", "measures": ["M3", "M4", "M5"], "limit": "wan(5)"},
        ],
    }
)  # fmt: skip
