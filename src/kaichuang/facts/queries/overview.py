"""Who has reported: figures and lists for those who collect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from kaichuang.facts.enums import KNOWN, WITH_PARTY, ReportState
from kaichuang.facts.models import Form, Observation, Report
from kaichuang.places.models import Programme

OVERDUE = Q(state__in=WITH_PARTY)


@dataclass(frozen=True, slots=True)
class Tally:
    """How the reports of one form and period stand."""

    total: int
    waiting: int
    overdue: int
    returned: int
    submitted: int
    accepted: int
    late: int


def tally(reports: QuerySet[Report], today: date) -> Tally:
    """Counts over reports, corrected versions left out, in one query."""
    counts: dict[str, int] = reports.exclude(state=ReportState.CORRECTED).aggregate(
        total=Count("pk"),
        waiting=Count("pk", filter=Q(state__in=WITH_PARTY)),
        overdue=Count("pk", filter=OVERDUE & Q(due_on__lt=today)),
        returned=Count("pk", filter=Q(state=ReportState.RETURNED)),
        submitted=Count("pk", filter=Q(state=ReportState.SUBMITTED)),
        accepted=Count("pk", filter=Q(state__in=KNOWN)),
        late=Count("pk", filter=Q(late=True)),
    )
    return Tally(**counts)


def periods_of(form: Form) -> list[tuple[date, date]]:
    """The periods on which there are reports, the latest first."""
    rows = Report.objects.filter(programme=form.programme_id, form_code=form.code)
    return list(rows.order_by("-starts_on").values_list("starts_on", "ends_on").distinct())


def trend_of(programme: Programme, code: str) -> list[dict[str, Any]]:
    """Of a count or an amount of a period: its sum over all subjects, period by period, and how many told it."""
    rows = Observation.objects.filter(
        programme=programme,
        definition__code=code,
        definition__type__in=["int", "money"],
        definition__period__in=["month", "quarter", "year"],
        known__upper_inf=True,
    )
    found = rows.values("valid").annotate(total=Sum("number"), subjects=Count("subject")).order_by("valid")
    return [dict(row) for row in found]
