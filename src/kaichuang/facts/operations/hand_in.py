"""Sign a report and hand it in."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from kaichuang.clock.models import Deadline
from kaichuang.clock.operations import meet_deadline
from kaichuang.clock.queries import add_working_days, business_date
from kaichuang.clock.queries.deadlines import deadlines_of
from kaichuang.facts.kinds import FILL, REVIEW
from kaichuang.facts.models import Report
from kaichuang.facts.words import params_of
from kaichuang.facts.workflow import REPORTS
from kaichuang.journal.operations import transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Problem, Refused
from kaichuang.notices.audience import Audience
from kaichuang.notices.operations import close_work, open_work
from kaichuang.parties.models import Role


def sign_report(*, actor: Actor, now: datetime, report: Report, confirmed: bool = True) -> Report:
    """The party's owner answers for the figures. Raises `Refused` unless confirmed, or when a check fails by now."""
    if not confirmed:
        raise Refused(Problem("not_confirmed", _("请确认所报数据真实、准确、完整。"), field="confirmed"))
    return transition(
        workflow=REPORTS,
        instance=report,
        move="sign",
        actor=actor,
        now=now,
        changes={"signed_by_id": actor.user_id, "signed_at": now},
        scope=report.programme.slug,
    )


def submit_report(*, actor: Actor, now: datetime, report: Report) -> Report:
    """Hand the signed report to the bureau; whether it is late is settled by its first submission."""
    with transaction.atomic():
        today = business_date(report.programme, now)
        row = Report.objects.select_for_update(of=("self",), no_key=True).get(pk=report.pk)
        first = row.submitted_at is None
        changes = {"submitted_at": now, "submitted_on": today, "notes": {}}
        if first:
            changes["late"] = today > row.due_on
        report = transition(
            workflow=REPORTS,
            instance=report,
            move="submit",
            actor=actor,
            now=now,
            changes=changes,
            payload={"late": bool(changes.get("late", row.late)), "figures": row.figures},
            scope=report.programme.slug,
        )
        close_work(subject=report, now=now, actor=actor, kind=FILL.code)
        stop_clock(report, actor, now)
        spec = report.form.definition
        open_work(
            programme=report.programme,
            kind=REVIEW.code,
            subject=report,
            recipient=Audience.of_role(Role.STATISTICIAN, programme_id=report.programme_id),
            now=now,
            params=params_of(report),
            link=reverse("facts:review", args=[report.pk]),
            clause=report.form.clause,
            due_on=add_working_days(today, spec.review, report.programme.calendar),
        )
    return report


def stop_clock(report: Report, actor: Actor, now: datetime) -> None:
    """The time that runs for the party is over: it has done what was due."""
    today = business_date(report.programme, now)
    running: Deadline | None = deadlines_of(report).filter(met_on=None).first()
    if running is not None:
        meet_deadline(deadline=running, met_on=max(today, running.started_on), actor=actor, now=now)
