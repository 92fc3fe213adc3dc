"""Both sides of a "what if" over a population, slice by slice, added up exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from kaichuang.entitlement.queries.books import Loaded
from kaichuang.entitlement.simulation.frames import KEY
from kaichuang.rules.measures.model import Measure
from kaichuang.rules.measures.scope import symbol

BANDS = (0, 10_000, 50_000, 100_000, 500_000, 1_000_000)
"""Edges in yuan of the bands in which gains and losses are counted."""
FEN = 100
_PARTS = ("met", "not_met", "unknown", "fen")


@dataclass
class Tally:
    """Sums of one measure or of all."""

    before: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_PARTS, 0))
    after: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_PARTS, 0))
    winners: int = 0
    losers: int = 0
    gained: int = 0
    lost: int = 0

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "before": self.before, "after": self.after, "winners": self.winners, "losers": self.losers,
            "gained": self.gained, "lost": self.lost,
        }  # fmt: skip


class Comparison:
    """Adds up slices; ``results`` is what a simulation keeps."""

    def __init__(self, before: Loaded, after: Loaded, *, as_of: date, group_by: str = "") -> None:
        self.before, self.after, self.as_of, self.group_by = before, after, as_of, group_by
        self.measures = _measures(before, after)
        self.tallies: dict[str, Tally] = {measure.id: Tally() for measure in self.measures}
        self.all = Tally()
        self.groups: dict[str | None, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.bands: dict[str, int] = defaultdict(int)
        self.rows = 0

    def add(self, table: pl.DataFrame) -> pl.DataFrame:
        """One slice. Returns each case with what it gets before and after (fen)."""
        old = answers(self.before, table, self.as_of)
        new = answers(self.after, table, self.as_of)
        self.rows += table.height
        for measure in self.measures:
            self._measure(measure, old, new)
        pair = pl.DataFrame({KEY: table[KEY], "before": old["granted"], "after": new["granted"]})
        if self.group_by and self.group_by in table.columns:
            pair = pair.with_columns(table[self.group_by].cast(pl.String).alias("group"))
        self._whole(pair)
        return pair

    def _measure(self, measure: Measure, old: pl.DataFrame, new: pl.DataFrame) -> None:
        tally = self.tallies[measure.id]
        sides = ((old, tally.before), (new, tally.after))
        for table, sums in sides:
            eligible, granted = f"{symbol(measure.id)}.eligible", f"{symbol(measure.id)}.granted"
            if eligible not in table.columns:
                continue
            verdict = table[eligible]
            sums["met"] += int(verdict.sum() or 0)
            sums["unknown"] += verdict.null_count()
            sums["not_met"] += table.height - verdict.null_count() - int(verdict.sum() or 0)
            if granted in table.columns:
                sums["fen"] += int(table[granted].sum() or 0)
        name = f"{symbol(measure.id)}.granted"
        if name in old.columns or name in new.columns:
            zero = pl.Series([0] * old.height, dtype=pl.Int64)
            _moves(tally, new.get_column(name, default=zero) - old.get_column(name, default=zero))

    def _whole(self, pair: pl.DataFrame) -> None:
        self.all.before["fen"] += int(pair["before"].sum() or 0)
        self.all.after["fen"] += int(pair["after"].sum() or 0)
        change = pair["after"] - pair["before"]
        _moves(self.all, change)
        for yuan in change.filter(change != 0) // FEN:
            self.bands[_band(yuan)] += 1
        if "group" in pair.columns:
            grouped = pair.with_columns((pl.col("after") - pl.col("before")).alias("change")).group_by("group").agg(
                pl.len().alias("n"), pl.col("before").sum(), pl.col("after").sum(),
                (pl.col("change") > 0).sum().alias("winners"), (pl.col("change") < 0).sum().alias("losers"),
            )  # fmt: skip
            for row in grouped.iter_rows(named=True):
                sums = self.groups[row.pop("group")]
                for name, value in row.items():
                    sums[name] += int(value)

    def results(self) -> dict[str, Any]:
        """Everything that was added up, as JSON."""
        return {
            "rows": self.rows,
            "total": self.all.plain(),
            "measures": [
                {"id": measure.id, "kind": measure.kind, **self.tallies[measure.id].plain()}
                for measure in self.measures
            ],
            "groups": sorted(
                ({"value": value, **sums} for value, sums in self.groups.items()),
                key=lambda row: (-row["n"], str(row["value"])),
            ),
            "bands": [[name, self.bands.get(name, 0)] for name in band_names()],
        }


def compare(
    before: Loaded,
    after: Loaded,
    pieces: Iterable[pl.DataFrame],
    *,
    as_of: date,
    group_by: str = "",
    step: Callable[[], None] = lambda: None,
) -> Comparison:
    """Both sides over all pieces. Raises ``FactErrors`` for values that the rules refuse."""
    comparison = Comparison(before, after, as_of=as_of, group_by=group_by)
    for piece in pieces:
        comparison.add(piece)
        step()
    return comparison


def answers(loaded: Loaded, table: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Of each case whether each measure applies and what is granted of it in the best lawful combination."""
    book = loaded.book
    known = [name for name in table.columns if name in book.compiled.fields or name == KEY]
    outputs = [plan.eligible for plan in book.plans.values()]
    answered = book.run(
        table.select(known), as_of=as_of, settings=loaded.settings, outputs=outputs, key=KEY, stacked=True
    )
    found: pl.DataFrame = answered.collect(engine="streaming")
    return found


def _measures(before: Loaded, after: Loaded) -> list[Measure]:
    found = {m.id: m for m in after.book.rules.measures} | {m.id: m for m in before.book.rules.measures}
    return list(found.values())


def _moves(tally: Tally, change: pl.Series) -> None:
    up, down = change.filter(change > 0), change.filter(change < 0)
    tally.winners += up.len()
    tally.losers += down.len()
    tally.gained += int(up.sum() or 0)
    tally.lost += -int(down.sum() or 0)


def _band(yuan: int) -> str:
    size = abs(yuan)
    edge = max((edge for edge in BANDS if size >= edge), default=0)
    return f"{'+' if yuan >= 0 else '-'}{edge}"


def band_names() -> list[str]:
    """From the largest loss to the largest gain."""
    return [*(f"-{edge}" for edge in reversed(BANDS)), *(f"+{edge}" for edge in BANDS)]
