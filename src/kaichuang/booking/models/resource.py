"""What is scarce in time: rooms, desks, instruments, mentors, venues, operators."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model

MINUTES_A_DAY = 24 * 60


class ResourceKind(models.TextChoices):
    ROOM = "room", _("会议室")
    DESK = "desk", _("工位")
    INSTRUMENT = "instrument", _("仪器设备")
    MENTOR = "mentor", _("创业导师")
    VENUE = "venue", _("活动场地")
    OPERATOR = "operator", _("操作人员")


class HolidayRule(models.TextChoices):
    CLOSED = "closed", _("法定节假日不开放")
    OPEN = "open", _("不受节假日影响")


class Resource(Model):
    """One bookable thing, with the rules of its booking.

    A resource with parts (a hall that can be divided) has no time of its own: claiming it claims every part,
    so that the whole and a part can never be booked at once. `requires` are claimed along with it, always
    (an instrument and its operator); `offers` only when asked for (a projector).
    All spans are minutes; times of day are those of Asia/Shanghai.
    """

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="resources")
    owner = models.ForeignKey(
        "parties.Party", models.RESTRICT, related_name="resources", verbose_name=_("管理单位")
    )
    kind = models.CharField(_("类别"), max_length=12, choices=ResourceKind)
    name = models.CharField(_("名称"), max_length=120)
    location = models.CharField(_("地点"), max_length=200, blank=True)
    description = models.TextField(_("介绍"), blank=True)
    clause = models.CharField(_("依据"), max_length=60, blank=True)
    whole = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="parts", verbose_name=_("所属整体")
    )
    requires = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="required_by", verbose_name=_("须同时预约")
    )
    offers = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="offered_by", verbose_name=_("可选附加")
    )
    is_active = models.BooleanField(_("开放预约"), default=True)

    capacity = models.PositiveIntegerField(_("容量"), default=1, validators=[MinValueValidator(1)])
    holidays = models.CharField(_("节假日"), max_length=10, choices=HolidayRule, default=HolidayRule.CLOSED)
    step = models.PositiveSmallIntegerField(_("时间粒度（分钟）"), default=30)
    minimum = models.PositiveIntegerField(_("最短时长（分钟）"), default=30)
    maximum = models.PositiveIntegerField(_("最长时长（分钟）"), default=8 * 60)
    notice = models.PositiveIntegerField(_("至少提前（分钟）"), default=0)
    horizon = models.PositiveIntegerField(_("最多提前（天）"), default=30)
    buffer_before = models.PositiveSmallIntegerField(_("前置准备（分钟）"), default=0)
    buffer_after = models.PositiveSmallIntegerField(_("后置清理（分钟）"), default=0)
    needs_approval = models.BooleanField(_("须审批"), default=False)
    approval_hold = models.PositiveIntegerField(_("待审批保留（分钟）"), default=2 * MINUTES_A_DAY)
    offer_hold = models.PositiveIntegerField(_("候补保留（分钟）"), default=60)
    needs_check_in = models.BooleanField(_("须签到"), default=False)
    late_cancel = models.PositiveIntegerField(_("迟取消界限（分钟）"), default=120)
    no_show_after = models.PositiveIntegerField(_("爽约界限（分钟）"), default=30)

    class Meta:
        verbose_name = _("可预约资源")
        verbose_name_plural = _("可预约资源")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "owner", "name"],
                name="booking_resource_name_once",
                violation_error_message=_("本单位已有同名资源。"),
            ),
            models.CheckConstraint(
                name="booking_resource_capacity",
                condition=Q(capacity__gte=1),
                violation_error_message=_("容量至少为1。"),
            ),
            models.CheckConstraint(
                name="booking_resource_lengths",
                condition=Q(step__gte=1, minimum__gte=F("step"), maximum__gte=F("minimum")),
                violation_error_message=_("时长须满足：粒度 ≤ 最短 ≤ 最长。"),
            ),
            models.CheckConstraint(
                name="booking_resource_not_its_own_part",
                condition=Q(whole=None) | ~Q(whole=F("id")),
                violation_error_message=_("资源不能是自身的一部分。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
