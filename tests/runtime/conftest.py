"""Each test gets its own installation: a home directory that is stopped and removed afterwards."""

from __future__ import annotations

import json
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

import psycopg
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

    @property
    def sessions(self) -> set[str]:
        """The names under which programs are connected to the running server."""
        with psycopg.connect(f"host={self.root / 'sock'} user=kaichuang dbname=kaichuang") as connection:
            return {name for (name,) in connection.execute("SELECT application_name FROM pg_stat_activity")}

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
connection = psycopg.connect(conninfo(), autocommit=True)
print("ready", connection.execute("SELECT pg_postmaster_start_time()").fetchone()[0], flush=True)
sys.stdin.read()
"""

_PREPARE = """
from kaichuang.runtime import demo_setup, stamp
for part in ("ground", "stories"):
    demo_setup.main(stamp.fingerprint(), part)
"""
CREATE = "from django.contrib.auth.models import User; User.objects.create(username='{}')"
"""For `kaichuang manage shell` of the small site."""


def new_home() -> Path:
    """A home directory, not below pytest's own, which root keeps closed to the server's user."""
    home = Path(tempfile.mkdtemp(prefix="kc-test-"))
    home.chmod(0o711)
    return home


def copied(home: Path) -> Path:
    """A copy of a stopped installation, owners and all."""
    target = new_home()
    subprocess.run(["cp", "-a", f"{home}/.", str(target)], check=True)
    return target


@pytest.fixture(scope="session")
def initialised() -> Iterator[Path]:
    """The home of a stopped installation, for copying: initdb takes most of a first start."""
    place = Installation(new_home())
    place.user().communicate(timeout=60)
    yield place.home
    place.clean()


@pytest.fixture
def fresh() -> Iterator[Installation]:
    """An installation that was never started."""
    place = Installation(new_home())
    yield place
    place.clean()


@pytest.fixture
def installation(initialised: Path) -> Iterator[Installation]:
    """An installation that was started before."""
    place = Installation(copied(initialised))
    yield place
    place.clean()


@pytest.fixture(scope="session")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with a small site in the programme's place, on a copy of the real runtime."""
    path = tmp_path_factory.mktemp("small")
    package = path / "kaichuang"
    shutil.copytree(Path(__file__).parent / "site", package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(SOURCE / "runtime", package / "runtime", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("__init__.py", "cli.py"):
        shutil.copy(SOURCE / name, package / name)
    source = package / "portal" / "assets"
    source.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", "icons.txt"):
        (source / name).write_text("")
    sprite = {"from": "", "names": "icons.txt", "to": "icons.svg"}
    (source / "manifest.json").write_text(json.dumps({"files": [], "sprite": sprite}))
    publish = "from pathlib import Path; from kaichuang.runtime import assets; assets._publish(Path('none'))"
    subprocess.run([sys.executable, "-c", publish], env={**os.environ, "PYTHONPATH": str(path)}, check=True)
    return path


@pytest.fixture
def site(installation: Installation, small_site: Path) -> Installation:
    """An installation of the small site."""
    installation.env |= {"PYTHONPATH": str(small_site), "KAICHUANG_WEB_WORKERS": "1"}
    return installation


@pytest.fixture(scope="session")
def prepared(initialised: Path, small_site: Path) -> Iterator[Path]:
    """The home of a stopped demo of the small site whose data is complete, for copying."""
    place = Installation(copied(initialised))
    done = place.python(_PREPARE, PYTHONPATH=str(small_site), KAICHUANG_MODE="demo")
    output = done.communicate(timeout=60)[0]
    assert done.returncode == 0, output
    yield place.home
    place.clean()


@pytest.fixture
def prepared_site(prepared: Path, small_site: Path) -> Iterator[Installation]:
    """An installation of the small site whose demo has been told to its end before."""
    place = Installation(copied(prepared))
    place.env |= {"PYTHONPATH": str(small_site), "KAICHUANG_WEB_WORKERS": "1"}
    yield place
    place.clean()


@pytest.fixture(scope="session")
def filled_home(initialised: Path, small_site: Path) -> Iterator[Path]:
    """A stopped installation of the small site with a user and two uploaded files, for copying."""
    place = Installation(copied(initialised))
    place.env["PYTHONPATH"] = str(small_site)
    place.kaichuang("migrate")
    place.kaichuang("manage", "shell", "-c", CREATE.format("张三"))
    (place.home / "media" / "附件").mkdir(parents=True)
    (place.home / "media" / "附件" / "章程.txt").write_text("第一条", "utf-8")
    (place.home / "media" / "big.bin").write_bytes(bytes(range(256)) * 10_000)
    yield place.home
    place.clean()


@pytest.fixture
def filled(filled_home: Path, small_site: Path) -> Iterator[Installation]:
    """An installation of the small site with a user and two uploaded files."""
    place = Installation(copied(filled_home))
    place.env |= {"PYTHONPATH": str(small_site), "KAICHUANG_WEB_WORKERS": "1"}
    yield place
    place.clean()


@pytest.fixture
def fresh_site(fresh: Installation, small_site: Path) -> Installation:
    """An installation of the small site that was never started."""
    fresh.env |= {"PYTHONPATH": str(small_site), "KAICHUANG_WEB_WORKERS": "1"}
    return fresh
