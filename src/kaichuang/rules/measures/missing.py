"""Which facts are still needed for an answer, and who can supply them."""

from __future__ import annotations

from collections.abc import Iterable

from .book import CaseFacts, Rulebook, Settings
from .entitlement import MissingFact
from .plan import MeasurePlan
from .values import Text, Value


def missing_facts(
    book: Rulebook,
    plan: MeasurePlan,
    case: CaseFacts,
    eligible: Value | None,
    settings: Settings | None = None,
) -> tuple[MissingFact, ...]:
    """The smallest set of unknown facts that could make the measure apply and its amount known.

    Nothing is missing once the answer is “no”. A total is traced back to its table.
    """
    overrides, _ = book.split_settings(settings)
    if eligible is False:
        return ()
    needed: list[str] = []

    def ask(goal: str) -> None:
        found = book.program.missing(goal, case.values, overrides or None)
        needed.extend(name for name in sorted(found.smallest) if name not in needed)

    if eligible is None:
        ask(plan.eligible)
        for goal in (plan.amount, *(room.room for room in plan.rooms)):
            if goal is not None:
                ask(goal)
    elif plan.payable is not None:
        ask(plan.payable)
    return _described(book, needed)


def _described(book: Rulebook, names: Iterable[str]) -> tuple[MissingFact, ...]:
    return tuple(dict.fromkeys(_fact(book, name) for name in names))


def _fact(book: Rulebook, name: str) -> MissingFact:
    if name in book.facts:
        fact = book.facts[name]
        return MissingFact(name, fact.title, fact.suppliers, fact.evidence)
    if name in book.compiled.unset:
        return MissingFact(name, book.compiled.unset[name].title, ("bureau",), ())
    table = book.table_of(name)
    if table is not None:
        collection = book.collections[table]
        return MissingFact(table, collection.title, collection.suppliers, collection.evidence)
    meaning = book.meanings.get(name)
    return MissingFact(name, meaning.title if meaning else Text(zh=name), (), ())
