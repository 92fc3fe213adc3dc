"""Cases for programs: matters, applications, their moves, what was decided, and how promises were kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Annotated, Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import File, Router, Schema
from ninja.files import UploadedFile
from ninja.security import django_auth
from pydantic import Field

from kaichuang.cases.models import Case
from kaichuang.cases.operations.draft import begin_case, refresh_draft, save_draft
from kaichuang.cases.operations.evidence import add_paper
from kaichuang.cases.operations.move import move_case
from kaichuang.cases.queries.cases import cases_for, open_moves, state_of
from kaichuang.cases.queries.catalogue import Offer, matters_for, offer_of, offers_of
from kaichuang.cases.queries.form import asked_names, form_of, settled, uncomputable
from kaichuang.cases.queries.obstacles import hand_in, obstacles
from kaichuang.cases.queries.papers import papers_of
from kaichuang.cases.queries.performance import performance_of
from kaichuang.cases.queries.written import read_statements
from kaichuang.clock.queries import business_date
from kaichuang.entitlement.words import words
from kaichuang.kit.http import Request
from kaichuang.kit.problems import Problem, Refused
from kaichuang.places.models import Programme
from kaichuang.places.queries.programmes import programmes_for

router = Router(tags=["cases"])
_LIMIT = 200
Key = Annotated[int, Field(ge=1, lt=2**63)]
Fen = Annotated[int, Field(ge=0, lt=2**53)]
Text = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]
Name = Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")]
Slug = Annotated[str, Field(max_length=50, pattern=r"^[^\x00]*$")]
Cell = bool | int | str | None


class StepOut(Schema):
    """Days are working days."""

    state: str
    stage: str
    title: str
    unit: str
    days: int | None


class MatterOut(Schema):
    """`when`: open, soon, closed, or automatic (no application needed). `asks` are the facts one is asked for."""

    id: int
    code: str
    title: str
    summary: str
    clause: str
    measure: str
    applicants: list[str]
    when: str
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None
    papers: list[str]
    asks: list[str]
    steps: list[StepOut]
    promised_days: int


class ProblemOut(Schema):
    code: str
    message: str
    field: str
    clause: str


class RefusalOut(Schema):
    """Everything that is wrong, at once."""

    problems: list[ProblemOut]


class MoveOut(Schema):
    """A move out of the present state; `refused` says why the caller may not make it."""

    id: str
    title: str
    needs_reason: bool
    refused: str


class CaseOut(Schema):
    """Amounts are in fen. `problems` say what stands in the way of handing in."""

    id: int
    number: str
    matter: str
    party_id: int
    state: str
    stage: str
    title: str
    desk: str
    as_of: dt.date
    submitted_at: dt.datetime | None
    ended_at: dt.datetime | None
    due_on: dt.date | None
    status: str
    requested_fen: int | None
    ceiling_fen: int | None
    granted_fen: int | None
    changed_at: dt.datetime
    moves: list[MoveOut]
    problems: list[ProblemOut]


class DraftIn(Schema):
    """Statements by name, as the calculator takes them: money in yuan (`200000`, `"20万"`), ratios as `"30%"`, days as
    `"2019-06-01"`, tables as lists of rows. What is left out is not stated. `based_on` is the `changed_at` that the
    caller saw: another window's work is not overwritten unasked."""

    facts: Annotated[dict[str, Cell | list[dict[str, Cell]]], Field(max_length=300)] = {}
    requested_fen: Fen | None = None
    reasons: Annotated[dict[str, Name], Field(max_length=100)] = {}
    based_on: dt.datetime | None = None


class PointIn(Schema):
    """A point of a correction, or a ground of a refusal."""

    about: Name = ""
    text: Text
    clause: Name = ""


class MoveIn(Schema):
    """What a move takes: an amount to propose or grant, points to complete, grounds to refuse."""

    reason: Text = ""
    amount_fen: Fen | None = None
    items: Annotated[list[PointIn], Field(max_length=50)] = []
    grounds: Annotated[list[PointIn], Field(max_length=50)] = []
    why_later: Text = ""
    new: bool = False


class PaperOut(Schema):
    id: int
    paper: str
    name: str


class DecisionOut(Schema):
    """`document` is the frozen answer by which anybody can replay the decision; none where no rule was asked."""

    id: int
    kind: str
    amount_fen: int
    ceiling_fen: int
    reason: str
    grounds: list[dict[str, str]]
    decided_on: dt.date
    digest: str
    document: dict[str, Any] | None


class PerformanceOut(Schema):
    """One step at one unit; days are working days, `share` is on time of done."""

    unit_id: int
    unit: str
    state: str
    stage: str
    title: str
    least: int
    most: int
    done: int
    median: float | None
    ninth: float | None
    on_time: int
    share: float | None
    here: int
    overdue: int


REFUSED = {401: RefusalOut, 403: RefusalOut, 409: RefusalOut, 422: RefusalOut}


@router.get("/matters", response=list[MatterOut], summary="事项目录", operation_id="list_matters")
def list_matters(request: Request, programme: Slug) -> Any:
    """Everything that can be applied for in a programme."""
    place = _programme(request, programme)
    return [_matter(offer) for offer in offers_of(place, request.actor, request.now)]


@router.get("/matters/{int:pk}", response=MatterOut, summary="一个事项", operation_id="get_matter")
def get_matter(request: Request, pk: int) -> Any:
    row = get_object_or_404(matters_for(request.actor), pk=pk if pk < 2**63 else 0)
    return _matter(offer_of(row, request.now))


@router.get(
    "/performance", response=list[PerformanceOut], summary="办理时限兑现情况", operation_id="get_performance"
)
def get_performance(
    request: Request,
    programme: Slug,
    matter: Key | None = None,
    unit: Key | None = None,
    year: Annotated[int | None, Field(ge=1900, le=2199)] = None,
) -> Any:
    """Promises and what became of them, by unit and step."""
    place = _programme(request, programme)
    today = business_date(place, request.now)
    return performance_of(place, today=today, matter=matter, unit=unit, year=year)


@router.post(
    "/matters/{int:pk}/begin",
    response={200: CaseOut, **REFUSED},
    auth=django_auth,
    summary="开始申报",
    operation_id="begin_application",
)
def begin_application(request: Request, pk: int) -> Any:
    """The party's draft of a matter: the one it has, or a new one."""
    row = get_object_or_404(matters_for(request.actor), pk=pk if pk < 2**63 else 0)
    return _case(request, begin_case(matter=row, actor=request.actor, now=request.now))


@router.get("/mine", response=list[CaseOut], auth=django_auth, summary="我的办件", operation_id="my_cases")
def my_cases(request: Request) -> Any:
    """The cases of the party that one acts for, the newest first."""
    if request.actor.party_id is None:
        return []
    rows = cases_for(request.actor).filter(party=request.actor.party_id).order_by("-pk")[:_LIMIT]
    return [_case(request, row, whole=False) for row in rows]


@router.get("/{int:pk}", response=CaseOut, auth=django_auth, summary="一份办件", operation_id="get_case")
def get_case(request: Request, pk: int) -> Any:
    return _case(request, _own(request, pk))


@router.put(
    "/{int:pk}/draft",
    response={200: CaseOut, **REFUSED},
    auth=django_auth,
    summary="保存草稿",
    operation_id="save_application",
)
def save_application(request: Request, pk: int, payload: DraftIn) -> Any:
    """Replace the statements; complete or not. What is missing is told in `problems`."""
    case = refresh_draft(case=_own(request, pk), now=request.now)
    asked = form_of(case)
    names = asked_names(asked.book, case.version.file.matter)
    facts, tables = read_statements(asked.book, names, payload.facts)
    told = settled(asked, replace(asked.told, facts=facts, tables=tables, unknown=frozenset()))
    wrong = uncomputable(asked, told)
    if wrong:
        raise Refused(*(Problem("too_large", message) for message in wrong))
    saved = save_draft(
        case=case,
        told=told,
        actor=request.actor,
        now=request.now,
        requested_fen=payload.requested_fen,
        reasons=payload.reasons,
        based_on=payload.based_on,
    )
    return _case(request, saved)


@router.post(
    "/{int:pk}/papers/{paper}",
    response={200: PaperOut, **REFUSED},
    auth=django_auth,
    summary="提交材料",
    operation_id="add_application_paper",
)
def add_application_paper(
    request: Request, pk: int, paper: Name, file: File[UploadedFile], row: int | None = None
) -> Any:
    """One file as one kind of paper. `row` (from 1) says to which row it belongs, where the paper is asked for row by
    row; without it the first row that has none."""
    case = _own(request, pk)
    key = ""
    if row is not None:
        rows = next((one.rows for one in papers_of(case) if one.paper.code == paper), ())
        if not 1 <= row <= len(rows):
            raise Refused(Problem("row_unknown", _("没有这一行。"), field="row"))
        key = rows[row - 1].key
    evidence = add_paper(case=case, paper=paper, upload=file, actor=request.actor, now=request.now, row=key)
    return {"id": evidence.pk, "paper": evidence.paper, "name": evidence.attachment.name}


@router.post(
    "/{int:pk}/submit",
    response={200: CaseOut, **REFUSED},
    auth=django_auth,
    summary="提交",
    operation_id="submit_application",
)
def submit_application(request: Request, pk: int) -> Any:
    """Hand in, or complete what was asked for; everything that is missing comes back at once."""
    case = _own(request, pk)
    move = hand_in(case)
    if move is None:
        raise Refused(Problem("not_open", _("申请已经提交，目前不能修改。")))
    return _case(request, move_case(case=case, move=move.id, actor=request.actor, now=request.now))


@router.post(
    "/{int:pk}/moves/{move}",
    response={200: CaseOut, **REFUSED},
    auth=django_auth,
    summary="办理一步",
    operation_id="make_move",
)
def make_move(request: Request, pk: int, move: Name, payload: MoveIn) -> Any:
    """Any move that the table gives to the caller."""
    case = _own(request, pk)
    data: dict[str, Any] = {
        "items": [item.dict() for item in payload.items],
        "grounds": [{"clause": one.clause, "text": one.text} for one in payload.grounds],
        "why_later": payload.why_later,
        "new": payload.new,
    }
    if payload.amount_fen is not None:
        data["amount_fen"] = payload.amount_fen
    moved = move_case(
        case=case, move=move, actor=request.actor, now=request.now, reason=payload.reason, data=data
    )
    return _case(request, moved)


@router.get(
    "/{int:pk}/decisions",
    response=list[DecisionOut],
    auth=django_auth,
    summary="决定",
    operation_id="list_decisions",
)
def list_decisions(request: Request, pk: int) -> Any:
    """What was decided, with reasons by clause and the document to replay."""
    return list(_own(request, pk).decisions.order_by("pk"))


def _programme(request: Request, slug: str) -> Programme:
    found = programmes_for(request.actor).filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def _own(request: Request, pk: int) -> Case:
    found: Case = get_object_or_404(cases_for(request.actor), pk=pk if pk < 2**63 else 0)
    return found


def _matter(offer: Offer) -> dict[str, Any]:
    round_ = offer.round if offer.spec.window == "round" else None
    return {
        "id": offer.matter.pk,
        "code": offer.matter.code,
        "title": offer.title,
        "summary": offer.summary,
        "clause": offer.matter.clause,
        "measure": offer.matter.measure,
        "applicants": list(offer.spec.applicants),
        "when": offer.when,
        "opens_at": round_.opens_at if round_ is not None else None,
        "closes_at": round_.closes_at if round_ is not None else None,
        "papers": [paper.code for paper in offer.spec.all_papers],
        "asks": asked_names(offer.loaded.book, offer.spec),
        "steps": [
            {
                "state": stop.state.id,
                "stage": stop.state.stage,
                "title": stop.title,
                "unit": stop.unit,
                "days": stop.days,
            }
            for stop in offer.way
        ],
        "promised_days": offer.promised_days,
    }


_PLAIN = (
    "number", "party_id", "state", "stage", "as_of", "submitted_at", "ended_at", "status", "requested_fen",
    "ceiling_fen", "granted_fen", "changed_at",
)  # fmt: skip


def _case(request: Request, case: Case, *, whole: bool = True) -> dict[str, Any]:
    """A case; without moves and problems in lists, where computing each would take long."""
    row = cases_for(request.actor).get(pk=case.pk) if whole else case
    stay = row.stays.filter(left_at=None).select_related("deadline").first() if whole else None
    mine = row.party_id == request.actor.party_id
    return {
        "id": row.pk,
        "matter": row.matter.code,
        "title": words(state_of(row).title),
        "desk": row.desk.name if row.desk is not None else "",
        "due_on": stay.deadline.due_on if stay is not None and stay.deadline is not None else None,
        "moves": [
            {"id": move.id, "title": words(move.title), "needs_reason": move.reason, "refused": refusal}
            for move, refusal in (open_moves(row, request.actor) if whole else ())
        ],
        "problems": [
            {"code": one.code, "message": str(one), "field": one.field, "clause": one.clause}
            for one in (obstacles(row, request.now) if whole and mine else ())
        ],
    } | {name: getattr(row, name) for name in _PLAIN}
