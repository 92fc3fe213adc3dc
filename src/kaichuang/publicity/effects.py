"""Who is told when lines are contested, listed again, cleared, struck or withdrawn.

A context that publicises its rows registers one handler for their kind:

    @on_lines("cases.case")
    def move_cases(lines, outcome, actor, now): ...

It is called in the transaction that moves the lines, with all lines of that kind at once (one, or ten thousand):
what it raises undoes the move.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from kaichuang.kit.actor import Actor
from kaichuang.publicity.enums import Outcome
from kaichuang.publicity.models import Line

Handler = Callable[[Sequence[Line], Outcome, Actor, datetime], None]
_handlers: dict[str, list[Handler]] = {}


def on_lines(subject_type: str) -> Callable[[Handler], Handler]:
    """Register what to do when lines about rows of this kind (`cases.case`) move."""

    def register(handler: Handler) -> Handler:
        _handlers.setdefault(subject_type, []).append(handler)
        return handler

    return register


def tell(lines: Sequence[Line], outcome: Outcome, actor: Actor, now: datetime) -> None:
    """Call the handlers, each with the lines of its kind in the order of the list."""
    by_type: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_type[line.subject_type].append(line)
    for subject_type, found in by_type.items():
        for handler in _handlers.get(subject_type, ()):
            handler(found, outcome, actor, now)
