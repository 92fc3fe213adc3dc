"""The library as an API: documents, clauses, search, citations, duties, questions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import Http404
from ninja import Query, Router, Schema, Status
from ninja.pagination import paginate
from pydantic import Field

from kaichuang.accounts.ratelimit import allow
from kaichuang.clock.queries.today import business_date
from kaichuang.kit.http import Request
from kaichuang.kit.problems import Refused
from kaichuang.places.models import Programme
from kaichuang.policy.models import Clause, Document, Edition, Question, Reference, Responsibility
from kaichuang.policy.operations import ask as ask_question
from kaichuang.policy.paths import plain
from kaichuang.policy.queries.clauses import MOST, find_clause, passage_of, search_page
from kaichuang.policy.queries.duties import duties_for
from kaichuang.policy.queries.library import citations_of, library_for
from kaichuang.policy.queries.questions import frequent_questions
from kaichuang.policy.queries.reading import Branch, clause_url, document_url, read_parts, references_of
from kaichuang.policy.queries.validity import validity_of
from kaichuang.policy.web.documents import open_edition
from kaichuang.policy.web.questions import LOOKUPS, RATE

router = Router(tags=["policy"])


class EffectOut(Schema):
    """`effect`: future, in_force, ending, expired, repealed, marked; `text` says it in words."""

    effect: str
    text: str
    notes: list[str]


class DocumentOut(Schema):
    code: str
    title: str
    issuer: str
    number: str
    place: str
    edition: int
    outline_only: bool
    signed_on: date | None
    published_on: date | None
    effective_on: date | None
    expires_on: date | None
    repealed_on: date | None
    validity: EffectOut
    url: str


class UnitOut(Schema):
    unit: str
    role: str
    printed: str
    is_read: bool


class ClauseOut(Schema):
    """`paragraphs` and `items` are the printed words; `gist` is the sense in the pack's own words."""

    reference: str
    number: str
    level: int
    heading: str
    paragraphs: list[str]
    items: list[str]
    gist: str
    figures: list[dict[str, Any]]
    line: int | None
    responsible: list[UnitOut]
    url: str


class ClauseTreeOut(ClauseOut):
    children: list[ClauseTreeOut]


class PartOut(Schema):
    code: str
    kind: str
    title: str
    preamble: list[str]
    closing: list[str]
    clauses: list[ClauseTreeOut]


class CitationOut(Schema):
    """`target` is the code of the cited document when the library has it."""

    number: str
    title: str
    printed: str
    line: int | None
    target: str | None


class WholeDocumentOut(DocumentOut):
    parts: list[PartOut]
    cites: list[CitationOut]


class HitOut(Schema):
    reference: str
    heading: str
    passage: str
    document: str
    url: str


class SearchOut(Schema):
    """`total` counts at most 500 hits; `is_more` says that there are more."""

    total: int
    is_more: bool
    hits: list[HitOut]


class CitedAtOut(Schema):
    document: str
    clause: str | None
    printed: str


class DutyOut(UnitOut):
    reference: str
    heading: str


class AnswerOut(Schema):
    text: str
    answer: str
    citations: list[str]
    unit: str | None
    document: str | None
    asked_at: datetime
    answered_at: datetime | None


class QuestionIn(Schema):
    """`clause` is a reference such as `NH 三(二)`; without it the question goes to `programme` (its slug)."""

    text: str = Field(max_length=4000)
    clause: str = Field("", max_length=150)
    programme: str = Field("", max_length=50)
    contact: str = Field("", max_length=100)


class TicketOut(Schema):
    ticket: str
    state: str
    unit: str | None
    answer: str
    citations: list[str]


class ProblemOut(Schema):
    code: str
    message: str
    field: str


class ErrorOut(Schema):
    detail: str
    problems: list[ProblemOut] = []


@router.get("/documents", response=list[DocumentOut], auth=None, summary="Current policies")
@paginate
def list_policies(
    request: Request,
    q: str = "",
    place: str = "",
    effect: str = "",
    issuer: str = "",
    year: int | None = None,
) -> Any:
    """`effect`: in_force, future or ended, on the business date of the programme."""
    today = business_date(request.programme or None, request.now)
    year = year if year is not None and 0 < year < 10_000 else None
    rows = library_for(request.actor, today=today, q=q, place=place, effect=effect, issuer=issuer, year=year)
    return [_document(row, today) for row in rows.order_by("document__code")]


@router.get("/documents/{code}", response=WholeDocumentOut, auth=None, summary="One policy with its clauses")
def get_policy(request: Request, code: str, edition: str = "") -> Any:
    """The current edition, or the one with the ordinal `edition`."""
    found = open_edition(request.actor, code, edition)
    today = business_date(request.programme or None, request.now)
    return {
        **_document(found, today),
        "parts": [
            {
                "code": one.part.code,
                "kind": one.part.kind,
                "title": one.part.title,
                "preamble": one.part.preamble,
                "closing": one.part.closing,
                "clauses": [_tree(branch, one.part.code) for branch in one.branches],
            }
            for one in read_parts(found)
        ],
        "cites": [_citation(reference) for reference in references_of(found)],
    }


@router.get("/clauses", response=ClauseOut, auth=None, summary="A clause by its reference")
def get_clause(request: Request, ref: Annotated[str, Query(max_length=150)]) -> Any:
    """`ref` as it is cited: `NH 三(二)`, `QDA 六`, `NT #13`."""
    found = find_clause(ref)
    if found is None:
        raise Http404
    return _clause(found, found.part.code)


@router.get("/search", response=SearchOut, auth=None, summary="Full-text search of clauses")
def search_clauses(
    request: Request,
    q: Annotated[str, Query(max_length=100)],
    place: str = "",
    in_force: bool = False,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=MOST)] = 0,
) -> Any:
    """Chinese words of two characters or more, all of which must occur; headings first."""
    today = business_date(request.programme or None, request.now)
    found = search_page(
        request.actor, q, limit=limit, offset=offset, place=place, in_force_on=today if in_force else None
    )
    return {
        "total": found.total,
        "is_more": found.is_more,
        "hits": [
            {
                "reference": f"{clause.part.code} {clause.path}",
                "heading": clause.heading,
                "passage": passage_of(clause, q),
                "document": clause.edition.title,
                "url": clause_url(clause.part.code, clause.path),
            }
            for clause in found.clauses
        ],
    }


@router.get("/citations", response=list[CitedAtOut], auth=None, summary="Who cites a document")
@paginate
def list_citations(request: Request, number: str = "", title: str = "") -> Any:
    """By document number (`国发〔2015〕32号`), or by exact title."""
    return [
        {
            "document": row.edition.document.code,
            "clause": f"{row.clause.part.code} {row.clause.path}" if row.clause is not None else None,
            "printed": row.printed,
        }
        for row in citations_of(request.actor, number=number, title=title)
    ]


@router.get(
    "/responsibilities", response=list[DutyOut], auth=None, summary="Which unit answers for which clause"
)
@paginate
def list_responsibilities(request: Request, code: str = "", unit: str = "", role: str = "") -> Any:
    """`role`: lead or cooperating."""
    return [
        {
            **_unit(row),
            "reference": f"{row.clause.part.code} {row.clause.path}",
            "heading": row.clause.heading,
        }
        for row in duties_for(request.actor, code=code, unit=unit, role=role)
    ]


@router.get("/questions", response=list[AnswerOut], auth=None, summary="Public answers")
@paginate
def list_answers(request: Request, q: str = "", code: str = "") -> Any:
    return [
        {
            "text": row.text,
            "answer": row.answer,
            "citations": row.citations,
            "unit": row.unit.name if row.unit is not None else None,
            "document": row.document.code if row.document is not None else None,
            "asked_at": row.asked_at,
            "answered_at": row.answered_at,
        }
        for row in frequent_questions(q=q, code=code)
    ]


@router.post(
    "/questions",
    response={201: TicketOut, 404: ErrorOut, 422: ErrorOut, 429: ErrorOut},
    auth=None,
    summary="Ask about a policy",
)
def ask_policy_question(request: Request, body: QuestionIn) -> Any:
    """With or without login; the ticket in the answer is the way to the reply. Ten an hour from one address."""
    if not allow(request, "policy.ask", RATE):
        return Status(429, {"detail": "too many requests"})
    clause = find_clause(body.clause) if body.clause else None
    if body.clause and clause is None:
        return Status(404, {"detail": "no such clause"})
    programme = (
        clause.edition.document.programme
        if clause is not None
        else Programme.objects.filter(is_public=True, slug=plain(body.programme)).first()
    )
    if programme is None:
        return Status(404, {"detail": "no such programme"})
    try:
        question = ask_question(
            actor=request.actor,
            now=request.now,
            programme=programme,
            clause=clause,
            text=plain(body.text),
            contact=plain(body.contact),
        )
    except Refused as refused:
        problems = [
            {"code": one.code, "message": str(one.message), "field": one.field} for one in refused.problems
        ]
        return Status(422, {"detail": str(refused), "problems": problems})
    return Status(201, _ticket(question))


@router.get(
    "/questions/{ticket}", response={200: TicketOut, 429: ErrorOut}, auth=None, summary="Follow a question"
)
def get_policy_question(request: Request, ticket: str) -> Any:
    """By the ticket that asking returned."""
    if not allow(request, "policy.track", LOOKUPS):
        return Status(429, {"detail": "too many requests"})
    found = Question.objects.select_related("unit").filter(ticket=plain(ticket)).first()
    if found is None:
        raise Http404
    return _ticket(found)


def _document(row: Edition, today: date) -> dict[str, Any]:
    validity = validity_of(row, today)
    document: Document = row.document
    return {
        "code": document.code,
        "title": row.title,
        "issuer": row.issuer,
        "number": row.number,
        "place": document.programme.place.name,
        "edition": row.ordinal,
        "outline_only": row.outline_only,
        "signed_on": row.signed_on,
        "published_on": row.published_on,
        "effective_on": row.effective_on,
        "expires_on": row.expires_on,
        "repealed_on": row.repealed_on,
        "validity": {"effect": validity.effect, "text": validity.text, "notes": validity.notes},
        "url": document_url(document.code),
    }


def _unit(row: Responsibility) -> dict[str, Any]:
    return {"unit": row.unit.name, "role": row.role, "printed": row.printed, "is_read": row.is_read}


def _clause(row: Clause, code: str) -> dict[str, Any]:
    return {
        "reference": f"{code} {row.path}",
        "number": row.number,
        "level": row.level,
        "heading": row.heading,
        "paragraphs": row.paragraphs,
        "items": row.items,
        "gist": row.gist,
        "figures": row.figures,
        "line": row.line,
        "responsible": [_unit(duty) for duty in row.responsibilities.all()],
        "url": clause_url(code, row.path),
    }


def _tree(branch: Branch, code: str) -> dict[str, Any]:
    return {**_clause(branch.clause, code), "children": [_tree(child, code) for child in branch.children]}


def _citation(row: Reference) -> dict[str, Any]:
    return {
        "number": row.number,
        "title": row.title,
        "printed": row.printed,
        "line": row.line,
        "target": row.target.code if row.target is not None else None,
    }


def _ticket(row: Question) -> dict[str, Any]:
    return {
        "ticket": row.ticket,
        "state": row.state,
        "unit": row.unit.name if row.unit is not None else None,
        "answer": row.answer,
        "citations": row.citations,
    }
