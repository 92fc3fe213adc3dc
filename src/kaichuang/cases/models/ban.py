"""Bars: parties that may not apply for anything until a day (catalogue G03)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model


class Ban(Model):
    """A party may not apply from `since` until `until`, both inclusive. Lifted early by a decision of its own."""

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="bans")
    party = models.ForeignKey("parties.Party", models.RESTRICT, related_name="bans", verbose_name=_("主体"))
    since = models.DateField(_("起始日期"))
    until = models.DateField(_("截止日期"))
    clause = models.CharField(_("依据"), max_length=60)
    reason = models.CharField(_("原因"), max_length=200)
    lifted_on = models.DateField(_("解除日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("禁止申报")
        ordering = ["-since"]
        constraints = [
            models.CheckConstraint(
                name="cases_ban_order",
                condition=Q(until__gte=F("since")),
                violation_error_message=_("截止日期不能早于起始日期。"),
            ),
        ]
        indexes = [models.Index(fields=["party", "until"], name="cases_ban_of_party")]

    def __str__(self) -> str:
        return f"{self.party_id} {self.until}"
