"""What support has to tell."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.notices.enums import Level
from kaichuang.notices.kinds import NoticeKind, WorkKind

ACCOUNT = WorkKind("support.account", _("确认收款账户，以便拨付：%(matter)s %(number)s"))
CORRECT_ACCOUNT = WorkKind(
    "support.correct_account", _("更正收款账户，银行退回了付款：%(matter)s %(number)s")
)
PAPERS = WorkKind("support.papers", _("提交拨付材料：%(tranche)s（%(number)s）"))
CHECK_PAPERS = WorkKind("support.check_papers", _("核对拨付材料：%(tranche)s（%(number)s）"))
ORDERED = NoticeKind("support.ordered", _("%(number)s 的%(tranche)s已申请支付：%(amount)s元"))
PAID = NoticeKind("support.paid", _("%(number)s 的%(tranche)s已支付：%(amount)s元"))
BOUNCED = NoticeKind(
    "support.bounced",
    _("银行退回了付款：%(number)s %(amount)s元"),
    _("%(note)s款项已暂停支付。请更正收款账户，更正后自动重新支付；账户无误的，请与财政部门联系核实。"),
    level=Level.ACTION,
)
STOPPED = NoticeKind("support.stopped", _("%(number)s 的%(tranche)s暂停支付"), _("%(why)s"))
RECOVERY = NoticeKind(
    "support.recovery",
    _("请退回资金：%(number)s %(amount)s元"),
    _("%(reason)s 还款计划见“我的资金”。"),
    level=Level.ACTION,
)
INSTALMENT_OVERDUE = NoticeKind(
    "support.instalment_overdue",
    _("还款已逾期：%(number)s %(due)s应还%(amount)s元"),
    _("请尽快还款，或与经办单位联系。"),
    level=Level.URGENT,
)

WORKS = (ACCOUNT, CORRECT_ACCOUNT, PAPERS, CHECK_PAPERS)
NOTICES = (ORDERED, PAID, BOUNCED, STOPPED, RECOVERY, INSTALMENT_OVERDUE)
