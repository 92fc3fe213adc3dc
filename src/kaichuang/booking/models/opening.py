"""When a resource is open."""

from __future__ import annotations

from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.booking.models.resource import Resource
from kaichuang.kit.models import Model

MIDNIGHT = time(0)


class OpeningHours(Model):
    """Open on a weekday (1 Monday … 7 Sunday) between two times of day; several rows a day are allowed.

    Closing at 00:00 means midnight. A make-up working day (调休) opens as the weekday `MAKE_UP` (8), where rows for it exist, else as a Monday.
    """

    MAKE_UP = 8

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("星期"))
    opens = models.TimeField(_("开始开放"))
    closes = models.TimeField(_("停止开放"))

    class Meta:
        verbose_name = _("开放时间")
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                name="booking_hours_weekday",
                condition=Q(weekday__range=(1, 8)),
                violation_error_message=_("星期须为1至7；8表示调休上班日。"),
            ),
            models.CheckConstraint(
                name="booking_hours_order",
                condition=Q(closes__gt=F("opens")) | Q(closes=MIDNIGHT),
                violation_error_message=_("关闭时间须晚于开放时间。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}–{self.closes}"


class OpeningException(Model):
    """One date on which the weekly hours do not hold: other hours, or closed when both times are empty."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="exceptions")
    date = models.DateField(_("日期"))
    opens = models.TimeField(_("开始开放"), null=True, blank=True)
    closes = models.TimeField(_("停止开放"), null=True, blank=True)
    reason = models.CharField(_("事由"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("开放例外")
        ordering = ["date", "opens"]
        constraints = [
            models.CheckConstraint(
                name="booking_exception_both_or_none",
                # Said in full: a comparison with NULL would let anything pass.
                condition=Q(opens=None, closes=None)
                | (
                    Q(opens__isnull=False, closes__isnull=False)
                    & (Q(closes__gt=F("opens")) | Q(closes=MIDNIGHT))
                ),
                violation_error_message=_("请同时填写开放和关闭时间，或都留空表示全天关闭。"),
            ),
            models.UniqueConstraint(
                fields=["resource", "date", "opens"],
                name="booking_exception_once",
                nulls_distinct=False,
                violation_error_message=_("该日期已有相同的例外。"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.date)
