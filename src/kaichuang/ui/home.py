"""What the front page shows: figures, and short lists of what is new. Contexts register, the portal draws.

home.register_figure(key="grants", order=30, ask=paid_so_far)
home.register_feed(key="policies", label=_("最新政策"), url_name="policy:library", ask=latest_policies)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import type_str
from kaichuang.ui.components.cards import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number for everybody, with the way to its rows."""

    label: type_str
    value: type_str | int
    unit: type_str = ""
    note: type_str = ""
    url: str = ""
    icon: str = ""


AskFigure = Callable[[Actor, date], Figure | None]
"""One query at most; None when there is nothing to say yet."""

AskFeed = Callable[[Actor, date, int], list[Row]]
"""The newest rows, at most so many; one query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    key: str
    label: type_str
    url_name: str
    ask: AskFeed
    icon: str = "news"
    order: int = 100


_figures: dict[str, tuple[int, AskFigure]] = {}
_feeds: dict[str, Feed] = {}


def register_figure(*, key: str, ask: AskFigure, order: int = 100) -> None:
    _figures[key] = (order, ask)


def register_feed(
    *, key: str, label: type_str, url_name: str, ask: AskFeed, icon: str = "news", order: int = 100
) -> None:
    _feeds[key] = Feed(key=key, label=label, url_name=url_name, ask=ask, icon=icon, order=order)


def figures_for(actor: Actor, today: date) -> list[Figure]:
    asked = (ask(actor, today) for _order, ask in sorted(_figures.values(), key=lambda pair: pair[0]))
    return [figure for figure in asked if figure is not None]


def feeds() -> list[Feed]:
    return sorted(_feeds.values(), key=lambda feed: (feed.order, feed.key))
