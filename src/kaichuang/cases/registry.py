"""The words of workflow tables and their meaning: requirements (`needs`) and consequences (`does`).

Packs use a closed list of words (`packs.schema.workflows`). Each word gets its meaning in one place: here in `cases`,
or in a context above that registers it from `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from kaichuang.cases.models import Case
from kaichuang.cases.step import Step
from kaichuang.kit.problems import Problem

Requirement = Callable[[Case, datetime], Iterable[Problem]]
"""What must hold for a move; every problem is told."""
Consequence = Callable[[Step], None]
"""What follows from a move, in its transaction. Raises `Refused` to undo it."""
Listener = Callable[[Step], None]

_needs: dict[str, Requirement] = {}
_effects: dict[str, Consequence] = {}
_listeners: list[Listener] = []


def need(word: str) -> Callable[[Requirement], Requirement]:
    """Give a requirement its meaning, once."""

    def register(function: Requirement) -> Requirement:
        if word in _needs:
            raise ValueError(f"need {word} has a meaning already")
        _needs[word] = function
        return function

    return register


def effect(word: str) -> Callable[[Consequence], Consequence]:
    """Give a consequence its meaning, once."""

    def register(function: Consequence) -> Consequence:
        if word in _effects:
            raise ValueError(f"effect {word} has a meaning already")
        _effects[word] = function
        return function

    return register


def on_move(function: Listener) -> Listener:
    """Be told of every move, after its consequences, in its transaction."""
    _listeners.append(function)
    return function


def requirement(word: str) -> Requirement:
    return _needs[word]


def consequence(word: str) -> Consequence:
    return _effects[word]


def listeners() -> list[Listener]:
    return list(_listeners)


def words() -> tuple[frozenset[str], frozenset[str]]:
    """The needs and effects that have a meaning; a test holds them to the list of packs."""
    return frozenset(_needs), frozenset(_effects)
