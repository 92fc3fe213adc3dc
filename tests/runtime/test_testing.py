"""The test database: a copy of a template, of its own for each process, and gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from .conftest import Installation, copied, wait_for

TESTS = """
import pytest
from django.contrib.auth.models import Permission, User

@pytest.mark.django_db
def test_writes_are_rolled_back():
    User.objects.create(username="one")

@pytest.mark.django_db
def test_database_is_migrated_and_empty():
    assert User.objects.count() == 0
    assert Permission.objects.count() > 0
"""
WAITING = """
import pytest, pathlib, time
from django.db import connection

@pytest.mark.django_db
def test_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        pathlib.Path("name").write_text(cursor.fetchone()[0])
    time.sleep(60)
"""

# Loading every installed plugin would take most of the time.
PLUGINS = ["-p", "pytest_django.plugin", "-p", "xdist.plugin", "-p", "no:cacheprovider"]
pytestmark = pytest.mark.slow


class Project:
    """A small project that uses this project's conftest."""

    def __init__(self, site: Installation, folder: Path) -> None:
        self.site, self.folder = site, folder
        folder.mkdir(exist_ok=True)
        shutil.copy(Path(__file__).resolve().parents[1] / "conftest.py", folder / "conftest.py")
        (folder / "pytest.ini").write_text("[pytest]\nDJANGO_SETTINGS_MODULE = kaichuang.settings\n")

    def start(self, code: str, *arguments: str, **extra: str) -> subprocess.Popen[str]:
        (self.folder / "test_it.py").write_text(code)
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-q", *PLUGINS, *arguments],
            cwd=self.folder,
            text=True,
            env={**self.site.env, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **extra},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.site.started.append(process)
        return process

    def run(self, *arguments: str, **extra: str) -> None:
        process = self.start(TESTS, *arguments, **extra)
        output = process.communicate(timeout=60)[0]
        assert process.returncode == 0, output
        assert "2 passed" in output


@pytest.fixture
def project(site: Installation, tmp_path: Path) -> Project:
    return Project(site, tmp_path / "project")


@pytest.fixture(scope="module")
def run_once(
    initialised: Path, small_site: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """An installation on which the tests have run before."""
    place = Installation(copied(initialised))
    place.env |= {"PYTHONPATH": str(small_site)}
    Project(place, tmp_path_factory.mktemp("project")).run()
    yield place
    place.clean()


@pytest.fixture
def later(run_once: Installation, tmp_path: Path) -> Iterator[Project]:
    """The project on a copy of that installation."""
    place = Installation(copied(run_once.home))
    place.env |= {"PYTHONPATH": run_once.env["PYTHONPATH"]}
    yield Project(place, tmp_path / "project")
    place.clean()


def databases(site: Installation) -> set[str]:
    """Names of the databases of the throw-away cluster."""
    code = """
import psycopg
from kaichuang.runtime.cluster import cluster
server = cluster("test")
server.acquire()
with psycopg.connect(server.conninfo(dbname="postgres")) as connection:
    print(*(row[0] for row in connection.execute("SELECT datname FROM pg_database")))
"""
    output = site.python(code).communicate(timeout=30)[0]
    return set(output.split()) - {"postgres", "template0", "template1", "kaichuang"}


def test_run_leaves_only_the_template_and_the_next_one_uses_it(later: Project) -> None:
    left = databases(later.site)
    assert len(left) == 1
    assert next(iter(left)).startswith("kc_tpl_")
    later.run("-n", "2")
    assert databases(later.site) == left


def test_database_of_a_killed_run_is_dropped_by_the_next(later: Project) -> None:
    process = later.start(WAITING)
    assert wait_for((later.folder / "name").exists, 30)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    name = (later.folder / "name").read_text()
    assert name in databases(later.site)
    later.run()
    assert name not in databases(later.site)


def test_torn_throw_away_cluster_is_made_anew(later: Project) -> None:
    data = later.site.home / "test" / "pg18" / "data"
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")
    (data / "global" / "pg_control").write_bytes(b"torn")
    later.run()


def test_database_url_is_used_when_set(project: Project) -> None:
    user = project.site.user()
    host = project.site.root / "sock"
    project.run(DATABASE_URL=f"postgresql://kaichuang@/kaichuang?host={host}")
    with psycopg.connect(host=str(host), dbname="postgres", user="kaichuang") as connection:
        names = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
    assert not any(name.startswith("kc_test_") for name in names)
    assert any(name.startswith("kc_tpl_") for name in names)
    assert not (project.site.home / "test").exists()
    user.communicate(timeout=30)
