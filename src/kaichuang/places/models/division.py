"""Administrative divisions of China (GB/T 2260), renamed and merged ones included."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model


class Level(models.IntegerChoices):
    NATION = 0, _("国家")
    PROVINCE = 1, _("省级")
    CITY = 2, _("地市级")
    COUNTY = 3, _("县级")
    TOWN = 4, _("乡级")


class Division(models.Model):
    """One division under one code; `valid_to` marks the last day of the code, `Succession` what took its place."""

    code = models.CharField(
        _("行政区划代码"), primary_key=True, max_length=9, validators=[RegexValidator(r"^\d{6}(\d{3})?$")]
    )
    name = models.CharField(_("名称"), max_length=60)
    short_name = models.CharField(_("简称"), max_length=30, blank=True)
    sort_key = models.CharField(max_length=120, blank=True)
    level = models.SmallIntegerField(_("级别"), choices=Level)
    parent = models.ForeignKey("self", models.RESTRICT, null=True, blank=True, related_name="children")
    valid_from = models.DateField(_("启用日期"), null=True, blank=True)
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("行政区划")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="places_division_valid_order",
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lte=F("valid_to")),
                violation_error_message=_("停用日期不能早于启用日期。"),
            ),
        ]
        indexes = [models.Index(fields=["parent", "code"], name="places_division_parent")]

    def __str__(self) -> str:
        return self.name


class Succession(Model):
    """`former` became (wholly or in part) `successor` on a day, with the reason as published."""

    former = models.ForeignKey(Division, models.RESTRICT, related_name="successions")
    successor = models.ForeignKey(Division, models.RESTRICT, related_name="predecessors")
    on = models.DateField(_("日期"))
    reason = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("区划沿革")
        constraints = [
            models.UniqueConstraint(fields=["former", "successor"], name="places_succession_once"),
            models.CheckConstraint(
                name="places_succession_not_self",
                condition=~Q(former=F("successor")),
                violation_error_message=_("区划不能沿革为自身。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.former_id} → {self.successor_id}"
