"""References of clauses and numbers of documents as links, for every page of every context."""

from __future__ import annotations

import re
import threading
from typing import Any

from django.core.signals import request_finished, request_started

from kaichuang.policy.models import Edition, Part
from kaichuang.policy.paths import parse
from kaichuang.policy.queries.editions import SHOWN
from kaichuang.policy.queries.reading import clause_url, document_url
from kaichuang.ui import citations
from kaichuang.ui.citations import Citation

_NUMBER = re.compile(r"^(?P<number>\S+?[〔\[［(（]\d{4}[〕\]］)）]\s*\d+号)\s*(?P<path>.*)$")


class _Memory(threading.local):
    """What has been asked within the running request, so that a page asks once for each document it cites."""

    known: dict[str, tuple[str, str] | None] | None = None


_memory = _Memory()


def _begin(**kwargs: Any) -> None:
    _memory.known = {}


def _end(**kwargs: Any) -> None:
    _memory.known = None


def register() -> None:
    """Tell the design system how a reference becomes a link."""
    citations.register(resolve)
    request_started.connect(_begin, dispatch_uid="policy.citing")
    request_finished.connect(_end, dispatch_uid="policy.citing")


def resolve(reference: str) -> Citation | None:
    """`NH 三(二)`, `NT #13`, `宁政办发〔2016〕71号 二(一)`; None where the library has no such document."""
    by_number = _NUMBER.match(reference)
    if by_number is not None:
        found = _ask(by_number["number"], _by_number)
        address = parse(f"X {by_number['path']}")
        path, running = (address.path, "") if address is not None else ("", "")
    else:
        address = parse(reference)
        if address is None:
            return None
        found = _ask(address.code, _by_code)
        path, running = address.path, address.running
    if found is None:
        return None
    code, title = found
    if running:
        path = f"#{running}"
    url = clause_url(code, path) if path and path not in {"前言", "末"} else document_url(code)
    return Citation(label=reference, url=url, document=title)


def _ask(key: str, ask: Any) -> tuple[str, str] | None:
    known = _memory.known
    if known is None:
        answer: tuple[str, str] | None = ask(key)
        return answer
    if key not in known:
        known[key] = ask(key)
    return known[key]


def _by_code(code: str) -> tuple[str, str] | None:
    return (
        Part.objects.filter(code=code, edition__state__in=SHOWN)
        .order_by("-edition__ordinal")
        .values_list("code", "edition__title")
        .first()
    )


def _by_number(number: str) -> tuple[str, str] | None:
    found = Edition.objects.filter(number=number, state__in=SHOWN).order_by("-ordinal")
    return found.values_list("document__code", "title").first()
