"""What the pages that list an area say about it."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from kaichuang.kit.problems import type_str
from kaichuang.ui.navigation import Area


class AreaText(NamedTuple):
    title: type_str
    text: type_str
    empty: type_str
    icon: str


AREAS: dict[str, AreaText] = {
    Area.POLICY: AreaText(
        _("政策"),
        _("逐条查阅政策原文，了解每项措施的依据、标准和责任单位。"),
        _("尚未导入政策文件。管理员可以上传文件原文，系统会自动拆分为条款。"),
        "book-2",
    ),
    Area.SERVICES: AreaText(
        _("办事"),
        _("按事项在线申请，随时查看进度、时限和结果。"),
        _("本项目尚未开放网上办理的事项，请先查阅政策或联系责任单位。"),
        "clipboard-list",
    ),
    Area.SPACES: AreaText(
        _("空间与预约"),
        _("查找众创空间、会议室、工位、仪器设备和创业导师，在线预约。"),
        _("本项目尚未登记可以预约的空间和资源。"),
        "building-community",
    ),
    Area.PUBLICITY: AreaText(
        _("公示"),
        _("谁得到了什么支持、依据哪一条，公示期内任何人都可以提出异议。"),
        _("目前没有正在公示的内容。"),
        "speakerphone",
    ),
    Area.DATA: AreaText(
        _("数据"),
        _("政策目标完成情况、资金兑现和统计数据，均可下载。"),
        _("目前还没有可以公开的数据。"),
        "chart-bar",
    ),
    Area.CALCULATOR: AreaText(
        _("政策计算器"),
        _("填写少量信息，逐条测算可以享受哪些政策、金额多少、依据哪一条。"),
        _("本项目的政策规则尚未发布，暂时不能测算。您可以先查阅政策原文。"),
        "calculator",
    ),
}
