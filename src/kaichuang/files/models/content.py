"""Bytes, stored once."""

from __future__ import annotations

import pgtrigger
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Content(models.Model):
    """The same bytes are one row and one file, however often they are attached.

    `purged_at` says when the file was removed because nothing needed it any more; the row stays as evidence
    of what had been there.
    """

    sha256 = models.CharField(primary_key=True, max_length=64, validators=[RegexValidator(r"^[0-9a-f]{64}$")])
    size = models.BigIntegerField(_("大小"))
    media_type = models.CharField(_("类型"), max_length=100)
    stored_at = models.DateTimeField(_("存入时间"))
    purged_at = models.DateTimeField(_("清除时间"), null=True)

    class Meta:
        verbose_name = _("文件内容")
        constraints = [
            models.CheckConstraint(
                name="files_content_not_empty",
                condition=Q(size__gt=0),
                violation_error_message=_("文件是空的。"),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="hash_and_size_fixed", fields=["sha256", "size"]),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
