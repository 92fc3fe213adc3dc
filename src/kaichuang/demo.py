"""The demo: every context loads its own part, lowest floor first; running it again changes nothing.

What people would look at first comes at once; stories that take long are told while the site already serves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.utils import timezone

LATER = frozenset({"booking", "experts", "publicity", "cases", "support"})
"""Contexts whose demo is a story of many steps, and on which no other context's demo rests."""


def load(progress: Callable[[str], None] = lambda context: None, *, later: bool = False) -> None:
    """Load the demo data of every context that has some (`kaichuang/<context>/demo.py`): the ground, or the stories."""
    now = timezone.now()
    for context in settings.CONTEXTS:
        name = f"kaichuang.{context}.demo"
        if (context in LATER) == later and find_spec(name) is not None:
            progress(context)
            import_module(name).load(now=now, progress=progress)


def accounts() -> Iterable[tuple[str, str, str]]:
    """(login, password, what it shows) of the demo's accounts."""
    from kaichuang.parties.demo import demo_accounts

    return demo_accounts()
