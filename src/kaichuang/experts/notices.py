"""What experts and officers are told, and what lies on their lists."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.notices.enums import Level
from kaichuang.notices.kinds import NoticeKind, WorkKind

NOTICES = (
    NoticeKind("experts.admitted", _("您已进入专家库"), _("编号：%(number)s。被抽中评审时，这里会通知您。")),
    NoticeKind("experts.declined", _("您的专家入库申请未通过"), _("原因：%(reason)s"), level=Level.ACTION),
    NoticeKind("experts.ended", _("您已退出专家库"), _("原因：%(reason)s")),
    NoticeKind("experts.replaced", _("您不再参加“%(panel)s”的评审"), _("原因：%(reason)s")),
    NoticeKind(
        "experts.returned",
        _("“%(panel)s”的一份评分被退回"),
        _("评审项：%(item)s。原因：%(reason)s"),
        level=Level.URGENT,
    ),
    NoticeKind("experts.cancelled", _("“%(panel)s”的评审已取消"), _("原因：%(reason)s")),
    NoticeKind("experts.closed", _("“%(panel)s”的评审已结束"), _("感谢您的评审。")),
)

CONFIRM = WorkKind("experts.confirm", _("答复评审邀请并申明有无利益冲突：%(panel)s"), reminders=(1, 0, -1))
SCORE = WorkKind("experts.score", _("评审打分：%(panel)s"))
REFILL = WorkKind("experts.refill", _("评委不足，候补名单已用完：%(panel)s"))
DIVERGED = WorkKind("experts.diverged", _("评分分歧较大，建议增加评委：%(panel)s %(item)s"))
CLOSE = WorkKind("experts.close", _("评分已全部提交，可以结束评审：%(panel)s"))
ADMIT = WorkKind("experts.admit", _("审核专家入库申请：%(name)s"))

WORK = (CONFIRM, SCORE, REFILL, DIVERGED, CLOSE, ADMIT)
