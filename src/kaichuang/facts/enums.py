"""States of reports and imports, and where cells come from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReportState(models.TextChoices):
    DUE = "due", pgettext_lazy("报表", "待填报")
    DRAFTING = "drafting", _("填报中")
    CHECKED = "checked", _("已校验")
    SIGNED = "signed", _("已签署")
    SUBMITTED = "submitted", pgettext_lazy("报表", "已报送")
    RETURNED = "returned", pgettext_lazy("报表", "已退回")
    ACCEPTED = "accepted", pgettext_lazy("报表", "已通过")
    FROZEN = "frozen", _("已归档")
    CORRECTED = "corrected", _("已更正")


EDITABLE = (ReportState.DUE, ReportState.DRAFTING, ReportState.RETURNED)
"""States in which cells may change; a checked or signed report goes back to drafting first."""

WITH_PARTY = (*EDITABLE, ReportState.CHECKED, ReportState.SIGNED)
"""States in which the party has to do something."""

KNOWN = (ReportState.ACCEPTED, ReportState.FROZEN)
"""States whose cells are known facts."""

TONES = {
    ReportState.DUE: "neutral",
    ReportState.DRAFTING: "info",
    ReportState.CHECKED: "info",
    ReportState.SIGNED: "info",
    ReportState.SUBMITTED: "warning",
    ReportState.RETURNED: "danger",
    ReportState.ACCEPTED: "success",
    ReportState.FROZEN: "success",
    ReportState.CORRECTED: "neutral",
}


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", pgettext_lazy("数据导入", "待对应列")
    PREVIEWED = "previewed", _("已试算")
    RUNNING = "running", pgettext_lazy("数据导入", "导入中")
    APPLIED = "applied", pgettext_lazy("数据导入", "已导入")
    FAILED = "failed", pgettext_lazy("数据导入", "导入失败")
    DROPPED = "dropped", pgettext_lazy("数据导入", "已放弃")
