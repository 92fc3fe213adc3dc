"""Booking for programs: what is free, book, change, the keeper's decisions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from ninja.security import django_auth
from pydantic import AwareDatetime, Field

from kaichuang.booking.intervals import Span
from kaichuang.booking.models import Booking, Resource, WaitEntry
from kaichuang.booking.operations import (
    Override,
    Refusal,
    accept_offer,
    approve,
    book,
    cancel,
    check_in,
    finish,
    move,
    reject,
    wait,
)
from kaichuang.booking.queries.availability import Asked, Board, next_feasible
from kaichuang.booking.queries.lists import bookings_for, resources_for, waiting_for
from kaichuang.booking.rules import violations
from kaichuang.clock.problems import CalendarMissing
from kaichuang.kit.http import Request
from kaichuang.kit.problems import NotAllowed, Refused, Stale
from kaichuang.parties.models import Party

router = Router(tags=["booking"])
_LIMIT = 200
_LONGEST = timedelta(days=62)
Key = Annotated[int, Field(ge=1, lt=2**63)]
Moment = Annotated[
    AwareDatetime,
    Field(
        ge=datetime.fromisoformat("2000-01-01T00:00:00+08:00"),
        lt=datetime.fromisoformat("2100-01-01T00:00:00+08:00"),
    ),
]
Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


class ResourceOut(Schema):
    """Spans are minutes, the horizon days."""

    id: int
    kind: str
    name: str
    location: str
    owner_id: int
    whole_id: int | None
    capacity: int
    step: int
    minimum: int
    maximum: int
    notice: int
    horizon: int
    needs_approval: bool
    needs_check_in: bool
    is_active: bool


class SpanOut(Schema):
    start: datetime
    end: datetime


class ViolationOut(Schema):
    code: str
    message: str
    clause: str
    overridable_by: list[str]


class CheckOut(Schema):
    """All broken rules at once, who may override each, and the next feasible times."""

    violations: list[ViolationOut]
    feasible: list[SpanOut]


class BookingOut(Schema):
    id: int
    resource_id: int
    party_id: int
    start: datetime
    end: datetime
    quantity: int
    purpose: str
    state: str
    expires_at: datetime | None
    moved_from_id: int | None


class WaitOut(Schema):
    id: int
    resource_id: int
    start: datetime
    end: datetime
    state: str
    offer_id: int | None


class PeriodIn(Schema):
    start: Moment
    end: Moment

    @property
    def span(self) -> Span:
        return self.start, self.end


class AskIn(PeriodIn):
    quantity: Annotated[int, Field(ge=1, le=100_000)] = 1
    offers: Annotated[list[Key], Field(max_length=50)] = []


class BookIn(AskIn):
    """`request_key` makes a repeated request return the first booking. `party_id` and `override` are for keepers."""

    purpose: Text = ""
    party_id: Key | None = None
    override: Annotated[list[str], Field(max_length=20)] = []
    override_reason: Text = ""
    request_key: UUID | None = None


class MoveIn(PeriodIn):
    reason: Text = ""


class ReasonIn(Schema):
    reason: Text = ""


class WaitIn(PeriodIn):
    quantity: Annotated[int, Field(ge=1, le=100_000)] = 1
    purpose: Text = ""


REFUSED = {403: CheckOut, 409: CheckOut, 422: CheckOut}


@router.get("/resources", response=list[ResourceOut], summary="可预约的资源", operation_id="list_resources")
def list_resources(request: Request, kind: str = "") -> Any:
    rows = resources_for(request.actor).filter(is_active=True)
    return rows.filter(kind=kind.replace("\x00", "")) if kind else rows.order_by("name", "pk")[:_LIMIT]


@router.get(
    "/resources/{int:pk}/free",
    response={200: list[SpanOut], 422: CheckOut},
    summary="空闲时段",
    operation_id="list_free",
)
def list_free(
    request: Request,
    pk: int,
    start: Moment,
    end: Moment,
    quantity: Annotated[int, Field(ge=1, le=100_000)] = 1,
) -> Any:
    """When so many units are free, buffers respected, within at most 62 days."""
    asked = Asked(_resource(request, pk), (), quantity)
    if not start < end <= start + _LONGEST:
        return []
    try:
        free = Board([asked], (start, end)).free(asked)
    except CalendarMissing as missing:
        return Status(422, _told(missing))
    return [_span(span) for span in free]


@router.post(
    "/resources/{int:pk}/check",
    response=CheckOut,
    auth=django_auth,
    summary="核对能否预约",
    operation_id="check_booking",
)
def check_booking(request: Request, pk: int, payload: AskIn) -> Any:
    """Every rule that the booking would break, without booking."""
    asked = _asked(request, pk, payload)
    party = request.actor.party_id or 0
    broken = violations(asked, payload.span, party_id=party, now=request.now)
    feasible = (
        next_feasible(
            asked,
            payload.end - payload.start,
            now=request.now,
            after=max(request.now, payload.start),
            party_id=party,
        )
        if broken and payload.start < payload.end
        else []
    )
    return _told(Refusal(broken, lambda: feasible))


@router.post(
    "/resources/{int:pk}/bookings",
    response={200: BookingOut, **REFUSED},
    auth=django_auth,
    summary="预约",
    operation_id="book_resource",
)
def book_resource(request: Request, pk: int, payload: BookIn) -> Any:
    if payload.party_id is not None:
        get_object_or_404(Party, pk=payload.party_id)
    asked = _asked(request, pk, payload)
    return _answer(
        lambda: book(
            actor=request.actor,
            now=request.now,
            asked=asked,
            period=payload.span,
            party_id=payload.party_id,
            purpose=payload.purpose,
            override=Override(codes=frozenset(payload.override), reason=payload.override_reason),
            request_key=payload.request_key,
        )
    )


@router.post(
    "/resources/{int:pk}/wait",
    response={200: WaitOut, **REFUSED},
    auth=django_auth,
    summary="加入候补",
    operation_id="wait_for_resource",
)
def wait_for_resource(request: Request, pk: int, payload: WaitIn) -> Any:
    resource = _resource(request, pk)
    return _answer(
        lambda: wait(
            actor=request.actor,
            now=request.now,
            resource=resource,
            period=payload.span,
            quantity=payload.quantity,
            purpose=payload.purpose,
        )
    )


@router.get(
    "/bookings", response=list[BookingOut], auth=django_auth, summary="我的预约", operation_id="list_bookings"
)
def list_bookings(request: Request, state: str = "") -> Any:
    """One's own and those of resources that one keeps, the newest first."""
    rows = bookings_for(request.actor).order_by("-pk")
    rows = rows.filter(state=state.replace("\x00", "")) if state else rows
    return [_booking(row) for row in rows[:_LIMIT]]


@router.get(
    "/bookings/{int:pk}",
    response=BookingOut,
    auth=django_auth,
    summary="一笔预约",
    operation_id="get_booking",
)
def get_booking(request: Request, pk: int) -> Any:
    return _booking(_own(request, pk))


@router.get("/waiting", response=list[WaitOut], auth=django_auth, summary="候补", operation_id="list_waiting")
def list_waiting(request: Request) -> Any:
    return [_wait(row) for row in waiting_for(request.actor).order_by("-pk")[:_LIMIT]]


_SIMPLE: dict[str, Callable[..., Booking]] = {
    "approve": approve,
    "accept": accept_offer,
    "check-in": check_in,
    "finish": finish,
}


@router.post(
    "/bookings/{int:pk}/cancel",
    response={200: BookingOut, **REFUSED},
    auth=django_auth,
    summary="取消",
    operation_id="cancel_booking",
)
def cancel_booking(request: Request, pk: int, payload: ReasonIn) -> Any:
    row = _own(request, pk)
    return _answer(lambda: cancel(actor=request.actor, now=request.now, booking=row, reason=payload.reason))


@router.post(
    "/bookings/{int:pk}/reject",
    response={200: BookingOut, **REFUSED},
    auth=django_auth,
    summary="不批准",
    operation_id="reject_booking",
)
def reject_booking(request: Request, pk: int, payload: ReasonIn) -> Any:
    row = _own(request, pk)
    return _answer(lambda: reject(actor=request.actor, now=request.now, booking=row, reason=payload.reason))


@router.post(
    "/bookings/{int:pk}/move",
    response={200: BookingOut, **REFUSED},
    auth=django_auth,
    summary="改期",
    operation_id="move_booking",
)
def move_booking(request: Request, pk: int, payload: MoveIn) -> Any:
    row = _own(request, pk)
    return _answer(
        lambda: move(
            actor=request.actor, now=request.now, booking=row, period=payload.span, reason=payload.reason
        )
    )


@router.post(
    "/bookings/{int:pk}/do/{verb}",
    response={200: BookingOut, **REFUSED},
    auth=django_auth,
    summary="批准、接受候补、签到、结束使用",
    operation_id="act_on_booking",
)
def act_on_booking(request: Request, pk: int, verb: str) -> Any:
    """`verb`: approve, accept, check-in or finish."""
    row = _own(request, pk)
    operation = _SIMPLE.get(verb)
    if operation is None:
        return Status(422, {"violations": [], "feasible": []})
    return _answer(lambda: operation(actor=request.actor, now=request.now, booking=row))


def _resource(request: Request, pk: int) -> Resource:
    return get_object_or_404(resources_for(request.actor), pk=pk if pk < 2**63 else 0)


def _asked(request: Request, pk: int, payload: AskIn) -> Asked:
    resource = _resource(request, pk)
    offers = resources_for(request.actor).filter(pk__in=payload.offers).order_by("pk")
    return Asked(resource, tuple(offers), payload.quantity)


def _own(request: Request, pk: int) -> Booking:
    return get_object_or_404(bookings_for(request.actor), pk=pk if pk < 2**63 else 0)


def _answer(operation: Callable[[], Booking | WaitEntry]) -> Any:
    try:
        done = operation()
    except Refused as refused:
        status = 403 if isinstance(refused, NotAllowed) else 409 if isinstance(refused, Stale) else 422
        return Status(status, _told(refused))
    return _booking(done) if isinstance(done, Booking) else _wait(done)


def _told(refused: Refused) -> dict[str, Any]:
    by = (
        {violation.code: sorted(violation.overridable_by) for violation in refused.violations}
        if isinstance(refused, Refusal)
        else {}
    )
    return {
        "violations": [
            {
                "code": problem.code,
                "message": str(problem),
                "clause": problem.clause,
                "overridable_by": by.get(problem.code, []),
            }
            for problem in refused.problems
        ],
        "feasible": [_span(span) for span in refused.feasible] if isinstance(refused, Refusal) else [],
    }


def _span(span: Span) -> dict[str, datetime]:
    return {"start": span[0], "end": span[1]}


def _booking(row: Booking) -> dict[str, Any]:
    names = ("id", "resource_id", "party_id", "quantity", "purpose", "state", "expires_at", "moved_from_id")
    return {name: getattr(row, name) for name in names} | _span(row.when)


def _wait(row: WaitEntry) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("id", "resource_id", "state", "offer_id")} | _span(row.when)
