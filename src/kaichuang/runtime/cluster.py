"""The embedded PostgreSQL clusters of this installation, shared by all processes that use them.

`cluster().acquire()` makes and starts the server when needed and counts this process as a user;
the server stops when its last user has left, been interrupted or been killed (see `keeper`).
"""

from __future__ import annotations

import atexit
import fcntl
import os
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import conninfo as pgconninfo
from psycopg import pq, sql

from kaichuang.runtime import binaries, locks
from kaichuang.runtime.account import Account, server_account
from kaichuang.runtime.home import SYSTEM_HOME, ClusterPaths, ensure_home, home_dir, reachable
from kaichuang.runtime.processes import postgres_in
from kaichuang.runtime.profile import MAIN, TEST, Profile
from kaichuang.runtime.server import SUPERUSER, ClusterError, Progress, Server

__all__ = ["APP_DATABASE", "APP_ROLE", "Cluster", "ClusterError", "cluster", "cluster_paths"]

APP_ROLE = "kaichuang"
APP_DATABASE = "kaichuang"
_RELEASE_SECONDS = 60.0
_KEEPER_SECONDS = 3.0


def _silent(message: str) -> None:
    """The default listener of progress: nobody."""


class Cluster:
    """One cluster as this process uses it. Safe for threads; a forked child starts without a share."""

    def __init__(self, home: Path, profile: Profile) -> None:
        self.paths, account = cluster_paths(home, profile)
        self.server = Server(self.paths, profile, account)
        self._guard = threading.RLock()
        self._share: int | None = None

    def acquire(self, progress: Progress = _silent) -> None:
        """Become a user of the server, and make sure that it runs. Cheap when already a user."""
        with self._guard:
            if self._share is None:
                self.recover(progress)

    def recover(self, progress: Progress = _silent) -> None:
        """Bring the server back if it does not answer; its data is as of the last commit."""
        with self._guard:
            self._prepare_root()
            with locks.exclusive(self.paths.start_lock):
                if self._share is None:
                    self._take_share()
                if not self.server.settle(progress):
                    self._start(progress)

    def release(self) -> None:
        """Stop using the server. Returns when it is down, or when others still use it."""
        with self._guard:
            if self._share is None:
                return
            os.close(self._share)
            self._share = None
            atexit.unregister(self.release)
            self._await_end()

    def forget(self) -> None:
        """In a forked child: the share belongs to the parent."""
        self._guard = threading.RLock()
        if self._share is not None:
            os.close(self._share)
            self._share = None

    @property
    def answers(self) -> bool:
        """Whether the server accepts connections now."""
        return self.server.ping() == pq.Ping.OK

    def conninfo(self, *, dbname: str = APP_DATABASE, user: str = APP_ROLE) -> str:
        """A libpq connection string. The caller has acquired the cluster."""
        return pgconninfo.make_conninfo(host=str(self.server.socket_dir), dbname=dbname, user=user)

    def _prepare_root(self) -> None:
        if not self.paths.root.is_dir():
            self.paths.root.mkdir(parents=True, exist_ok=True)
        if self.server.account.switch:
            for folder in (self.paths.root, self.paths.root.parent):
                folder.chmod(folder.stat().st_mode | 0o011)
        if not os.access(self.paths.root, os.W_OK):
            raise ClusterError(
                f"{self.paths.root} 属于其他用户：请用该用户运行，或另设 KAICHUANG_HOME。"
                "It belongs to another user: run as that user, or set another KAICHUANG_HOME."
            )

    def _take_share(self) -> None:
        descriptor = locks.open_lock(self.paths.users_lock)
        # Waits while the keeper, holding it alone, stops the server.
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        self._share = descriptor
        atexit.register(self.release)

    def _start(self, progress: Progress) -> None:
        self.server.clear_stale()
        if not self.paths.data.is_dir():
            progress("建立数据库 / initialising the database")
            self.server.initialise()
        self.server.launch(progress)
        self._ensure_app_database()

    def _ensure_app_database(self) -> None:
        """The application's own role: it may create databases and trusted extensions, and is no superuser."""
        with psycopg.connect(self.conninfo(dbname="postgres", user=SUPERUSER), autocommit=True) as connection:
            role, database = sql.Identifier(APP_ROLE), sql.Identifier(APP_DATABASE)
            known = "SELECT 1 FROM pg_roles WHERE rolname = %s"
            if connection.execute(known, [APP_ROLE]).fetchone() is None:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(role))
            known = "SELECT 1 FROM pg_database WHERE datname = %s"
            if connection.execute(known, [APP_DATABASE]).fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))

    def _await_end(self) -> None:
        started = time.monotonic()
        unkept_since: float | None = None
        while time.monotonic() - started < _RELEASE_SECONDS:
            if locks.is_free_for(self.paths.users_lock, fcntl.LOCK_EX):
                if not postgres_in(self.paths.data):
                    return
                # The keeper is about to take the lock, unless it was killed.
                unkept_since = unkept_since or time.monotonic()
                if time.monotonic() - unkept_since > _KEEPER_SECONDS:
                    self._stop_unkept()
                    return
            elif locks.is_free_for(self.paths.users_lock, fcntl.LOCK_SH):
                return
            time.sleep(0.01)

    def _stop_unkept(self) -> None:
        with locks.exclusive(self.paths.start_lock):
            if locks.is_free_for(self.paths.users_lock, fcntl.LOCK_EX):
                self.server.stop()


def cluster_paths(home: Path, profile: Profile) -> tuple[ClusterPaths, Account]:
    """Where the cluster of that home lies and who runs it.

    As root the server runs as another user. When that user cannot pass through `home` (say below
    /root), the cluster lies under /var/lib/kaichuang instead; nobody's directories are opened up.
    """
    inside = home / profile.name / f"pg{binaries.MAJOR}"
    account = server_account(inside / "data")
    if not account.switch or reachable(home, uid=account.uid, gid=account.gid):
        return ClusterPaths(inside), account
    tag = str(home).strip("/").replace("/", "-")
    outside = SYSTEM_HOME / "elsewhere" / tag / profile.name / f"pg{binaries.MAJOR}"
    SYSTEM_HOME.mkdir(parents=True, exist_ok=True)
    for folder in (SYSTEM_HOME, SYSTEM_HOME / "elsewhere", SYSTEM_HOME / "elsewhere" / tag):
        folder.mkdir(exist_ok=True)
        folder.chmod(folder.stat().st_mode | 0o011)
    return ClusterPaths(outside), server_account(outside / "data")


_clusters: dict[tuple[Path, str], Cluster] = {}
_clusters_guard = threading.Lock()
_PROFILES = {MAIN.name: MAIN, TEST.name: TEST}


def cluster(name: str = MAIN.name, env: Mapping[str, str] = os.environ) -> Cluster:
    """This process's handle on the cluster `main` or `test` of the installation."""
    key = (home_dir(env), name)
    with _clusters_guard:
        if key not in _clusters:
            _clusters[key] = Cluster(ensure_home(env), _PROFILES[name])
        return _clusters[key]


def _after_fork() -> None:
    for item in _clusters.values():
        item.forget()


os.register_at_fork(after_in_child=_after_fork)
