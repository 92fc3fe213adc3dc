"""Lists of logins."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kaichuang.accounts.models import User
from kaichuang.ui.components.badges import badge
from kaichuang.ui.tables import Column, Table


def _state(user: User) -> str:
    return badge(_("启用"), tone="success") if user.is_active else badge(_("停用"), tone="neutral")


USERS = Table(
    name="users",
    caption=_("账号"),
    columns=(
        Column(
            "name", _("姓名"), sort="name", url=lambda row: reverse("accounts_switch_user", args=[row.pk])
        ),
        Column("username", _("用户名"), sort="username"),
        Column("email", _("电子邮箱"), sort="email", minor=True),
        Column("last_login", _("最近登录"), kind="time", sort="last_login"),
        Column("state", _("状态"), value=lambda row: _("启用") if row.is_active else _("停用"), show=_state),
    ),
    default_sort="name",
    empty_title=_("没有找到账号"),
)
