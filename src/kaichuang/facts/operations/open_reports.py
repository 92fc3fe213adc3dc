"""Open the reports of the periods that have ended: a scan that catches up, whenever it runs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from kaichuang.clock.operations import start_deadline
from kaichuang.clock.queries import business_date
from kaichuang.facts.kinds import FILL
from kaichuang.facts.models import Form, Report, Respondent
from kaichuang.facts.operations.prefill import prefill
from kaichuang.facts.operations.respondents import respondents_on
from kaichuang.facts.permissions import may_collect
from kaichuang.facts.queries.population import parties_where
from kaichuang.facts.reporting.periods import Span, cut_off, ended_spans
from kaichuang.facts.words import params_of
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.notices.audience import Audience
from kaichuang.notices.operations import open_work

DEADLINE = "报表填报"
_CATCH_UP_DAYS = 366


def open_due(*, now: datetime) -> int:
    """Open every report whose period has ended by its programme's business date; returns how many."""
    opened = 0
    for form in Form.objects.filter(is_current=True).select_related("programme").order_by("pk"):
        actor = Actor.system("reporting", programme_id=form.programme_id)
        opened += len(open_reports(actor=actor, now=now, form=form))
    return opened


def open_reports(*, actor: Actor, now: datetime, form: Form) -> list[Report]:
    """The reports of one form that are due and not there yet, each in a transaction of its own.

    Parties that must report by the form's rule (`who`) are looked back for a year; listed ones since they are listed.
    """
    require(may_collect(actor, form.programme_id))
    today = business_date(form.programme, now)
    spec = form.definition
    first = Respondent.objects.filter(programme=form.programme, form_code=form.code).order_by("since").first()
    since = min(
        first.since if first else today, today - timedelta(days=_CATCH_UP_DAYS) if spec.who else today
    )
    opened: list[Report] = []
    for span in ended_spans(spec, since=since, today=today):
        there = set(
            Report.objects.filter(
                programme=form.programme, form_code=form.code, starts_on=span.starts_on
            ).values_list("party_id", flat=True)
        )
        for party_id in sorted(_due_from(form, span, today) - there):
            report = _open(actor, now, form, party_id, span)
            if report is not None:
                opened.append(report)
    return opened


def _due_from(form: Form, span: Span, today: date) -> set[int]:
    listed = Respondent.objects.filter(respondents_on(form, span.ends_on)).values_list("party_id", flat=True)
    found = set(listed)
    who = form.definition.who
    if who and span.ends_on >= today - timedelta(days=_CATCH_UP_DAYS):
        found |= parties_where(form.programme, who, on=span.ends_on)
    return found


def _open(actor: Actor, now: datetime, form: Form, party_id: int, span: Span) -> Report | None:
    spec = form.definition
    fields: dict[str, Any] = {"programme": form.programme, "form": form, "form_code": form.code}
    report = Report(
        **fields,
        party_id=party_id,
        starts_on=span.starts_on,
        ends_on=span.ends_on,
        opened_at=now,
        due_on=span.ends_on,
    )
    report.filled = prefill(report, on=span.ends_on)
    report.entries = {cell: source["value"] for cell, source in report.filled.items()}
    try:
        with transaction.atomic():
            report.save(force_insert=True)
            start_clock(report, cut_off(spec, span), spec.due, actor, now)
            record(
                actor=actor,
                now=now,
                action="open_report",
                subject=report,
                scope=form.programme.slug,
                to_state=report.state,
                payload={"form": form.code, "period": str(span.starts_on), "due_on": str(report.due_on)},
            )
    except IntegrityError:
        # Another scan was faster; any other broken rule is an error.
        if Report.objects.filter(
            form_code=form.code, party=party_id, starts_on=span.starts_on, programme=form.programme
        ).exists():
            return None
        raise
    return report


def start_clock(report: Report, day: date, limit: int, actor: Actor, now: datetime) -> None:
    """The time for filling in runs; the party finds it on its work list and is reminded."""
    deadline = start_deadline(
        programme=report.programme,
        subject=report,
        name=DEADLINE,
        started_on=day,
        limit=limit,
        clause=report.form.clause,
        actor=actor,
        now=now,
    )
    assert deadline.due_on is not None
    if report.due_on != deadline.due_on and report.submitted_at is None:
        report.due_on = deadline.due_on
        report.save(update_fields=["due_on"])
    open_work(
        programme=report.programme,
        kind=FILL.code,
        subject=report,
        recipient=Audience.of_party(report.party_id),
        now=now,
        params=params_of(report),
        link=reverse("facts:report", args=[report.pk]),
        clause=report.form.clause,
        deadline=deadline,
    )
