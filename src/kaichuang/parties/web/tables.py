"""Lists of parties and roles."""

from __future__ import annotations

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kaichuang.parties.models import Party
from kaichuang.ui.tables import Column, Table


def party_url(party: Party) -> str:
    return reverse("parties:party", args=[party.pk])


PARTIES = Table(
    name="parties",
    caption=_("主体名录"),
    columns=(
        Column("name", _("名称"), sort="sort_key", url=party_url, wide=True),
        Column("kind", _("类别"), value=lambda party: party.get_kind_display(), sort="kind"),
        Column("uscc", _("统一社会信用代码"), kind="code", sort="uscc"),
        Column("division", _("所在地"), value="division.name", sort="division__sort_key"),
        Column("registered_on", _("成立日期"), kind="day", sort="registered_on", minor=True),
        Column("phone", _("联系电话"), value=lambda party: party.masked_phone, kind="code", minor=True),
        Column("closed_on", _("注销日期"), kind="day", sort="closed_on", minor=True),
    ),
    default_sort="name",
    empty_title=_("没有符合条件的主体"),
    empty_text=_("可以按名称的任意部分、拼音、首字母或统一社会信用代码查找。"),
)

ROLES = Table(
    name="roles",
    caption=_("角色授予"),
    columns=(
        Column("name", _("姓名"), value="user.name", sort="user__name"),
        Column("username", _("用户名"), value="user.username", kind="code", sort="user__username"),
        Column("role", _("角色"), value=lambda grant: grant.get_role_display(), sort="role"),
        Column("unit", _("单位"), value="unit.name", sort="unit__name"),
        Column("since", _("起始日期"), kind="day", sort="since"),
        Column("until", _("截止日期"), kind="day", sort="until"),
        Column(
            "revoke",
            _("操作"),
            value=lambda grant: _("撤销"),
            url=lambda grant: reverse("parties:revoke", args=[grant.pk]),
            export=False,
        ),
    ),
    default_sort="role",
    empty_title=_("没有符合条件的角色"),
)

READ_ONLY_ROLES = replace(ROLES, columns=ROLES.columns[:-1])
"""For auditors, who see the roles and change none."""
