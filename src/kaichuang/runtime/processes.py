"""Small questions to the operating system about processes."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1
LINUX = sys.platform.startswith("linux")


def die_with_parent(parent: int | None = None) -> None:
    """Ask the kernel for SIGTERM when our parent ends, even by kill -9. Linux only.

    Who has just been forked says by whom: a parent that was gone before we asked is never reported. And until it
    becomes another program it has that parent's handlers, which would swallow the signal.
    """
    if not LINUX:
        return
    if parent is not None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def parent_is(name: str) -> bool:
    """Whether the parent process is the program of that name."""
    try:
        return Path(f"/proc/{os.getppid()}/comm").read_text().strip() == name
    except OSError:
        return False


def alive(pid: int) -> bool:
    """Whether a process of that number exists, ours or another's."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def postgres_in(data: Path) -> list[int]:
    """PostgreSQL processes that work in that data directory, the only sure sign of a live server.

    A pid file proves nothing: its number may belong to a zombie or, after a restart, to anybody.
    Where there is no /proc the pid file is all we have.
    """
    if not LINUX:
        pid = pid_in(data / "postmaster.pid")
        return [pid] if pid and alive(pid) else []
    target = os.path.realpath(data)
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdecimal() and _works_in(entry, target):
            found.append(int(entry))
    return found


def _works_in(pid: str, target: str) -> bool:
    try:
        return os.readlink(f"/proc/{pid}/cwd") == target and (
            Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
        )
    except OSError:
        return False


def pid_in(file: Path) -> int | None:
    """The process number on the first line of a pid file."""
    try:
        first = file.read_text("ascii").split("\n", 1)[0].strip()
    except (OSError, UnicodeDecodeError):
        return None
    return int(first) if first.isdecimal() else None
