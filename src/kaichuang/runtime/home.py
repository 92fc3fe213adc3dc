"""Where an installation keeps its data: `KAICHUANG_HOME` or the customary place for this user."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kaichuang.runtime.errors import RuntimeProblem

SYSTEM_HOME = Path("/var/lib/kaichuang")
# sun_path holds 108 bytes on Linux and 104 on macOS, and PostgreSQL appends the file name.
SOCKET_PATH_LIMIT = 107 if sys.platform.startswith("linux") else 103
SOCKET_NAME = ".s.PGSQL.5432"
_SAFETY = 7


def home_dir(env: Mapping[str, str] = os.environ) -> Path:
    """The root of all data of this installation. Not created here."""
    if chosen := env.get("KAICHUANG_HOME"):
        return Path(chosen).expanduser().absolute()
    if os.geteuid() == 0:
        return SYSTEM_HOME
    base = env.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "kaichuang"


def ensure_home(env: Mapping[str, str] = os.environ) -> Path:
    """Create the home directory. Of root's, the server's user may pass through; nobody may list it."""
    home = home_dir(env)
    if not home.is_dir():
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RuntimeProblem(
                f"无法建立数据目录 / cannot create the data directory {home}: {error.strerror}. "
                "请设置可写的 KAICHUANG_HOME / set KAICHUANG_HOME to a place that can be written."
            ) from error
        home.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return home


def media_dir(env: Mapping[str, str] = os.environ) -> Path:
    """Where uploaded files are kept."""
    return Path(env.get("KAICHUANG_MEDIA_ROOT") or home_dir(env) / "media")


def reachable(path: Path, *, uid: int, gid: int) -> bool:
    """Whether that user may pass through every directory down to `path` (mode bits only, no ACL)."""
    for folder in [path, *path.parents]:
        if not folder.exists():
            continue
        info = folder.stat()
        if uid == info.st_uid:
            allowed = info.st_mode & stat.S_IXUSR
        elif gid == info.st_gid:
            allowed = info.st_mode & stat.S_IXGRP
        else:
            allowed = info.st_mode & stat.S_IXOTH
        if not allowed:
            return False
    return True


@dataclass(frozen=True)
class ClusterPaths:
    """The files of one database cluster, named after PostgreSQL's major version."""

    root: Path

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def users_lock(self) -> Path:
        return self.root / "users.lock"

    @property
    def start_lock(self) -> Path:
        return self.root / "start.lock"

    @property
    def log(self) -> Path:
        return self.root / "server.log"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def socket_dir(self, env: Mapping[str, str] = os.environ) -> Path:
        """`<root>/sock`, or a short stand-in when the path would not fit into a socket address."""
        if self._fits(inside := self.root / "sock"):
            return inside
        tag = hashlib.sha256(str(self.root).encode()).hexdigest()[:12]
        if (runtime := env.get("XDG_RUNTIME_DIR")) and os.geteuid() != 0:
            candidate = Path(runtime) / f"kaichuang-{tag}"
            if Path(runtime).is_dir() and self._fits(candidate):
                return candidate
        # Short on purpose. The server checks that the directory is its own and closed to others.
        return Path(f"/tmp/kaichuang-{os.geteuid()}-{tag}")  # noqa: S108  # see above

    @staticmethod
    def _fits(folder: Path) -> bool:
        return len(os.fsencode(str(folder / SOCKET_NAME))) <= SOCKET_PATH_LIMIT - _SAFETY
