"""Find tampering with the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from kaichuang.journal.models import Seal
from kaichuang.journal.models.entry import hash_expression

_WRONG_HASH = f"SELECT id FROM journal_entry e WHERE e.row_hash <> {hash_expression('e')} ORDER BY id"  # noqa: S608  # constants

_UNCHAINED = """
SELECT e.id FROM journal_entry e
 WHERE NOT EXISTS (SELECT 1 FROM journal_seal s WHERE s.entry_id = e.id)
   AND NOT EXISTS (SELECT 1 FROM journal_unsealed u WHERE u.entry_id = e.id)
 ORDER BY e.id
"""

_CHAIN = """
SELECT s.position, s.entry_id, s.chain_hash, e.row_hash
  FROM journal_seal s LEFT JOIN journal_entry e ON e.id = s.entry_id
 ORDER BY s.position
"""


_LOST = """
SELECT u.entry_id FROM journal_unsealed u
 WHERE NOT EXISTS (SELECT 1 FROM journal_entry e WHERE e.id = u.entry_id)
 ORDER BY u.entry_id
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One trace of tampering: `changed`, `removed`, `inserted`, `lost`, `gap` or `chain`."""

    code: str
    entry_id: int | None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    findings: tuple[Finding, ...]
    sealed: int
    waiting: int
    head: str
    """The chain's last value in hex; write it down elsewhere, and a replaced journal cannot hide."""

    @property
    def sound(self) -> bool:
        return not self.findings


def verify(progress: Callable[[int], None] = lambda done: None) -> Verification:
    """Recompute every hash and the whole chain, in constant memory; `progress` hears of every 10,000 seals."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:  # all queries see one state of the journal, while others go on writing
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        findings = [*_rows("changed", _WRONG_HASH), *_rows("inserted", _UNCHAINED), *_rows("lost", _LOST)]
        broken, sealed, head = _walk_chain(progress)
        cursor.execute("SELECT count(*) FROM journal_unsealed")
        return Verification(tuple(findings + broken), sealed, cursor.fetchone()[0], head)


def contains_head(value: str) -> bool:
    """Whether a head that was noted earlier is still a link of the chain; a journal made anew does not have it."""
    try:
        noted = bytes.fromhex(value)
    except ValueError:
        return False
    return Seal.objects.filter(chain_hash=noted).exists()


def _rows(code: str, query: str) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        yield from (Finding(code, entry_id) for (entry_id,) in cursor.fetchall())


def _walk_chain(progress: Callable[[int], None]) -> tuple[list[Finding], int, str]:
    findings: list[Finding] = []
    chain, expected = b"", 1
    with connection.chunked_cursor() as cursor:
        cursor.execute(_CHAIN)
        while rows := cursor.fetchmany(10_000):
            for position, entry_id, sealed_hash, row_hash in rows:
                if position != expected:
                    findings.append(Finding("gap", entry_id, position))
                if row_hash is None:
                    findings.append(Finding("removed", entry_id, position))
                elif hashlib.sha256(chain + bytes(row_hash)).digest() != bytes(sealed_hash):
                    findings.append(Finding("chain", entry_id, position))
                chain, expected = bytes(sealed_hash), position + 1
            progress(expected - 1)
    return findings, expected - 1, chain.hex()
