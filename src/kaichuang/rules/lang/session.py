"""What if: a population kept in memory with its computed columns; a changed parameter recomputes only what hangs on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from kaichuang.rules.lang import frame
from kaichuang.rules.lang.admission import slots_of
from kaichuang.rules.lang.columns import Columns
from kaichuang.rules.lang.plan import plan_for
from kaichuang.rules.lang.types import Type

if TYPE_CHECKING:
    from kaichuang.rules.lang.program import Program

Facts = Mapping[str, object]
Totals = dict[str, int]


@dataclass(frozen=True, slots=True)
class Change:
    """What a change of parameters did: which definitions were recomputed, and the totals that moved (before, after)."""

    recomputed: tuple[str, ...]
    totals: dict[str, tuple[int, int]]


class Session:
    """A population with its answers under some parameters.  ``set`` moves to others; ``totals`` keeps step."""

    def __init__(
        self,
        program: Program,
        population: pl.LazyFrame,
        parameters: Facts | None,
        outputs: Iterable[str] | None,
        *,
        trusted: bool,
    ) -> None:
        self.program = program
        self.outputs = program.known_names(outputs)
        self._needed = program.needed_for(self.outputs)
        self._given = dict(parameters or {})
        ready = frame.prepare(program, population, self.outputs)
        if not trusted:
            frame.verify(program, ready, self.outputs)
        self._data = ready.collect(engine="streaming")
        self.totals: Totals = {}
        self._compute(self._needed)

    def set(self, overrides: Facts | None = None, /, **more: object) -> Change:
        """Change parameters and recompute what depends on them.

        Raises ``FactErrors`` for a refused value and Polars' ``InvalidOperationError`` for a result that is too large;
        the session then stays as it was.
        """
        return self._move({**self._given, **(overrides or {}), **more})

    def reset(self) -> Change:
        """Go back to the parameters' own values."""
        return self._move({})

    def _move(self, given: dict[str, object]) -> Change:
        before, old = self.program.bind(self._given), self._given
        after = self.program.bind(given)
        changed = {
            name
            for name, parameter in self.program.parameters.items()
            if any(before[slot] != after[slot] for slot in slots_of(name, parameter.type))
        }
        affected = set(self.program.affected_by(*changed))
        names = tuple(name for name in self._needed if name in affected)
        totals = dict(self.totals)
        self._given = given
        try:
            self._compute(names)
        except Exception:
            self._given = old
            raise
        moved = {n: (totals[n], self.totals[n]) for n in names if n in totals and totals[n] != self.totals[n]}
        return Change(names, moved)

    def _compute(self, names: tuple[str, ...]) -> None:
        columns = Columns(plan_for(self.program, self._given), names)
        computed = self._data.lazy()
        for step in columns.steps:
            computed = computed.with_columns(step)
        if columns.slots:
            fresh = computed.select(columns.slots).collect(engine="streaming")
            self._data = self._data.with_columns(fresh.get_columns())
            self.totals |= self._sums([name for name in names if name in self.outputs])

    def _sums(self, names: Iterable[str]) -> Totals:
        """Sums of numbers and amounts in whole units and fen; of truth values, how many hold."""
        countable = (Type.INT, Type.MONEY, Type.BOOL)
        summed = [name for name in names if self.program.type_of(name) in countable]
        found = self._data.select(pl.col(summed).sum().cast(pl.Int64)) if summed else pl.DataFrame()
        return {name: int(found[name][0] or 0) for name in summed}

    @property
    def answers(self) -> pl.DataFrame:
        """The outputs as columns."""
        return self._data.select([frame.answer(self.program, name) for name in self.outputs])

    @property
    def parameters(self) -> dict[str, object]:
        """The overrides in force."""
        return dict(self._given)
