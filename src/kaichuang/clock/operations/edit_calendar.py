"""Change days of a calendar by hand, one or many."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.clock.models import Calendar, Day, DayKind
from kaichuang.clock.operations.recount import recount
from kaichuang.clock.permissions import may_edit_calendar
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused


@transaction.atomic
def set_day(
    *,
    calendar: Calendar,
    day: date,
    kind: DayKind,
    source: str,
    actor: Actor,
    now: datetime,
    name: str = "",
) -> Day:
    """Say what a day is and where that is published. Open deadlines are counted anew."""
    entry = Day(calendar=calendar.pk, date=day, kind=kind, name=name.strip(), source=source.strip())
    set_days(calendar=calendar, days=[entry], actor=actor, now=now, action="set_day")
    return Day.objects.get(calendar=calendar.pk, date=day)


@transaction.atomic
def set_days(
    *, calendar: Calendar, days: Iterable[Day], actor: Actor, now: datetime, action: str = "set_days"
) -> int:
    """Insert or replace days; each that is not plain must name its source. Returns how many."""
    entries = list(days)
    require(may_edit_calendar(actor, calendar))
    locked = Calendar.objects.select_for_update(of=("self",)).get(pk=calendar.pk)
    unsourced = [entry.date for entry in entries if entry.kind in _SPECIAL and not entry.source]
    if unsourced:
        message = _("请填写依据（放假安排通知的文号或名称）：%(days)s。")
        shown = "、".join(str(day) for day in unsourced[:5])
        raise Refused(Problem("source_required", message % {"days": shown}, field="source"))
    before = dict(
        Day.objects.filter(calendar=locked.pk, date__in=[entry.date for entry in entries]).values_list(
            "date", "kind"
        )
    )
    Day.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["calendar", "date"],
        update_fields=["kind", "name", "source"],
        batch_size=2000,
    )
    changed = [entry for entry in entries if before.get(entry.date) != entry.kind]
    payload = {
        "days": {str(entry.date): [before.get(entry.date, ""), str(entry.kind)] for entry in changed[:400]},
        "count": len(entries),
    }
    record(actor=actor, now=now, action=action, subject=locked, payload=payload)
    recount(calendar=locked)
    return len(entries)


@transaction.atomic
def clear_day(*, calendar: Calendar, day: date, actor: Actor, now: datetime) -> None:
    """Take a regional calendar's own day away: the base's day counts again."""
    require(may_edit_calendar(actor, calendar))
    if calendar.base_id is None:
        raise Refused(Problem("national_day", _("全国日历的日期不能删除，只能更改类别。"), field="date"))
    deleted, _models = Day.objects.filter(calendar=calendar.pk, date=day).delete()
    if deleted:
        record(actor=actor, now=now, action="clear_day", subject=calendar, payload={"day": str(day)})
        recount(calendar=calendar)


_SPECIAL = frozenset({DayKind.HOLIDAY, DayKind.MAKE_UP})
