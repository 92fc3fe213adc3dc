"""A year of reports: accepted quarters, and a last one in every state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kaichuang.facts.evaluation import evaluate
from kaichuang.facts.models import Form, Report
from kaichuang.facts.operations import (
    accept_report,
    check_report,
    open_reports,
    return_report,
    save_cells,
    sign_report,
    submit_report,
)
from kaichuang.facts.queries.reports import last_values
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Party

# Enterprises that entered, graduated and exited, quarter by quarter.
FIGURES = ((6, 1, 1), (4, 2, 0), (5, 3, 1), (3, 2, 1))
_LAST = ("submit", "return", "draft", "leave")
_REASON = "演示数据：本季集中办理入驻和备案，情况属实。"


def load_reports(form: Form, parties: list[Party], actor: Actor, now: datetime) -> None:
    """Fill in what is due for each party; of the last period the parties are at different places."""
    open_reports(actor=actor, now=now, form=form)
    for number, party in enumerate(parties):
        reports = list(Report.objects.filter(form=form, party=party).order_by("starts_on"))
        inside = 18 + number * 6
        for index, report in enumerate(reports[-len(FIGURES) :]):
            entered, graduated, exited = FIGURES[index]
            inside += entered - graduated - exited
            is_last = index == len(FIGURES) - 1 or report.pk == reports[-1].pk
            step = _LAST[number % len(_LAST)] if is_last else "accept"
            moment = datetime(report.due_on.year, report.due_on.month, report.due_on.day, 3, tzinfo=UTC)
            _hand_in(
                report,
                _cells(number, index, inside, report),
                step,
                actor,
                min(moment - timedelta(days=2), now),
            )


def _cells(number: int, index: int, inside: int, report: Report) -> dict[str, str]:
    entered, graduated, exited = FIGURES[index]
    base = 400_000 + 150_000 * number + 35_000 * index
    cells = {
        "filed.end": inside,
        "incubating.end": inside,
        "small_tech.end": inside // 3,
        "high_tech.end": 1 + index // 2,
        "entered.quarter": entered,
        "graduated.quarter": graduated,
        "exited.quarter": exited,
        "area.end": 6000 + 1500 * number,
        "used.end": 4100 + 1200 * number + 100 * index,
        "events.quarter": 5 + index,
        "visitors.quarter": 240 + 60 * index,
        "mentors.end": 8 + number,
        "revenue_tech.quarter": base,
        "revenue_other.quarter": base // 2,
        "output.quarter": base * 3,
        "staff.end": inside * 7,
        "graduates.end": inside * 2,
        "new_jobs.quarter": 9 + index,
        "financed_firms.quarter": index % 2,
        "equity.quarter": 2_000_000 * (index % 2),
        "loans.quarter": 500_000 * (index % 2),
        "new_high_tech.quarter": index % 2,
        "patents.quarter": 4 + index,
        "inventions.quarter": 1,
    }
    outcome = evaluate(report, last_values(report))
    opening = {name: "0" for name in outcome.editable if name.endswith(".year")}
    return {**opening, **{name: str(value) for name, value in cells.items()}}


def _hand_in(report: Report, cells: dict[str, str], step: str, actor: Actor, now: datetime) -> None:
    if step == "leave":
        return
    if step == "draft":
        save_cells(actor=actor, now=now, report=report, entries=dict(list(cells.items())[:-6]))
        return
    report = save_cells(actor=actor, now=now, report=report, entries=cells)
    reasons = {
        finding.id: _REASON
        for finding in evaluate(report, last_values(report)).open
        if finding.kind == "explain"
    }
    report = save_cells(actor=actor, now=now, report=report, entries={}, explanations=reasons)
    check_report(actor=actor, now=now, report=report)
    sign_report(actor=actor, now=now, report=report)
    submit_report(actor=actor, now=now, report=report)
    if step == "accept":
        accept_report(actor=actor, now=now, report=report)
    elif step == "return":
        notes = {
            "revenue_tech.quarter": "与增值税申报收入相差较大，请核对。",
            "visitors.quarter": "请附签到表。",
        }
        return_report(actor=actor, now=now, report=report, reason="请核对收入和活动人次。", notes=notes)
