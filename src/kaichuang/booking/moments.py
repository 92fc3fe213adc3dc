"""Times as pages and addresses write them: local, to the minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from kaichuang.booking.intervals import Span

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


def at_local(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def day_span(day: date, days: int = 1) -> Span:
    """Local midnight to local midnight."""
    return at_local(day, time(0)), at_local(day + timedelta(days=days), time(0))


def read_moment(text: str) -> datetime | None:
    """`2026-03-03T09:00` in the time of the place; None when it is no time or out of this century."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    if moment is None or not EARLIEST <= moment.date() <= LATEST:
        return None
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def read_day(text: str, default: date) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        return default
    return day if day is not None and EARLIEST <= day <= LATEST else default


def read_period(text: str) -> Span | None:
    """`2026-03-03T09:00/2026-03-03T10:00`, as `write_period` writes it."""
    first, _slash, last = text.partition("/")
    start, end = read_moment(first), read_moment(last)
    return (start.astimezone(UTC), end.astimezone(UTC)) if start is not None and end is not None else None


def write_moment(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def write_period(period: Span) -> str:
    return f"{write_moment(period[0])}/{write_moment(period[1])}"


def period_in_words(period: Span) -> str:
    """`2026-03-03 09:00–10:00`; both days where there are two, `24:00` where it ends at midnight."""
    start, end = (timezone.localtime(moment) for moment in period)
    if end.date() == start.date():
        return f"{start:%Y-%m-%d %H:%M}–{end:%H:%M}"
    if end.time() == time(0) and end.date() == start.date() + timedelta(days=1):
        return f"{start:%Y-%m-%d %H:%M}–24:00"
    return f"{start:%Y-%m-%d %H:%M}–{end:%Y-%m-%d %H:%M}"


def clock_of(moment: datetime, *, day: date) -> str:
    """The time of day, where midnight at the end of `day` is `24:00`."""
    local = timezone.localtime(moment)
    return "24:00" if local.date() > day and local.time() == time(0) else f"{local:%H:%M}"
