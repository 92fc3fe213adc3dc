"""What the bureau does with a report: return it, accept it, put it on file, have it corrected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from kaichuang.clock.queries import business_date
from kaichuang.facts.cells import for_store
from kaichuang.facts.enums import KNOWN, ReportState
from kaichuang.facts.kinds import ACCEPTED, RETURNED, REVIEW
from kaichuang.facts.models import Observation, Report, Source
from kaichuang.facts.operations.observe import observe, withdraw
from kaichuang.facts.operations.open_reports import start_clock
from kaichuang.facts.operations.staging import Told
from kaichuang.facts.permissions import may_collect, may_fill
from kaichuang.facts.queries.reports import figures_of
from kaichuang.facts.words import params_of, period_of
from kaichuang.facts.workflow import REPORTS
from kaichuang.journal.operations import record, transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, Stale
from kaichuang.notices.audience import Audience
from kaichuang.notices.operations import close_work, notify

MAX_NOTE = 300


def return_report(
    *, actor: Actor, now: datetime, report: Report, reason: str, notes: Mapping[str, str] | None = None
) -> Report:
    """Give the report back with notes at cells; the party has the form's `mend` working days."""
    cells = report.form.sheet.cells
    kept = {
        name: text.strip()[:MAX_NOTE]
        for name, text in (notes or {}).items()
        if text.strip() and name in cells
    }
    with transaction.atomic():
        report = transition(
            workflow=REPORTS,
            instance=report,
            move="return",
            actor=actor,
            now=now,
            reason=reason,
            changes={"notes": kept, "signed_by_id": None, "signed_at": None},
            payload={"notes": kept},
            scope=report.programme.slug,
        )
        close_work(subject=report, now=now, actor=actor, kind=REVIEW.code)
        today = business_date(report.programme, now)
        start_clock(report, today, report.form.definition.mend, actor, now)
        notify(
            kind=RETURNED.code,
            audience=Audience.of_party(report.party_id),
            now=now,
            programme=report.programme,
            params={**params_of(report), "reason": reason.strip()},
            link=reverse("facts:report", args=[report.pk]),
            clause=report.form.clause,
            subject=report,
        )
    return report


def accept_report(*, actor: Actor, now: datetime, report: Report) -> Report:
    """The figures become facts, in the transaction that accepts the report.

    An accepted correction takes the place of the report it corrects: its values supersede those told before, and
    what it no longer says is withdrawn.
    """
    with transaction.atomic():
        row = (
            Report.objects.select_for_update(of=("self",), no_key=True)
            .select_related("form")
            .get(pk=report.pk)
        )
        if row.state != ReportState.SUBMITTED:
            raise Stale()
        if row.corrects is not None:
            _set_aside(row.corrects, row, actor, now)
        origin = observe(
            actor=actor,
            now=now,
            programme=report.programme,
            source=Source.REPORTED,
            kind="report",
            told=list(_told(row)),
            reference=reference_of(row),
            data_as_of=row.ends_on,
        )
        report = transition(
            workflow=REPORTS,
            instance=report,
            move="accept",
            actor=actor,
            now=now,
            changes={"origin": origin, "accepted_at": now},
            payload={"origin": origin.pk},
            scope=report.programme.slug,
        )
        close_work(subject=report, now=now, actor=actor, kind=REVIEW.code)
        notify(
            kind=ACCEPTED.code,
            audience=Audience.of_party(report.party_id),
            now=now,
            programme=report.programme,
            params=params_of(report),
            link=reverse("facts:report", args=[report.pk]),
            subject=report,
        )
    return report


def freeze_report(*, actor: Actor, now: datetime, report: Report) -> Report:
    """Put the report on file: from here on only a correction, with its reason, changes what is known."""
    return transition(
        workflow=REPORTS, instance=report, move="freeze", actor=actor, now=now, scope=report.programme.slug
    )


def open_correction(*, actor: Actor, now: datetime, report: Report, reason: str) -> Report:
    """A new version, with the figures of the former, for the party to put right. The former stays in force meanwhile."""
    permit = may_collect(actor, report.programme_id)
    require(permit if permit else may_fill(actor, report))
    if not reason.strip():
        raise Refused(Problem("reason_required", _("请填写更正理由。"), field="reason"))
    with transaction.atomic():
        row = Report.objects.select_for_update(of=("self",), no_key=True).get(pk=report.pk)
        if row.state not in KNOWN or row.corrections.exclude(state=ReportState.CORRECTED).exists():
            raise Stale()
        fresh = Report.objects.create(
            programme=row.programme,
            form=row.form,
            form_code=row.form_code,
            party=row.party,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            version=row.version + 1,
            entries=row.entries,
            explanations=row.explanations,
            filled=row.filled,
            due_on=row.due_on,
            late=row.late,
            opened_at=now,
            submitted_at=row.submitted_at,
            submitted_on=row.submitted_on,
            corrects=row,
            reason=reason.strip(),
        )
        record(
            actor=actor,
            now=now,
            action="open_correction",
            subject=fresh,
            scope=row.programme.slug,
            reason=reason,
            payload={"corrects": row.pk, "version": fresh.version},
        )
        start_clock(fresh, business_date(row.programme, now), fresh.form.definition.mend, actor, now)
    return fresh


def reference_of(report: Report) -> str:
    """“LS-Q1《双创中心季度数据》2019年第1季度”: how observations name the report they come from, in the source language."""
    with override("zh-hans"):
        version = f"（第{report.version}版）" if report.version > 1 else ""
        return f"{report.form_code}《{report.form.title}》{period_of(report)}{version}"


def _told(report: Report) -> Iterable[Told]:
    figures = figures_of(report)
    for name, cell in report.form.sheet.cells.items():
        if cell.fact and figures.get(name) is not None:
            value = for_store(figures[name])
            yield Told(report.party_id, cell.fact, value, since=report.starts_on, until=report.span.until)


def _set_aside(former: Report, report: Report, actor: Actor, now: datetime) -> None:
    transition(
        workflow=REPORTS,
        instance=former,
        move="correct",
        actor=actor,
        now=now,
        reason=report.reason,
        payload={"by": report.pk},
        scope=report.programme.slug,
    )
    said = {told.code for told in _told(report)}
    gone = Observation.objects.filter(origin=former.origin, known__upper_inf=True).exclude(
        definition__code__in=said
    )
    for observation in gone.select_related("programme"):
        withdraw(actor=actor, now=now, observation=observation, reason=report.reason)
