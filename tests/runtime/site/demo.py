"""The small site's demo data."""

from __future__ import annotations

import os
import time
from collections.abc import Callable


def load(progress: Callable[[str], None], *, later: bool = False) -> None:
    """One user; and, while the site serves, a group."""
    from django.contrib.auth.models import Group, User

    if later:
        progress("groups")
        time.sleep(float(os.environ.get("STORY_SECONDS", "0")))
        Group.objects.get_or_create(name="demo")
    else:
        progress("users")
        User.objects.get_or_create(username="demo")


def accounts() -> list[tuple[str, str, str]]:
    """Its account."""
    return [("demo", "demo-password", "一个账号 / one account")]
