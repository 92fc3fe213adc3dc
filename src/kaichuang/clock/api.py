"""Working days, open to everybody."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field

from kaichuang.clock.models import NATIONAL, Calendar
from kaichuang.clock.problems import CalendarMissing, CalendarUnknown
from kaichuang.clock.queries import working_calendar
from kaichuang.clock.queries.calendars import year_of

router = Router(tags=["clock"])
_MAX_DAYS = 2000


class DayOut(Schema):
    date: date
    kind: str
    name: str
    source: str


class WorkingDayOut(Schema):
    date: date


class CountOut(Schema):
    working_days: int


class ProblemOut(Schema):
    code: str
    message: str


@router.get("/calendars/{slug}/{year}", response=list[DayOut], summary="某年的每一天")
def list_days(request: HttpRequest, slug: str, year: int) -> Any:
    """All days of a year as they count in the calendar; empty for a year that is not known."""
    found = get_object_or_404(Calendar.objects.select_related("base"), slug=slug.replace("\x00", ""))
    if not 1 <= year <= 9999:
        return []
    return sorted(year_of(found, year).values(), key=lambda day: day.date)


@router.get(
    "/working-days/add", response={200: WorkingDayOut, 422: ProblemOut}, summary="某日之后第几个工作日"
)
def add(
    request: HttpRequest,
    start: date,
    days: Annotated[int, Field(ge=-_MAX_DAYS, le=_MAX_DAYS)],
    calendar: str = NATIONAL,
) -> Any:
    """The day itself is not counted."""
    try:
        return {"date": working_calendar(calendar.replace("\x00", "")).add(start, days)}
    except (CalendarMissing, CalendarUnknown) as error:
        return Status(422, _problem(error))


@router.get("/working-days/count", response={200: CountOut, 422: ProblemOut}, summary="两日之间的工作日数")
def count(request: HttpRequest, start: date, end: date, calendar: str = NATIONAL) -> Any:
    """After `start`, up to and including `end`."""
    try:
        return {"working_days": working_calendar(calendar.replace("\x00", "")).between(start, end)}
    except (CalendarMissing, CalendarUnknown) as error:
        return Status(422, _problem(error))


def _problem(error: CalendarMissing | CalendarUnknown) -> dict[str, str]:
    return {"code": error.problems[0].code, "message": str(error)}
