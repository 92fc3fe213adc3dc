"""When resources are open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from kaichuang.booking.intervals import Span, intersect, merge
from kaichuang.booking.models import OpeningHours, Resource
from kaichuang.booking.models.resource import HolidayRule
from kaichuang.clock.models.day import DayKind
from kaichuang.clock.problems import CalendarMissing
from kaichuang.kit.sql import prepared

MONDAY = 1
Times = list[tuple[time, time]]
WHOLE_DAY: Times = [(time(0), time(0))]


# Three tables as three columns of one row, so that they may be read together with others; regional days come last.
OPENING_COLUMNS = """
    (SELECT json_agg(json_build_array(resource_id, weekday, opens, closes) ORDER BY opens)
       FROM booking_openinghours WHERE resource_id = ANY(%(members)s::bigint[])),
    (SELECT json_agg(json_build_array(resource_id, date, opens, closes) ORDER BY opens)
       FROM booking_openingexception
      WHERE resource_id = ANY(%(members)s::bigint[]) AND date BETWEEN %(first)s::date AND %(last)s::date),
    (SELECT json_agg(json_build_array(date, kind) ORDER BY calendar <> 'cn')
       FROM clock_day
      WHERE %(keeps_holidays)s::boolean AND calendar IN ('cn', %(calendar)s::text)
        AND date BETWEEN %(first)s::date AND %(last)s::date)"""

Rows = Sequence[Sequence[Any]] | None
"""Rows of a table as JSON has them; None when there are none."""


def opening_values(resources: Collection[Resource], window: Span, *, calendar: str) -> dict[str, Any]:
    """What `OPENING_COLUMNS` asks for."""
    first, last = (timezone.localdate(moment) for moment in window)
    return {
        "members": [resource.pk for resource in resources],
        "keeps_holidays": any(resource.holidays == HolidayRule.CLOSED for resource in resources),
        "calendar": calendar,
        "first": first,
        "last": last,
    }


class Opening:
    """When several resources of one programme are open, by the rows of `OPENING_COLUMNS`."""

    def __init__(self, hours: Rows, exceptions: Rows, days: Rows, *, calendar: str) -> None:
        self._calendar = calendar
        self._hours: dict[int, dict[int, Times]] = defaultdict(lambda: defaultdict(list))
        for resource, weekday, opens, closes in hours or ():
            self._hours[resource][weekday].append((time.fromisoformat(opens), time.fromisoformat(closes)))
        self._exceptions: dict[tuple[int, date], Times] = defaultdict(list)
        for resource, day, opens, closes in exceptions or ():
            times = self._exceptions[resource, date.fromisoformat(day)]
            if opens is not None:  # else closed all day
                times.append((time.fromisoformat(opens), time.fromisoformat(closes)))
        self._kinds = {date.fromisoformat(day): kind for day, kind in days or ()}

    def spans(self, resource: Resource, window: Span) -> list[Span]:
        """The spans within `window` in which the resource is open; one without any hours is always open.

        Raises `CalendarMissing` when it keeps holidays and the calendar does not reach a date of the window.
        """
        first, last = (timezone.localdate(moment) for moment in window)
        days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
        open_now = (
            (_at(day, opens), _at(day, closes, end=True))
            for day in days
            for opens, closes in self._times(resource, day)
        )
        return intersect(merge(open_now), [window])

    def _times(self, resource: Resource, day: date) -> Times:
        exceptions = self._exceptions.get((resource.pk, day))
        if exceptions is not None:
            return exceptions
        hours = self._hours.get(resource.pk)
        if hours is None:
            return WHOLE_DAY
        if resource.holidays != HolidayRule.CLOSED:
            return hours.get(day.isoweekday(), [])
        kind = self._kinds.get(day)
        if kind is None:
            raise CalendarMissing(self._calendar, day.year)
        if kind == DayKind.HOLIDAY:
            return []
        if kind == DayKind.MAKE_UP:
            return hours.get(OpeningHours.MAKE_UP) or hours.get(MONDAY, [])
        return hours.get(day.isoweekday(), [])


_SELECT = f"SELECT {OPENING_COLUMNS}"


def open_spans(resource: Resource, window: Span) -> list[Span]:
    """`Opening.spans` of a single resource."""
    calendar = resource.programme.calendar
    (columns,) = prepared(_SELECT, opening_values([resource], window, calendar=calendar))
    return Opening(*columns, calendar=calendar).spans(resource, window)


def _at(day: date, clock: time, *, end: bool = False) -> datetime:
    """A time of day; midnight as an end is that of the next day."""
    if end and clock == time(0):
        day += timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, clock))
