"""One search box for everything that contexts can find.

search.register(key="clauses", label=_("政策条款"), find=find_clauses, icon="book-2", order=10)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import type_str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One thing found; `text` is the passage around the words, plain."""

    title: str
    url: str
    text: str = ""
    note: type_str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    hits: tuple[Hit, ...]
    total: int


class Find(Protocol):
    """Finds `text` for an actor, `limit` hits from `offset`, best first."""

    def __call__(self, actor: Actor, /, *, text: str, limit: int, offset: int) -> Found: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    key: str
    label: type_str
    find: Find
    icon: str = "search"
    order: int = 100


_providers: dict[str, Provider] = {}


def register(*, key: str, label: type_str, find: Find, icon: str = "search", order: int = 100) -> None:
    _providers[key] = Provider(key=key, label=label, find=find, icon=icon, order=order)


def providers() -> list[Provider]:
    return sorted(_providers.values(), key=lambda provider: (provider.order, provider.key))


def highlight(text: str, query: str) -> SafeString:
    """`text` as HTML with every word of `query` marked."""
    words = sorted({word for word in query.split() if word}, key=len, reverse=True)
    if not words:
        return escape(text)
    pattern = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
    parts: list[str] = []
    end = 0
    for match in pattern.finditer(text):
        parts += [escape(text[end : match.start()]), f"<mark>{escape(match[0])}</mark>"]
        end = match.end()
    return mark_safe("".join([*parts, escape(text[end:])]))  # noqa: S308  # every part is escaped
