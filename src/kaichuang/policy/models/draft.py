"""Files that have been uploaded and read, but not imported yet."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model


class Draft(Model):
    """The text of an uploaded file while its clauses are looked over; nobody but the programme's clerks sees it.

    `text` is what was read from the file, `reading_notes` the doubts of reading it (encodings, lost pictures).
    """

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="policy_drafts")
    code = models.CharField(_("引用代号"), max_length=12, blank=True)
    file_name = models.CharField(_("来源文件"), max_length=200)
    text = models.TextField(_("原文"))
    reading_notes = models.JSONField(default=list, blank=True)
    uploaded_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("上传人")
    )
    uploaded_at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = _("待导入文件")
        ordering = ["-uploaded_at", "-id"]

    def __str__(self) -> str:
        return self.file_name
