"""Lists of booking, with the same columns as files."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kaichuang.booking.models import Booking, State, Strike, WaitEntry
from kaichuang.booking.models.conduct import StrikeState
from kaichuang.booking.models.waiting import WaitState
from kaichuang.booking.moments import period_in_words
from kaichuang.ui.components.badges import badge
from kaichuang.ui.tables import Column, Table

TONES: dict[str, str] = {
    State.PENDING: "warning",
    State.OFFERED: "warning",
    State.CONFIRMED: "success",
    State.IN_USE: "info",
    State.MISSED: "danger",
    State.REJECTED: "danger",
    State.DISPLACED: "danger",
    StrikeState.COUNTED: "warning",
    StrikeState.APPEALED: "info",
    StrikeState.UPHELD: "danger",
    WaitState.WAITING: "info",
    WaitState.SERVED: "success",
}


def state_badge(row: Any) -> str:
    return badge(row.get_state_display(), tone=TONES.get(row.state, "neutral"))


def booking_url(row: Booking) -> str:
    return reverse("booking:booking", args=[row.pk])


def _start(row: Booking | WaitEntry) -> Any:
    return row.period.lower


def _end(row: Booking | WaitEntry) -> Any:
    return row.period.upper


RESOURCES = Table(
    name="resources",
    caption=_("可预约的空间与资源"),
    columns=(
        Column("name", _("名称"), sort="name", wide=True),
        Column("kind", _("类别"), value="get_kind_display", sort="kind"),
        Column("owner", _("管理单位"), value="owner.name", sort="owner__name"),
        Column("location", _("地点"), sort="location"),
        Column("capacity", _("容量"), kind="number", sort="capacity"),
        Column("step", _("时间粒度（分钟）"), kind="number"),
        Column("minimum", _("最短时长（分钟）"), kind="number"),
        Column("maximum", _("最长时长（分钟）"), kind="number"),
    ),
    default_sort="name",
    page_size=12,
)

KEPT = Table(
    name="kept",
    caption=_("管理的资源"),
    columns=(
        Column(
            "name",
            _("名称"),
            sort="name",
            wide=True,
            url=lambda row: reverse("booking:keep", args=[row.pk]),
        ),
        Column("kind", _("类别"), value="get_kind_display", sort="kind"),
        Column("owner", _("管理单位"), value="owner.name", sort="owner__name", minor=True),
        Column("capacity", _("容量"), kind="number", sort="capacity"),
        Column("whole", _("所属整体"), value="whole.name", minor=True),
        Column(
            "is_active",
            _("状态"),
            value=lambda row: _("开放中") if row.is_active else _("未开放"),
            sort="is_active",
            show=lambda row: badge(
                _("开放中") if row.is_active else _("未开放"), tone="success" if row.is_active else "neutral"
            ),
        ),
    ),
    default_sort="name",
    empty_title=_("还没有登记资源"),
    empty_text=_("登记会议室、工位、仪器设备或导师时间后，即可在线预约。"),
    empty_label=_("登记资源"),
    empty_url="/booking/keep/new/",
)

_WHEN = (
    Column("start", _("开始"), value=_start, kind="time", sort="period"),
    Column("end", _("结束"), value=_end, kind="time"),
)
_STATE = Column("state", _("状态"), value="get_state_display", sort="state", show=state_badge)


def bookings_table(*, name: str, caption: Any, **more: Any) -> Table:
    """Bookings with resource, party and state."""
    return Table(
        name=name,
        caption=caption,
        columns=(
            Column(
                "resource",
                _("资源"),
                value="resource.name",
                sort="resource__name",
                wide=True,
                url=booking_url,
            ),
            *_WHEN,
            Column("party", _("预约方"), value="party.name", sort="party__name"),
            Column("quantity", _("数量"), kind="number", minor=True),
            Column("purpose", _("用途"), minor=True),
            _STATE,
        ),
        **{"default_sort": "-start", **more},
    )


ALL_BOOKINGS = bookings_table(
    name="bookings",
    caption=_("预约"),
    empty_title=_("没有符合条件的预约"),
    empty_text=_("换一个时间范围或清除筛选条件。"),
)
PAST = bookings_table(name="past", caption=_("以往的预约"), empty_title=_("还没有以往的预约"))

APPROVALS = Table(
    name="approvals",
    caption=_("待审批的预约"),
    columns=(
        Column(
            "resource", _("资源"), value="resource.name", sort="resource__name", wide=True, url=booking_url
        ),
        *_WHEN,
        Column("party", _("预约方"), value="party.name", sort="party__name"),
        Column("purpose", _("用途"), minor=True),
        Column("expires", _("保留至"), value="expires_at", kind="time", sort="expires_at"),
    ),
    default_sort="expires",
    empty_title=_("没有待审批的预约"),
    empty_text=_("有新的申请时，这里和待办中都会出现。"),
)

OUTAGES = Table(
    name="outages",
    caption=_("停用安排"),
    columns=(
        Column(
            "resource",
            _("资源"),
            value="resource.name",
            sort="resource__name",
            wide=True,
            url=lambda row: reverse("booking:outage", args=[row.pk]),
        ),
        Column("start", _("开始"), value=_start, kind="time", sort="period"),
        Column("end", _("结束"), value=_end, kind="time"),
        Column("reason", _("停用原因")),
        Column("planned", _("计划内"), value=lambda row: _("是") if row.is_planned else _("否"), minor=True),
        Column("ended", _("恢复"), value="ended_at", kind="time", sort="ended_at"),
    ),
    default_sort="-start",
    empty_title=_("没有停用记录"),
)


def _appeal_url(row: Strike) -> str:
    return reverse("booking:answer", args=[row.pk])


APPEALS = Table(
    name="appeals",
    caption=_("失约与申诉"),
    columns=(
        Column("party", _("主体"), value="party.name", sort="party__name", wide=True, url=_appeal_url),
        Column("kind", _("类型"), value="get_kind_display", sort="kind"),
        Column("on", _("日期"), kind="day", sort="on"),
        Column("resource", _("资源"), value="booking.resource.name"),
        Column("when", _("时段"), value=lambda row: period_in_words(row.booking.when), minor=True),
        Column("appeal", _("申诉理由"), minor=True),
        _STATE,
    ),
    default_sort="-on",
    empty_title=_("没有失约记录"),
)
