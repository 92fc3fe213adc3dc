"""The waiting list."""

from __future__ import annotations

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.booking.intervals import Span
from kaichuang.booking.models.booking import Booking
from kaichuang.booking.models.resource import Resource
from kaichuang.kit.models import Model


class WaitState(models.TextChoices):
    WAITING = "waiting", _("候补中")
    OFFERED = "offered", _("已递补")
    SERVED = "served", _("已确认")
    LAPSED = "lapsed", _("已失效")
    WITHDRAWN = "withdrawn", _("已退出")


class WaitEntry(Model):
    """A party waits for a period; the first in line whose period fits gets an offer when time is freed.

    The promotion happens in the transaction that frees the time, so nobody can slip in between.
    """

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="+")
    resource = models.ForeignKey(Resource, models.CASCADE, related_name="waiting")
    party = models.ForeignKey("parties.Party", models.CASCADE, related_name="+")
    asked_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, related_name="+")
    period = DateTimeRangeField(_("时段"))
    quantity = models.PositiveIntegerField(_("数量"), default=1)
    purpose = models.CharField(_("用途"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=WaitState, default=WaitState.WAITING)
    asked_at = models.DateTimeField(_("登记时间"))
    offer = models.OneToOneField(Booking, models.SET_NULL, null=True, related_name="wait_entry")

    class Meta:
        verbose_name = _("候补")
        indexes = [
            models.Index(
                fields=["resource", "id"], condition=Q(state=WaitState.WAITING), name="booking_wait_queue"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "party", "period"],
                condition=Q(state__in=[WaitState.WAITING, WaitState.OFFERED]),
                name="booking_wait_once",
                violation_error_message=_("您已在该时段的候补名单中。"),
            ),
            models.CheckConstraint(
                name="booking_wait_offer_named",
                condition=~Q(state=WaitState.OFFERED) | Q(offer__isnull=False),
                violation_error_message=_("递补须对应一笔预约。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.period}"

    @property
    def when(self) -> Span:
        return self.period.lower, self.period.upper
