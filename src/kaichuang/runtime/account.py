"""The operating-system user that runs the embedded server. PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_OWN_USER = "kaichuang-pg"


@dataclass(frozen=True)
class Account:
    """A user by numbers; `switch` says whether this process has to change into it."""

    uid: int
    gid: int
    switch: bool

    def popen(self) -> dict[str, Any]:
        """Arguments for `subprocess` that run a program as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}

    def own(self, path: Path, mode: int) -> None:
        """Give the path to this user with exactly that mode."""
        if self.switch:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)


def server_account(data: Path) -> Account:
    """Who runs the server over `data`: ourselves, or as root the directory's owner, else a service user."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    if data.exists() and (info := data.stat()).st_uid != 0:
        return Account(info.st_uid, info.st_gid, switch=True)
    for name in ("postgres", _OWN_USER):
        if account := _named(name):
            return account
    if useradd := shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin"):
        command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _OWN_USER]
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603  # fixed words only
    return _named(_OWN_USER) or _named("nobody") or Account(65534, 65534, switch=True)


def _named(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid, switch=True)
