"""Search over everything that contexts have registered."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from kaichuang.kit.actor import Actor
from kaichuang.ui import search as registry
from kaichuang.ui.components.structure import Tab

_FEW = 5
_PAGE = 20


class ResultPage:
    """One page of hits; the numbers that `{% pager %}` shows."""

    def __init__(self, *, text: str, kind: str, number: int, total: int) -> None:
        self.text, self.kind, self.number = text, kind, number
        self.pages = max(1, -(-total // _PAGE))

    def url(self, number: int) -> str:
        return "?" + urlencode({"q": self.text, "kind": self.kind, "page": number})

    @property
    def previous_url(self) -> str:
        return self.url(self.number - 1)

    @property
    def next_url(self) -> str:
        return self.url(self.number + 1)

    @property
    def links(self) -> list[tuple[int, str]]:
        first = max(1, self.number - 3)
        return [(number, self.url(number)) for number in range(first, min(self.pages, first + 6) + 1)]


def search(actor: Actor, *, text: str, kind: str, page: str) -> dict[str, Any]:
    """Groups of hits: the best few of every kind, or one kind page by page."""
    text = text.replace("\x00", " ")  # PostgreSQL has no such character
    providers = registry.providers()
    chosen = next((provider for provider in providers if provider.key == kind), None)
    number = min(int(page), 500) if page.isascii() and page.isdigit() and int(page) else 1
    groups = []
    total = 0
    if text:
        for provider in [chosen] if chosen is not None else providers:
            limit = _PAGE if chosen else _FEW
            found = provider.find(actor, text=text, limit=limit, offset=(number - 1) * _PAGE if chosen else 0)
            total += found.total
            if found.hits:
                more = f"?{urlencode({'q': text, 'kind': provider.key})}"
                groups.append(
                    {"provider": provider, "found": found, "more": more, "hits": _marked(found, text)}
                )
    tabs = _tabs(providers, text=text, kind=kind, groups=groups, chosen=chosen is not None)
    pager = ResultPage(text=text, kind=kind, number=number, total=total) if chosen is not None else None
    return {
        "text": text,
        "groups": groups,
        "total": total,
        "tabs": tabs,
        "pager": pager,
        "has_kinds": bool(providers),
    }


def _marked(found: registry.Found, text: str) -> list[dict[str, Any]]:
    return [
        {"hit": hit, "title": registry.highlight(hit.title, text), "text": registry.highlight(hit.text, text)}
        for hit in found.hits
    ]


def _tabs(
    providers: list[registry.Provider], *, text: str, kind: str, groups: list[dict[str, Any]], chosen: bool
) -> list[Tab]:
    from django.utils.translation import gettext as _

    totals = {group["provider"].key: group["found"].total for group in groups}
    every = Tab(label=_("全部"), url=f"?{urlencode({'q': text})}", active=not chosen)
    return [every] + [
        Tab(
            label=provider.label,
            url=f"?{urlencode({'q': text, 'kind': provider.key})}",
            active=chosen and provider.key == kind,
            count=totals.get(provider.key, None if chosen else 0),
        )
        for provider in providers
    ]
