"""Fill the national calendar from the `chinesecalendar` library; what an administrator entered stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from importlib.metadata import version

from chinese_calendar.constants import Holiday, holidays, workdays
from django.db import transaction

from kaichuang.clock.models import NATIONAL, Calendar, Day, DayKind

FIRST_YEAR = 2015
REGIONAL = {"cn-54": "西藏自治区"}
"""Calendars that start without days of their own: the region's government publishes them year by year."""

_NAMES = {holiday.value: holiday.chinese for holiday in Holiday}


def load_calendar() -> int:
    """Insert the days that are missing, from 2015 to the library's last year; returns how many were new."""
    with transaction.atomic():
        national, _created = Calendar.objects.get_or_create(slug=NATIONAL, defaults={"name": "全国"})
        for slug, name in REGIONAL.items():
            Calendar.objects.get_or_create(slug=slug, defaults={"name": name, "base": national})
        known = set(Day.objects.filter(calendar=NATIONAL).values_list("date", flat=True))
        missing = [day for day in _days() if day.date not in known]
        Day.objects.bulk_create(missing, batch_size=2000)
    return len(missing)


def _days() -> Iterator[Day]:
    source = f"国务院办公厅节假日安排通知（chinesecalendar {version('chinesecalendar')}）"
    day, last = date(FIRST_YEAR, 1, 1), date(max(holidays).year, 12, 31)
    while day <= last:
        kind, name = _kind(day)
        special = kind in {DayKind.HOLIDAY, DayKind.MAKE_UP}
        yield Day(calendar=NATIONAL, date=day, kind=kind, name=name, source=source if special else "")
        day += timedelta(days=1)


def _kind(day: date) -> tuple[DayKind, str]:
    if day in holidays:
        return DayKind.HOLIDAY, _NAMES[holidays[day]]
    weekend = day.weekday() >= 5
    if day in workdays and weekend:
        return DayKind.MAKE_UP, _NAMES[workdays[day]]
    return (DayKind.WEEKEND if weekend else DayKind.WORKING), ""
