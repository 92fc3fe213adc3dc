"""Remind of work before and after it is due.

A scan, not a timetable: it asks which reminders should have been sent by now and were not. However long the
scheduler stood still, every reminder is sent, and the notice's key sees to it that it is sent once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from kaichuang.clock.queries.today import business_date
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Stale
from kaichuang.notices.enums import WorkState
from kaichuang.notices.kinds import WORK_OVERDUE, WORK_REMINDER, WORK_URGED, work_kind, work_kinds
from kaichuang.notices.models import Notice, WorkItem
from kaichuang.notices.operations.notify import notify
from kaichuang.notices.operations.work import recipient_of
from kaichuang.notices.permissions import urge
from kaichuang.notices.queries.words import work_params
from kaichuang.notices.queries.work import with_due
from kaichuang.places.models import Programme

DEFAULT_LEAD = 3


def remind_due(*, now: datetime) -> int:
    """Send every reminder whose day has come, in every programme by its own business date; returns how many."""
    lead = max([DEFAULT_LEAD, *(step for kind in work_kinds() for step in kind.reminders)])
    return sum(_remind_programme(programme, now, lead) for programme in Programme.objects.all())


def _remind_programme(programme: Programme, now: datetime, lead: int) -> int:
    today = business_date(programme, now)
    items = with_due(WorkItem.objects.filter(programme=programme, state=WorkState.OPEN)).filter(
        Q(reminded_on=None) | Q(reminded_on__lt=today), due__lte=today + timedelta(days=lead)
    )
    return sum(_remind_item(pk, today, now) for pk in list(items.values_list("pk", flat=True)))


def _remind_item(pk: int, today: date, now: datetime) -> int:
    with transaction.atomic():
        # Two scanners at once: the second waits, then finds the day looked after.
        row = (
            WorkItem.objects.select_for_update(of=("self",), no_key=True)
            .select_related("programme")
            .get(pk=pk)
        )
        if row.state != WorkState.OPEN or (row.reminded_on is not None and row.reminded_on >= today):
            return 0
        due = row.deadline.due_on if row.deadline is not None else row.due_on
        sent = 0
        if due is not None:
            sent = sum(_remind(row, due, step, now) for step in _steps(row, due, today))
        row.reminded_on = today
        row.save(update_fields=["reminded_on"])
    return sent


def _steps(item: WorkItem, due: date, today: date) -> Iterator[int]:
    """The reminders whose day lies between the opening of the work and today, earliest first."""
    for step in sorted(work_kind(item.kind).reminders, reverse=True):
        day = due - timedelta(days=step)
        if day <= today and (day > item.opened_on or step <= 0):
            yield step


def _remind(item: WorkItem, due: date, step: int, now: datetime) -> int:
    key = f"work:{item.pk}:{due.isoformat()}:{step}"
    if Notice.objects.filter(key=key).exists():
        return 0
    notify(
        kind=WORK_OVERDUE.code if step < 0 else WORK_REMINDER.code,
        audience=recipient_of(item),
        now=now,
        programme=item.programme,
        params=work_params(item, due),
        link=item.address,
        clause=item.clause,
        subject=item,
        key=key,
    )
    return 1


def urge_work(*, item: WorkItem, actor: Actor, now: datetime) -> Notice:
    """A superior asks for work to be done; at most once a day for the same work."""
    with transaction.atomic():
        row = WorkItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
        require(urge(actor, row))
        if row.state != WorkState.OPEN:
            raise Stale()
        due = row.deadline.due_on if row.deadline is not None else row.due_on
        return notify(
            kind=WORK_URGED.code,
            audience=recipient_of(row),
            now=now,
            programme=row.programme,
            params={**work_params(row, due), "by": actor.name},
            link=row.address,
            clause=row.clause,
            subject=row,
            key=f"work:{row.pk}:urged:{business_date(None, now).isoformat()}",
        )
