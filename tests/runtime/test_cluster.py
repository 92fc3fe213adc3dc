"""The embedded server: one for all its users, and gone with the last of them, however they end."""

from __future__ import annotations

import os
import pwd
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from kaichuang.runtime import binaries
from kaichuang.runtime.home import SYSTEM_HOME, ClusterPaths, reachable

from .conftest import Installation, wait_for

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=30)
    assert process.returncode == 0


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def socket_conninfo(installation: Installation, user: str = "kaichuang") -> str:
    return f"host={installation.root / 'sock'} dbname=kaichuang user={user}"


def test_five_first_starts_at_once_share_one_server_that_ends_with_the_last(
    fresh: Installation,
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(5) as pool:
        users = list(pool.map(lambda _: fresh.user(), range(5)))
    servers = fresh.servers
    assert [pid for pid in servers if parent(pid) not in servers] == [fresh.postmaster]
    for user in users[:-1]:
        leave(user)
    assert fresh.servers
    leave(users[-1])
    assert not fresh.servers


def test_server_ends_when_its_only_user_is_killed(installation: Installation) -> None:
    installation.user().kill()
    assert wait_for(lambda: not installation.servers)
    assert not (installation.root / "data" / "postmaster.pid").exists()


def test_killed_keeper_takes_the_server_down_and_the_next_start_works(installation: Installation) -> None:
    user = installation.user()
    os.kill(parent(installation.postmaster), signal.SIGKILL)
    assert wait_for(lambda: not installation.servers)
    leave(installation.user())
    leave(user)
    assert not installation.servers


def test_killed_postmaster_is_replaced_with_all_that_was_committed(installation: Installation) -> None:
    user = installation.user()
    with psycopg.connect(socket_conninfo(installation), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(installation.postmaster, signal.SIGKILL)
    second = installation.user()
    with psycopg.connect(socket_conninfo(installation)) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    leave(user)
    leave(second)
    assert not installation.servers


def test_everything_killed_at_once_leaves_a_cluster_that_starts_again(installation: Installation) -> None:
    user = installation.user()
    os.kill(installation.postmaster, signal.SIGKILL)
    user.kill()
    assert wait_for(lambda: not installation.servers)
    leave(installation.user())


def test_stale_pid_file_of_a_stranger_is_removed_and_the_stranger_lives(installation: Installation) -> None:
    leave(installation.user())
    with subprocess.Popen(["sleep", "60"]) as stranger:
        try:
            file = installation.root / "data" / "postmaster.pid"
            file.write_text(
                f"{stranger.pid}\n{installation.root}/data\n1\n5432\n{installation.root}/sock\n\n"
            )
            (installation.root / "sock" / ".s.PGSQL.5432.lock").write_text(f"{stranger.pid}\n")
            leave(installation.user())
            assert stranger.poll() is None
        finally:
            stranger.kill()
    assert not installation.servers


def test_interrupted_initialisation_leaves_nothing_half_made(fresh: Installation) -> None:
    half = fresh.root / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    leave(fresh.user())
    assert not half.exists()


def test_language_of_the_machine_does_not_reach_the_cluster(fresh: Installation) -> None:
    user = fresh.user(LC_ALL="zh_CN.GB18030", LANG="xx_YY", PGOPTIONS="-c search_path=nowhere")
    with psycopg.connect(socket_conninfo(fresh)) as connection:
        row = connection.execute(
            "SELECT datlocprovider, datlocale, datctype, current_setting('TimeZone'), current_setting('listen_addresses')"
            " FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        assert row == ("b", "C.UTF-8", "C.UTF-8", "Asia/Shanghai", "")
        connection.execute("CREATE EXTENSION pg_trgm")
        trigrams = connection.execute("SELECT show_trgm('创新创业')").fetchone()
        assert trigrams
        assert len(trigrams[0]) == 5
    leave(user)


def test_application_role_is_no_superuser_and_the_socket_is_closed_to_others(
    installation: Installation,
) -> None:
    user = installation.user()
    with psycopg.connect(socket_conninfo(installation)) as connection:
        assert connection.execute("SELECT current_setting('is_superuser')").fetchone() == ("off",)
    assert stat.S_IMODE((installation.root / "sock").stat().st_mode) == 0o700
    leave(user)


@as_root
def test_other_users_cannot_reach_the_socket(installation: Installation) -> None:
    user = installation.user()
    nobody = pwd.getpwnam("nobody")
    attempt = subprocess.run(
        ["/bin/sh", "-c", f"ls {installation.root / 'sock'}"],
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        capture_output=True,
        check=False,
    )
    assert attempt.returncode != 0
    leave(user)


@as_root
def test_root_runs_the_server_as_another_user_and_opens_no_directory(installation: Installation) -> None:
    closed = installation.home / "closed"
    closed.mkdir(mode=0o700)
    user = installation.user(KAICHUANG_HOME=str(closed / "home"))
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    elsewhere = SYSTEM_HOME / "elsewhere" / str(closed / "home").strip("/").replace("/", "-")
    assert (elsewhere / "main" / "pg18" / "data").stat().st_uid != 0
    leave(user)
    subprocess.run(["rm", "-rf", str(elsewhere)], check=True)


@as_root
def test_root_and_a_normal_user_share_the_users_cluster(fresh: Installation) -> None:
    nobody = pwd.getpwnam("nobody")
    os.chown(fresh.home, nobody.pw_uid, nobody.pw_gid)
    if not reachable(Path(sys.executable).resolve(), uid=nobody.pw_uid, gid=nobody.pw_gid):
        pytest.skip("this Python is closed to other users")
    code = "from kaichuang.runtime.connection import conninfo; conninfo()"
    first = subprocess.run(
        [sys.executable, "-c", code],
        env=fresh.env,
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    assert first.returncode == 0, first.stderr
    assert (fresh.root / "data").stat().st_uid == nobody.pw_uid
    leave(fresh.user())


def test_programs_are_copied_with_their_libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "SYSTEM_HOME", tmp_path)
    monkeypatch.setattr(binaries, "reachable", lambda *_, **__: False)
    copied = binaries.bin_dir_for(uid=12345, gid=12345)
    assert copied.is_relative_to(tmp_path)
    for name in ("postgres", "initdb", "psql"):
        subprocess.run([copied / name, "--version"], check=True, capture_output=True)


def test_long_home_gets_a_short_private_socket_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    folder = ClusterPaths(tmp_path / ("长" * 40)).socket_dir()
    assert len(os.fsencode(folder)) < 80
    assert folder != ClusterPaths(tmp_path / ("短" * 40)).socket_dir()


def test_forked_child_takes_its_own_share(installation: Installation) -> None:
    code = """
import os, psycopg
from kaichuang.runtime.cluster import cluster
from kaichuang.runtime.connection import conninfo
conninfo()
read, write = os.pipe()
if os.fork() == 0:
    os.close(write)
    os.read(read, 1)
    with psycopg.connect(conninfo()) as c:
        print("child", c.execute("SELECT 1").fetchone()[0], flush=True)
    cluster().release()
    os._exit(0)
cluster().release()
os.close(write)
os.wait()
"""
    process = installation.python(code)
    output = process.communicate(timeout=30)[0]
    assert process.returncode == 0, output
    assert "child 1" in output
    assert not installation.servers
