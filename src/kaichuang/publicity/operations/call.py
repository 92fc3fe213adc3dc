"""Whoever wants to hear the answer by telephone is called: somebody's work, ticked off with the day and the caller."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.clock.queries.today import business_date
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Stale, refuse_if
from kaichuang.notices.audience import Audience
from kaichuang.notices.operations import close_work, open_work
from kaichuang.parties.models import Role
from kaichuang.publicity.models import Announcement, Objection
from kaichuang.publicity.notices import CALL
from kaichuang.publicity.permissions import may_handle


def desk_of(row: Announcement, now: datetime) -> Audience:
    """Who looks after the objections to a list: officers of its unit; where it has none, those of the programme."""
    unit = Audience.of_role(Role.OFFICER, programme_id=row.programme_id, unit_id=row.unit_id)
    anybody = Audience.of_role(Role.OFFICER, programme_id=row.programme_id)
    return unit if unit.users(business_date(row.programme, now)).exists() else anybody


def ask_to_call(objection: Objection, now: datetime) -> None:
    """Put the call on the work list of the desk."""
    row = objection.announcement
    open_work(
        programme=row.programme,
        kind=CALL.code,
        subject=objection,
        recipient=desk_of(row, now),
        now=now,
        params={"reference": objection.reference},
        link=f"/publicity/queue/{objection.pk}/",
        clause=row.clause[:60],
    )


def note_call(
    *, objection: Objection, called_on: date, called_by: str, actor: Actor, now: datetime
) -> Objection:
    """Whoever objected was reached by telephone and told the answer. Noted once.

    Raises `Refused` for days before the answer or after today, and without who called.
    """
    require(may_handle(actor, objection))
    with transaction.atomic():
        row = Objection.objects.select_for_update(of=("self",), no_key=True).get(pk=objection.pk)
        row.announcement = objection.announcement
        if not row.awaits_call:
            raise Stale()
        refuse_if(_problems(row, called_on, called_by, business_date(row.announcement.programme, now)))
        row.called_on, row.called_by = called_on, called_by.strip()
        row.save(update_fields=["called_on", "called_by"])
        record(
            actor=actor,
            now=now,
            action="call",
            subject=row,
            scope=row.announcement.programme.slug,
            payload={"on": called_on.isoformat(), "by": row.called_by},
        )
        close_work(subject=row, now=now, actor=actor, kind=CALL.code)
    return row


def _problems(row: Objection, called_on: date, called_by: str, today: date) -> Iterator[Problem]:
    if row.decided_on is not None and not row.decided_on <= called_on <= today:
        message = _("告知日期应在答复之日（%(decided)s）至今天之间。") % {"decided": row.decided_on}
        yield Problem("called_on", message, field="called_on")
    if not called_by.strip():
        yield Problem("called_by", _("请写明由谁打的电话。"), field="called_by")
