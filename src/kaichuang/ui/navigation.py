"""Where every context hangs its pages into the shell, without the portal knowing the context.

Called once at start-up, from `AppConfig.ready`:

    navigation.register(label=_("评审任务"), url_name="cases:reviews", area=Area.WORKSPACE,
                        roles={Role.EXPERT}, icon="clipboard-check", order=20, badge=count_reviews)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.urls import NoReverseMatch, reverse

from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import type_str


class Area(StrEnum):
    """Parts of the shell that take entries."""

    POLICY = "policy"
    SERVICES = "services"
    SPACES = "spaces"
    PUBLICITY = "publicity"
    DATA = "data"
    CALCULATOR = "calculator"
    WORKSPACE = "workspace"
    ACCOUNT = "account"
    FOOTER = "footer"


Badge = Callable[[Actor], int]
Audience = Callable[[Actor], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One link. `roles` empty: everybody (in the workspace: everybody signed in); `audience` narrows it further.

    `badge` counts what waits behind the link; it runs on every page that shows it, so it makes one cheap query.
    `main` makes the entry the front page of its area: the main navigation leads straight to it.
    """

    label: type_str
    url_name: str
    area: Area
    icon: str = "circle-dot"
    text: type_str = ""
    section: type_str = ""
    order: int = 100
    roles: frozenset[str] = frozenset()
    audience: Audience | None = None
    badge: Badge | None = None
    main: bool = False

    @property
    def url(self) -> str:
        return reverse(self.url_name)

    def is_for(self, actor: Actor) -> bool:
        if self.area is Area.WORKSPACE and actor.is_public:
            return False
        if self.roles and not actor.has(*self.roles):
            return False
        return self.audience is None or self.audience(actor)


_entries: dict[tuple[Area, str], Entry] = {}
_inbox: list[tuple[str, Badge]] = []


def register(
    *,
    label: type_str,
    url_name: str,
    area: Area,
    icon: str = "circle-dot",
    text: type_str = "",
    section: type_str = "",
    order: int = 100,
    roles: Iterable[str] = (),
    audience: Audience | None = None,
    badge: Badge | None = None,
    main: bool = False,
) -> None:
    """Add an entry; the same address in the same area replaces the one before."""
    _entries[area, url_name] = Entry(
        label=label,
        url_name=url_name,
        area=area,
        icon=icon,
        text=text,
        section=section,
        order=order,
        roles=frozenset(roles),
        audience=audience,
        badge=badge,
        main=main,
    )


def register_inbox(*, url_name: str, unread: Badge) -> None:
    """Say where the bell leads and how many unread notices an actor has."""
    _inbox[:] = [(url_name, unread)]


def entries_for(actor: Actor, area: Area) -> list[Entry]:
    """What `actor` finds in `area`, in order."""
    found = [entry for entry in _entries.values() if entry.area is area and entry.is_for(actor)]
    return sorted(found, key=lambda entry: (entry.order, entry.url_name))


def all_entries() -> list[Entry]:
    return list(_entries.values())


def front_page(area: Area) -> str:
    """The name of the address that an area's entry marked `main` leads to; empty when there is none."""
    mains = sorted((e for e in _entries.values() if e.area is area and e.main), key=lambda e: e.order)
    return mains[0].url_name if mains else ""


def inbox_for(actor: Actor) -> tuple[str, int] | None:
    """Address of the inbox and number of unread notices; None without login or without an inbox."""
    if actor.is_public or not _inbox:
        return None
    url_name, unread = _inbox[0]
    try:
        return reverse(url_name), unread(actor)
    except NoReverseMatch:
        return None
