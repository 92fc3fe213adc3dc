"""What an application asks its applicant for: it follows from the measure, so that nothing is asked without need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kaichuang.rules.measures import Rulebook

from ..schema.matters import Matter

APPLICANT = "applicant"


def asked_names(book: Rulebook, matter: Matter) -> list[str]:
    """The facts and tables that the applicant of a matter is asked for."""
    conditions, amounts = names_read(book, matter)
    names = [name for name in fields_of(book, [*conditions, *amounts]) if is_asked(book, name)]
    return list(dict.fromkeys([*names, *extra_names(book, matter)]))


def extra_names(book: Rulebook, matter: Matter) -> list[str]:
    """What the matter asks besides what its measure reads."""
    return [name for name in matter.asks if name in book.facts or name in book.collections]


def names_read(book: Rulebook, matter: Matter) -> tuple[list[str], list[str]]:
    """The names that the conditions of the measure read, and those that its amount reads besides."""
    if matter.measure is None:
        return [], []
    plan = book.plans[matter.measure]
    conditions = list(_read(book, (*(check.name for check in plan.checks), plan.eligible)))
    amounts = list(_read(book, (plan.amount, plan.payable)))
    return conditions, [name for name in amounts if name not in conditions]


def fields_of(book: Rulebook, names: Iterable[str]) -> list[str]:
    """Facts, and the tables behind totals; each once."""
    fields = (book.table_of(name) or name for name in names if name not in book.usages)
    return [name for name in dict.fromkeys(fields) if name in book.facts or name in book.collections]


def is_asked(book: Rulebook, name: str) -> bool:
    """Whether the applicant can supply it; the day of application is the day of handing in."""
    item = book.collections.get(name) or book.facts[name]
    if name in book.compiled.unset or getattr(item, "default", None) == "as_of":
        return False
    return not item.suppliers or APPLICANT in item.suppliers


def _read(book: Rulebook, goals: Iterable[str | None]) -> Iterator[str]:
    seen: set[str] = set()
    for goal in goals:
        for name in sorted(book.program.depends_on(goal)) if goal else ():
            if name not in seen:
                seen.add(name)
                yield name
