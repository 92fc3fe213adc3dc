"""A calendar year as twelve months of weeks, for the picture on the page."""

from __future__ import annotations

from calendar import Calendar as Weeks
from dataclasses import dataclass
from datetime import date

from django.utils.translation import pgettext_lazy

from kaichuang.clock.models import Day, DayKind

WEEKDAYS = (
    pgettext_lazy("星期", "一"),
    pgettext_lazy("星期", "二"),
    pgettext_lazy("星期", "三"),
    pgettext_lazy("星期", "四"),
    pgettext_lazy("星期", "五"),
    pgettext_lazy("星期", "六"),
    pgettext_lazy("星期", "日"),
)
_SIGNS = {DayKind.HOLIDAY: "休", DayKind.MAKE_UP: "班"}
_CLASSES = {
    DayKind.HOLIDAY: "ck-holiday",
    DayKind.MAKE_UP: "ck-make-up",
    DayKind.WEEKEND: "ck-weekend",
    DayKind.WORKING: "",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the picture; `sign` and the words tell what the colour tells."""

    day: date
    css: str
    sign: str
    words: str


@dataclass(frozen=True, slots=True)
class Month:
    number: int
    weeks: list[list[Cell | None]]
    working: int


def months_of(year: int, days: dict[date, Day]) -> list[Month]:
    """Twelve months, weeks from Monday; days that the calendar does not know are left unmarked."""
    return [_month(year, number, days) for number in range(1, 13)]


def _month(year: int, number: int, days: dict[date, Day]) -> Month:
    weeks = [
        [_cell(day, days.get(day)) if day.month == number else None for day in week]
        for week in Weeks().monthdatescalendar(year, number)
    ]
    working = sum(1 for day, entry in days.items() if day.month == number and entry.is_working)
    return Month(number, weeks, working)


def _cell(day: date, entry: Day | None) -> Cell:
    if entry is None:
        return Cell(day, "", "?", "")
    kind = DayKind(entry.kind)
    words = f"{kind.label} {entry.name}".strip()
    return Cell(day, _CLASSES[kind], _SIGNS.get(kind, ""), words)
