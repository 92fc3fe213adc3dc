"""The days of a calendar."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model


class DayKind(models.TextChoices):
    WORKING = "working", _("工作日")
    MAKE_UP = "make_up", _("调休上班")
    WEEKEND = "weekend", _("周末")
    HOLIDAY = "holiday", _("节假日")


WORKED = frozenset({DayKind.WORKING, DayKind.MAKE_UP})


def _new_token(operation: pgtrigger.Operation, name: str, tables: dict[str, str]) -> pgtrigger.Trigger:
    touched = " UNION ".join(f"SELECT calendar FROM {table}" for table in tables.values())  # noqa: S608  # constants
    return pgtrigger.Trigger(
        name=f"new_token_{name}",
        level=pgtrigger.Statement,
        operation=operation,
        when=pgtrigger.After,
        referencing=pgtrigger.Referencing(**tables),
        func=f"UPDATE clock_calendar SET token = gen_random_uuid() WHERE slug IN ({touched}); RETURN NULL;",  # noqa: S608  # constants
    )


class Day(Model):
    """What one day is in the calendar of that slug; a year without all its days is refused, never guessed."""

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
        triggers = [
            _new_token(pgtrigger.Insert, "insert", {"new": "new_days"}),
            _new_token(pgtrigger.Update, "update", {"old": "old_days", "new": "new_days"}),
            _new_token(pgtrigger.Delete, "delete", {"old": "old_days"}),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()}"

    @property
    def is_working(self) -> bool:
        return self.kind in WORKED
