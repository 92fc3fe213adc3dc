"""What if: a population under other readings and figures. Cost, winners and losers; only what changes is recomputed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from kaichuang.rules.lang.session import Session

from .book import Rulebook, Settings
from .population import Frame, prepare

WHOLE = "*"
"""The name of the group of everybody."""
GROUP = "#group"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to one measure in one group. Money in fen; unknown amounts count as nothing."""

    measure: str
    group: str
    cases: int
    before_fen: int
    after_fen: int
    winners: int
    gained_fen: int
    losers: int
    lost_fen: int

    @property
    def change_fen(self) -> int:
        """What it costs more (or less, if negative)."""
        return self.after_fen - self.before_fen


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The effects of a change, by measure and group, and what had to be recomputed for it."""

    effects: tuple[Effect, ...]
    recomputed: tuple[str, ...]

    def total(self, group: str = WHOLE) -> tuple[int, int]:
        """What all measures cost before and after."""
        chosen = [effect for effect in self.effects if effect.group == group]
        return sum(effect.before_fen for effect in chosen), sum(effect.after_fen for effect in chosen)


class Simulation:
    """A population held in memory with its answers; ask ``what_if`` as often as you like.

    Raises ``FactErrors`` for columns and tables that are refused, ``KeyError`` for a group that is no column.
    """

    def __init__(
        self,
        book: Rulebook,
        population: Frame,
        *,
        as_of: dt.date,
        tables: Mapping[str, Frame] | None = None,
        settings: Settings | None = None,
        key: str = "case",
        group_by: str | None = None,
        trusted: bool = False,
    ) -> None:
        self.book, self.key, self.as_of, self.trusted = book, key, as_of, trusted
        self.population, self.tables = population.lazy(), dict(tables or {})
        self.settings = dict(settings or {})
        self.group_by = group_by
        if group_by is not None and group_by not in self.population.collect_schema():
            raise KeyError(group_by)
        self.paying = {plan.measure.id: plan.payable for plan in book.plans.values() if plan.payable}
        self._groups = self.population.select(
            pl.col(group_by) if group_by else pl.lit(WHOLE).alias(GROUP)
        ).collect(engine="streaming")
        self._session = self._start(self.settings)
        self.base = self._session.answers

    def _start(self, settings: Settings) -> Session:
        overrides, _ = self.book.split_settings(settings)
        ready = prepare(
            self.book, self.population, as_of=self.as_of, tables=self.tables, settings=settings, key=self.key,
            trusted=self.trusted,
        )  # fmt: skip
        outputs = tuple(self.paying.values())
        read = {field.name for field in self.book.program.fields_of(outputs)}
        kept = [name for name in ready.collect_schema().names() if name in read]
        return self.book.program.incremental(ready.select(kept), overrides, outputs, trusted=self.trusted)

    def what_if(self, settings: Settings) -> WhatIf:
        """The effects of settings that are changed on top of the ones in force."""
        chosen = {**self.settings, **settings}
        overrides, opened = self.book.split_settings(chosen)
        base_overrides, base_opened = self.book.split_settings(self.settings)
        named = overrides.keys() | base_overrides.keys()
        changed = {n for n in named if overrides.get(n, _UNSET) != base_overrides.get(n, _UNSET)}
        if opened != base_opened or self._touches_rows(changed):
            session = self._start(chosen)
            return WhatIf(self._effects(session.answers), tuple(self.book.program.order))
        figures = self.book.program.parameters
        stale = {name: figures[name].value for name in self._session.parameters if name not in overrides}
        change = self._session.set({**stale, **overrides})
        effects = self._effects(self._session.answers)
        return WhatIf(effects, change.recomputed)

    def _touches_rows(self, changed: set[str]) -> bool:
        return bool(self.tables) and any(
            changed & stage.program.parameters.keys() for stage in self.book.compiled.stages
        )

    def _effects(self, after: pl.DataFrame) -> tuple[Effect, ...]:
        found: list[Effect] = []
        for id_, name in self.paying.items():
            both = self._groups.lazy().with_columns(
                before=self.base[name].fill_null(0), after=after[name].fill_null(0)
            )
            found += effects_of(id_, both, self._groups.columns[0], everybody=self.group_by is not None)
        return tuple(found)


_UNSET = object()


def effects_of(measure: str, both: pl.LazyFrame, group: str, *, everybody: bool) -> list[Effect]:
    """The effects from a frame with the columns ``before`` and ``after`` (fen), by the values of a column."""
    gain = pl.col("after").cast(pl.Int128) - pl.col("before")
    sums = [
        pl.len().alias("cases"),
        pl.col("before").cast(pl.Int128).sum(),
        pl.col("after").cast(pl.Int128).sum(),
        (gain > 0).sum().alias("winners"),
        gain.filter(gain > 0).sum().alias("gained"),
        (gain < 0).sum().alias("losers"),
        (0 - gain.filter(gain < 0).sum()).alias("lost"),
    ]
    name = pl.col(group).cast(pl.String).fill_null("?")
    grouped = both.group_by(name.alias("group")).agg(sums).sort("group")
    frames = [grouped]
    if everybody:
        frames.append(both.select(pl.lit(WHOLE).alias("group"), *sums))
    rows = pl.concat(frames).collect(engine="streaming").iter_rows()
    return [Effect(measure, str(row[0]), *(int(cell) for cell in row[1:])) for row in rows]
