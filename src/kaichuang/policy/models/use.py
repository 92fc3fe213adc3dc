"""Which rules, targets and schemes of packs rest on which clause."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.policy.models.pack import PackVersion


class ClauseUse(Model):
    """Something of a pack cites a clause; written when the pack is adopted, so that clause pages need no pack.

    `section` is the pack's section (`measures`, `targets` …), `key` the id there.
    """

    version = models.ForeignKey(PackVersion, models.CASCADE, related_name="uses")
    code = models.CharField(_("引用代号"), max_length=12)
    path = models.CharField(_("位置"), max_length=120, blank=True)
    section = models.CharField(max_length=30)
    key = models.CharField(max_length=80)
    title = models.CharField(_("名称"), max_length=200)
    title_en = models.CharField(_("英文名称"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("条款的用处")
        ordering = ["version", "section", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "code", "path", "section", "key"], name="policy_clause_use_once"
            ),
        ]
        indexes = [models.Index(fields=["code", "path"], name="policy_clause_use_clause")]

    def __str__(self) -> str:
        return f"{self.code} {self.path} ← {self.key}"
