"""Extend the hash chain over what has been committed. See Note [Sealing]."""

from __future__ import annotations

from django.db import connection

from kaichuang.kit.commit import once_on_commit
from kaichuang.kit.sql import prepared

_BATCH = 10_000

_SEAL = "SELECT journal_seal_queue(%s::integer, %s::boolean)"
"""See `journal/migrations/sql/seal.sql`."""


def seal() -> int:
    """Seal what is queued and committed; returns how many entries. 0 when another sealer is at work.

    Does not wait for the disk: seals lost with the power leave their entries in the queue, as they were before.
    As part of a caller's transaction it is as durable as that.
    """
    lazily = not connection.in_atomic_block
    sealed = 0
    while True:
        count = int(prepared(_SEAL, [_BATCH, lazily])[0][0])
        sealed += count
        if count < _BATCH:
            return sealed


def seal_after_commit() -> None:
    """Seal once when the present transaction has committed; a lost attempt is caught up by the next."""
    once_on_commit(seal, robust=True)
