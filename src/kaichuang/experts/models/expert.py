"""The pool."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.kit.triggers import one_door

speciality_code = RegexValidator(
    r"^[a-z][a-z0-9_-]{0,39}$", _("专业代码以小写字母开头，只含小写字母、数字、连字符和下划线。")
)


class ExpertState(models.TextChoices):
    PROPOSED = "proposed", _("待入库")
    ACTIVE = "active", _("在库")
    DECLINED = "declined", _("未入库")
    LEFT = "left", _("已出库")


class Expert(Model):
    """A person in a programme's pool. `number` (E0007) is what draws publish instead of the name.

    `specialities` are codes of `kaichuang.experts.specialities`. `most_panels` is on how many panels the expert
    sits at once. `home` is the region of residence or work, empty when unknown.
    """

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="experts")
    party = models.ForeignKey(
        "parties.Party", models.RESTRICT, related_name="expertships", verbose_name=_("专家")
    )
    number = models.CharField(_("编号"), max_length=12)
    specialities = ArrayField(
        models.CharField(max_length=40, validators=[speciality_code]), verbose_name=_("专业领域")
    )
    employer = models.ForeignKey(
        "parties.Party",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="employed_experts",
        verbose_name=_("工作单位"),
    )
    home = models.ForeignKey(
        "places.Division", models.RESTRICT, null=True, blank=True, related_name="+", verbose_name=_("所在地")
    )
    title = models.CharField(_("职称或职务"), max_length=80, blank=True)
    most_panels = models.PositiveSmallIntegerField(_("同时参加评审上限"), default=3)
    statement = models.TextField(_("申请或推荐说明"), max_length=2000, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=ExpertState, default=ExpertState.PROPOSED)
    proposed_at = models.DateTimeField(_("申请时间"))
    admitted_on = models.DateField(_("入库日期"), null=True, blank=True)
    left_on = models.DateField(_("出库日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("专家")
        verbose_name_plural = _("专家")
        ordering = ["number"]
        indexes = [
            models.Index(fields=["programme", "state"], name="experts_expert_state"),
            GinIndex(fields=["specialities"], name="experts_expert_specialities"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "party"],
                name="experts_expert_once",
                violation_error_message=_("该人员已在本项目的专家名单中。"),
            ),
            models.UniqueConstraint(fields=["programme", "number"], name="experts_expert_number_once"),
            models.CheckConstraint(
                name="experts_expert_has_speciality",
                condition=Q(specialities__len__gte=1),
                violation_error_message=_("请至少选择一个专业领域。"),
            ),
            models.CheckConstraint(
                name="experts_expert_most_panels",
                condition=Q(most_panels__gte=1, most_panels__lte=50),
                violation_error_message=_("同时参加评审的上限为1至50。"),
            ),
            models.CheckConstraint(
                name="experts_expert_admitted_when_active",
                condition=~Q(state=ExpertState.ACTIVE) | Q(admitted_on__isnull=False, left_on=None),
                violation_error_message=_("在库专家须有入库日期且没有出库日期。"),
            ),
            models.CheckConstraint(
                name="experts_expert_left_when_left",
                condition=~Q(state=ExpertState.LEFT)
                | Q(left_on__isnull=False, left_on__gte=F("admitted_on")),
                violation_error_message=_("出库日期不能早于入库日期。"),
            ),
            models.CheckConstraint(
                name="experts_expert_not_own_employer",
                condition=Q(employer=None) | ~Q(employer=F("party")),
                violation_error_message=_("工作单位不能是本人。"),
            ),
        ]
        triggers = [one_door()]

    def __str__(self) -> str:
        return f"{self.number} {self.party}"
