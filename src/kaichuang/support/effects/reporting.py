"""report, and what it means that the use of money is reported."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from kaichuang.cases.models import Case
from kaichuang.cases.registry import effect, need, on_move
from kaichuang.cases.step import Step
from kaichuang.kit.problems import Problem
from kaichuang.support.models import ReportState, UseReport
from kaichuang.support.operations.recover import demand_back
from kaichuang.support.operations.reports import (
    accept_report,
    hand_in_report,
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
    found = UseReport.objects.filter(case=step.case).first()
    if found is None:
        found = save_report(case=step.case, lines=(), summary="", actor=step.actor, now=step.now)
    hand_in_report(report=found, actor=step.actor, now=step.now)


@need("reported")
def is_reported(case: Case, now: datetime) -> Iterator[Problem]:
    """The report is there and has nothing wrong with it."""
    found = UseReport.objects.filter(case=case).first()
    if found is None or found.state not in (ReportState.HANDED_IN, ReportState.ACCEPTED):
        yield Problem("not_reported", _("尚未报送资金使用情况。"))
        return
    yield from problems_of(found, now)


@on_move
def follow_report(step: Step) -> None:
    """Accepted or returned with the case; unspent money is to be paid back, without interest."""
    found = UseReport.objects.filter(case=step.case, state=ReportState.HANDED_IN).first()
    if found is None or "report" in step.move.does:
        return
    if "reported" in step.move.needs:
        accept_report(report=found, actor=step.actor, now=step.now)
        if found.unspent_fen:
            demand_back(
                case=step.case,
                principal=found.unspent_fen,
                rates=[],
                reason=_("资金未使用完的部分应当退回。"),
                clause=step.case.matter.clause,
                actor=step.actor,
                now=step.now,
            )
    elif step.move.returns:
        return_report(report=found, note=step.reason, actor=step.actor, now=step.now)
