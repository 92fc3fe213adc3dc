"""The two keys of an installation: generated once into the home directory, readable by its owner only."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from kaichuang.runtime.errors import RuntimeProblem
from kaichuang.runtime.home import ensure_home

Env = Mapping[str, str]
_DATA_KEY_BYTES = 32


def secret_key(env: Env = os.environ) -> str:
    """Django's SECRET_KEY: KAICHUANG_SECRET_KEY, or the generated `secret.key`."""
    return env.get("KAICHUANG_SECRET_KEY") or _stored("secret.key", env)


def data_keys(env: Env = os.environ) -> list[bytes]:
    """The keys of 32 bytes for personal numbers at rest, the newest first: KAICHUANG_DATA_KEY, or `data.key`.

    Several are separated by commas: the first encrypts, all decrypt, the last one makes the hashes for look-ups.
    """
    texts = (env.get("KAICHUANG_DATA_KEY") or _stored("data.key", env)).split(",")
    return [_key(text.strip()) for text in texts]


def _key(text: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        key = b""
    if len(key) != _DATA_KEY_BYTES:
        raise RuntimeProblem("KAICHUANG_DATA_KEY：应为 32 字节的 base64url / must be 32 bytes in base64url")
    return key


def data_key_fingerprint(env: Env = os.environ) -> str:
    """Tells two data keys apart without giving either away."""
    return hashlib.sha256(b"kaichuang data key\0" + b"".join(data_keys(env))).hexdigest()[:16]


def _stored(name: str, env: Env) -> str:
    file = ensure_home(env) / name
    if not file.exists():
        _create(file, base64.urlsafe_b64encode(secrets.token_bytes(_DATA_KEY_BYTES)).decode().rstrip("="))
    try:
        value = file.read_text("ascii").strip()
    except PermissionError as error:
        raise RuntimeProblem(f"无法读取 / cannot read {file}：请用其所有者运行 / run as its owner") from error
    if not value:
        raise RuntimeProblem(f"密钥文件为空 / key file is empty: {file}")
    return value


def _create(file: Path, value: str) -> None:
    """Write aside, then link: of several first starts at once exactly one key wins, never a half-written one."""
    aside = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(value + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(aside, file)
    finally:
        aside.unlink()
