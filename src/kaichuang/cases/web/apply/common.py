"""What the applicant's pages share: the case at hand, its form, what stands in the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from kaichuang.cases.models import Case
from kaichuang.cases.operations.draft import refresh_draft
from kaichuang.cases.queries.cases import cases_for, state_of
from kaichuang.cases.queries.obstacles import hand_in, obstacles
from kaichuang.cases.queries.papers import PaperNeeded, handed_in_before, papers_of
from kaichuang.cases.web.apply.forms import REQUESTED, reasons_for
from kaichuang.entitlement.queries.asking import Asked
from kaichuang.entitlement.queries.books import compiled
from kaichuang.entitlement.words import words
from kaichuang.kit.http import Request
from kaichuang.kit.problems import Problem


def own_case(request: Request, pk: int) -> Case:
    """A case of the party that one acts for; 404 for all others."""
    if request.actor.party_id is None or pk >= 2**63:
        raise Http404
    rows = cases_for(request.actor).filter(party=request.actor.party_id)
    found: Case = get_object_or_404(rows.select_related("matter__current", "version__pack_version"), pk=pk)
    return found


def open_case(request: Request, pk: int) -> Case:
    """The same, brought up to the matter as it is now while it is a draft."""
    return refresh_draft(case=own_case(request, pk), now=request.now)


def is_open(case: Case) -> bool:
    """Whether the applicant may write now."""
    state = state_of(case)
    return state.desk == "applicant" and state.kind != "end" and hand_in(case) is not None


def problems_of(case: Case, request: Request) -> list[Problem]:
    """Everything that stands in the way of handing in; each leads to its place in the form."""
    return [placed(case, problem) for problem in obstacles(case, request.now)]


def placed(case: Case, problem: Problem) -> Problem:
    """The problem with the place in the form to which it belongs."""
    if problem.field.startswith("key:"):
        kind = problem.field.removeprefix("key:")
        keys = [key for key in case.version.file.matter.keys if key.kind == kind]
        return replace(problem, field=(keys[0].table or keys[0].name) if keys else "")
    return replace(problem, field=f"q-{REQUESTED}") if problem.field == REQUESTED else problem


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One kind of paper on the page: why it is needed, what is there, what was handed in before."""

    needed: PaperNeeded
    note: str
    reasons: list[tuple[str, str]]
    earlier: list[Any]
    problems: list[str]
    may_change: bool

    @property
    def code(self) -> str:
        return self.needed.paper.code


def paper_lines(case: Case, asked: Asked, problems: dict[str, list[str]] | None = None) -> list[PaperLine]:
    """The papers of a case with their reasons by clause, and earlier ones that may be used again."""
    may_change = is_open(case)
    lines = []
    for needed in papers_of(case):
        code = needed.paper.code
        there = {one.attachment.content_id for one in (*needed.there, *needed.loose)}
        earlier = [] if not may_change else _distinct(handed_in_before(case, code)[:20], there)
        lines.append(
            PaperLine(
                needed=needed,
                note=words(needed.paper.note),
                reasons=_paper_reasons(asked, code) or [("", case.matter.clause)],
                earlier=earlier,
                problems=[
                    text
                    for place, texts in (problems or {}).items()
                    if place.partition(":")[0] == code
                    for text in texts
                ],
                may_change=may_change,
            )
        )
    return lines


def _distinct(rows: Any, there: set[Any]) -> list[Any]:
    """Each file once, without those handed in here already."""
    found: dict[Any, Any] = {}
    for one in rows:
        if one.attachment.content_id not in there:
            found.setdefault(one.attachment.content_id, one)
    return list(found.values())[:3]


def _paper_reasons(asked: Asked, code: str) -> list[tuple[str, str]]:
    """What a paper proves: conditions that name it, or facts of which it is the evidence."""
    found: list[tuple[str, str]] = []
    book = asked.book
    for measure in asked.measures if asked.only else ():
        for check in book.plans[measure.id].checks:
            if code in check.condition.evidence:
                found.append((words(check.condition.title), check.condition.clause))
        names = [n for n, fact in book.facts.items() if code in fact.evidence]
        reads = {used for goal in (book.plans[measure.id].eligible, book.plans[measure.id].payable) if goal for used in book.program.depends_on(goal)}  # fmt: skip
        for name in names:
            if name in reads:
                found += reasons_for(asked, name)
    return list(dict.fromkeys(found))


def pack_of(case: Case) -> Any:
    """The pack under which the case stands."""
    return compiled(case.version.pack_version)[0]
