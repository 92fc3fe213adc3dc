"""What booking has to tell."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.notices.enums import Level
from kaichuang.notices.kinds import NoticeKind, WorkKind

_ALL = (
    NoticeKind("booking.booked_for_you", _("已为您预约“%(resource)s”"), _("时间：%(when)s。")),
    NoticeKind("booking.approved", _("“%(resource)s”的预约已批准"), _("时间：%(when)s。")),
    NoticeKind(
        "booking.rejected",
        _("“%(resource)s”的预约未获批准"),
        _("时间：%(when)s。原因：%(reason)s"),
        level=Level.ACTION,
    ),
    NoticeKind(
        "booking.expired",
        _("“%(resource)s”的预约已过期"),
        _("时间：%(when)s。保留期内未获确认，时段已释放。"),
        level=Level.ACTION,
    ),
    NoticeKind(
        "booking.offered",
        _("“%(resource)s”有空位了"),
        _("时间：%(when)s。请在%(until)s前确认，逾期将让给下一位。"),
        level=Level.URGENT,
    ),
    NoticeKind(
        "booking.displaced",
        _("“%(resource)s”停用，您的预约被取消"),
        _("时间：%(when)s。原因：%(reason)s 请另选时段，本次不计入限额。"),
        level=Level.URGENT,
    ),
    NoticeKind(
        "booking.cut_short",
        _("“%(resource)s”须提前结束使用"),
        _("请于%(until)s前结束。原因：%(reason)s"),
        level=Level.URGENT,
    ),
    NoticeKind(
        "booking.cancelled_by_keeper",
        _("“%(resource)s”的预约被管理单位取消"),
        _("时间：%(when)s。原因：%(reason)s"),
        level=Level.ACTION,
    ),
    NoticeKind("booking.moved_by_keeper", _("“%(resource)s”的预约已改期"), _("新的时间：%(when)s。")),
    NoticeKind(
        "booking.strike",
        _("记录一次%(kind)s：“%(resource)s”"),
        _("时间：%(when)s。如有异议，可在“失约与申诉”中说明。"),
        level=Level.ACTION,
    ),
    NoticeKind(
        "booking.suspended",
        _("暂停预约至%(until)s"),
        _("原因：%(reason)s。可对失约记录提出申诉。"),
        level=Level.URGENT,
    ),
    NoticeKind("booking.appeal_upheld", _("申诉未获支持：“%(resource)s”"), _("处理意见：%(answer)s")),
    NoticeKind("booking.appeal_waived", _("申诉成立，记录已撤销：“%(resource)s”"), _("处理意见：%(answer)s")),
)

KINDS = {kind.code.removeprefix("booking."): kind for kind in _ALL}
APPROVE = WorkKind("booking.approve", _("审批预约：%(resource)s %(when)s（%(party)s）"), reminders=(1, 0))
APPEAL = WorkKind("booking.appeal", _("处理失约申诉：%(party)s"))
