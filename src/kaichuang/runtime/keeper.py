"""Parent of the embedded postmaster: stops it when its last user is gone, however that user went.

Run as a script, apart from the package, on the standard library alone. Every user of the server
holds a shared flock on the lock file; the keeper waits for the exclusive one. The kernel frees the
lock of a killed process, so nothing has to be counted. Should the keeper itself be killed, the
kernel tells the postmaster (PDEATHSIG) to shut down.
"""

from __future__ import annotations

import ctypes
import fcntl
import functools
import json
import os
import signal
import subprocess
import sys
import time
from typing import Any

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 60.0


def _end_with_keeper(keeper: int) -> None:
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
        if os.getppid() != keeper:  # gone before we asked
            os._exit(1)


def _daemonise() -> None:
    """The caller waits for the first process only; the second belongs to nobody's job control."""
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)
    os.chdir("/")


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Fast shutdown, then the immediate one."""
    for signum, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0)):
        if server.poll() is None:
            server.send_signal(signum)
        until = time.monotonic() + seconds
        while server.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
    os._exit(0)


def main(order: dict[str, Any]) -> None:
    """Start the server that `order` describes and keep it until no user is left."""
    _daemonise()
    os.umask(0o077)
    users = os.open(order["users_lock"], os.O_RDWR)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    server = subprocess.Popen(  # noqa: S603  # the order comes from our own package
        order["command"],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        cwd="/",
        env=order["env"],
        preexec_fn=functools.partial(_end_with_keeper, os.getpid()),
        **order["popen"],
    )

    def server_ended(*_: object) -> None:
        if server.poll() is not None:
            os._exit(0)

    signal.signal(signal.SIGCHLD, server_ended)
    signal.signal(signal.SIGTERM, lambda *_: _stop(server))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    server_ended()
    fcntl.flock(users, fcntl.LOCK_EX)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _stop(server)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
