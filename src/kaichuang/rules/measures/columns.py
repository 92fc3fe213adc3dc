"""Tables of rows for a whole population: the stages of ``rows.py`` as Polars group-bys, with the same answers.

Every table has a column that names the case a row belongs to. A grouping that is not known for some case (a key or a
row's membership is unknown) carries that as the mark ``#unknown`` on its rows, so that everything taken from it is
unknown too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any

import polars as pl

from kaichuang.rules.lang import Type
from kaichuang.rules.lang.types import INT_LIMIT, MONEY_LIMIT

from .rows import WHERE, Stage, Taken, empty_value

UNKNOWN = "#unknown"
PRESENT = "#present"


class Aggregation:
    """Runs stages over tables; ``people`` holds the key and the facts that row expressions read."""

    def __init__(
        self,
        tables: Mapping[str, pl.LazyFrame],
        people: pl.LazyFrame,
        key: str,
        parameters: Mapping[str, Any],
        *,
        trusted: bool,
    ) -> None:
        self.tables = dict(tables)
        self.people, self.key, self.parameters, self.trusted = people, key, parameters, trusted

    def totals(self, stages: Iterable[Stage]) -> dict[str, list[pl.LazyFrame]]:
        """Frames of totals, one row per case that has rows, by the table they are taken from."""
        found: dict[str, list[pl.LazyFrame]] = {}
        for stage in stages:
            if stage.source not in self.tables:
                continue
            if stage.by:
                self.tables[stage.output] = self._grouped(stage)
            else:
                found.setdefault(stage.source, []).append(self._total(stage))
        return found

    def _rows(self, stage: Stage) -> pl.LazyFrame:
        """The rows with what the stage computes of each; rows that do not count are left out."""
        table = self.tables[stage.source]
        given = table.collect_schema().names()
        marked = UNKNOWN in given
        wanted = [self.key, *([UNKNOWN] if marked else []), *(c for c in stage.columns if c in given)]
        rows = table.select(list(dict.fromkeys(wanted)))
        absent = [c for c in (*stage.by, *stage.once_per) if c not in given]
        rows = rows.with_columns([pl.lit(None, dtype=pl.String).alias(c) for c in absent])
        if stage.case_facts:
            known = self.people.collect_schema().names()
            facts = self.people.select(self.key, *(fact for fact in stage.case_facts if fact in known))
            rows = rows.join(facts, on=self.key, how="inner")
        if stage.definitions:
            own = stage.program.parameters
            given_values = {name: value for name, value in self.parameters.items() if name in own}
            rows = stage.program.frame(rows, given_values or None, trusted=self.trusted)
        if not stage.where:
            rows = rows.with_columns(pl.lit(True).alias(WHERE))
        if not marked:
            rows = rows.with_columns(pl.lit(False).alias(UNKNOWN))
        return rows.filter(pl.col(WHERE).is_null() | pl.col(WHERE) | pl.col(UNKNOWN))

    def _grouped(self, stage: Stage) -> pl.LazyFrame:
        """One row per case and key; the mark says that the case's groups are not certain."""
        values = [take(taken).alias(name) for name, taken in stage.taken.items()]
        uncertain = pl.col(UNKNOWN).any() | counted().any().not_()
        nameless = reduce(or_, [pl.col(name).is_null() for name in stage.by])
        grouped = self._rows(stage).group_by(self.key, *stage.by).agg(uncertain.alias(UNKNOWN), *values)
        return grouped.with_columns((pl.col(UNKNOWN) | nameless).alias(UNKNOWN))

    def _total(self, stage: Stage) -> pl.LazyFrame:
        (name, taken), *_ = stage.taken.items()
        rows = self._rows(stage)
        if stage.once_per:
            rows, taken = self._once(stage, rows, taken)
        value = pl.when(pl.col(UNKNOWN).any()).then(None).otherwise(take(taken))
        return rows.group_by(self.key).agg(value.alias(name), pl.lit(True).alias(f"{PRESENT}{name}"))

    def _once(self, stage: Stage, rows: pl.LazyFrame, taken: Taken) -> tuple[pl.LazyFrame, Taken]:
        """One row per case and key, the largest; what is not known of any of them leaves the whole total unknown."""
        nameless = reduce(or_, [pl.col(name).is_null() for name in stage.once_per])
        doubtful = pl.col(WHERE).is_null() | nameless
        value = pl.lit(1, dtype=pl.Int64)
        if taken.of is not None:
            doubtful |= pl.col(taken.of).is_null()
            value = pl.col(taken.of).max()
        once = rows.group_by(self.key, *stage.once_per).agg(
            (doubtful | pl.col(UNKNOWN)).any().alias(UNKNOWN), value.alias(taken.of or "row.one")
        )
        return once.with_columns(pl.lit(True).alias(WHERE)), taken


def counted() -> pl.Expr:
    """Whether a row certainly counts."""
    return pl.col(WHERE).fill_null(False)


def take(taken: Taken) -> pl.Expr:
    """What is taken of the rows of a group; the twin of ``rows._take``."""
    doubtful = pl.col(WHERE).is_null().any()
    if taken.of is None:
        return pl.when(doubtful).then(None).otherwise(counted().sum().cast(pl.Int64))
    value = pl.col(taken.of)
    if taken.take in ("any", "all"):
        return _truth(value, decisive=taken.take == "any")
    unknown = doubtful | (counted() & value.is_null()).any()
    chosen = value.filter(counted())
    if taken.take == "sum":
        found = within(chosen.cast(pl.Int128).sum(), taken.type)
    else:
        found = chosen.max() if taken.take == "max" else chosen.min()
        empty = empty_value(taken.take, taken.type)
        if empty is not None:
            found = found.fill_null(pl.lit(empty, dtype=pl.Int64))
    return pl.when(unknown).then(None).otherwise(found)


def within(total: pl.Expr, type_: Type) -> pl.Expr:
    """A sum as 64 bits; one beyond the bounds of a fact is refused, never wrapped."""
    limit = MONEY_LIMIT if type_ is Type.MONEY else INT_LIMIT
    beyond = (total > limit) | (total < -limit)
    return pl.when(beyond).then(pl.lit(2**64, dtype=pl.Int128)).otherwise(total).cast(pl.Int64, strict=True)


def _truth(value: pl.Expr, *, decisive: bool) -> pl.Expr:
    """Kleene over rows, as ``rows._truth``."""
    decides = (counted() & (value if decisive else value.not_())).fill_null(False).any()
    settled = (pl.col(WHERE).not_().fill_null(False)) | (value.not_() if decisive else value).fill_null(False)
    return (
        pl.when(decides)
        .then(pl.lit(decisive))
        .when(settled.not_().any())
        .then(None)
        .otherwise(pl.lit(not decisive))
    )
