"""What each web process loads: the WSGI application, bound to the life of the web server."""

from __future__ import annotations

import importlib
import multiprocessing
from collections.abc import Callable
from typing import Any

from kaichuang.runtime.processes import die_with_parent

APPLICATION = "kaichuang.wsgi:application"


def load(target: str) -> Callable[..., Any]:
    """The application "module:attribute". Called once in each web process.

    Not the web server's own loader, which looks for the package below the current directory first.
    """
    server = multiprocessing.parent_process()
    die_with_parent(server.pid if server else None)
    module, _, attribute = target.partition(":")
    application: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    return application
