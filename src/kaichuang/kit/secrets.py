"""Personal numbers: encrypted at rest, searchable by keyed hash, masked on screen.

Keys come from `settings.DATA_KEYS`, the newest first; older ones still decrypt, so a key can be rotated by
adding one in front and running `kaichuang manage rotate_keys`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derive(key, b"encrypt"))) for key in keys])


def _derive(key: str, purpose: bytes) -> bytes:
    return hashlib.blake2b(key.encode(), digest_size=32, person=purpose).digest()


def encrypt(text: str) -> str:
    return _box(tuple(settings.DATA_KEYS)).encrypt(text.encode()).decode("ascii")


def decrypt(token: str) -> str:
    """The clear text. Raises `cryptography.fernet.InvalidToken` when no key fits."""
    return _box(tuple(settings.DATA_KEYS)).decrypt(token.encode("ascii")).decode()


def lookup_hash(text: str) -> str:
    """A keyed hash of the normalised text: equal numbers have equal hashes, and nobody without the key can guess."""
    normal = "".join(text.split()).upper()
    # The *oldest* key, so that rotation of the encryption key does not orphan the hashes.
    return hmac.new(_derive(settings.DATA_KEYS[-1], b"lookup"), normal.encode(), hashlib.sha256).hexdigest()


def mask(text: str, *, head: int = 3, tail: int = 2) -> str:
    """`330226199001011234` -> `330*************34`; short texts are hidden whole but for the first sign."""
    if len(text) <= head + tail:
        return text[:1] + "*" * max(len(text) - 1, 0)
    return text[:head] + "*" * (len(text) - head - tail) + text[-tail:]


class EncryptedField(models.TextField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Text that the database sees only encrypted. It cannot be filtered; store `lookup_hash` beside it."""

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(value) if value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return decrypt(value) if value else value
