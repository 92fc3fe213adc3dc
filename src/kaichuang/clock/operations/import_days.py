"""Read days from a table: a year's holidays as published, or days that a region adds."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from kaichuang.clock.models import Calendar, Day, DayKind
from kaichuang.clock.operations.edit_calendar import set_days
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Problem, Refused, refuse_if

COLUMNS = ("date", "kind", "name", "source")
_HEADINGS = {
    "date": ("date", "日期"),
    "kind": ("kind", "类别"),
    "name": ("name", "节日"),
    "source": ("source", "依据"),
}


def import_days(
    *, calendar: Calendar, data: bytes, actor: Actor, now: datetime, fill_year: int | None = None
) -> int:
    """Days from CSV with the columns 日期, 类别, 节日, 依据; returns how many were set.

    With `fill_year` the days of that year which the table leaves out become plain weekdays and weekends: the
    State Council publishes only the days that differ. Every wrong line is reported, none is taken over then.
    """
    days, problems = _parse(calendar, _text(data))
    if fill_year is not None:
        strangers = [day.date for day in days if day.date.year != fill_year]
        if strangers:
            message = _("%(day)s不在%(year)s年内。") % {"day": strangers[0], "year": fill_year}
            problems.append(Problem("other_year", message, field="date"))
        days += list(_plain(calendar, fill_year, {day.date for day in days}))
    refuse_if(problems)
    if not days:
        raise Refused(
            Problem("empty_table", _("表中没有数据。请保留表头“日期,类别,节日,依据”并至少填写一行。"))
        )
    return set_days(calendar=calendar, days=days, actor=actor, now=now, action="import_days")


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")  # what Excel writes on a Chinese Windows


def _parse(calendar: Calendar, text: str) -> tuple[list[Day], list[Problem]]:
    rows = csv.DictReader(io.StringIO(text))
    headings = {
        name: heading
        for name, known in _HEADINGS.items()
        for heading in rows.fieldnames or ()
        if heading.strip() in known
    }
    missing = [
        known[1] for name, known in _HEADINGS.items() if name not in headings and name in {"date", "kind"}
    ]
    if missing:
        message = _("缺少列：%(columns)s。") % {"columns": "、".join(missing)}
        return [], [Problem("column_missing", message)]
    days: dict[date, Day] = {}
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=2):
        cells = {name: (row.get(heading) or "").strip() for name, heading in headings.items()}
        if not any(cells.values()):
            continue
        day, found = _day(calendar, cells, number)
        if day is not None and day.date in days:
            found = [
                Problem(
                    "twice",
                    _("第%(row)s行：%(day)s重复。") % {"row": number, "day": day.date},
                    field=f"A{number}",
                )
            ]
        problems += found
        if day is not None and not found:
            days[day.date] = day
    return list(days.values()), problems


def _day(calendar: Calendar, cells: dict[str, str], number: int) -> tuple[Day | None, list[Problem]]:
    problems: list[Problem] = []
    day, kind = _date(cells["date"]), _kind(cells["kind"])
    if day is None:
        message = _("第%(row)s行：“%(text)s”不是日期，应写作2027-01-01。") % {
            "row": number,
            "text": cells["date"],
        }
        problems.append(Problem("date_invalid", message, field=f"A{number}"))
    if kind is None:
        message = _("第%(row)s行：类别“%(text)s”应为%(kinds)s之一。") % {
            "row": number,
            "text": cells["kind"],
            "kinds": "、".join(str(label) for label in DayKind.labels),
        }
        problems.append(Problem("kind_invalid", message, field=f"B{number}"))
    if day is None or kind is None:
        return None, problems
    name, source = cells.get("name", "")[:40], cells.get("source", "")[:120]
    return Day(calendar=calendar.pk, date=day, kind=kind, name=name, source=source), problems


def _date(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y.%m.%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  # a day, no time of day
        except ValueError:
            continue
    return None


def _kind(text: str) -> DayKind | None:
    for kind in DayKind:
        if text in {kind.value, str(kind.label)}:
            return kind
    return None


def _plain(calendar: Calendar, year: int, given: set[date]) -> Iterator[Day]:
    day = date(year, 1, 1)
    while day.year == year:
        if day not in given:
            kind = DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKING
            yield Day(calendar=calendar.pk, date=day, kind=kind)
        day += timedelta(days=1)


def export_days(days: list[Day]) -> str:
    """The same table, to be edited and imported again."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_HEADINGS[name][1] for name in COLUMNS])
    writer.writerows([day.date, day.get_kind_display(), day.name, day.source] for day in days)
    return out.getvalue()
