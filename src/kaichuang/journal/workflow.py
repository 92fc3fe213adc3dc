"""State machines as tables. A context declares one; `operations.transition` is the only door to its states."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import Permit, Predicate
from kaichuang.kit.problems import Problem, type_str

Guard = Callable[[Any, datetime], Iterable[Problem]]
"""What must hold for a move, asked with the locked row and the time; every problem is returned."""


@dataclass(frozen=True, slots=True)
class Together:
    """A guard that looks at many rows at once: `of` returns the problems of those that have some, by key.

    Called like any other guard it answers for one row.
    """

    of: Callable[[Sequence[Any], datetime], Mapping[int, Sequence[Problem]]]

    def __call__(self, instance: Any, now: datetime) -> Iterable[Problem]:
        return self.of([instance], now).get(instance.pk, ())


def problems_of(guards: Iterable[Guard], instances: Sequence[Any], now: datetime) -> dict[int, list[Problem]]:
    """What the guards have against each of the rows, by key; every guard is asked about every row."""
    found: dict[int, list[Problem]] = {instance.pk: [] for instance in instances}
    for guard in guards:
        if isinstance(guard, Together):
            for key, problems in guard.of(instances, now).items():
                found[key] += problems
        else:
            for instance in instances:
                found[instance.pk] += guard(instance, now)
    return found


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table: from which states, to which, who may, what must hold."""

    name: str
    label: type_str
    sources: tuple[str, ...]
    target: str
    permission: Predicate
    guards: tuple[Guard, ...] = ()
    needs_reason: bool = False


class Workflow:
    """The table of moves of one model; `field` is the column that holds the state."""

    def __init__(self, *moves: Move, field: str = "state") -> None:
        self.field = field
        self._moves = {move.name: move for move in moves}
        if len(self._moves) != len(moves):
            raise ValueError("two moves with one name")

    def __iter__(self) -> Iterator[Move]:
        return iter(self._moves.values())

    def __getitem__(self, name: str) -> Move:
        return self._moves[name]

    def state_of(self, instance: Any) -> str:
        return str(getattr(instance, self.field))

    def available(self, actor: Actor, instance: Any) -> list[tuple[Move, Permit]]:
        """The moves that lead out of the present state, each with whether the actor may make it and why not."""
        state = self.state_of(instance)
        return [
            (move, move.permission(actor, instance)) for move in self._moves.values() if state in move.sources
        ]

    @property
    def edges(self) -> list[tuple[str, str, str]]:
        """(source, move, target) for pictures and tests."""
        return [(source, move.name, move.target) for move in self._moves.values() for source in move.sources]
