"""Report forms as a programme has adopted them, and who must report."""

from __future__ import annotations

import json

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kaichuang.facts.reporting.schema import FormSpec
from kaichuang.facts.reporting.sheet import Sheet, sheet_of
from kaichuang.kit.models import Model


class Form(Model):
    """One version of a report form. A report keeps the version under which it was opened."""

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="report_forms")
    code = models.CharField(_("代码"), max_length=40)
    version = models.PositiveSmallIntegerField(pgettext_lazy("报表", "版本"))
    title = models.CharField(_("名称"), max_length=120)
    title_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    clause = models.CharField(_("依据"), max_length=60)
    period = models.CharField(_("报送周期"), max_length=10)
    spec = models.JSONField()
    pack = models.CharField(_("政策包"), max_length=60)
    published_at = models.DateTimeField(_("发布时间"))
    is_current = models.BooleanField(_("当前"), default=True)

    class Meta:
        verbose_name = _("报表")
        verbose_name_plural = _("报表")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "code", "version"], name="facts_form_version_once"),
            models.UniqueConstraint(
                fields=["programme", "code"], condition=Q(is_current=True), name="facts_form_one_current"
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="content_fixed", fields=["programme", "code", "version", "spec"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def words(self) -> str:
        return (self.title_en or self.title) if get_language() == "en" else self.title

    @property
    def sheet(self) -> Sheet:
        """The form laid out in cells; compiled once a process."""
        return sheet_of(json.dumps(self.spec, sort_keys=True))

    @property
    def definition(self) -> FormSpec:
        return self.sheet.spec


class Respondent(Model):
    """A party must hand in the reports of a form (of every version) whose period ends from `since` to `until`."""

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="+")
    form_code = models.CharField(max_length=40)
    party = models.ForeignKey("parties.Party", models.RESTRICT, related_name="+", verbose_name=_("填报单位"))
    since = models.DateField(_("填报自"))
    until = models.DateField(_("填报至"), null=True, blank=True)

    class Meta:
        verbose_name = _("填报单位")
        constraints = [
            ExclusionConstraint(
                name="facts_respondent_once",
                expressions=[
                    ("programme", RangeOperators.EQUAL),
                    ("form_code", RangeOperators.EQUAL),
                    ("party", RangeOperators.EQUAL),
                    (Func("since", "until", Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("该单位在这段时间已是填报单位。"),
            ),
            models.CheckConstraint(
                name="facts_respondent_order",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message=_("截止日期不能早于起始日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_code} {self.party_id}"
