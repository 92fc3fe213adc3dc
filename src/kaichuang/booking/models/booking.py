"""Bookings, and the claims by which they hold time."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.booking.intervals import Span
from kaichuang.booking.models.resource import Resource
from kaichuang.kit.models import Model
from kaichuang.kit.triggers import one_door


class State(models.TextChoices):
    PENDING = "pending", _("待审批")
    OFFERED = "offered", _("候补待确认")
    CONFIRMED = "confirmed", _("已确认")
    IN_USE = "in_use", _("使用中")
    COMPLETED = "completed", _("使用完毕")
    CANCELLED = "cancelled", _("已取消")
    REJECTED = "rejected", _("未获批准")
    EXPIRED = "expired", _("已过期")
    MISSED = "missed", _("爽约")
    MOVED = "moved", _("已改期")
    DISPLACED = "displaced", _("因停用调整")


HOLDING = (State.PENDING, State.OFFERED, State.CONFIRMED, State.IN_USE, State.COMPLETED)
"""States whose claims hold their time against everybody else. The trigger `follow_state` says the same."""


class Series(Model):
    """Bookings that repeat, by an RFC 5545 rule; each occurrence is a booking of its own."""

    rule = models.CharField(_("重复规则"), max_length=200)

    class Meta:
        verbose_name = _("重复预约")

    def __str__(self) -> str:
        return self.rule


class Booking(Model):
    """A party has asked for `quantity` units of a resource for a period, [start, end).

    A move ends this row (`moved`) and begins another whose `moved_from` points here, so history stays.
    """

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="bookings")
    resource = models.ForeignKey(Resource, models.RESTRICT, related_name="bookings")
    extras = models.ManyToManyField(Resource, blank=True, related_name="+", verbose_name=_("附加"))
    party = models.ForeignKey("parties.Party", models.RESTRICT, related_name="bookings")
    booked_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, related_name="+")
    period = DateTimeRangeField(_("时段"))
    quantity = models.PositiveIntegerField(_("数量"), default=1)
    purpose = models.CharField(_("用途"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=State)
    booked_at = models.DateTimeField(_("预约时间"))
    expires_at = models.DateTimeField(_("保留至"), null=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    moved_from = models.OneToOneField("self", models.RESTRICT, null=True, related_name="moved_to")
    series = models.ForeignKey(Series, models.RESTRICT, null=True, related_name="bookings")
    overrides = models.JSONField(_("放行的规则"), default=list)
    override_reason = models.CharField(_("放行理由"), max_length=200, blank=True)
    request_key = models.UUIDField(null=True, editable=False)
    counts = models.BooleanField(default=True, editable=False)
    """Against quotas; false once it ended without blame. The use of a quota is the sum over these."""

    class Meta:
        verbose_name = _("预约")
        verbose_name_plural = _("预约")
        indexes = [
            models.Index(fields=["party", "-id"], name="booking_booking_party"),
            models.Index(fields=["resource", "period"], name="booking_booking_resource"),
            models.Index(
                fields=["expires_at"],
                condition=Q(state__in=[State.PENDING, State.OFFERED]),
                name="booking_booking_expiring",
            ),
            models.Index(
                fields=["resource"],
                condition=Q(state__in=[State.CONFIRMED, State.IN_USE]),
                name="booking_booking_running",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["party", "request_key"],
                condition=Q(request_key__isnull=False),
                name="booking_booking_request_once",
                violation_error_message=_("该预约请求已提交，请勿重复提交。"),
            ),
            models.CheckConstraint(
                name="booking_booking_quantity",
                condition=Q(quantity__gte=1),
                violation_error_message=_("数量至少为1。"),
            ),
            models.CheckConstraint(
                name="booking_booking_period_bounded",
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                violation_error_message=_("请填写开始和结束时间，且结束须晚于开始。"),
            ),
            models.CheckConstraint(
                name="booking_booking_holds_expire",
                condition=~Q(state__in=[State.PENDING, State.OFFERED]) | Q(expires_at__isnull=False),
                violation_error_message=_("待确认的预约必须有保留期限。"),
            ),
            models.CheckConstraint(
                name="booking_booking_override_has_reason",
                condition=Q(overrides=[]) | ~Q(override_reason=""),
                violation_error_message=_("放行规则必须写明理由。"),
            ),
        ]
        triggers = [
            one_door(),
            pgtrigger.Trigger(
                name="follow_state",
                operation=pgtrigger.UpdateOf("state"),
                when=pgtrigger.After,
                func=f"""
                    UPDATE booking_claim
                       SET is_live = NOT is_live
                     WHERE booking_id = NEW.id
                       AND is_live <> (NEW.state IN ({", ".join(f"'{state}'" for state in HOLDING)}));
                    RETURN NULL;
                """,  # noqa: S608  # constants only
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.period}"

    @property
    def when(self) -> Span:
        return self.period.lower, self.period.upper


class Claim(Model):
    """Some units of one undivided resource are taken for a span; the exclusion constraint is the promise.

    `span` is the booking's period with the buffers around it, half open, so back to back is legal. `lanes` are
    the units taken: a resource of capacity 40 has the lanes 0 to 39. `is_live` follows the booking's state by
    trigger. A claim without a booking belongs to an outage.
    """

    resource = models.ForeignKey(Resource, models.RESTRICT, related_name="claims")
    booking = models.ForeignKey(Booking, models.CASCADE, null=True, related_name="claims")
    outage = models.ForeignKey("booking.Outage", models.CASCADE, null=True, related_name="claims")
    span = DateTimeRangeField()
    lanes = IntegerRangeField()
    is_live = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("占用")
        constraints = [
            ExclusionConstraint(
                name="booking_claim_no_overlap",
                expressions=[
                    ("resource", RangeOperators.EQUAL),
                    ("lanes", RangeOperators.OVERLAPS),
                    ("span", RangeOperators.OVERLAPS),
                ],
                condition=Q(is_live=True),
                violation_error_message=_("该时段刚刚被预约，请另选时段。"),
            ),
            models.CheckConstraint(
                name="booking_claim_one_reason",
                condition=Q(booking=None) ^ Q(outage=None),
                violation_error_message=_("占用须属于预约或停用之一。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.span} {self.lanes}"

    @property
    def when(self) -> Span:
        return self.span.lower, self.span.upper
