"""report, and what it means that the use of money is reported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from kaichuang.cases.models import Case
from kaichuang.cases.registry import each, effect, need, on_moves
from kaichuang.cases.step import Step
from kaichuang.kit.money import format_yuan
from kaichuang.kit.problems import Problem
from kaichuang.ledger.interest import Rate
from kaichuang.support.models import ReportState, UseReport
from kaichuang.support.operations.recover import demand_back
from kaichuang.support.operations.reports import (
    accept_report,
    hand_in_report,
    open_report,
    problems_of,
    return_report,
    save_report,
)


@effect("report")
def report(step: Step) -> None:
    """Hand in the report as it was written; `data["lines"]` and `data["summary"]` may bring it along."""
    if "lines" in step.data:
        summary = str(step.data.get("summary", ""))
        save_report(case=step.case, lines=step.data["lines"], summary=summary, actor=step.actor, now=step.now)
    # Something may have been claimed back since it was written: the sum to account for is that of today.
    found = open_report(case=step.case, now=step.now)
    hand_in_report(report=found, actor=step.actor, now=step.now)


@need("reported")
def is_reported(case: Case, now: datetime) -> Iterator[Problem]:
    """The report is there and has nothing wrong with it."""
    found = UseReport.objects.filter(case=case).first()
    if found is None or found.state not in (ReportState.HANDED_IN, ReportState.ACCEPTED):
        yield Problem("not_reported", _("尚未报送资金使用情况。"))
        return
    yield from problems_of(found, now)
    if found.is_unruled and found.state == ReportState.HANDED_IN:
        message = _("报告中有%(outside)s元用于专项以外。请先在“资金”一栏决定追回多少。") % {
            "outside": format_yuan(found.outside_fen)
        }
        yield Problem("outside_unruled", message, clause=case.matter.clause)


@on_moves
def follow_reports(steps: Sequence[Step]) -> None:
    """Accepted or returned with the case; what is left, or was ruled to come back, is to be paid back.

    Interest is owed where the ruling says so.
    """
    cases = [step.case for step in steps if "report" not in step.move.does]
    handed_in = UseReport.objects.filter(case__in=cases, state=ReportState.HANDED_IN) if cases else ()
    found = {report.case_id: report for report in handed_in}
    each(lambda step: _follow(step, found[step.case.pk]))([step for step in steps if step.case.pk in found])


def _follow(step: Step, report: UseReport) -> None:
    if "reported" in step.move.needs:
        accept_report(report=report, actor=step.actor, now=step.now)
        _claim(step, report.unspent_fen, _("资金未使用完的部分应当退回。"))
        _claim(
            step,
            report.reclaim_fen or 0,
            _("资金用于专项以外，应当退回：%(why)s") % {"why": report.ruling},
            rates=[(date.min, report.rate_ppm)] if report.rate_ppm is not None else [],
            clause=report.rate_clause,
        )
    elif step.move.returns:
        return_report(report=report, note=step.reason, actor=step.actor, now=step.now)


def _claim(step: Step, amount: int, reason: str, *, rates: Sequence[Rate] = (), clause: str = "") -> None:
    if amount:
        demand_back(
            case=step.case,
            principal=amount,
            rates=rates,
            reason=reason,
            clause=clause or step.case.matter.clause,
            actor=step.actor,
            now=step.now,
        )
