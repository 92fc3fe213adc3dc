"""Who may act for which party, and how one gets there."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.kit.triggers import one_door
from kaichuang.parties.models.party import Party


class MembershipKind(models.TextChoices):
    OWNER = "owner", _("负责人")
    EDITOR = "editor", _("经办人")
    VIEWER = "viewer", _("查看人")


class Membership(Model):
    """A user may act for a party from `since` to `until` (inclusive); owners admit others."""

    user = models.ForeignKey("accounts.User", models.RESTRICT, related_name="memberships")
    party = models.ForeignKey(Party, models.CASCADE, related_name="memberships")
    kind = models.CharField(_("身份"), max_length=10, choices=MembershipKind)
    since = models.DateField(_("起始日期"))
    until = models.DateField(_("截止日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("成员")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "party"],
                condition=Q(until=None),
                name="parties_membership_one_open",
                violation_error_message=_("该用户已是本主体的成员。"),
            ),
            models.CheckConstraint(
                name="parties_membership_order",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message=_("截止日期不能早于起始日期。"),
            ),
        ]
        indexes = [models.Index(fields=["party", "until"], name="parties_membership_party")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.party_id}"


class AdmissionState(models.TextChoices):
    PENDING = "pending", _("待答复")
    ACCEPTED = "accepted", _("已接受")
    DECLINED = "declined", _("已谢绝")
    WITHDRAWN = "withdrawn", _("已撤回")


class Admission(Model):
    """An invitation by an owner, or a user's own request to join; whoever did not ask answers."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="admissions")
    party = models.ForeignKey(Party, models.CASCADE, related_name="admissions")
    kind = models.CharField(_("身份"), max_length=10, choices=MembershipKind)
    by_party = models.BooleanField(_("由主体邀请"))
    message = models.CharField(_("说明"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=AdmissionState, default=AdmissionState.PENDING)
    asked_at = models.DateTimeField(_("提出时间"))

    class Meta:
        verbose_name = _("邀请与申请加入")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "party"],
                condition=Q(state=AdmissionState.PENDING),
                name="parties_admission_one_pending",
                violation_error_message=_("已有待答复的邀请或申请。"),
            ),
        ]
        triggers = [one_door()]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.party_id}"
