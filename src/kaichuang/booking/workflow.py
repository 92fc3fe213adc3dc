"""The states of a booking and of a strike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaichuang.booking import permissions
from kaichuang.booking.models import Booking, State
from kaichuang.booking.models.conduct import StrikeState
from kaichuang.journal.workflow import Move, Workflow
from kaichuang.kit.problems import Problem

CHECK_IN_EARLY = timedelta(minutes=30)
"""Checking in earlier would be a way around the no-show rule."""


def _still_held(booking: Booking, now: datetime) -> Iterable[Problem]:
    if booking.expires_at is not None and booking.expires_at <= now:
        yield Problem("expired", gettext("保留时间已过，请重新预约。"))


def _not_begun(booking: Booking, now: datetime) -> Iterable[Problem]:
    if booking.period.lower <= now:
        yield Problem("begun", gettext("预约时段已经开始。"))


def _at_the_door(booking: Booking, now: datetime) -> Iterable[Problem]:
    if booking.period.upper <= now:
        yield Problem("over", gettext("预约时段已经结束。"))
    if now < booking.period.lower - CHECK_IN_EARLY:
        yield Problem("too_early", gettext("最早可在开始前30分钟签到。"))


BOOKINGS = Workflow(
    Move(
        "approve", _("批准"), (State.PENDING,), State.CONFIRMED, permissions.may_decide, guards=(_still_held,)
    ),
    Move("reject", _("不批准"), (State.PENDING,), State.REJECTED, permissions.may_decide, needs_reason=True),
    Move(
        "accept_offer",
        _("接受候补"),
        (State.OFFERED,),
        State.CONFIRMED,
        permissions.may_change,
        guards=(_still_held,),
    ),
    Move(
        "cancel",
        _("取消"),
        (State.PENDING, State.OFFERED, State.CONFIRMED),
        State.CANCELLED,
        permissions.may_change,
        guards=(_not_begun,),
    ),
    Move(
        "move",
        _("改期"),
        (State.PENDING, State.CONFIRMED),
        State.MOVED,
        permissions.may_change,
        guards=(_not_begun,),
    ),
    Move(
        "accept_for_approval",
        _("接受候补并报审批"),
        (State.OFFERED,),
        State.PENDING,
        permissions.may_change,
        guards=(_still_held,),
    ),
    Move(
        "check_in",
        _("签到"),
        (State.CONFIRMED,),
        State.IN_USE,
        permissions.may_change,
        guards=(_at_the_door,),
    ),
    Move("finish", _("结束使用"), (State.IN_USE,), State.COMPLETED, permissions.may_change),
    Move("complete", _("使用完毕"), (State.CONFIRMED,), State.COMPLETED, permissions.system),
    Move("expire", _("过期"), (State.PENDING, State.OFFERED), State.EXPIRED, permissions.system),
    Move("miss", _("记为爽约"), (State.CONFIRMED,), State.MISSED, permissions.may_decide),
    Move(
        "displace",
        _("因停用调整"),
        (State.PENDING, State.OFFERED, State.CONFIRMED),
        State.DISPLACED,
        permissions.may_decide,
        needs_reason=True,
    ),
)

STRIKES = Workflow(
    Move(
        "appeal",
        _("申诉"),
        (StrikeState.COUNTED,),
        StrikeState.APPEALED,
        permissions.may_appeal,
        needs_reason=True,
    ),
    Move(
        "uphold",
        _("维持"),
        (StrikeState.APPEALED,),
        StrikeState.UPHELD,
        permissions.may_answer,
        needs_reason=True,
    ),
    Move(
        "waive",
        _("撤销记录"),
        (StrikeState.COUNTED, StrikeState.APPEALED),
        StrikeState.WAIVED,
        permissions.may_answer,
        needs_reason=True,
    ),
)
