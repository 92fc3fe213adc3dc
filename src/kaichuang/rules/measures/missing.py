"""Which facts are still needed for an answer, and who can supply them."""

from __future__ import annotations

from collections.abc import Iterable

from .book import CaseFacts, Rulebook, Settings
from .entitlement import MissingFact
from .values import Text


def missing_facts(
    book: Rulebook, goal: str, case: CaseFacts, settings: Settings | None = None
) -> tuple[MissingFact, ...]:
    """The facts that would settle ``goal``, as people know them: a total is traced back to its table."""
    overrides, _ = book.split_settings(settings)
    found = book.program.missing(goal, case.values, overrides or None)
    return tuple(dict.fromkeys(_described(book, name) for name in _names(found)))


def _names(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))


def _described(book: Rulebook, name: str) -> MissingFact:
    if name in book.facts:
        fact = book.facts[name]
        return MissingFact(name, fact.title, fact.suppliers, fact.evidence)
    if name in book.compiled.unset:
        figure = book.compiled.unset[name]
        return MissingFact(name, figure.title, ("bureau",), ())
    table = table_of(book, name)
    if table is not None:
        collection = book.collections[table]
        return MissingFact(table, collection.title, collection.suppliers, collection.evidence)
    meaning = book.meanings.get(name)
    return MissingFact(name, meaning.title if meaning else Text(zh=name), (), ())


def table_of(book: Rulebook, total: str) -> str | None:
    """The collection that a total is taken from, through any groupings."""
    sources = {stage.output: stage.source for stage in book.compiled.stages}
    name = total
    while name in sources:
        name = sources[name]
    return name if name in book.collections and name != total else None
