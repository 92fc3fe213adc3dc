"""Makes and starts one embedded PostgreSQL server. The caller holds the start lock."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from psycopg import conninfo, pq

from kaichuang.runtime import binaries, keeper
from kaichuang.runtime.account import Account
from kaichuang.runtime.errors import RuntimeProblem
from kaichuang.runtime.home import SOCKET_NAME, ClusterPaths
from kaichuang.runtime.processes import pid_in, postgres_in
from kaichuang.runtime.profile import Profile

SUPERUSER = "postgres"
Progress = Callable[[str], None]
_LOCALES = ("C.UTF-8", "C.utf8", "en_US.UTF-8")
_LOG_LIMIT = 10 * 1024 * 1024
_POLL_SECONDS = 0.01
_UNANSWERED_SECONDS = 10.0
_RECOVERY_SECONDS = 900.0


class ClusterError(RuntimeProblem):
    """The embedded server cannot be made, started or stopped."""


class Server:
    """The server over one set of paths, run by one account."""

    def __init__(self, paths: ClusterPaths, profile: Profile, account: Account) -> None:
        self.paths = paths
        self.profile = profile
        self.account = account
        self.socket_dir = paths.socket_dir()

    def ping(self) -> pq.Ping:
        """OK, REJECT (starting, stopping or recovering) or NO_RESPONSE."""
        text = conninfo.make_conninfo(
            host=str(self.socket_dir), dbname="postgres", user=SUPERUSER, connect_timeout=5
        )
        return pq.Ping(pq.PGconn.ping(text.encode()))

    def settle(self, progress: Progress) -> bool:
        """Wait until the server answers (True) or is certainly gone (False)."""
        silent_since = None
        started = time.monotonic()
        told = False
        while True:
            state = self.ping()
            if state == pq.Ping.OK:
                return True
            if time.monotonic() - started > _RECOVERY_SECONDS:
                raise ClusterError(self._failure("数据库迟迟未就绪 / the server does not get ready"))
            if state == pq.Ping.REJECT:
                if not told and time.monotonic() - started > 2:
                    progress("数据库正在恢复或关闭，等待 / the server is recovering or stopping, waiting")
                    told = True
                silent_since = None
            elif not (left := postgres_in(self.paths.data)):
                return False
            else:
                silent_since = silent_since or time.monotonic()
                if time.monotonic() - silent_since > _UNANSWERED_SECONDS:
                    self._end(left)
            time.sleep(_POLL_SECONDS)

    def clear_stale(self) -> None:
        """Remove what a killed server left. Only after `settle()` said that it is gone."""
        if not self.paths.pid_file.exists():
            return
        if not self.profile.durable:
            # Without fsync an unclean end may have torn pages; a throw-away cluster is made anew.
            shutil.rmtree(self.paths.data)
            return
        self.paths.pid_file.unlink()
        for name in (SOCKET_NAME, SOCKET_NAME + ".lock"):
            (self.socket_dir / name).unlink(missing_ok=True)

    def initialise(self) -> None:
        """initdb beside the final place, then rename: an interrupted first run leaves nothing half-made."""
        for left in self.paths.root.glob("data.new*"):
            shutil.rmtree(left)
        aside = self.paths.root / "data.new"
        aside.mkdir()
        self.account.own(aside, 0o700)
        error = ""
        for locale in _LOCALES:
            done = self._initdb(aside, locale)
            if done.returncode == 0:
                aside.rename(self.paths.data)
                return
            error = done.stderr.strip() or done.stdout.strip()
        raise ClusterError(f"无法建立数据库 / initdb failed in {aside}:\n{error}")

    def _initdb(self, target: Path, locale: str) -> subprocess.CompletedProcess[str]:
        # LC_CTYPE must be a UTF-8 one: under C, pg_trgm and text search drop Chinese.
        command = [
            self._program("initdb"),
            "-D",
            str(target),
            "-U",
            SUPERUSER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            f"--locale={locale}",
        ]
        if not self.profile.durable:
            command.append("--no-sync")
        return subprocess.run(  # noqa: S603  # the wheel's own initdb
            command,
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            cwd="/",
            env=self._environment(),
            umask=0o077,
            **self.account.popen(),
        )

    def launch(self, progress: Progress) -> None:
        """Start the server under its keeper and wait until it answers."""
        self.socket_dir.mkdir(exist_ok=True)
        self._check_socket_dir()
        if self.paths.log.exists() and self.paths.log.stat().st_size > _LOG_LIMIT:
            self.paths.log.rename(self.paths.log.with_suffix(".log.1"))
        order = json.dumps(
            {
                "users_lock": str(self.paths.users_lock),
                "log": str(self.paths.log),
                "command": self._command(),
                "env": self._environment(),
                "popen": self.account.popen(),
            }
        )
        null = subprocess.DEVNULL
        command = [sys.executable, "-I", "-S", keeper.__file__, order]
        subprocess.run(command, check=True, cwd="/", stdin=null, stdout=null, stderr=null)  # noqa: S603  # our own script
        self._await_start(progress)

    def _await_start(self, progress: Progress) -> None:
        until = time.monotonic() + 5
        while time.monotonic() < until and not postgres_in(self.paths.data):
            time.sleep(_POLL_SECONDS)
        if not self.settle(progress):
            raise ClusterError(self._failure("数据库无法启动 / the server does not start"))

    def stop(self) -> None:
        """Stop a server that has lost its keeper."""
        pid = pid_in(self.paths.pid_file)
        if pid and pid in postgres_in(self.paths.data):
            os.kill(pid, signal.SIGINT)
        until = time.monotonic() + keeper.STOP_SECONDS
        while postgres_in(self.paths.data) and time.monotonic() < until:
            time.sleep(_POLL_SECONDS)

    def _end(self, pids: list[int]) -> None:
        """Processes that have the directory but answer nobody: backends of a dead postmaster."""
        for signum, seconds in ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            for pid in set(pids) & set(postgres_in(self.paths.data)):
                os.kill(pid, signum)
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                if not postgres_in(self.paths.data):
                    return
                time.sleep(0.05)
        raise ClusterError(f"PostgreSQL 进程 {pids} 占用 {self.paths.data} 且无法结束 / cannot be ended")

    def _check_socket_dir(self) -> None:
        """The socket is trusted, so nobody else may own or enter its directory."""
        info = self.socket_dir.lstat()
        if self.socket_dir.is_symlink() or info.st_uid not in {os.geteuid(), self.account.uid}:
            raise ClusterError(f"{self.socket_dir} 属于他人，请删除 / belongs to somebody else, remove it")
        self.account.own(self.socket_dir, 0o700)

    def _command(self) -> list[str]:
        parameters = self.profile.parameters() | {"unix_socket_directories": str(self.socket_dir)}
        flags = [part for name, value in parameters.items() for part in ("-c", f"{name}={value}")]
        return [self._program("postgres"), "-D", str(self.paths.data), *flags]

    def _program(self, name: str) -> str:
        return str(binaries.bin_dir_for(uid=self.account.uid, gid=self.account.gid) / name)

    @staticmethod
    def _environment() -> dict[str, str]:
        """Nothing of the caller's language or PG* settings may reach the server."""
        return {"PATH": "/usr/bin:/bin", "LANG": "C", "TZ": "Asia/Shanghai"}

    def _failure(self, message: str) -> str:
        try:
            lines = self.paths.log.read_text("utf-8", "replace").splitlines()[-12:]
        except OSError:
            lines = []
        return "\n".join([f"{message}: {self.paths.data}", f"日志 / log {self.paths.log}:", *lines])
