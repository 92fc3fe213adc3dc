"""What waits for a person in one of the roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kaichuang.kit.actor import Actor
from kaichuang.ui import work
from kaichuang.ui.work import Provider, WorkItem, WorkList

_FEW = 8
_EACH = 20


@dataclass(frozen=True, slots=True)
class Workspace:
    """`to_do` in the order of urgency, `mine` by kind; the counts are of everything, not of what is shown."""

    to_do: list[tuple[Provider, WorkItem]]
    to_do_total: int
    overdue: int
    soon: int
    mine: list[tuple[Provider, WorkList]]
    sources: list[tuple[Provider, WorkList]]


def workspace_for(actor: Actor, *, roles: Sequence[str], today: date) -> Workspace:
    """Asks every source of the roles once for what is to do and once for what is the actor's own."""
    providers = work.providers_for(*roles)
    waiting = [
        (provider, provider.to_do(actor, today=today, limit=_EACH))
        for provider in providers
        if provider.to_do
    ]
    own = [
        (provider, provider.mine(actor, today=today, limit=_FEW)) for provider in providers if provider.mine
    ]
    pairs = work.urgent_first(waiting)
    days = [(item.due_on - today).days for _provider, item in pairs if item.due_on and not item.paused]
    return Workspace(
        to_do=pairs[:_EACH],
        to_do_total=sum(listed.total for _provider, listed in waiting),
        overdue=sum(left < 0 for left in days),
        soon=sum(0 <= left <= 3 for left in days),
        mine=[(provider, listed) for provider, listed in own if listed.total],
        sources=[(provider, listed) for provider, listed in waiting if listed.total],
    )
