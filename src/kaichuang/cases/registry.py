"""The words of workflow tables and their meaning: requirements (`needs`) and consequences (`does`).

Packs use a closed list of words (`packs.schema.workflows`). Each word gets its meaning in one place: here in `cases`,
or in a context above that registers it from `AppConfig.ready()`.

Cases move together (`operations.move`): a meaning is given either for one case, and asked for each in turn, or for many
at once, where that saves looking up or writing the same thing for each. A case that moves alone is a sequence of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from kaichuang.cases.models import Case
from kaichuang.cases.step import Step
from kaichuang.journal.workflow import Together
from kaichuang.kit.problems import Problem, Refused, SomeRefused, refuse_rows

Requirement = Callable[[Case, datetime], Iterable[Problem]]
"""What must hold for a move; every problem is told."""
RequirementOfMany = Callable[[Sequence[Case], datetime], Mapping[int, Sequence[Problem]]]
"""The same of many cases: the problems of those that have some, by key."""
Consequence = Callable[[Step], None]
"""What follows from a move, in its transaction. Raises `Refused` to undo it."""
ConsequenceOfMany = Callable[[Sequence[Step]], None]
"""The same of many cases that make one move of one version. Raises `SomeRefused` naming those refused, `Refused` where it
cannot tell which; either undoes all of them, and who moved them tries again without these, or in parts."""

_needs: dict[str, Requirement] = {}
_effects: dict[str, ConsequenceOfMany] = {}
_listeners: list[ConsequenceOfMany] = []


def need(word: str) -> Callable[[Requirement], Requirement]:
    """Give a requirement its meaning, once."""

    def register(function: Requirement) -> Requirement:
        if word in _needs:
            raise ValueError(f"need {word} has a meaning already")
        _needs[word] = function
        return function

    return register


def need_of_many(word: str) -> Callable[[RequirementOfMany], RequirementOfMany]:
    """Give a requirement that looks at many cases at once its meaning, once."""

    def register(function: RequirementOfMany) -> RequirementOfMany:
        need(word)(Together(function))
        return function

    return register


def effect(word: str) -> Callable[[Consequence], Consequence]:
    """Give a consequence its meaning, once."""

    def register(function: Consequence) -> Consequence:
        effect_of_many(word)(each(function))
        return function

    return register


def effect_of_many(word: str) -> Callable[[ConsequenceOfMany], ConsequenceOfMany]:
    """Give a consequence for many cases at once its meaning, once."""

    def register(function: ConsequenceOfMany) -> ConsequenceOfMany:
        if word in _effects:
            raise ValueError(f"effect {word} has a meaning already")
        _effects[word] = function
        return function

    return register


def each(function: Consequence) -> ConsequenceOfMany:
    """For one case after the other; all that are refused are named."""

    def follow(steps: Sequence[Step]) -> None:
        refused: dict[int, Refused] = {}
        for step in steps:
            try:
                function(step)
            except SomeRefused as some:
                refused |= some.by_row
            except Refused as why:
                refused[step.case.pk] = why
        refuse_rows(refused)

    return follow


def on_move(function: Consequence) -> Consequence:
    """Be told of every move, after its consequences, in its transaction."""
    on_moves(each(function))
    return function


def on_moves(function: ConsequenceOfMany) -> ConsequenceOfMany:
    """Be told of the moves that are made together, in one go."""
    _listeners.append(function)
    return function


def requirement(word: str) -> Requirement:
    return _needs[word]


def consequence(word: str) -> ConsequenceOfMany:
    return _effects[word]


def listeners() -> list[ConsequenceOfMany]:
    return list(_listeners)


def words() -> tuple[frozenset[str], frozenset[str]]:
    """The needs and effects that have a meaning; a test holds them to the list of packs."""
    return frozenset(_needs), frozenset(_effects)
