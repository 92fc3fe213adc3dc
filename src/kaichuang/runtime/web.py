"""The web server as a program: `python -m kaichuang.runtime.web HOST PORT`."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from kaichuang.runtime import config, processes, webapp


def run(host: str, port: int) -> None:
    """Serve until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaichuang.settings")
    if os.environ.get("KAICHUANG_SUPERVISED"):
        processes.die_with_parent()
    if multiprocessing.get_start_method() == "fork":
        # Loaded once and shared: quicker to start and smaller than once in each process.
        importlib.import_module("kaichuang.wsgi")
    Granian(
        webapp.APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=max(1, config.number("KAICHUANG_WEB_WORKERS")),
        blocking_threads=max(1, config.number("KAICHUANG_WEB_THREADS")),
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=5,
        log_level=LogLevels.warning,
    ).serve(target_loader=webapp.load)


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]))
