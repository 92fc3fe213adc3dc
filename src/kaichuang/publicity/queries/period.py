"""When a period ends, and whether a day is within it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kaichuang.clock.counting import Terms, due_date
from kaichuang.clock.problems import CalendarMissing
from kaichuang.clock.queries.calendars import calendar_of
from kaichuang.clock.working_days import WorkingCalendar
from kaichuang.places.models import Programme
from kaichuang.publicity.enums import AnnouncementState, LineState
from kaichuang.publicity.models import Announcement, Line

_LONGEST_STRIP = 62


def last_day(*, programme: Programme, opens_on: date, days: int, from_next_day: bool = True) -> date:
    """The last of `days` working days. Raises `CalendarMissing` where the calendar does not know a year."""
    terms = Terms(started_on=opens_on, limit=days, from_next_day=from_next_day)
    last = due_date(terms, [], calendar_of(programme))
    if last is None:
        raise RuntimeError("a period without pauses has an end")
    return last


def takes_objections(announcement: Announcement, line: Line | None, today: date) -> bool:
    """Whether an objection of this day is in time; a line that is shown again has a period of its own."""
    if announcement.state == AnnouncementState.OPEN and announcement.closes_on is not None:
        if today <= announcement.closes_on:
            return True
    elif announcement.state != AnnouncementState.CLOSED:
        return False
    if line is None or line.state not in (LineState.LISTED, LineState.CONTESTED) or line.until is None:
        return False
    return today <= line.until


@dataclass(frozen=True, slots=True)
class StripDay:
    """One day of the strip: `number` is its place in the period, None for days that do not count."""

    day: date
    number: int | None
    is_working: bool
    is_special: bool
    """A weekday off, or a weekend day worked."""
    is_today: bool
    is_past: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """The period day by day; empty `days` when it is too long to draw."""

    days: tuple[StripDay, ...]
    left: int
    """Working days from tomorrow to the last day; negative when over."""


def strip_of(announcement: Announcement, today: date) -> Strip | None:
    """The days from opening to closing; None for a draft, and where the calendar has lost its years."""
    opens, closes = announcement.opens_on, announcement.closes_on
    if opens is None or closes is None:
        return None
    try:
        calendar = calendar_of(announcement.programme)
        left = calendar.between(today, closes)
        if (closes - opens).days > _LONGEST_STRIP:
            return Strip((), left)
        return Strip(tuple(_days(announcement, opens, closes, today, calendar)), left)
    except CalendarMissing:
        return None


def _days(
    announcement: Announcement, opens: date, closes: date, today: date, calendar: WorkingCalendar
) -> list[StripDay]:
    found, number, day = [], 0, opens
    while day <= closes:
        working = calendar.is_working_day(day)
        counts = working and (day > opens or not announcement.from_next_day)
        number += counts
        found.append(
            StripDay(
                day=day,
                number=number if counts else None,
                is_working=working,
                is_special=working == (day.weekday() >= 5),
                is_today=day == today,
                is_past=day < today,
            )
        )
        day += timedelta(days=1)
    return found
