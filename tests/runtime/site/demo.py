"""The small site's demo data."""

from __future__ import annotations

from collections.abc import Callable


def load(progress: Callable[[str], None]) -> None:
    """One user."""
    from django.contrib.auth.models import User

    progress("users")
    User.objects.get_or_create(username="demo")


def accounts() -> list[tuple[str, str, str]]:
    """Its account."""
    return [("demo", "demo-password", "一个账号 / one account")]
