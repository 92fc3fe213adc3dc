"""What follows when a programme adopts a version of a pack: contexts above register their part, once.

    @adopted.on_adopted
    def offer_matters(version, actor, now): ...

Runs in the adopting transaction: an error undoes the adoption.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kaichuang.kit.actor import Actor
from kaichuang.policy.models import PackVersion

Handler = Callable[[PackVersion, Actor, datetime], None]
_handlers: list[Handler] = []


def on_adopted(handler: Handler) -> Handler:
    """Register what to do with a version that has just come into force."""
    _handlers.append(handler)
    return handler


def tell(version: PackVersion, actor: Actor, now: datetime) -> None:
    """Call the handlers in the order of registration."""
    for handler in _handlers:
        handler(version, actor, now)
