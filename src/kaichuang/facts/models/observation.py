"""What is known, for which time, and since when we have known it.

Note [Bitemporal]
`valid` is the time of which the value is true; `known` the time during which we held it to be true. A correction
never overwrites: it ends the `known` of what it contradicts and adds what we hold now. "What did we know on
that day" is `known @> day`; "what was true then" is `valid @> day`. The exclusion constraint says that at no
moment we ever held two values for one thing at one time.
"""

from __future__ import annotations

from datetime import date

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.facts.models.definition import Definition, ValueType
from kaichuang.facts.models.origin import Origin
from kaichuang.facts.models.subject import Subject
from kaichuang.kit.models import Model


class Source(models.TextChoices):
    DECLARED = "declared", _("自行申报")
    DERIVED = "derived", _("系统计算")
    REPORTED = "reported", _("部门提供")


_COLUMN_OF_TYPE = {
    ValueType.BOOL: "flag",
    ValueType.INT: "number",
    ValueType.MONEY: "number",
    ValueType.RATIO: "number",
    ValueType.DATE: "day",
    ValueType.TEXT: "text",
}

Value = bool | int | str | date | tuple[int, int]
"""A value as the platform holds it: money in fen, a ratio as numerator and denominator."""


def _exactly_its_column() -> Q:
    """The value stands in the column of its type, and nowhere else."""
    condition = Q()
    for kind, column in _COLUMN_OF_TYPE.items():
        others = dict.fromkeys(sorted(set(_COLUMN_OF_TYPE.values()) - {column}))
        condition |= Q(type=kind, **{f"{column}__isnull": False}, **others)
    return condition


class Observation(Model):
    """One value of one fact about one subject. Rows are never deleted; only `known` ends, once."""

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="+")
    subject = models.ForeignKey(Subject, models.RESTRICT, related_name="observations")
    definition = models.ForeignKey(Definition, models.RESTRICT, related_name="observations")
    type = models.CharField(max_length=6, choices=ValueType)
    valid = DateRangeField(_("所属期间"))
    known = DateTimeRangeField(_("认定期间"))
    recorded_at = models.DateTimeField(_("记录时间"))
    number = models.BigIntegerField(null=True)
    divisor = models.BigIntegerField(default=1)
    text = models.CharField(max_length=500, null=True)
    day = models.DateField(null=True)
    flag = models.BooleanField(null=True)
    source = models.CharField(_("来源"), max_length=10, choices=Source)
    origin = models.ForeignKey(Origin, models.RESTRICT, related_name="observations")

    class Meta:
        verbose_name = _("数据")
        verbose_name_plural = _("数据")
        indexes = [
            models.Index(
                fields=["programme", "definition", "subject"],
                condition=Q(known__upper_inf=True),
                name="facts_observation_current",
            )
        ]
        constraints = [
            ExclusionConstraint(
                name="facts_observation_one_truth",
                expressions=[
                    ("programme", RangeOperators.EQUAL),
                    ("subject", RangeOperators.EQUAL),
                    ("definition", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                    ("known", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("同一数据在同一期间只能有一个值，请刷新后重试。"),
            ),
            models.CheckConstraint(
                name="facts_observation_value_by_type",
                condition=_exactly_its_column(),
                violation_error_message=_("数据的值与其类型不符。"),
            ),
            models.CheckConstraint(
                name="facts_observation_divisor",
                condition=Q(divisor__gt=0) & (Q(type=ValueType.RATIO) | Q(divisor=1)),
                violation_error_message=_("比率的分母须为正数。"),
            ),
            models.CheckConstraint(
                name="facts_observation_valid_some_time",
                condition=Q(valid__isempty=False),
                violation_error_message=_("所属期间不能为空。"),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="only_known_ends",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                    IF upper_inf(OLD.known) AND NOT upper_inf(NEW.known)
                       AND (lower(NEW.known) = lower(OLD.known) OR isempty(NEW.known))
                       AND to_jsonb(OLD) - 'known' = to_jsonb(NEW) - 'known' THEN
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'observations are never changed, only superseded'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'facts_observation_only_known_ends';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition_id} {self.valid}"

    @property
    def value(self) -> Value:
        """The value in the platform's own terms."""
        if self.type == ValueType.RATIO:
            assert self.number is not None
            return self.number, self.divisor
        value: Value | None = getattr(self, _COLUMN_OF_TYPE[ValueType(self.type)])
        assert value is not None
        return value
