"""What the sign-in pages show in demo mode."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone

from kaichuang.accounts import demo

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
