"""How much of the scarce one party may have in a period."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.booking.models.resource import Resource, ResourceKind
from kaichuang.kit.models import Model


class QuotaPeriod(models.TextChoices):
    DAY = "day", _("每天")
    WEEK = "week", _("每周")
    MONTH = "month", _("每月")
    YEAR = "year", _("每年")


class QuotaUnit(models.TextChoices):
    BOOKINGS = "bookings", _("次")
    MINUTES = "minutes", _("分钟")


class Quota(Model):
    """Each party may use `limit` units per period, of one resource or of all resources of a kind."""

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="booking_quotas")
    resource = models.ForeignKey(Resource, models.CASCADE, null=True, blank=True, related_name="quotas")
    kind = models.CharField(_("类别"), max_length=12, choices=ResourceKind, blank=True)
    period = models.CharField(_("周期"), max_length=6, choices=QuotaPeriod)
    unit = models.CharField(_("单位"), max_length=10, choices=QuotaUnit)
    limit = models.PositiveIntegerField(_("上限"))
    clause = models.CharField(_("依据"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("预约限额")
        constraints = [
            models.CheckConstraint(
                name="booking_quota_target",
                condition=(Q(resource=None) & ~Q(kind="")) | (Q(resource__isnull=False) & Q(kind="")),
                violation_error_message=_("限额须针对一个资源或一类资源。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_period_display()} {self.limit} {self.get_unit_display()}"


class QuotaUse(Model):
    """What a party has used of a quota in the period that begins on `begins_on`; never more than the limit.

    `ceiling` is the quota's limit when it was last used; an override with a reason raises it for this row.
    """

    quota = models.ForeignKey(Quota, models.CASCADE, related_name="uses")
    party = models.ForeignKey("parties.Party", models.CASCADE, related_name="+")
    begins_on = models.DateField()
    used = models.PositiveIntegerField(default=0)
    ceiling = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("限额使用")
        constraints = [
            models.UniqueConstraint(fields=["quota", "party", "begins_on"], name="booking_quota_use_once"),
            models.CheckConstraint(
                name="booking_quota_use_within",
                condition=Q(used__lte=F("ceiling")),
                violation_error_message=_("已达到本周期的预约限额。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.used}/{self.ceiling}"
