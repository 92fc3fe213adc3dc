"""Which questions come next: those that settle most measures with fewest answers, a few at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kaichuang.entitlement.queries.asking import Asked
from kaichuang.rules.measures import Entitlement
from kaichuang.rules.measures.model import Measure

AT_ONCE = 4
_OTHERS_KNOW = 0.6
"""A question that the visitor can hardly answer comes later."""
_TABLE = 0.5
"""So does a table, which takes longer to fill in."""
_COMPANY = 0.3
"""A question of a measure already begun is preferred to one of another."""
_HOPELESS = 0.3
"""So does one whose measure also lacks something that the visitor does not know."""


@dataclass
class Question:
    """A fact or a table to ask for, the measures it would help to settle, and how useful that is.

    ``totals`` are the sums that may be given instead of the rows of a table.
    """

    name: str
    measures: list[Measure] = field(default_factory=list)
    totals: list[str] = field(default_factory=list)
    weight: float = 0.0

    @property
    def clauses(self) -> list[str]:
        return list(dict.fromkeys(measure.clause for measure in self.measures))


def missing_names(found: Entitlement) -> list[str]:
    """The smallest set of unknown names that could make a measure apply and its amount known, as the program knows them."""
    book, plan, case = found.book, found.plan, found.answers.case
    if found.status == "not_met":
        return []
    goals: Iterable[str | None] = (plan.payable,)
    if found.status == "unknown":
        goals = (plan.eligible, plan.amount, *(room.room for room in plan.rooms))
    overrides, _opened = book.split_settings(found.answers.settings)
    names: list[str] = []
    for goal in goals:
        if goal is not None:
            missing = book.program.missing(goal, case.values, overrides or None)
            names += [name for name in sorted(missing.smallest) if name not in names]
    return names


def open_questions(asked: Asked) -> list[Question]:
    """Everything still worth asking, the most useful first."""
    questions: dict[str, Question] = {}
    for measure in asked.measures:
        names = missing_names(asked.entitlement(measure))
        fields = {_field(asked, name): name for name in names if name not in asked.book.compiled.unset}
        unknown = [name for name in fields if name in asked.told.unknown]
        useful = [name for name in fields if name not in asked.told.unknown]
        for name in useful:
            question = questions.setdefault(name, Question(name))
            question.measures.append(measure)
            question.weight += (_HOPELESS if unknown else 1.0) / len(useful)
            if name in asked.book.collections:
                question.totals += [
                    n for n in names if asked.book.table_of(n) == name and n not in question.totals
                ]
    for question in questions.values():
        if not _visitor_knows(asked, question.name):
            question.weight *= _OTHERS_KNOW
        if question.name in asked.book.collections:
            question.weight *= _TABLE
    order = {name: at for at, name in enumerate(questions)}
    return sorted(questions.values(), key=lambda q: (-q.weight, order[q.name]))


def next_questions(asked: Asked, *, limit: int = AT_ONCE) -> list[Question]:
    """The few to ask now: the most useful one, then what settles a measure together with it; one table at most, last."""
    ranked = open_questions(asked)
    chosen: list[Question] = []
    while ranked and len(chosen) < limit:
        begun = {measure.id for question in chosen for measure in question.measures}
        best = max(ranked, key=lambda q: q.weight + (_COMPANY if begun & {m.id for m in q.measures} else 0.0))
        ranked.remove(best)
        chosen.append(best)
        if best.name in asked.book.collections:
            ranked = [question for question in ranked if question.name not in asked.book.collections]
    return sorted(chosen, key=lambda q: q.name in asked.book.collections)


def _field(asked: Asked, name: str) -> str:
    """What is asked for: the table, where the missing name is a total of one."""
    return asked.book.table_of(name) or name


def _visitor_knows(asked: Asked, name: str) -> bool:
    book = asked.book
    item = book.collections.get(name) or book.facts.get(name)
    return item is None or not item.suppliers or "applicant" in item.suppliers


def question_about(asked: Asked, name: str) -> Question:
    """A fact or a table that somebody wants to answer, needed or not, with the measures that read it."""
    book = asked.book
    question = Question(name)
    for measure in asked.measures:
        plan = book.plans[measure.id]
        goals = [goal for goal in (plan.eligible, plan.payable) if goal]
        reads = {used for goal in goals for used in book.program.depends_on(goal)}
        if name in reads or any(book.table_of(used) == name for used in reads):
            question.measures.append(measure)
        question.totals += [
            used for used in sorted(reads) if book.table_of(used) == name and used not in question.totals
        ]
    return question


def questions_named(asked: Asked, names: Iterable[str], totals: Iterable[str] = ()) -> list[Question]:
    """The questions that a page asked, again, when its answers come back; ``totals`` are the sums it offered."""
    book = asked.book
    known = [n for n in dict.fromkeys(names) if n in book.facts or n in book.collections]
    ranked = {question.name: question for question in open_questions(asked)}
    found = [ranked.get(name) or question_about(asked, name) for name in known]
    offered = list(totals)
    for question in found:
        if offered and question.name in book.collections:
            question.totals = [total for total in offered if book.table_of(total) == question.name]
    return found
