"""What follows when a panel closes: contexts above register handlers for the kind of row under review.

    @effects.on_closed("cases.case")
    def scored(panel, results, actor, now): ...

A handler gets the results of its own rows only and runs in the closing transaction: an error undoes the closing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from kaichuang.experts.models import Panel
from kaichuang.experts.queries.results import ItemResult
from kaichuang.kit.actor import Actor

Handler = Callable[[Panel, Sequence[ItemResult], Actor, datetime], None]
_handlers: dict[str, list[Handler]] = {}


def on_closed(subject_type: str) -> Callable[[Handler], Handler]:
    """Register what to do with the results for rows of this kind (`app.model`, as in the journal)."""

    def register(handler: Handler) -> Handler:
        _handlers.setdefault(subject_type, []).append(handler)
        return handler

    return register


def forget(subject_type: str, handler: Handler) -> None:
    """Take a handler back, for tests."""
    _handlers[subject_type].remove(handler)


def run(panel: Panel, results: Sequence[ItemResult], actor: Actor, now: datetime) -> None:
    """Call every handler with the results of its rows, in the order of registration."""
    for subject_type in sorted({result.subject_type for result in results}):
        own = [result for result in results if result.subject_type == subject_type]
        for handler in _handlers.get(subject_type, ()):
            handler(panel, own, actor, now)
