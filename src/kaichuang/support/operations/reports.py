"""Reports on the use of money: written, checked, handed in, returned, accepted."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.cases.models import Case
from kaichuang.cases.permissions import may_edit
from kaichuang.cases.queries.cases import state_of
from kaichuang.clock.queries import business_date
from kaichuang.journal.operations import transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.money import format_yuan
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, refuse_if
from kaichuang.support.models import OUTSIDE, ReportState, Tranche, TrancheState, UseLine, UseReport
from kaichuang.support.queries.kept import kept_of
from kaichuang.support.queries.uses import uses_of
from kaichuang.support.workflow import REPORT


@dataclass(frozen=True, slots=True)
class Spending:
    """A line of a report as it is written; the amount in fen."""

    category: str
    what: str
    amount_fen: int
    spent_on: date
    voucher: str = ""
    attachment_id: int | None = None
    why: str = ""
    """Of what was spent outside the earmark."""


def open_report(*, case: Case, now: datetime) -> UseReport:
    """The report of a case, begun with what was paid and not claimed back since, and the days that count."""
    paid = Tranche.objects.filter(case=case, state=TrancheState.PAID)
    days = [tranche.paid_on for tranche in paid if tranche.paid_on is not None]
    plan = case.version.file.matter.report
    kept = kept_of(case)
    if plan is None or not days or not kept:
        raise Refused(Problem("no_report", _("该办件没有需要报告使用情况的资金。")))
    decided = case.decisions.filter(kind="granted").values_list("decided_on", flat=True).first()
    values = {
        "paid_fen": kept,
        "from_on": min([*days, *([decided] if decided is not None else [])]),
        "until_on": add_months(max(days), plan.months),
    }
    report, new = UseReport.objects.get_or_create(case=case, defaults=values)
    if not new and report.state in (ReportState.DRAFT, ReportState.RETURNED):
        UseReport.objects.filter(pk=report.pk).update(**values)
        report.refresh_from_db()
    return report


def save_report(
    *, case: Case, lines: Sequence[Spending], summary: str, actor: Actor, now: datetime
) -> UseReport:
    """Keep what was written so far, complete or not."""
    require(may_edit(actor, case))
    refuse_if(_unreasoned(lines))
    with transaction.atomic():
        report = open_report(case=case, now=now)
        if report.state not in (ReportState.DRAFT, ReportState.RETURNED):
            raise Refused(Problem("handed_in", _("使用报告已经报送，目前不能修改。")))
        report.lines.all().delete()
        UseLine.objects.bulk_create(
            UseLine(
                report=report,
                category=line.category[:60],
                what=line.what[:200],
                amount_fen=line.amount_fen,
                spent_on=line.spent_on,
                voucher=line.voucher[:60],
                attachment_id=line.attachment_id,
                why=line.why.strip()[:300],
            )
            for line in lines
        )
        report.spent_fen, report.outside_fen = _sums(lines)
        report.summary = summary.strip()
        report.save(update_fields=["spent_fen", "outside_fen", "summary"])
    return report


def _sums(lines: Sequence[Spending] | Sequence[UseLine]) -> tuple[int, int]:
    """What was spent as the earmark says, and on something else."""
    outside = sum(line.amount_fen for line in lines if line.category == OUTSIDE)
    return sum(line.amount_fen for line in lines) - outside, outside


def _unreasoned(lines: Sequence[Spending]) -> Iterator[Problem]:
    for number, line in enumerate(lines, 1):
        if line.category == OUTSIDE and not line.why.strip():
            message = _("第%(row)d行用于其他方面，请说明原因。") % {"row": number}
            yield Problem("why_required", message, field=f"lines.{number}.why")


def hand_in_report(*, report: UseReport, actor: Actor, now: datetime) -> UseReport:
    """Check and freeze it. Raises `Refused` with everything that is wrong."""
    refuse_if(problems_of(report, now))
    return transition(
        workflow=REPORT,
        instance=report,
        move="hand_in",
        actor=actor,
        now=now,
        changes={"handed_in_at": now, "note": ""},
        scope=report.case.programme.slug,
    )


def return_report(*, report: UseReport, note: str, actor: Actor, now: datetime) -> UseReport:
    """Give it back with what is wrong; what was ruled on the money spent outside the earmark has to be ruled anew."""
    return transition(
        workflow=REPORT,
        instance=report,
        move="return",
        actor=actor,
        now=now,
        reason=note,
        changes={
            "note": note[:500],
            "reclaim_fen": None,
            "ruling": "",
            "rate_ppm": None,
            "rate_clause": "",
            "ruled_at": None,
            "ruled_by_id": None,
        },
        scope=report.case.programme.slug,
    )


def accept_report(*, report: UseReport, actor: Actor, now: datetime) -> UseReport:
    """Find it right."""
    return transition(
        workflow=REPORT,
        instance=report,
        move="accept",
        actor=actor,
        now=now,
        changes={"accepted_at": now},
        scope=report.case.programme.slug,
    )


def problems_of(report: UseReport, now: datetime) -> Iterator[Problem]:
    """Everything that keeps a report from being right, with the clause of the earmark."""
    case = report.case
    uses = uses_of(case)
    allowed = {use.code: use for use in uses}
    clause = uses[0].clause if uses else case.matter.clause
    names = "、".join(use.title.zh for use in uses)
    today = business_date(case.programme, now)
    lines = list(report.lines.all())
    for number, line in enumerate(lines, 1):
        where = _("第%(row)d行") % {"row": number}
        if allowed and line.category not in allowed and not line.is_outside:
            message = _(
                "%(row)s的支出类别不在专项用途之内；只能用于：%(names)s。已用于其他方面的，请如实选择“用于其他方面”。"
            ) % {
                "row": where,
                "names": names,
            }
            yield Problem("category", message, field=f"lines.{number}.category", clause=clause)
        if not report.from_on <= line.spent_on <= min(report.until_on, today):
            message = _("%(row)s的支出日期应在%(since)s至%(until)s之间。") % {
                "row": where,
                "since": report.from_on,
                "until": min(report.until_on, today),
            }
            yield Problem("period", message, field=f"lines.{number}.spent_on", clause=clause)
    spent, outside = _sums(lines)
    if spent + outside > report.paid_fen:
        message = _("支出合计%(spent)s元超过已收金额%(paid)s元，请只列用本资金支付的部分。") % {
            "spent": format_yuan(spent + outside),
            "paid": format_yuan(report.paid_fen),
        }
        yield Problem("too_much", message, field="lines", clause=clause)
    if (spent, outside) != (report.spent_fen, report.outside_fen):
        yield Problem("sum", _("支出合计与明细不符，请重新保存。"), field="lines")
    if not lines and not report.summary:
        yield Problem("empty", _("请填写支出明细；没有支出的，请在成效说明中写明原因。"), field="lines")


def require_writable(case: Case) -> None:
    """Raise `Refused` unless the applicant is asked for the report now."""
    if state_of(case).desk != "applicant":
        raise Refused(Problem("not_open", _("目前不需要填写使用报告。")))


def add_months(day: date, months: int) -> date:
    """The same day some months later, the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
