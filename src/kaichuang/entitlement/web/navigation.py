"""Where the pages hang in the shell."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.entitlement.permissions import SETTERS, SIMULATORS
from kaichuang.entitlement.queries.measures import find
from kaichuang.ui import navigation, search
from kaichuang.ui.navigation import Area


def register() -> None:
    policy = _("政策规则")
    navigation.register(
        label=_("政策计算器"), url_name="entitlement:start", area=Area.CALCULATOR, icon="calculator", main=True,
        text=_("填写少量信息，逐条测算可以享受哪些政策、金额多少、依据哪一条。"), order=1,
    )  # fmt: skip
    navigation.register(
        label=_("重新核算"), url_name="entitlement:replay", area=Area.CALCULATOR, icon="refresh", order=5,
        text=_("凭编号或下载的文件，核对以前的测算结果。"),
    )  # fmt: skip
    navigation.register(
        label=_("措施一览"), url_name="entitlement:measures", area=Area.POLICY, icon="list-details", order=20,
        text=_("每项措施给谁、给多少、要什么条件，附由规则算出的例子。"),
    )  # fmt: skip
    navigation.register(
        label=_("我的应享政策"), url_name="entitlement:mine", area=Area.WORKSPACE, icon="calculator", section=_("我的"),
        order=56,
    )  # fmt: skip
    navigation.register(
        label=_("政策模拟"), url_name="entitlement:simulator", area=Area.WORKSPACE, icon="adjustments", section=policy,
        order=62, roles=SIMULATORS,
    )  # fmt: skip
    navigation.register(
        label=_("已保存的模拟"), url_name="entitlement:simulations", area=Area.WORKSPACE, icon="chart-bar",
        section=policy, order=63, roles=SIMULATORS,
    )  # fmt: skip
    navigation.register(
        label=_("本地设定"), url_name="entitlement:settings", area=Area.WORKSPACE, icon="settings", section=policy,
        order=64, roles=SETTERS,
    )  # fmt: skip
    navigation.register(
        label=_("政策包版本"), url_name="entitlement:versions", area=Area.WORKSPACE, icon="versions", section=policy,
        order=65, roles=SIMULATORS,
    )  # fmt: skip
    search.register(key="measures", label=_("措施一览"), find=find, icon="list-details", order=15)
