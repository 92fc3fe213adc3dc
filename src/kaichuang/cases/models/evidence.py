"""Papers of a case."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.cases.models.case import Case
from kaichuang.kit.models import Model


class Evidence(Model):
    """An attachment handed in as a kind of paper; `row` tells which row of a table it proves (an invoice's number)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="evidence")
    paper = models.CharField(_("材料"), max_length=60)
    row = models.CharField(_("对应行"), max_length=120, blank=True)
    attachment = models.ForeignKey("files.Attachment", models.RESTRICT, related_name="+")
    added_at = models.DateTimeField(_("提交时间"))
    removed_at = models.DateTimeField(_("撤下时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("证明材料")
        ordering = ["case", "paper", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "paper", "attachment"],
                condition=Q(removed_at=None),
                name="cases_evidence_once",
                violation_error_message=_("该文件已作为此项材料提交。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper} {self.attachment_id}"
