"""Whole-number rounding and calendar arithmetic on single values, as the law counts.

These are the meaning of the operators ``SHARE``, ``ADD_MONTHS``, ``MONTHS_BETWEEN`` and the like; the column engines compute the same.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange


def share(amount: int, num: int, den: int, mode: str) -> int:
    """``amount * num / den`` rounded to a whole number; ``den`` is positive.  Modes: see ``nodes.ROUNDING``."""
    product = amount * num
    size, rest = divmod(abs(product), den)
    if mode == "up":
        size += rest > 0
    elif mode == "half_up":
        size += 2 * rest >= den
    elif mode == "half_even":
        size += 2 * rest > den or (2 * rest == den and size % 2 == 1)
    return -size if product < 0 else size


def add_days(day: dt.date, count: int) -> dt.date:
    """The date ``count`` days later."""
    return dt.date.fromordinal(day.toordinal() + count)


def add_months(day: dt.date, count: int) -> dt.date:
    """The same day ``count`` months later, or the last day of that month if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if day.day <= 28:
        return dt.date(year, month + 1, day.day)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def days_between(start: dt.date, end: dt.date) -> int:
    """Days from ``start`` to ``end``."""
    return end.toordinal() - start.toordinal()


def months_between(start: dt.date, end: dt.date) -> int:
    """Months begun: the least n with ``end <= add_months(start, n)``."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months + (end.day > start.day)


def full_months(start: dt.date, end: dt.date) -> int:
    """Months completed: the greatest n with ``add_months(start, n) <= end``."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (end.day < start.day and end.day < monthrange(end.year, end.month)[1])


def date_from(year: int, month: int, day: int) -> dt.date | None:
    """The date with these parts, or ``None`` if the calendar has no such day."""
    try:
        return dt.date(year, month, day)
    except (ValueError, OverflowError):
        return None
