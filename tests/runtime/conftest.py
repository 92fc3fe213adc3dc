"""Each test gets its own installation: a home directory that is stopped and removed afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kaichuang.runtime.processes import postgres_in

SOURCE = Path(__file__).resolve().parents[2] / "src" / "kaichuang"


def wait_for(condition: Callable[[], object], seconds: float = 15.0) -> bool:
    """Whether the condition came true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


@dataclass
class Installation:
    """A home directory and the processes that a test started on it."""

    home: Path
    env: dict[str, str] = field(default_factory=dict)
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("KAICHUANG", "DATABASE", "DJANGO"))
        }
        self.env = {**kept, "KAICHUANG_HOME": str(self.home), "PYTHONUNBUFFERED": "1"}

    @property
    def root(self) -> Path:
        return self.home / "main" / "pg18"

    @property
    def servers(self) -> list[int]:
        """PostgreSQL processes of this home."""
        return postgres_in(self.root / "data")

    @property
    def postmaster(self) -> int:
        return int((self.root / "data" / "postmaster.pid").read_text().split()[0])

    def python(self, code: str, **extra: str) -> subprocess.Popen[str]:
        """Run a piece of Python in a new process; its standard input stays open."""
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            env={**self.env, **extra},
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.started.append(process)
        return process

    def user(self, **extra: str) -> subprocess.Popen[str]:
        """A process that uses the server until its input closes; returns when it is connected."""
        process = self.python(_USER, **extra)
        line = process.stdout.readline() if process.stdout else ""
        assert line.startswith("ready"), line + (process.stdout.read() if process.stdout else "")
        return process

    def kaichuang(
        self, *arguments: str, check: bool = True, **extra: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the command to its end."""
        command = [sys.executable, "-m", "kaichuang.cli", *arguments]
        done = subprocess.run(
            command,
            env={**self.env, **extra},
            text=True,
            capture_output=True,
            timeout=120,
            check=False,
            cwd="/",
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    @property
    def processes(self) -> dict[int, str]:
        """Every process of this home, by its environment, with its command line."""
        mark = f"KAICHUANG_HOME={self.home}".encode()
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal() and int(entry.name) != os.getpid():
                try:
                    if mark in (entry / "environ").read_bytes().split(b"\0"):
                        found[int(entry.name)] = (
                            (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                        )
                except OSError:
                    continue
        return found

    def only(self, word: str) -> int:
        """The oldest process of this home with that word in its command line."""
        return min(pid for pid, line in self.processes.items() if word in line)

    def clean(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.communicate()
        wait_for(lambda: not self.processes)
        if not wait_for(lambda: not self.servers):
            os.kill(self.postmaster, signal.SIGQUIT)
            wait_for(lambda: not self.servers)
        shutil.rmtree(self.home, ignore_errors=True)


_USER = """
import sys
from kaichuang.runtime.connection import conninfo
import psycopg
text = conninfo()
print("ready", psycopg.connect(text).execute("SELECT pg_postmaster_start_time()").fetchone()[0], flush=True)
sys.stdin.read()
"""


@pytest.fixture
def installation() -> Iterator[Installation]:
    """An empty installation. Not below pytest's own directory, which root keeps closed to the server's user."""
    home = Path(tempfile.mkdtemp(prefix="kc-test-"))
    home.chmod(0o711)
    place = Installation(home)
    yield place
    place.clean()


@pytest.fixture
def site(installation: Installation, tmp_path: Path) -> Installation:
    """An installation of a small site in the programme's place, on a copy of the real runtime."""
    package = tmp_path / "kaichuang"
    shutil.copytree(Path(__file__).parent / "site", package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(SOURCE / "runtime", package / "runtime", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("__init__.py", "cli.py"):
        shutil.copy(SOURCE / name, package / name)
    (package / "portal").mkdir()
    for name in ("assets", "static"):
        (SOURCE / "portal" / name).mkdir(exist_ok=True)
        (package / "portal" / name).symlink_to(SOURCE / "portal" / name)
    installation.env |= {"PYTHONPATH": str(tmp_path), "KAICHUANG_WEB_WORKERS": "1"}
    return installation
