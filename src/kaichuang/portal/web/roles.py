"""What each role's workspace is for, in words."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from kaichuang.kit.problems import type_str
from kaichuang.parties.models import Role
from kaichuang.ui.work import PERSON


class Guide(NamedTuple):
    """`purpose` says what comes to this desk; `empty` what to do when nothing does."""

    label: type_str
    purpose: type_str
    empty: type_str


GUIDES: dict[str, Guide] = {
    Role.ADMINISTRATOR: Guide(
        Role.ADMINISTRATOR.label,
        _("维护项目、单位、账号和角色，保证系统运行。"),
        _("没有待处理的管理事项。可以检查单位与角色是否齐全。"),
    ),
    Role.LEADER: Guide(
        Role.LEADER.label,
        _("查看目标进度、资金兑现和超期事项，签发决定。"),
        _("没有等待签发的决定，也没有超期事项。"),
    ),
    Role.OFFICER: Guide(
        Role.OFFICER.label,
        _("受理、审查、组织评审、公示和答复，按时限办结。"),
        _("没有待办件。新的申请提交后会出现在这里，并标明办理时限。"),
    ),
    Role.CLERK: Guide(
        Role.CLERK.label,
        _("导入政策文件，核对条款，维护政策库和责任分工。"),
        _("没有待核对的政策文件。可以导入新文件。"),
    ),
    Role.FINANCE: Guide(
        Role.FINANCE.label,
        _("管理预算，审核拨付，核对账目。"),
        _("没有等待拨付的款项。"),
    ),
    Role.AUDITOR: Guide(
        Role.AUDITOR.label,
        _("核查操作记录、资金流向和利益冲突。"),
        _("没有待核查的线索。操作记录可以随时查验。"),
    ),
    Role.INSPECTOR: Guide(
        Role.INSPECTOR.label,
        _("按计划实地检查，记录发现，跟踪整改。"),
        _("没有安排给您的检查任务。"),
    ),
    Role.STATISTICIAN: Guide(
        Role.STATISTICIAN.label,
        _("催报、审核和汇总统计报表。"),
        _("没有待审核的报表。"),
    ),
    Role.EXPERT: Guide(
        Role.EXPERT.label,
        _("独立评审分配给您的申报材料，遇有利益关系请回避。"),
        _("没有分配给您的评审任务。新任务会以消息和邮件通知。"),
    ),
    Role.OPERATOR: Guide(
        Role.OPERATOR.label,
        _("管理空间和入驻企业，填报运行数据，申请支持。"),
        _("没有待办。可以登记空间资源，供创业者预约。"),
    ),
    Role.FOUNDER: Guide(
        Role.FOUNDER.label,
        _("测算可享受的政策，提交申请，跟踪进度和到账。"),
        _("没有待办。先用政策计算器看看可以享受哪些支持。"),
    ),
    Role.PROVIDER: Guide(
        Role.PROVIDER.label,
        _("发布服务，承接订单，兑付服务券。"),
        _("没有待处理的订单。请完善服务目录。"),
    ),
    Role.MENTOR: Guide(
        Role.MENTOR.label,
        _("设置可约时间，辅导创业者，填写辅导记录。"),
        _("没有待确认的预约。请更新可约时间。"),
    ),
    Role.INVESTOR: Guide(
        Role.INVESTOR.label,
        _("查看项目路演和融资需求，登记投资意向。"),
        _("没有等待您答复的项目。"),
    ),
    Role.BANK: Guide(
        Role.BANK.label,
        _("受理贷款推荐，报送放款和风险补偿数据。"),
        _("没有待受理的贷款推荐。"),
    ),
    PERSON: Guide(
        _("个人"),
        _("您本人的申请、预约、消息和授权。"),
        _("没有待办。可以查阅政策、测算支持金额，或预约空间和导师。"),
    ),
}
"""By role; a test keeps it complete."""
