"""Entries for the tests of the journal, and a way round its triggers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from kaichuang.journal.operations import record, seal
from kaichuang.kit.actor import Actor
from kaichuang.places.models import Division

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)


def write(count: int = 1, *, scope: str = "", reason: str = "") -> list[int]:
    """Entries about a division, each in its own transaction."""
    division = Division.objects.get(code="330226")
    keys = []
    for number in range(count):
        with transaction.atomic():
            entry = record(
                actor=Actor.system("test"), now=NOW, action="touch", subject=division, scope=scope, reason=reason,
                payload={"number": number, "文字": ["一", None, 1.5]},
            )  # fmt: skip
        keys.append(entry.pk)
    return keys


@pytest.fixture
def five(db: None) -> list[int]:
    keys = write(5)
    seal()
    return keys


@contextmanager
def without_triggers() -> Iterator[Callable[..., None]]:
    """What an intruder with the database's own password can do."""
    with connection.cursor() as cursor:
        for table in ("journal_entry", "journal_seal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor.execute
        for table in ("journal_entry", "journal_seal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
