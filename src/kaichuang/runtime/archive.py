"""The backup archive: a tar of the database dump, the uploaded files and a manifest of hashes."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from kaichuang.runtime.errors import RuntimeProblem

FORMAT = 1
DUMP = "database.dump"
MANIFEST = "manifest.json"
MEDIA = "media/"


@dataclass
class Manifest:
    """What the archive holds. `files` maps each member to (bytes, SHA-256)."""

    created_at: str
    program: str
    server: str
    migrations: list[str]
    data_key: str
    format: int = FORMAT
    files: dict[str, tuple[int, str]] = field(default_factory=dict)


class _Hashing(io.RawIOBase):
    """Hashes what is read through it, so that each file is read once."""

    def __init__(self, source: IO[bytes]) -> None:
        super().__init__()
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self.digest.update(piece)
        return piece


class Writer:
    """Adds files to an archive and to its manifest."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self._tar = tar
        self._manifest = manifest

    def add(self, name: str, file: Path) -> None:
        """Add one file under that name."""
        with file.open("rb") as source:
            info = self._tar.gettarinfo(arcname=name, fileobj=source)
            info.uid = info.gid = 0
            info.uname = info.gname = ""
            info.mode = 0o600
            stream = _Hashing(source)
            self._tar.addfile(info, stream)
        self._manifest.files[name] = (info.size, stream.digest.hexdigest())


@contextmanager
def create(target: Path, manifest: Manifest) -> Iterator[Writer]:
    """Write an archive aside; it takes its name only when it is complete and on the disk."""
    aside = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise RuntimeProblem(f"无法写入 / cannot write {target}: {error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as stream:
            with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
                yield Writer(tar, manifest)
                text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
                info = tarfile.TarInfo(MANIFEST)
                info.size, info.mode = len(text), 0o600
                tar.addfile(info, io.BytesIO(text))
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(aside, target)
    finally:
        aside.unlink(missing_ok=True)


def verified(source: Path) -> Manifest:
    """The manifest, after every member has been compared with its hash. Nothing is written."""
    try:
        with tarfile.open(source, "r:") as tar:
            found = {
                member.name: (member.size, _hash(tar, member)) for member in tar if member.name != MANIFEST
            }
            manifest = _manifest(tar)
    except (OSError, tarfile.TarError) as error:
        raise RuntimeProblem(f"{source} 不是完整的备份 / is no complete backup: {error}") from error
    if manifest.format != FORMAT:
        raise RuntimeProblem(
            f"备份格式 {manifest.format} 需要另一版本的程序 / needs another version of the program"
        )
    wanted = {name: (size, digest) for name, (size, digest) in manifest.files.items()}
    if damaged := sorted(
        name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)
    ):
        raise RuntimeProblem(f"备份已损坏 / the backup is damaged: {', '.join(damaged[:10])}")
    for name in wanted:
        _safe(name)
    return manifest


def extract(source: Path, name: str, target: Path) -> None:
    """Write one member to `target`, aside and then in place."""
    with tarfile.open(source, "r:") as tar:
        _write(tar, tar.getmember(name), target)


def extract_media(source: Path, folder: Path) -> int:
    """Write all uploaded files below `folder`. Returns how many."""
    written = 0
    with tarfile.open(source, "r:") as tar:
        for member in tar:
            if member.name.startswith(MEDIA) and member.isfile():
                _write(tar, member, folder / _safe(member.name.removeprefix(MEDIA)))
                written += 1
    return written


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    stream = tar.extractfile(member)
    if stream is None:
        raise RuntimeProblem(f"备份中 {member.name} 不是文件 / is no file in the backup")
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{os.getpid()}.partial")
    with aside.open("wb") as out:
        aside.chmod(0o600)
        while piece := stream.read(1 << 20):
            out.write(piece)
    os.replace(aside, target)


def _manifest(tar: tarfile.TarFile) -> Manifest:
    try:
        stream = tar.extractfile(MANIFEST)
        fields = json.loads(stream.read()) if stream else {}
        fields["files"] = {name: (int(size), str(digest)) for name, (size, digest) in fields["files"].items()}
        return Manifest(**fields)
    except (KeyError, TypeError, ValueError) as error:
        raise RuntimeProblem("不是开创的备份：没有清单 / no backup of Kaichuang: no manifest") from error


def _hash(tar: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    digest = hashlib.sha256()
    stream = tar.extractfile(member)
    while stream and (piece := stream.read(1 << 20)):
        digest.update(piece)
    return digest.hexdigest()


def _safe(name: str) -> str:
    """A relative path that stays below its folder."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise RuntimeProblem(f"备份含有不安全的路径 / the backup has an unsafe path: {name!r}")
    return name
