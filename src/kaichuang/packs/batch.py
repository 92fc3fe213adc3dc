"""Large populations, part by part: progress to look at, and memory that does not grow with the number of cases."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kaichuang.rules.measures.values import show_money

if TYPE_CHECKING:
    import polars as pl

    from kaichuang.rules.measures import Rulebook, Settings
    from kaichuang.rules.measures.whatif import Effect

PART = 1_000_000
"""So many cases are answered at a time."""


def run_in_parts(
    book: Rulebook,
    people: pl.LazyFrame,
    out: Path,
    *,
    as_of: dt.date,
    tables: Mapping[str, pl.LazyFrame],
    outputs: tuple[str, ...] | None,
    key: str,
    settings: Settings,
    stacked: bool,
    parts: int | None = None,
) -> tuple[int, float]:
    """Answer a population into a Parquet file; the number of cases and the seconds it took.

    With tables the parts are drawn by the key, so that a case and its rows are always together.
    """
    import polars as pl

    started = time.monotonic()
    rows: int = people.select(pl.len()).collect(engine="streaming").item()
    count = parts or max(1, -(-rows // PART))
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".answers-") as folder:
        files = [Path(folder) / f"{at:05}.parquet" for at in range(count)]
        with click.progressbar(length=count, label="计算 / computing", file=sys.stderr) as bar:
            for at, file in enumerate(files):
                size = -(-rows // count)
                part, own = _part(people, tables, key, at, count, size)
                answers = book.run(
                    part,
                    as_of=as_of,
                    tables=own,
                    settings=settings,
                    outputs=outputs,
                    key=key,
                    stacked=stacked,
                )
                answers.sink_parquet(file)
                bar.update(1)
        if count == 1:
            shutil.move(files[0], out)
        else:
            pl.scan_parquet(files).sink_parquet(out)
    return rows, time.monotonic() - started


def _part(
    people: pl.LazyFrame, tables: Mapping[str, pl.LazyFrame], key: str, at: int, count: int, size: int
) -> tuple[pl.LazyFrame, dict[str, pl.LazyFrame]]:
    import polars as pl

    if count == 1:
        return people, dict(tables)
    if not tables:
        return people.slice(at * size, size), {}
    mine = pl.col(key).cast(pl.String).hash(seed=0) % count == at
    return people.filter(mine), {code: table.filter(mine) for code, table in tables.items()}


def write_effects(effects: Iterable[Effect], path: Path) -> None:
    """Effects as CSV, money in yuan."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["measure", "group", "cases", "before", "after", "winners", "gained", "losers", "lost"]
        )
        for e in effects:
            before, after, gained, lost = (
                show_money(fen).replace(",", "")
                for fen in (e.before_fen, e.after_fen, e.gained_fen, e.lost_fen)
            )
            writer.writerow([e.measure, e.group, e.cases, before, after, e.winners, gained, e.losers, lost])
