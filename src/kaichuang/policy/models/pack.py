"""Packs as they were loaded."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model


class PackVersion(Model):
    """One version of a pack, adopted by a programme; decisions name it by `sha256` and stay replayable.

    `content` holds the pack's files as loaded (path → text). `settings` are the bureau's own choices: readings and
    parameters of un-priced measures; a change of settings is a new row.
    """

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="pack_versions")
    pack = models.CharField(_("政策包"), max_length=60)
    version = models.CharField(_("版本"), max_length=20)
    sha256 = models.CharField(max_length=64)
    content = models.JSONField()
    settings = models.JSONField(_("本地设定"), default=dict, blank=True)
    reason = models.CharField(_("说明"), max_length=200, blank=True)
    loaded_at = models.DateTimeField(_("载入时间"))
    loaded_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, related_name="+")
    is_current = models.BooleanField(_("当前"), default=True)

    class Meta:
        verbose_name = _("政策包版本")
        ordering = ["programme", "pack", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "pack"],
                condition=Q(is_current=True),
                name="policy_pack_one_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pack} {self.version}"
