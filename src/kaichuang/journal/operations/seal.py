"""Extend the hash chain over what has been committed. See Note [Sealing]."""

from __future__ import annotations

from django.db import connection, transaction

_LOCK = 0x4B41494A
"""Advisory lock "KAIJ": one sealer at a time; everybody else leaves the queue to it."""

_BATCH = 10_000

_SEAL = """
WITH RECURSIVE
taken AS (
    DELETE FROM journal_unsealed
     WHERE entry_id IN (
        -- The queue keeps the number of an entry that has vanished: it is the trace that `verify` finds.
        SELECT u.entry_id FROM journal_unsealed u JOIN journal_entry e ON e.id = u.entry_id
         ORDER BY u.entry_id LIMIT %s)
 RETURNING entry_id
),
due AS (
    SELECT row_number() OVER (ORDER BY e.id) AS n, e.id, e.row_hash
      FROM taken t JOIN journal_entry e ON e.id = t.entry_id
),
head AS (
    SELECT position, chain_hash FROM journal_seal ORDER BY position DESC LIMIT 1
),
chain AS (
    SELECT 0::bigint AS n, NULL::bigint AS entry_id, coalesce((SELECT chain_hash FROM head), ''::bytea) AS chain_hash
    UNION ALL
    SELECT d.n, d.id, sha256(c.chain_hash || d.row_hash) FROM chain c JOIN due d ON d.n = c.n + 1
)
INSERT INTO journal_seal (position, entry_id, chain_hash)
SELECT coalesce((SELECT position FROM head), 0) + n, entry_id, chain_hash FROM chain WHERE n > 0
"""


def seal() -> int:
    """Seal what is queued and committed; returns how many entries. 0 when another sealer is at work."""
    sealed = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        while True:
            cursor.execute(_SEAL, [_BATCH])
            count: int = cursor.rowcount
            sealed += count
            if count < _BATCH:
                return sealed


def seal_after_commit() -> None:
    """Seal once when the present transaction has committed; a lost attempt is caught up by the next."""
    pending = transaction.get_connection().run_on_commit
    if not any(function is seal for _, function, _ in pending):
        transaction.on_commit(seal, robust=True)
