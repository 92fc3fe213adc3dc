"""Backups: complete, checked before anything is touched, and never put over other data unasked."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from .conftest import CREATE, Installation

COUNT = """
import psycopg
from kaichuang.runtime.connection import conninfo
with psycopg.connect(conninfo()) as connection:
    print("users", connection.execute("SELECT count(*) FROM auth_user").fetchone()[0])
"""


@pytest.fixture(scope="module")
def made(filled_home: Path, small_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the filled installation; tests that change it take a copy."""
    target = tmp_path_factory.mktemp("backup") / "backup.tar"
    place = Installation(filled_home)
    place.env["PYTHONPATH"] = str(small_site)
    place.kaichuang("backup", str(target))
    return target


def count(site: Installation, **extra: str) -> str:
    """The users in the installation's database."""
    return site.python(COUNT, **extra).communicate(timeout=60)[0].strip()


def test_round_trip_brings_back_rows_and_files(filled: Installation, made: Path) -> None:
    assert made.stat().st_mode & 0o777 == 0o600
    other = str(filled.home / "other")
    done = filled.kaichuang("restore", str(made), KAICHUANG_HOME=other)
    assert "data.key" in done.stderr
    assert count(filled, KAICHUANG_HOME=other) == "users 1"
    filled.kaichuang("migrate", "--check", KAICHUANG_HOME=other)
    assert (Path(other) / "media" / "附件" / "章程.txt").read_text("utf-8") == "第一条"
    assert (Path(other) / "media" / "big.bin").read_bytes() == bytes(range(256)) * 10_000


def test_restore_refuses_a_database_with_data_unless_forced_and_one_in_use_even_then(
    filled: Installation, made: Path
) -> None:
    filled.kaichuang("manage", "shell", "-c", CREATE.format("later"))
    refused = filled.kaichuang("restore", str(made), check=False)
    assert refused.returncode == 1
    assert "--force" in refused.stderr
    web = filled.user(PGAPPNAME="kaichuang web")
    refused = filled.kaichuang("restore", str(made), "--force", check=False)
    assert refused.returncode == 1
    assert "in use by kaichuang web ×1:" in refused.stderr
    assert count(filled) == "users 2"
    web.communicate(timeout=30)
    filled.kaichuang("restore", str(made), "--force")
    assert count(filled) == "users 1"


def test_restore_into_a_named_database_leaves_the_first_alone(
    filled: Installation, made: Path, tmp_path: Path
) -> None:
    filled.kaichuang("restore", str(made), "--into", "second", "--media", str(tmp_path / "media"))
    assert (tmp_path / "media" / "big.bin").exists()
    assert filled.kaichuang("restore", str(made), "--into", "second", check=False).returncode == 1
    assert count(filled) == "users 1"


def test_damaged_backup_is_refused_before_anything_is_written(
    filled: Installation, made: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "backup.tar"
    content = bytearray(made.read_bytes())
    with tarfile.open(made) as tar:
        place = tar.getmember("media/big.bin").offset_data
    content[place + 5] ^= 1
    archive.write_bytes(content)
    done = filled.kaichuang("restore", str(archive), check=False, KAICHUANG_HOME=str(filled.home / "other"))
    assert done.returncode == 1
    assert "media/big.bin" in done.stderr
    archive.write_bytes(content[: len(content) // 2])
    done = filled.kaichuang("restore", str(archive), check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_backup_does_not_overwrite_unasked_and_an_empty_database_has_nothing(
    site: Installation, tmp_path: Path
) -> None:
    target = tmp_path / "backup.tar"
    assert "nothing to back up" in site.kaichuang("backup", str(target), check=False).stderr
    assert list(tmp_path.glob("*.tar*")) == []
    target.write_text("mine")
    assert site.kaichuang("backup", str(target), check=False).returncode == 1
    assert target.read_text() == "mine"


def test_archive_with_a_path_outside_is_refused(site: Installation, tmp_path: Path) -> None:
    import hashlib
    import io
    import json

    archive = tmp_path / "evil.tar"
    body = b"x"
    manifest = {
        "format": 1,
        "created_at": "",
        "program": "",
        "server": "",
        "migrations": [],
        "data_key": "",
        "files": {"media/../../evil": [1, hashlib.sha256(body).hexdigest()]},
    }
    with tarfile.open(archive, "w") as tar:
        for name, content in (("media/../../evil", body), ("manifest.json", json.dumps(manifest).encode())):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    done = site.kaichuang("restore", str(archive), check=False)
    assert done.returncode == 1
    assert "unsafe path" in done.stderr
