"""Backups: complete, checked before anything is touched, and never put over other data unasked."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import Installation, copied
from .terminal import Terminal

CREATE = "from django.contrib.auth.models import User; User.objects.create(username='{}')"
COUNT = "from django.contrib.auth.models import User; print('users', User.objects.count())"


@pytest.fixture(scope="module")
def filled_home(initialised: Path, small_site: Path) -> Iterator[Path]:
    """A stopped installation with a user and two uploaded files, for copying."""
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
    """An installation with a user and two uploaded files."""
    place = Installation(copied(filled_home))
    place.env["PYTHONPATH"] = str(small_site)
    yield place
    place.clean()


def count(site: Installation, **extra: str) -> str:
    return site.kaichuang("manage", "shell", "-c", COUNT, **extra).stdout.strip().splitlines()[-1]


def test_round_trip_brings_back_rows_and_files(filled: Installation, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar"
    filled.kaichuang("backup", str(archive))
    assert archive.stat().st_mode & 0o777 == 0o600
    other = str(filled.home / "other")
    done = filled.kaichuang("restore", str(archive), KAICHUANG_HOME=other)
    assert "data.key" in done.stderr
    assert count(filled, KAICHUANG_HOME=other) == "users 1"
    filled.kaichuang("migrate", "--check", KAICHUANG_HOME=other)
    assert (Path(other) / "media" / "附件" / "章程.txt").read_text("utf-8") == "第一条"
    assert (Path(other) / "media" / "big.bin").read_bytes() == bytes(range(256)) * 10_000


def test_restore_refuses_a_database_with_data_unless_forced(filled: Installation, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar"
    filled.kaichuang("backup", str(archive))
    filled.kaichuang("manage", "shell", "-c", CREATE.format("later"))
    refused = filled.kaichuang("restore", str(archive), check=False)
    assert refused.returncode == 1
    assert "--force" in refused.stderr
    assert count(filled) == "users 2"
    filled.kaichuang("restore", str(archive), "--force")
    assert count(filled) == "users 1"


def test_restore_is_refused_while_a_site_runs_on_the_database(filled: Installation, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar"
    filled.kaichuang("backup", str(archive))
    site = Terminal(filled, "--no-worker")
    try:
        site.wait_ready()
        refused = filled.kaichuang("restore", str(archive), "--force", check=False)
        assert refused.returncode == 1
        assert "in use by kaichuang web" in refused.stderr
        assert site.press_ctrl_c() == 0
    finally:
        site.close()
    assert count(filled) == "users 2"
    filled.kaichuang("restore", str(archive), "--force")
    assert count(filled) == "users 1"


def test_restore_into_a_named_database_leaves_the_first_alone(filled: Installation, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar"
    filled.kaichuang("backup", str(archive))
    filled.kaichuang("restore", str(archive), "--into", "second", "--media", str(tmp_path / "media"))
    assert (tmp_path / "media" / "big.bin").exists()
    assert filled.kaichuang("restore", str(archive), "--into", "second", check=False).returncode == 1
    assert count(filled) == "users 1"


def test_damaged_backup_is_refused_before_anything_is_written(filled: Installation, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar"
    filled.kaichuang("backup", str(archive))
    content = bytearray(archive.read_bytes())
    with tarfile.open(archive) as tar:
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
