"""No-shows and late cancellations: strikes, what they lead to, and the appeal against them."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.booking.models.booking import Booking
from kaichuang.kit.models import Model
from kaichuang.kit.triggers import one_door


class StrikeKind(models.TextChoices):
    NO_SHOW = "no_show", _("爽约")
    LATE_CANCEL = "late_cancel", _("迟取消")


class StrikeState(models.TextChoices):
    COUNTED = "counted", _("计入")
    APPEALED = "appealed", _("申诉中")
    UPHELD = "upheld", _("维持")
    WAIVED = "waived", _("已撤销记录")


class Ladder(Model):
    """A rung of the programme's rule: `strikes` within `window_days` suspend a party for `suspend_days`."""

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="booking_ladder")
    strikes = models.PositiveSmallIntegerField(_("次数"))
    window_days = models.PositiveSmallIntegerField(_("统计天数"))
    suspend_days = models.PositiveSmallIntegerField(_("暂停天数"))
    clause = models.CharField(_("依据"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("失约处理规则")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "strikes"],
                name="booking_ladder_once",
                violation_error_message=_("该次数已有规则。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.strikes} → {self.suspend_days}"


class Strike(Model):
    """One failure to come or to cancel in time; an appeal that succeeds takes it away."""

    booking = models.OneToOneField(Booking, models.RESTRICT, related_name="strike")
    party = models.ForeignKey("parties.Party", models.RESTRICT, related_name="booking_strikes")
    kind = models.CharField(_("类型"), max_length=12, choices=StrikeKind)
    on = models.DateField(_("日期"))
    state = models.CharField(_("状态"), max_length=10, choices=StrikeState, default=StrikeState.COUNTED)
    appeal = models.TextField(_("申诉理由"), blank=True)
    answer = models.TextField(_("处理意见"), blank=True)

    class Meta:
        verbose_name = _("失约记录")
        indexes = [models.Index(fields=["party", "on"], name="booking_strike_party")]
        constraints = [
            models.CheckConstraint(
                name="booking_strike_answered",
                condition=~Q(state__in=[StrikeState.UPHELD, StrikeState.WAIVED]) | ~Q(answer=""),
                violation_error_message=_("请填写处理意见。"),
            ),
        ]
        triggers = [one_door()]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"


class Suspension(Model):
    """A party may not book in a programme on the days of `period`, both ends as the range says."""

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="+")
    party = models.ForeignKey("parties.Party", models.CASCADE, related_name="booking_suspensions")
    period = DateRangeField(_("期间"))
    reason = models.CharField(_("暂停原因"), max_length=200)
    is_lifted = models.BooleanField(_("已解除"), default=False)

    class Meta:
        verbose_name = _("暂停预约")
        constraints = [
            ExclusionConstraint(
                name="booking_suspension_no_overlap",
                expressions=[
                    ("programme", RangeOperators.EQUAL),
                    ("party", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(is_lifted=False),
                violation_error_message=_("该主体在此期间已被暂停预约。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.period}"
