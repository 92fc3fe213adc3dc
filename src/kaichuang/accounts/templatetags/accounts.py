"""What the sign-in pages show in demo mode."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.accounts import demo
from kaichuang.ui.components.structure import Tab

register = template.Library()


@register.simple_tag
def demo_accounts() -> tuple[demo.Account, ...]:
    """The published accounts; none outside the demo."""
    return demo.ACCOUNTS if settings.DEMO else ()


@register.simple_tag
def demo_login() -> dict[str, Any]:
    """The published password and the code of this moment; nothing outside the demo."""
    if not settings.DEMO:
        return {}
    return {"password": demo.PASSWORD, "code": demo.current_code(timezone.now())}


@register.simple_tag(takes_context=True)
def account_tabs(context: template.Context) -> list[Tab]:
    """The pages about one's own login."""
    path = context["request"].path
    names = [
        ("accounts_profile", _("个人资料")),
        ("account_email", _("电子邮箱")),
        ("account_change_password", _("密码")),
        ("mfa_index", _("两步验证")),
        ("socialaccount_connections", _("统一身份认证")),
        ("usersessions_list", _("登录设备")),
    ]
    if not settings.SOCIALACCOUNT_PROVIDERS:
        names = [pair for pair in names if pair[0] != "socialaccount_connections"]
    tabs = [(reverse(name), label) for name, label in names]
    return [Tab(label=label, url=url, active=path.startswith(url)) for url, label in tabs]


_BROWSERS = (
    ("MicroMessenger", gettext_lazy("微信")),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@register.simple_tag
def device(user_agent: str) -> str:
    """A user agent in words that people know: `Firefox · Windows`."""
    found = [
        next((name for sign, name in names if sign in user_agent), "") for names in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(str(name) for name in found if name) or _("未知设备")
