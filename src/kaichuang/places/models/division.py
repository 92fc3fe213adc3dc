"""Administrative divisions of China (GB/T 2260), renamed and merged ones included."""

from __future__ import annotations

from datetime import date

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
    """One division under one code.

    The published history gives years, so `since_year` is the first and `until_year` the last year in which
    the code was in use; an empty `until_year` means it is in use. `Succession` says what took its place.
    """

    code = models.CharField(
        _("行政区划代码"), primary_key=True, max_length=9, validators=[RegexValidator(r"^\d{6}(\d{3})?$")]
    )
    name = models.CharField(_("名称"), max_length=60)
    short_name = models.CharField(_("简称"), max_length=30, blank=True)
    sort_key = models.CharField(max_length=120, blank=True)
    level = models.SmallIntegerField(_("级别"), choices=Level)
    parent = models.ForeignKey("self", models.RESTRICT, null=True, blank=True, related_name="children")
    since_year = models.PositiveSmallIntegerField(_("启用年份"), null=True, blank=True)
    until_year = models.PositiveSmallIntegerField(_("停用年份"), null=True, blank=True)

    class Meta:
        verbose_name = _("行政区划")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="places_division_valid_order",
                condition=Q(since_year=None) | Q(until_year=None) | Q(since_year__lte=F("until_year")),
                violation_error_message=_("停用年份不能早于启用年份。"),
            ),
        ]
        indexes = [
            models.Index(fields=["parent", "code"], name="places_division_parent"),
            models.Index(fields=["name"], name="places_division_name"),
            models.Index(fields=["short_name"], name="places_division_short"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_current(self) -> bool:
        return self.until_year is None

    def in_use_on(self, day: date) -> bool:
        """Whether the code was in use in the year of `day`; the history knows years only."""
        return (self.since_year or 0) <= day.year <= (self.until_year or 9999)


class FormerName(Model):
    """A name that a code had before its present one."""

    division = models.ForeignKey(Division, models.CASCADE, related_name="former_names")
    name = models.CharField(_("曾用名"), max_length=60, db_index=True)
    since_year = models.PositiveSmallIntegerField(_("启用年份"), null=True, blank=True)
    until_year = models.PositiveSmallIntegerField(_("停用年份"), null=True, blank=True)

    class Meta:
        verbose_name = _("曾用名")
        constraints = [
            models.UniqueConstraint(fields=["division", "name"], name="places_former_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Succession(Model):
    """`former` became, wholly or in part, `successor` in a year, with the reason as published."""

    former = models.ForeignKey(Division, models.RESTRICT, related_name="successions")
    successor = models.ForeignKey(Division, models.RESTRICT, related_name="predecessors")
    year = models.PositiveSmallIntegerField(_("年份"))
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
