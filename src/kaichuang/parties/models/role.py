"""Roles in a programme."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.parties.models.unit import Unit


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("管理员")
    LEADER = "leader", _("领导")
    OFFICER = "officer", _("业务经办")
    CLERK = "clerk", _("政策文书")
    FINANCE = "finance", _("财政")
    AUDITOR = "auditor", _("审计")
    INSPECTOR = "inspector", _("检查员")
    STATISTICIAN = "statistician", _("统计员")
    EXPERT = "expert", _("评审专家")
    OPERATOR = "operator", _("载体运营方")
    FOUNDER = "founder", _("创业者")
    PROVIDER = "provider", _("服务机构")
    MENTOR = "mentor", _("创业导师")
    INVESTOR = "investor", _("投资人")
    BANK = "bank", _("金融机构")


STAFF = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.LEADER,
        Role.OFFICER,
        Role.CLERK,
        Role.FINANCE,
        Role.AUDITOR,
        Role.INSPECTOR,
        Role.STATISTICIAN,
    }
)
"""Roles of public servants: they must sign in with a second factor."""


class RoleGrant(Model):
    """A user holds a role in a programme from `since` to `until` (inclusive), as an officer in a unit."""

    user = models.ForeignKey("accounts.User", models.RESTRICT, related_name="role_grants")
    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="role_grants")
    role = models.CharField(_("角色"), max_length=20, choices=Role)
    unit = models.ForeignKey(
        Unit, models.RESTRICT, null=True, blank=True, related_name="role_grants", verbose_name=_("单位")
    )
    since = models.DateField(_("起始日期"))
    until = models.DateField(_("截止日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("角色授予")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "programme", "role"],
                condition=Q(until=None),
                name="parties_role_grant_one_open",
                violation_error_message=_("该用户在本项目中已有此角色。"),
            ),
            models.CheckConstraint(
                name="parties_role_grant_order",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message=_("截止日期不能早于起始日期。"),
            ),
            ExclusionConstraint(
                name="parties_role_grant_no_overlap",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("programme", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (Func("since", "until", Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("该用户在这段时间已有此角色。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.role}"
