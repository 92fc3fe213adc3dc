"""What waits for somebody: every context tells what an actor has to do, by when, and what is the actor's own.

work.register(key="reviews", label=_("待评审"), roles={Role.EXPERT}, to_do=reviews_to_do, mine=my_reviews)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import type_str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """One thing: what, where, by when, in which state, after which clause."""

    title: type_str
    url: str
    due_on: date | None = None
    paused: bool = False
    state: type_str = ""
    tone: str = "neutral"
    note: type_str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class WorkList:
    """The first items and how many there are in all; `url` leads to the whole list."""

    items: tuple[WorkItem, ...]
    total: int
    url: str = ""


class Ask(Protocol):
    """Answers for an actor on the business date `today`, with at most `limit` items in one or two queries."""

    def __call__(self, actor: Actor, /, *, today: date, limit: int) -> WorkList: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    key: str
    label: type_str
    roles: frozenset[str]
    icon: str = "list-check"
    order: int = 100
    to_do: Ask | None = None
    mine: Ask | None = None

    def serves(self, role: str) -> bool:
        return not self.roles or role in self.roles


_providers: dict[str, Provider] = {}

PERSON = "person"
"""The role of everybody with a login, beside the roles of `parties`."""


def register(
    *,
    key: str,
    label: type_str,
    roles: Iterable[str] = (),
    icon: str = "list-check",
    order: int = 100,
    to_do: Ask | None = None,
    mine: Ask | None = None,
) -> None:
    """Add a source of work for `roles` (`PERSON` for everybody with a login; empty for every workspace)."""
    _providers[key] = Provider(
        key=key, label=label, roles=frozenset(roles), icon=icon, order=order, to_do=to_do, mine=mine
    )


def providers_for(*roles: str) -> list[Provider]:
    """The sources that serve any of these roles, each once."""
    found = [provider for provider in _providers.values() if any(map(provider.serves, roles))]
    return sorted(found, key=lambda provider: (provider.order, provider.key))


def urgent_first(
    found: Iterable[tuple[Provider, WorkList]],
) -> list[tuple[Provider, WorkItem]]:
    """Items of several sources in one list: the soonest first, those without a date last."""
    pairs = [(provider, item) for provider, listed in found for item in listed.items]
    return sorted(pairs, key=lambda pair: (pair[1].due_on or date.max, pair[0].order, str(pair[1].title)))
