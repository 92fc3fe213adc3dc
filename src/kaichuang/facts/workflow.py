"""The states of reports and imports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kaichuang.facts.enums import ImportState, ReportState
from kaichuang.facts.evaluation import evaluate, figures
from kaichuang.facts.models import Report
from kaichuang.facts.permissions import may_fill, may_review, may_run_import, may_sign
from kaichuang.facts.queries.reports import last_values
from kaichuang.journal.workflow import Move, Workflow
from kaichuang.kit.permissions import system_only
from kaichuang.kit.problems import Problem


def _all_in_order(report: Report, now: datetime) -> Iterator[Problem]:
    """Every open finding, each at its cell."""
    for finding in evaluate(report, last_values(report)).open:
        yield Problem(
            finding.id,
            finding.message,
            field=finding.cells[0] if finding.cells else "",
            clause=finding.clause,
        )


def _as_checked(report: Report, now: datetime) -> Iterator[Problem]:
    """The computed cells are still what was checked: the report before may have been corrected since."""
    if figures(report, last_values(report)) != report.figures:
        yield Problem("figures_moved", gettext("上期数据已变动，请继续修改并重新校验。"))


REPORTS = Workflow(
    Move("start", _("开始填报"), (ReportState.DUE,), ReportState.DRAFTING, may_fill),
    Move(
        "check",
        _("校验"),
        (ReportState.DUE, ReportState.DRAFTING, ReportState.RETURNED),
        ReportState.CHECKED,
        may_fill,
        guards=(_all_in_order,),
    ),
    Move("edit", _("继续修改"), (ReportState.CHECKED, ReportState.SIGNED), ReportState.DRAFTING, may_fill),
    Move(
        "sign",
        _("签署"),
        (ReportState.CHECKED,),
        ReportState.SIGNED,
        may_sign,
        guards=(_all_in_order, _as_checked),
    ),
    Move("submit", pgettext_lazy("报表", "报送"), (ReportState.SIGNED,), ReportState.SUBMITTED, may_fill),
    Move(
        "return",
        pgettext_lazy("报表", "退回"),
        (ReportState.SUBMITTED,),
        ReportState.RETURNED,
        may_review,
        needs_reason=True,
    ),
    Move("accept", pgettext_lazy("报表", "通过"), (ReportState.SUBMITTED,), ReportState.ACCEPTED, may_review),
    Move("freeze", _("归档"), (ReportState.ACCEPTED,), ReportState.FROZEN, may_review),
    Move(
        "correct",
        _("更正"),
        (ReportState.ACCEPTED, ReportState.FROZEN),
        ReportState.CORRECTED,
        may_review,
        needs_reason=True,
    ),
)

IMPORTS = Workflow(
    Move(
        "preview",
        _("试算"),
        (ImportState.UPLOADED, ImportState.PREVIEWED, ImportState.FAILED),
        ImportState.PREVIEWED,
        may_run_import,
    ),
    Move(
        "run",
        pgettext_lazy("数据导入", "导入"),
        (ImportState.PREVIEWED, ImportState.FAILED),
        ImportState.RUNNING,
        may_run_import,
    ),
    Move(
        "finish", pgettext_lazy("数据导入", "完成"), (ImportState.RUNNING,), ImportState.APPLIED, system_only
    ),
    Move("fail", pgettext_lazy("数据导入", "失败"), (ImportState.RUNNING,), ImportState.FAILED, system_only),
    Move(
        "drop",
        _("放弃"),
        (ImportState.UPLOADED, ImportState.PREVIEWED),
        ImportState.DROPPED,
        may_run_import,
    ),
)
