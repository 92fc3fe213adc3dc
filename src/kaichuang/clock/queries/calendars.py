"""Read calendars; kept in memory per process until a day changes."""

from __future__ import annotations

from calendar import isleap
from collections import defaultdict
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from kaichuang.clock.models import NATIONAL, WORKED, Calendar, Day
from kaichuang.clock.problems import CalendarUnknown
from kaichuang.clock.working_days import WorkingCalendar
from kaichuang.places.models import Programme

_kept: dict[str, tuple[frozenset[UUID], WorkingCalendar]] = {}


def working_calendar(slug: str = NATIONAL) -> WorkingCalendar:
    """The calendar as it is now: one small query, and the days only when they have changed.

    Keep the result for the length of one piece of work; its methods need no database.
    """
    chain = list(
        Calendar.objects.filter(Q(slug=slug) | Q(regional=slug)).values_list("slug", "base", "token")
    )
    if not any(name == slug for name, _base, _token in chain):
        raise CalendarUnknown(slug)
    tokens = frozenset(token for _name, _base, token in chain)
    kept = _kept.get(slug)
    if kept is not None and kept[0] == tokens:
        return kept[1]
    base = next((base for name, base, _token in chain if name == slug), None)
    fresh = _read(slug, base)
    _kept[slug] = (tokens, fresh)
    return fresh


def calendar_of(programme: Programme | None) -> WorkingCalendar:
    """The programme's calendar; the national one where there is no programme."""
    return working_calendar(programme.calendar if programme is not None else NATIONAL)


def _read(slug: str, base: str | None) -> WorkingCalendar:
    days = dict(Day.objects.filter(calendar=base or slug).values_list("date", "kind"))
    complete = _complete_years(days)
    if base is not None:
        days.update(Day.objects.filter(calendar=slug).values_list("date", "kind"))
    years: dict[int, list[int]] = {year: [] for year in complete}
    for day, kind in days.items():
        if kind in WORKED and day.year in years:
            years[day.year].append(day.toordinal())
    return WorkingCalendar(slug, years)


def _complete_years(days: dict[date, str]) -> list[int]:
    counts: dict[int, int] = defaultdict(int)
    for day in days:
        counts[day.year] += 1
    return [year for year, count in counts.items() if count == 365 + isleap(year)]


def is_working_day(day: date, calendar: str = NATIONAL) -> bool:
    return working_calendar(calendar).is_working_day(day)


def add_working_days(day: date, count: int, calendar: str = NATIONAL) -> date:
    """The `count`-th working day after `day`, the day itself not counted."""
    return working_calendar(calendar).add(day, count)


def working_days_between(start: date, end: date, calendar: str = NATIONAL) -> int:
    """Working days after `start` up to and including `end`."""
    return working_calendar(calendar).between(start, end)


def next_working_day(day: date, calendar: str = NATIONAL) -> date:
    """The first working day after `day`."""
    return working_calendar(calendar).next_working_day(day)


def days_of_year(calendar: Calendar, year: int) -> QuerySet[Day]:
    """The days that the calendar itself holds in `year`; calendars are open to everybody."""
    return Day.objects.filter(calendar=calendar.pk, date__year=year).order_by("date")


def year_of(calendar: Calendar, year: int) -> dict[date, Day]:
    """Every day of the year as it counts in `calendar`: the base's days, and its own in their place."""
    days: dict[date, Day] = {}
    if calendar.base is not None:
        days = {day.date: day for day in days_of_year(calendar.base, year)}
    days.update({day.date: day for day in days_of_year(calendar, year)})
    return days
