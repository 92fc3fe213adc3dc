"""What publicity has to tell, and what it puts on work lists."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.notices.enums import Level
from kaichuang.notices.kinds import NoticeKind, WorkKind

CONTESTED = NoticeKind(
    "publicity.contested",
    _("公示中的一项收到异议，正在核查"),
    _("《%(title)s》%(line)s。核查期间该项中止，结果另行通知。"),
    level=Level.ACTION,
)
STRUCK = NoticeKind(
    "publicity.struck",
    _("异议成立，该项已从公示名单撤下"),
    _("《%(title)s》%(line)s。理由：%(reason)s"),
    level=Level.URGENT,
)
RELISTED = NoticeKind(
    "publicity.relisted",
    _("异议不成立，该项恢复公示"),
    _("《%(title)s》%(line)s。"),
)
ANSWERED = NoticeKind(
    "publicity.answered",
    _("您的异议（%(reference)s）已答复"),
    _("处理结果：%(outcome)s。"),
    level=Level.ACTION,
)
RECEIVED = NoticeKind(
    "publicity.received",
    _("您的异议（%(reference)s）已收到"),
    _("答复期限：%(due)s。凭提交时显示的回执码可随时查询办理情况。"),
)
RETRACTED = NoticeKind(
    "publicity.retracted",
    _("您的异议（%(reference)s）已撤回"),
    _("该异议不再核查。如非本人撤回，请尽快与受理单位联系或重新提出。"),
)
OVERDUE = NoticeKind(
    "publicity.overdue",
    _("异议%(reference)s逾期未答复"),
    _("《%(title)s》。应于%(due)s前答复，请督办。"),
    level=Level.URGENT,
)
ALL = (CONTESTED, STRUCK, RELISTED, ANSWERED, RECEIVED, RETRACTED, OVERDUE)

ANSWER = WorkKind("publicity.answer", _("处理异议%(reference)s：%(title)s"))
CALL = WorkKind("publicity.call", _("电话告知异议%(reference)s的处理结果"), reminders=())
OPEN = WorkKind("publicity.open", _("审核并发布公示：%(title)s"), reminders=())
