"""What the applicant handed in, each time."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.cases.models.case import Case
from kaichuang.cases.models.matter import MatterVersion
from kaichuang.kit.models import Model
from kaichuang.kit.triggers import append_only


class Submission(Model):
    """A frozen application: statements, what was known with its sources, papers with their hashes, and the result."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="submissions")
    number = models.PositiveSmallIntegerField(_("次数"))
    version = models.ForeignKey(MatterVersion, models.RESTRICT, related_name="+")
    answers = models.JSONField()
    papers = models.JSONField(default=list)
    document = models.JSONField(null=True)
    """The frozen answer of the rules (`packs.freeze`); none where the matter has no measure."""
    digest = models.CharField(_("校验值"), max_length=64, blank=True)
    made_at = models.DateTimeField(_("提交时间"))
    made_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, related_name="+")

    class Meta:
        verbose_name = _("提交内容")
        ordering = ["case", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="cases_submission_once"),
            models.CheckConstraint(
                name="cases_submission_digest",
                condition=Q(document=None) | Q(digest__regex=r"^[0-9a-f]{64}$"),
            ),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.number}"
