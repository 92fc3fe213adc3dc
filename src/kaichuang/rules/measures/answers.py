"""Asking a rulebook about one case. The values are computed at once, with a trace; words only when somebody reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from kaichuang.rules.lang.trace import Trace

from .book import CaseFacts, Rulebook, Settings
from .entitlement import Entitlement
from .values import Value


class Answers(Mapping[str, Entitlement]):
    """What a case is entitled to, by measure id; ``trace`` holds every value and every step behind it."""

    def __init__(
        self,
        book: Rulebook,
        case: CaseFacts,
        trace: Trace,
        ids: tuple[str, ...],
        settings: Settings | None,
        near: bool,
    ) -> None:
        self.book, self.case, self.trace = book, case, trace
        self.ids, self.settings, self.near = ids, settings, near
        self._built: dict[str, Entitlement] = {}

    def __getitem__(self, id_: str) -> Entitlement:
        found = self._built.get(id_)
        if found is None:
            if id_ not in self.ids:
                raise KeyError(id_)
            found = self._built[id_] = Entitlement(self, self.book.plans[id_])
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def known(self) -> Mapping[str, Value | None]:
        """Facts, figures and everything computed, by full name."""
        return {**self.case.values, **self.book.figures(self.settings), **self.trace.values}


def evaluate(
    book: Rulebook,
    facts: Mapping[str, Any],
    *,
    as_of: dt.date,
    measures: Iterable[str] | None = None,
    settings: Settings | None = None,
    near: bool = False,
) -> Answers:
    """What a case is entitled to, by measure id.

    ``facts`` are in the program's own values (money in fen, rows as lists of mappings); ``as_of`` is the day on which
    the question is asked. ``near`` also looks for near misses. Raises ``KeyError`` for an unknown measure or setting,
    ``FactErrors`` for facts of the wrong type.
    """
    case = book.case_facts(facts, as_of=as_of, settings=settings)
    ids = tuple(book.plans) if measures is None else tuple(measures)
    overrides = book.split_settings(settings)[0] if settings else None
    trace = book.traced(None if measures is None else ids)(case.values, overrides or None)
    return Answers(book, case, trace, ids, settings, near)


def evaluate_all(
    books: Iterable[Rulebook],
    facts: Mapping[str, Any],
    *,
    as_of: dt.date,
    settings: Mapping[str, Settings] | None = None,
    near: bool = False,
) -> dict[str, Answers]:
    """One case against several packs, by pack id; ``settings`` are by pack id too."""
    return {
        book.id: evaluate(book, facts, as_of=as_of, settings=(settings or {}).get(book.id), near=near)
        for book in books
    }
