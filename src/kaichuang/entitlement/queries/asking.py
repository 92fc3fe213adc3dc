"""One case asked: the answers of the rules about the measures that concern the one who asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from kaichuang.entitlement.queries.answers import Told
from kaichuang.entitlement.queries.books import Loaded
from kaichuang.entitlement.queries.known import Known
from kaichuang.rules.measures import Answers, Entitlement, Rulebook, evaluate
from kaichuang.rules.measures.model import Measure, Validity
from kaichuang.rules.measures.scope import symbol
from kaichuang.rules.measures.stacked import best_of
from kaichuang.rules.stacking import Choice


def subjects_of(book: Rulebook) -> list[str]:
    """Whom the measures are for, in the order of the document; what is done to somebody is no entitlement."""
    return list(dict.fromkeys(m.beneficiary.subject for m in book.rules.measures if m.kind != "sanction"))


def measures_for(book: Rulebook, who: tuple[str, ...]) -> list[Measure]:
    """The measures for some subjects, or for all."""
    return [
        measure
        for measure in book.rules.measures
        if measure.kind != "sanction" and (not who or measure.beneficiary.subject in who)
    ]


@dataclass(frozen=True)
class Asked:
    """A case and everything that the rules say about it."""

    loaded: Loaded
    told: Told
    as_of: date
    known: Mapping[str, Known] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    """The measures asked about, where it is not all that concern the one who asks."""

    @property
    def book(self) -> Rulebook:
        return self.loaded.book

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What is known of the party, and what was told: the latter prevails, "I do not know" too."""
        facts: dict[str, Any] = {code: known.value for code, known in self.known.items()}
        facts |= self.told.facts
        facts |= self.told.tables
        return {name: value for name, value in facts.items() if name not in self.told.unknown}

    @cached_property
    def measures(self) -> list[Measure]:
        measures = measures_for(self.book, self.told.who)
        return [measure for measure in measures if not self.only or measure.id in self.only]

    @cached_property
    def answers(self) -> Answers:
        """Raises ``FactErrors`` for values out of their bounds."""
        return evaluate(
            self.book,
            self.facts,
            as_of=self.as_of,
            measures=[measure.id for measure in self.measures],
            settings=self.loaded.settings,
            near=True,
        )

    def entitlement(self, measure: Measure) -> Entitlement:
        return self.answers[measure.id]

    @cached_property
    def choice(self) -> Choice:
        """The best lawful combination of everything payable."""
        return best_of(self.answers, evidence=self._evidence())

    def _evidence(self) -> dict[str, frozenset[str]]:
        """The papers behind each measure: the numbers of the rows that its totals are taken from."""
        found: dict[str, frozenset[str]] = {}
        for measure in self.measures:
            tables = tables_of(self.book, measure)
            numbers = {
                str(row["number"])
                for code in tables
                for row in self.told.tables.get(code, ())
                if "number" in row
            }
            if numbers:
                found[measure.id] = frozenset(numbers)
        return found

    @cached_property
    def validity(self) -> list[InForce]:
        """Of each document that the measures rest on, whether it applies on the day."""
        found: dict[str, InForce] = {}
        for measure in self.measures:
            code = measure.clause.split()[0]
            if code not in found and code in self.book.rules.validity:
                found[code] = self._in_force(measure, code)
        return _together(found.values())

    def _in_force(self, measure: Measure, code: str) -> InForce:
        validity = self.book.rules.validity[code]
        values = self.answers.known
        starts = f"{symbol(code)}.starts"
        first = values.get(starts) if starts in values else values.get(f"{symbol(code)}.valid_from")
        last = values.get(f"{symbol(code)}.valid_until") if validity.until or validity.editions else None
        return InForce(
            code=code,
            validity=validity,
            first=first if isinstance(first, date) else validity.from_,
            last=last if isinstance(last, date) and last.year < 9000 else None,
            applies=self.answers.trace.values[f"{symbol(measure.id)}.in_force"] is True,
            day=self.as_of,
        )


@dataclass(frozen=True, slots=True)
class InForce:
    """Documents that apply on the same days (one and its annexes), and the day of the question."""

    code: str
    validity: Validity
    first: date
    last: date | None
    applies: bool
    day: date
    codes: tuple[str, ...] = ()

    @property
    def over(self) -> bool:
        """Whether the document has lapsed, rather than not begun."""
        return self.last is not None and self.day > self.last

    @property
    def proposed(self) -> date:
        """A day on which it applied: its last one, or its first."""
        return self.last if self.over and self.last is not None else self.first


def _together(found: Iterable[InForce]) -> list[InForce]:
    """One entry for all documents with the same days."""
    groups: dict[tuple[date, date | None], list[InForce]] = {}
    for one in found:
        groups.setdefault((one.first, one.last), []).append(one)
    return [replace(group[0], codes=tuple(one.code for one in group)) for group in groups.values()]


def tables_of(book: Rulebook, measure: Measure) -> list[str]:
    """The tables that the totals of a measure are taken from."""
    plan = book.plans[measure.id]
    goals = [goal for goal in (plan.eligible, plan.payable) if goal]
    names = {name for goal in goals for name in book.program.depends_on(goal)}
    return sorted({table for name in names if (table := book.table_of(name)) is not None})
