"""When resources are open."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from functools import partial

from django.utils import timezone

from kaichuang.booking.intervals import Span, intersect, merge
from kaichuang.booking.models import OpeningHours, Resource
from kaichuang.booking.models.resource import HolidayRule
from kaichuang.clock.models import Day
from kaichuang.clock.models.day import DayKind
from kaichuang.clock.problems import CalendarMissing

MONDAY = 1


def open_spans(resource: Resource, window: Span) -> list[Span]:
    """The spans within `window` in which the resource is open.

    A resource without any hours is always open. Raises `CalendarMissing` when it keeps holidays and the
    calendar does not reach a date of the window.
    """
    hours: dict[int, list[tuple[time, time]]] = defaultdict(list)
    for row in resource.hours.all():
        hours[row.weekday].append((row.opens, row.closes))
    first, last = (timezone.localdate(moment) for moment in window)
    exceptions = defaultdict(list)
    for exception in resource.exceptions.filter(date__range=(first, last)):
        exceptions[exception.date].append(exception)
    if not hours and not exceptions:
        return [window]
    kind_of = (
        partial(_kind, resource.programme.calendar, _days(resource, first, last))
        if resource.holidays == HolidayRule.CLOSED
        else None
    )
    spans: list[Span] = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if day in exceptions:
            times = [(row.opens, row.closes) for row in exceptions[day] if row.opens and row.closes]
        else:
            times = _hours_on(day, hours, kind_of(day) if kind_of else None)
        spans.extend((_at(day, opens), _at(day, closes)) for opens, closes in times)
    return intersect(merge(spans), [window])


def _hours_on(
    day: date, hours: dict[int, list[tuple[time, time]]], kind: str | None
) -> list[tuple[time, time]]:
    if kind == DayKind.HOLIDAY:
        return []
    if kind == DayKind.MAKE_UP:
        return hours.get(OpeningHours.MAKE_UP) or hours.get(MONDAY, [])
    return hours.get(day.isoweekday(), [])


def _days(resource: Resource, first: date, last: date) -> dict[date, str]:
    """Kinds of days in the programme's calendar; a regional one overrides the national."""
    calendar = resource.programme.calendar
    rows = Day.objects.filter(calendar__in={"cn", calendar}, date__range=(first, last))
    kinds = {row.date: row.kind for row in rows if row.calendar == "cn"}
    kinds.update((row.date, row.kind) for row in rows if row.calendar != "cn")
    return kinds


def _kind(calendar: str, kinds: dict[date, str], day: date) -> str:
    if day not in kinds:
        raise CalendarMissing(calendar, day.year)
    return kinds[day]


def _at(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))
