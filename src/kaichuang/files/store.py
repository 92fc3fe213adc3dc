"""Where bytes live: one file per content, named by its hash.

Bytes are first received into `incoming/` while they are hashed, then moved to their place by one rename: a
reader never sees half a file, and a killed upload leaves only something for the sweep.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

CHUNK = 1 << 16


class TooLarge(Exception):
    """More bytes arrived than allowed."""


@dataclass(frozen=True, slots=True)
class Received:
    """Bytes that have arrived but are not kept yet."""

    path: Path
    sha256: str
    size: int

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)


def root() -> Path:
    return Path(settings.MEDIA_ROOT) / "content"


def incoming() -> Path:
    return Path(settings.MEDIA_ROOT) / "incoming"


def path_of(sha256: str) -> Path:
    """Two levels of folders keep each of them small."""
    return root() / sha256[:2] / sha256[2:4] / sha256


def receive(chunks: Iterable[bytes], *, limit: int) -> Received:
    """Write the stream aside and hash it. Raises `TooLarge` beyond `limit` bytes, leaving nothing behind."""
    folder = incoming()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / secrets.token_hex(16)
    digest, size = hashlib.sha256(), 0
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise TooLarge
                digest.update(chunk)
                stream.write(chunk)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Received(path, digest.hexdigest(), size)


def keep(received: Received) -> Path:
    """Move received bytes to their place. What is there already is the same, but old; a sweep looks at the age."""
    target = path_of(received.sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(received.path, target)
    return target


def open_content(sha256: str) -> BinaryIO:
    """The bytes for reading. Raises FileNotFoundError when they are gone."""
    return path_of(sha256).open("rb")


def hash_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def all_paths() -> Iterator[Path]:
    """Every kept file, in no order."""
    if root().is_dir():
        yield from (path for path in root().glob("??/??/*") if path.is_file())
