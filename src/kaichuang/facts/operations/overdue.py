"""A report whose time has run out: the collectors are told, once, by the clock's own scan."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from kaichuang.clock.models import Deadline
from kaichuang.facts.kinds import OVERDUE
from kaichuang.facts.models import Report
from kaichuang.facts.words import params_of
from kaichuang.notices.audience import Audience
from kaichuang.notices.operations import notify
from kaichuang.parties.models import Role


def tell_collectors(deadline: Deadline, now: datetime) -> None:
    """Called by the clock (see `apps`); the party itself is reminded through its work list."""
    report = Report.objects.select_related("form", "party", "programme").get(pk=int(deadline.subject_id))
    notify(
        kind=OVERDUE.code,
        audience=Audience.of_role(Role.STATISTICIAN, programme_id=report.programme_id),
        now=now,
        programme=report.programme,
        params={**params_of(report), "due": str(deadline.due_on)},
        link=reverse("facts:report", args=[report.pk]),
        clause=report.form.clause,
        subject=report,
        key=f"facts.overdue:{deadline.pk}",
    )
