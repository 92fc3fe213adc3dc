"""What the closing found, frozen."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.experts.models.item import Item
from kaichuang.experts.models.panel import Panel
from kaichuang.kit.models import Model
from kaichuang.kit.triggers import append_only


class Result(Model):
    """An item's score and rank. `exact` is the fraction ("265/3"), `score` the same rounded to four decimals.

    `details` holds the readers' totals, the means by criterion and what was dropped; `reasons` the sentences in
    Chinese and English.
    """

    panel = models.ForeignKey(Panel, models.CASCADE, related_name="results")
    item = models.OneToOneField(Item, models.CASCADE, related_name="result")
    exact = models.CharField(max_length=80, blank=True)
    score = models.DecimalField(_("总分"), max_digits=12, decimal_places=4, null=True)
    rank = models.PositiveIntegerField(_("名次"))
    passed = models.BooleanField(_("合格"))
    within_quota = models.BooleanField(_("入围"))
    recommended_fen = models.BigIntegerField(_("建议金额"), null=True)
    details = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)

    class Meta:
        verbose_name = _("评审结果")
        verbose_name_plural = _("评审结果")
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "rank"], name="experts_result_rank_once"),
            models.CheckConstraint(
                name="experts_result_quota_needs_pass",
                condition=Q(within_quota=False) | Q(passed=True, score__isnull=False),
                violation_error_message=_("只有合格项才能入围。"),
            ),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.panel_id} #{self.rank}"
