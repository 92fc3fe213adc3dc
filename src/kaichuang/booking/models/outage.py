"""Times at which a resource is out of service."""

from __future__ import annotations

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kaichuang.booking.models.resource import Resource
from kaichuang.kit.models import Model


class Outage(Model):
    """Planned or sudden; it claims every unit of the resource, so nothing can be booked into it."""

    resource = models.ForeignKey(Resource, models.RESTRICT, related_name="outages")
    period = DateTimeRangeField(_("时段"))
    is_planned = models.BooleanField(_("计划内"), default=True)
    reason = models.CharField(_("停用原因"), max_length=200)
    declared_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, related_name="+")
    declared_at = models.DateTimeField(_("登记时间"))
    ended_at = models.DateTimeField(_("恢复时间"), null=True)

    class Meta:
        verbose_name = _("停用安排")
        verbose_name_plural = _("停用安排")

    def __str__(self) -> str:
        return f"{self.resource_id} {self.period}"
