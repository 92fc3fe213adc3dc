"""The demo: every context loads its own part, lowest floor first; running it again changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.utils import timezone


def load(progress: Callable[[str], None] = lambda context: None) -> None:
    """Load the demo data of every context that has some (`kaichuang/<context>/demo.py`)."""
    now = timezone.now()
    for context in settings.CONTEXTS:
        name = f"kaichuang.{context}.demo"
        if find_spec(name) is not None:
            progress(context)
            import_module(name).load(now=now, progress=progress)


def accounts() -> Iterable[tuple[str, str, str]]:
    """(login, password, what it shows) of the demo's accounts."""
    from kaichuang.parties.demo import demo_accounts

    return demo_accounts()
