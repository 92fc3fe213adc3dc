"""The working-day calendar."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model


class DayKind(models.TextChoices):
    WORKING = "working", _("工作日")
    MAKE_UP = "make_up", _("调休上班")
    WEEKEND = "weekend", _("周末")
    HOLIDAY = "holiday", _("节假日")


class Day(Model):
    """What one day is in one calendar. A year without rows is unknown: it is refused, never guessed.

    `cn` is the State Council's calendar; a regional one (`cn-54`) holds only the days on which it differs.
    """

    calendar = models.CharField(_("日历"), max_length=20)
    date = models.DateField(_("日期"))
    kind = models.CharField(_("类别"), max_length=10, choices=DayKind)
    name = models.CharField(_("节日"), max_length=40, blank=True)
    source = models.CharField(_("依据"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("日历日")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "date"],
                name="clock_day_once",
                violation_error_message=_("该日历中已有这一天。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()}"

    @property
    def is_working(self) -> bool:
        return self.kind in {DayKind.WORKING, DayKind.MAKE_UP}
