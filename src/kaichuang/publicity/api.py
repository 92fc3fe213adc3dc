"""The API of publicity: lists and lines for everybody, objections, and what officers do."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.errors import HttpError
from ninja.security import django_auth
from pydantic import Field

from kaichuang.accounts.ratelimit import allow
from kaichuang.clock.queries.today import business_date
from kaichuang.files.codes import normalise
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.parties.models import Unit
from kaichuang.publicity.columns import ColumnSpec, LineSpec
from kaichuang.publicity.models import Announcement, Line, Objection
from kaichuang.publicity.operations import (
    accept_objection,
    announce,
    decide_objection,
    lodge_objection,
    open_announcement,
    refuse_objection,
    retract_objection,
    withdraw_announcement,
)
from kaichuang.publicity.permissions import may_draft, may_read_objections
from kaichuang.publicity.queries.lists import announcements_for, objections_for, open_on, search_lines
from kaichuang.publicity.queries.tally import tally_of
from kaichuang.publicity.web.objecting import LOOKUPS, RATE

router = Router(tags=["publicity"])
_MOST = 1000
Key = Annotated[int, Field(ge=1, lt=2**63)]
Offset = Annotated[int, Field(ge=0, lt=2**31)]
Limit = Annotated[int, Field(ge=1, le=_MOST)]


def _text(longest: int) -> Any:
    return Field(default="", max_length=longest, pattern=r"^[^\x00]*$")


class ColumnIO(Schema):
    """`kind`: text, money (fen), int, date or masked. `mask`: name, phone, identity_number, bank_account, address, email."""

    code: str
    zh: str
    en: str = ""
    kind: str = "text"
    mask: str = ""


class AnnouncementOut(Schema):
    """`digest`: SHA-256 over JSON lines of `columns`, then of [position, cells, amount_fen] of every line."""

    id: int
    programme: str
    number: str
    kind: str
    title: str
    text: str
    clause: str
    unit: str
    contact: str
    columns: list[ColumnIO]
    days: int
    opens_on: date | None
    closes_on: date | None
    state: str
    reason: str
    closed_on: date | None
    settled_on: date | None
    digest: str
    url: str


class TallyOut(Schema):
    lines: int
    listed: int
    contested: int
    cleared: int
    struck: int
    withdrawn: int
    objections: int
    late: int
    pending: int
    upheld: int
    dismissed: int
    not_accepted: int


class AnnouncementDetail(AnnouncementOut):
    tally: TallyOut


class LineOut(Schema):
    position: int
    cells: dict[str, Any]
    amount_fen: int | None
    state: str
    until: date | None
    reason: str
    clause: str


class LinesOut(Schema):
    total: int
    lines: list[LineOut]


class ReceiptOut(Schema):
    """What whoever has the code may read; the author is masked."""

    code: str
    reference: str
    announcement: int
    position: int | None
    state: str
    is_late: bool
    author: str
    lodged_at: datetime
    refusal: str
    reason: str
    clause: str
    decided_on: date | None


class ObjectionOut(Schema):
    id: int
    reference: str
    announcement: int
    position: int | None
    state: str
    is_late: bool
    author: str
    text: str
    lodged_on: date
    refusal: str
    reason: str
    clause: str
    decided_on: date | None


class ObjectionIn(Schema):
    """`position` empty: the whole list."""

    position: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    identity_kind: Literal["person", "organisation"] = "person"
    name: str = _text(100)
    phone: str = _text(30)
    email: str = _text(200)
    reply_by: Literal["", "mail", "phone", "code"] = ""
    text: str = _text(5000)


class AnnounceIn(Schema):
    """`unit`: id of the unit; `lines`: the cells of each line by column code."""

    kind: str = _text(40)
    title: str = _text(200)
    columns: Annotated[list[ColumnIO], Field(max_length=40)]
    lines: Annotated[list[dict[str, str | int | None]], Field(max_length=50_000)]
    days: Annotated[int, Field(ge=1, le=250)]
    clause: str = _text(200)
    unit: Key
    text: str = _text(5000)
    contact: str = _text(1000)
    opens_on: date | None = None


class ReasonIn(Schema):
    reason: str = _text(1000)


class RefuseIn(ReasonIn):
    refusal: Literal["no_identity", "out_of_scope", "no_facts", "repeated"]
    clause: str = _text(200)


class DecideIn(ReasonIn):
    upheld: bool
    clause: str = _text(200)


@router.get(
    "/announcements",
    response=list[AnnouncementOut],
    summary="公示",
    operation_id="list_announcements",
    url_name="list_announcements",
)
def list_announcements(
    request: Request,
    programme: str = "",
    kind: str = "",
    running: bool | None = None,
    limit: Annotated[int, Field(ge=1, le=200)] = 50,
    offset: Offset = 0,
) -> Any:
    """Of one programme or all, the newest first; `running` says whether the period is on."""
    rows = announcements_for(request.actor).exclude(number="")
    if programme:
        rows = rows.filter(programme__slug=programme.replace("\x00", ""))
    if kind:
        rows = rows.filter(kind=kind.replace("\x00", ""))
    if running is not None:
        now_open = open_on(rows, business_date(request.programme or None, request.now)).values("pk")
        rows = rows.filter(pk__in=now_open) if running else rows.exclude(pk__in=now_open)
    return [_announcement(row) for row in rows.order_by("-opened_at", "-pk")[offset : offset + limit]]


@router.get(
    "/announcements/{int:pk}",
    response=AnnouncementDetail,
    summary="一份公示",
    operation_id="get_announcement",
    url_name="get_announcement",
)
def get_announcement(request: Request, pk: int) -> Any:
    row = _seen(request, pk)
    tally = tally_of(row)
    return {
        **_announcement(row),
        "tally": {name: getattr(tally, name) for name in TallyOut.model_fields},
    }


@router.get(
    "/announcements/{int:pk}/lines",
    response=LinesOut,
    summary="公示名单",
    operation_id="list_lines",
    url_name="list_lines",
)
def list_lines(request: Request, pk: int, q: str = "", limit: Limit = 100, offset: Offset = 0) -> Any:
    """In the order of the list, at most 1000 at once."""
    rows: QuerySet[Line] = search_lines(_seen(request, pk).lines.order_by("position"), q)
    return {"total": rows.count(), "lines": [_line(line) for line in rows[offset : offset + limit]]}


@router.post(
    "/announcements/{int:pk}/objections",
    response=ReceiptOut,
    summary="提出异议",
    operation_id="lodge_objection",
    url_name="lodge_objection",
)
def lodge(request: Request, pk: int, payload: ObjectionIn) -> Any:
    """Anybody, with real name and a contact; the answer holds the receipt code."""
    row = _seen(request, pk)
    line = None
    if payload.position is not None:
        line = get_object_or_404(row.lines, position=payload.position)
    if not allow(request, "publicity.object", RATE):
        raise HttpError(429, _("提交过于频繁，请一小时后再试。"))
    made = lodge_objection(
        announcement=row,
        line=line,
        actor=request.actor,
        now=request.now,
        **payload.model_dump(exclude={"position"}),
    )
    return _receipt(made)


@router.get(
    "/receipts/{code}",
    response=ReceiptOut,
    summary="异议回执",
    operation_id="get_receipt",
    url_name="get_receipt",
)
def get_receipt(request: Request, code: str) -> Any:
    return _receipt(_by_code(request, code))


@router.post(
    "/receipts/{code}/retract",
    response=ReceiptOut,
    summary="撤回异议",
    operation_id="retract_objection",
    url_name="retract_objection",
)
def retract(request: Request, code: str) -> Any:
    row = _by_code(request, code)
    retract_objection(objection=row, actor=request.actor, now=request.now, code=row.code)
    row.refresh_from_db()
    return _receipt(row)


@router.post(
    "/announcements",
    response=AnnouncementOut,
    auth=django_auth,
    summary="起草公示",
    operation_id="announce",
    url_name="announce",
)
def draft(request: Request, payload: AnnounceIn) -> Any:
    require(may_draft(request.actor, request.programme))
    values = payload.model_dump(exclude={"columns", "lines", "unit"})
    return _announcement(
        announce(
            programme=request.programme,
            unit=get_object_or_404(Unit, pk=payload.unit),
            columns=[ColumnSpec(**column.model_dump()) for column in payload.columns],
            lines=[LineSpec(subject=None, cells=cells) for cells in payload.lines],
            actor=request.actor,
            now=request.now,
            **values,
        )
    )


@router.post(
    "/announcements/{int:pk}/open",
    response=AnnouncementOut,
    auth=django_auth,
    summary="发布公示",
    operation_id="open_announcement",
    url_name="open_announcement",
)
def publish(request: Request, pk: int) -> Any:
    return _announcement(
        open_announcement(announcement=_seen(request, pk), actor=request.actor, now=request.now)
    )


@router.post(
    "/announcements/{int:pk}/withdraw",
    response=AnnouncementOut,
    auth=django_auth,
    summary="撤回公示",
    operation_id="withdraw_announcement",
    url_name="withdraw_announcement",
)
def withdraw(request: Request, pk: int, payload: ReasonIn) -> Any:
    row = _seen(request, pk)
    return _announcement(
        withdraw_announcement(announcement=row, reason=payload.reason, actor=request.actor, now=request.now)
    )


@router.get(
    "/objections",
    response=list[ObjectionOut],
    auth=django_auth,
    summary="异议",
    operation_id="list_objections",
    url_name="list_objections",
)
def list_objections(
    request: Request, state: str = "", limit: Annotated[int, Field(ge=1, le=200)] = 50, offset: Offset = 0
) -> Any:
    """The programme's for its public servants; one's own for everybody else."""
    rows = objections_for(request.actor)
    if state:
        rows = rows.filter(state=state.replace("\x00", ""))
    return [_objection(row) for row in rows.order_by("-pk")[offset : offset + limit]]


@router.post(
    "/objections/{int:pk}/accept",
    response=ObjectionOut,
    auth=django_auth,
    summary="受理异议",
    operation_id="accept_objection",
    url_name="accept_objection",
)
def accept(request: Request, pk: int) -> Any:
    row = _own(request, pk)
    return _objection(accept_objection(objection=row, actor=request.actor, now=request.now))


@router.post(
    "/objections/{int:pk}/refuse",
    response=ObjectionOut,
    auth=django_auth,
    summary="不予受理",
    operation_id="refuse_objection",
    url_name="refuse_objection",
)
def refuse(request: Request, pk: int, payload: RefuseIn) -> Any:
    row = _own(request, pk)
    return _objection(
        refuse_objection(objection=row, actor=request.actor, now=request.now, **payload.model_dump())
    )


@router.post(
    "/objections/{int:pk}/decide",
    response=ObjectionOut,
    auth=django_auth,
    summary="处理异议",
    operation_id="decide_objection",
    url_name="decide_objection",
)
def decide(request: Request, pk: int, payload: DecideIn) -> Any:
    row = _own(request, pk)
    return _objection(
        decide_objection(objection=row, actor=request.actor, now=request.now, **payload.model_dump())
    )


def _seen(request: Request, pk: int) -> Announcement:
    return get_object_or_404(announcements_for(request.actor), pk=pk if pk < 2**63 else 0)


def _own(request: Request, pk: int) -> Objection:
    require(may_read_objections(request.actor, request.actor.programme_id or 0))
    return get_object_or_404(objections_for(request.actor), pk=pk if pk < 2**63 else 0)


def _by_code(request: Request, code: str) -> Objection:
    if not allow(request, "publicity.receipt", LOOKUPS):
        raise HttpError(429, _("查询过于频繁，请一分钟后再试。"))
    plain = normalise(code)
    if plain is None:
        raise Refused(Problem("code", _("没有这个回执码，请核对后重新输入。"), field="code"))
    rows = Objection.objects.select_related("announcement", "line")
    found: Objection = get_object_or_404(rows, code=plain)
    return found


def _announcement(row: Announcement) -> dict[str, Any]:
    direct = set(AnnouncementOut.model_fields) - {"programme", "unit", "url"}
    return {name: getattr(row, name) for name in direct} | {
        "programme": row.programme.slug,
        "unit": row.unit.name,
        "url": row.get_absolute_url(),
    }


def _line(line: Line) -> dict[str, Any]:
    return {name: getattr(line, name) for name in LineOut.model_fields}


def _common(row: Objection) -> dict[str, Any]:
    names = ("reference", "state", "is_late", "refusal", "reason", "clause", "decided_on")
    return {name: getattr(row, name) for name in names} | {
        "announcement": row.announcement_id,
        "position": row.line.position if row.line is not None else None,
        "author": row.masked_name,
    }


def _receipt(row: Objection) -> dict[str, Any]:
    return _common(row) | {"code": row.printed_code, "lodged_at": row.lodged_at}


def _objection(row: Objection) -> dict[str, Any]:
    return _common(row) | {"id": row.pk, "text": row.text, "lodged_on": row.lodged_on}
