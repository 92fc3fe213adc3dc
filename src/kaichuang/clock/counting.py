"""How a period is counted, and how pauses move its last day. Pure functions.

The law's rules, each a field of the deadline because a special rule may differ:
- The day on which the period begins is not counted (Civil Code, article 201).
- When a period in calendar days ends on a day off, the next working day is its last day (Civil Code, article 203).
- A period in working days leaves out statutory days off (Administrative Licensing Law, article 82).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kaichuang.clock.working_days import WorkingCalendar

_DAY = timedelta(days=1)
Span = tuple[date, date | None]
"""A pause: it began on the first day and the clock went on with the second; None while it lasts."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What was promised: `limit` days from `started_on`."""

    started_on: date
    limit: int
    in_working_days: bool = True
    from_next_day: bool = True
    extends: bool = True

    @property
    def first(self) -> date:
        """The first day that can count."""
        return self.started_on + _DAY if self.from_next_day else self.started_on


def due_date(terms: Terms, pauses: Iterable[Span], calendar: WorkingCalendar) -> date | None:
    """The last day of the period, pauses left out; None while a pause lasts."""
    spans = sorted(pauses, key=lambda span: span[0])
    if any(end is None for _start, end in spans):
        return None
    cursor, left = terms.first, terms.limit
    for began, ended in spans:
        if ended is None or ended <= cursor:
            continue
        counted = _count(terms, cursor, began - _DAY, calendar)
        if counted >= left:
            break
        left -= counted
        cursor = ended
    due = _nth(terms, cursor, left, calendar)
    return _extended(due, spans, calendar) if terms.extends and not terms.in_working_days else due


def days_used(terms: Terms, pauses: Iterable[Span], calendar: WorkingCalendar, *, through: date) -> int:
    """How many days of the period have been counted up to and including `through`."""
    used, cursor = 0, terms.first
    for began, ended in sorted(pauses, key=lambda span: span[0]):
        used += _count(terms, cursor, min(began - _DAY, through), calendar)
        if ended is None or ended > through:
            return used
        cursor = max(cursor, ended)
    return used + _count(terms, cursor, through, calendar)


def _count(terms: Terms, first: date, last: date, calendar: WorkingCalendar) -> int:
    if last < first:
        return 0
    return calendar.between(first - _DAY, last) if terms.in_working_days else (last - first).days + 1


def _nth(terms: Terms, first: date, count: int, calendar: WorkingCalendar) -> date:
    return calendar.add(first - _DAY, count) if terms.in_working_days else first + timedelta(days=count - 1)


def _extended(due: date, spans: Sequence[Span], calendar: WorkingCalendar) -> date:
    day = calendar.on_or_after(due)
    while any(began <= day and ended is not None and day < ended for began, ended in spans):
        day = calendar.next_working_day(day)
    return day
