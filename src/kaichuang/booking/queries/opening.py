"""When resources are open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from kaichuang.booking.intervals import Span, intersect, merge
from kaichuang.booking.models import OpeningException, OpeningHours, Resource
from kaichuang.booking.models.resource import HolidayRule
from kaichuang.clock.models import Day
from kaichuang.clock.models.day import DayKind
from kaichuang.clock.problems import CalendarMissing

MONDAY = 1
Times = list[tuple[time, time]]
WHOLE_DAY: Times = [(time(0), time(0))]


class Opening:
    """When several resources of one programme are open within a window: at most three queries."""

    def __init__(self, resources: Iterable[Resource], window: Span, *, calendar: str) -> None:
        by_key = {resource.pk: resource for resource in resources}
        self._first, self._last = (timezone.localdate(moment) for moment in window)
        self._calendar = calendar
        self._hours: dict[int, dict[int, Times]] = defaultdict(lambda: defaultdict(list))
        for row in OpeningHours.objects.filter(resource__in=by_key).order_by("opens"):
            self._hours[row.resource_id][row.weekday].append((row.opens, row.closes))
        self._exceptions: dict[tuple[int, date], list[OpeningException]] = defaultdict(list)
        days = (self._first, self._last)
        for exception in OpeningException.objects.filter(resource__in=by_key, date__range=days):
            self._exceptions[exception.resource_id, exception.date].append(exception)
        asks_calendar = any(by_key[key].holidays == HolidayRule.CLOSED for key in self._hours)
        self._kinds = kinds_of_days(calendar, *days) if asks_calendar else {}

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
            return [
                (row.opens, row.closes)
                for row in exceptions
                if row.opens is not None and row.closes is not None
            ]
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


def open_spans(resource: Resource, window: Span) -> list[Span]:
    """`Opening.spans` of a single resource."""
    return Opening([resource], window, calendar=resource.programme.calendar).spans(resource, window)


def kinds_of_days(calendar: str, first: date, last: date) -> dict[date, str]:
    """Kinds of days in a calendar; a regional one overrides the national."""
    rows = Day.objects.filter(calendar__in={"cn", calendar}, date__range=(first, last))
    found = list(rows.values_list("calendar", "date", "kind"))
    kinds = {day: kind for slug, day, kind in found if slug == "cn"}
    kinds.update((day, kind) for slug, day, kind in found if slug != "cn")
    return kinds


def _at(day: date, clock: time, *, end: bool = False) -> datetime:
    """A time of day; midnight as an end is that of the next day."""
    if end and clock == time(0):
        day += timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, clock))
