"""What is known and what is reported, to whoever may see it on the pages."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.security import django_auth
from pydantic import Field

from kaichuang.clock.queries import business_date
from kaichuang.facts.models import Definition
from kaichuang.facts.queries.about import Known, known_rows
from kaichuang.facts.queries.reports import figures_of, reports_for
from kaichuang.facts.web.about import end_of
from kaichuang.facts.web.common import party_in_sight
from kaichuang.kit.http import Request

router = Router(tags=["facts"])
_LIMIT = 500


class DefinitionOut(Schema):
    """One thing that can be known."""

    code: str
    title: str
    title_en: str
    subject_kind: str
    type: str
    unit: str
    period: str
    source: str
    values: dict[str, Any]
    note: str


class KnownOut(Schema):
    """Money in fen, a ratio as [numerator, denominator]; true from `since` up to but not including `until`."""

    code: str
    value: bool | int | str | list[int]
    unit: str
    source: str
    since: date | None
    until: date | None
    origin: str
    data_as_of: date | None


class ReportOut(Schema):
    id: int
    form: str
    party_id: int
    party: str
    starts_on: date
    ends_on: date
    version: int
    state: str
    due_on: date
    submitted_on: date | None
    late: bool


class FiguresOut(ReportOut):
    """All cells as they were checked: money in fen."""

    figures: dict[str, bool | int | str | list[int]]


@router.get("/definitions", response=list[DefinitionOut], summary="数据项目录")
def list_definitions(request: HttpRequest) -> Any:
    """Open to everybody."""
    return Definition.objects.order_by("code")


@router.get("/parties/{int:pk}", response=list[KnownOut], auth=django_auth, summary="关于一个主体的已知数据")
def known(request: Request, pk: int, on: date | None = None, known_at: date | None = None) -> Any:
    """What was true `on` that day, as known at the end of `known_at`; both now when left out."""
    party = party_in_sight(request, pk if pk < 2**63 else 0)
    today = business_date(request.programme or None, request.now)
    moment = end_of(known_at) if known_at else None
    rows = known_rows(request.programme, party.pk, on=on or today, known_at=moment, today=today)
    return [_known(row) for row in rows]


@router.get("/reports", response=list[ReportOut], auth=django_auth, summary="报表")
def list_reports(
    request: Request,
    form: Annotated[str, Field(max_length=40)] = "",
    period: date | None = None,
) -> Any:
    """At most 500, the newest first; one's own, or all of the programme for its public servants."""
    rows = reports_for(request.actor, on=business_date(request.programme or None, request.now))
    if form:
        rows = rows.filter(form_code=form.replace("\x00", ""))
    if period:
        rows = rows.filter(starts_on=period)
    return [_report(row) for row in rows.order_by("-starts_on", "-pk")[:_LIMIT]]


@router.get("/reports/{int:pk}", response=FiguresOut, auth=django_auth, summary="一份报表")
def get_report(request: Request, pk: int) -> Any:
    rows = reports_for(request.actor, on=business_date(request.programme or None, request.now))
    row = get_object_or_404(rows, pk=pk if pk < 2**63 else 0)
    return {**_report(row), "figures": {name: _plain(value) for name, value in figures_of(row).items()}}


def _report(row: Any) -> dict[str, Any]:
    names = ("party_id", "starts_on", "ends_on", "version", "state", "due_on", "submitted_on", "late")
    return {
        "id": row.pk,
        "form": row.form_code,
        "party": row.party.name,
        **{name: getattr(row, name) for name in names},
    }


def _known(row: Known) -> dict[str, Any]:
    return {
        "code": row.code,
        "value": _plain(row.value),
        "unit": row.definition.unit,
        "source": row.source,
        "since": row.since,
        "until": row.until,
        "origin": str(row.origin) if row.origin else "",
        "data_as_of": row.origin.data_as_of if row.origin else None,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "numerator") and not isinstance(value, (int, bool)):
        return [value.numerator, value.denominator]
    return list(value) if isinstance(value, tuple) else value
