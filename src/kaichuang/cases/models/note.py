"""Notes of officers on a case."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaichuang.cases.models.case import Case
from kaichuang.kit.models import Model
from kaichuang.kit.triggers import append_only


class Note(Model):
    """A remark for colleagues; the applicant never sees it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="notes")
    text = models.TextField(_("内容"), max_length=2000)
    made_at = models.DateTimeField(_("时间"))
    made_by = models.ForeignKey("accounts.User", models.RESTRICT, related_name="+")

    class Meta:
        verbose_name = _("内部备注")
        ordering = ["case", "id"]
        triggers = [append_only()]

    def __str__(self) -> str:
        return self.text[:40]
