"""Recompute everything from the postings and find any tampering."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, transaction

from kaichuang.ledger.operations.seal import DIGEST

_STAGES = ("reserved", "committed", "ordered", "paid", "receivable")

_CHECKS = {
    "unbalanced": """
        SELECT transfer_id FROM (
            SELECT p.transfer_id, sum(p.amount) AS total FROM ledger_posting p
              JOIN ledger_account a ON a.id = p.account_id GROUP BY p.transfer_id, a.unit_id) sums
         WHERE total <> 0
         UNION
        SELECT t.id FROM ledger_transfer t
          LEFT JOIN (SELECT transfer_id, count(*) AS n FROM ledger_posting GROUP BY 1) p ON p.transfer_id = t.id
         WHERE t.lines < 2 OR p.n IS DISTINCT FROM t.lines
    """,
    "stray_posting": """
        SELECT p.transfer_id FROM ledger_posting p
          LEFT JOIN ledger_transfer t ON t.id = p.transfer_id LEFT JOIN ledger_account a ON a.id = p.account_id
         WHERE t.id IS NULL OR a.id IS NULL OR a.programme_id <> t.programme_id OR p.at <> t.at
    """,
    "balance": """
        SELECT a.id FROM ledger_account a
          LEFT JOIN ledger_balance b ON b.account_id = a.id
          LEFT JOIN (SELECT account_id, sum(amount) AS total FROM ledger_posting GROUP BY 1) p ON p.account_id = a.id
         WHERE b.balance IS DISTINCT FROM a.normal * coalesce(p.total, 0)
            OR (b.normal, b.kind, b.programme_id, b.unit_id, b.pool, b.floor, b.ceiling, b.closed_on) IS DISTINCT FROM
               (a.normal, a.kind, a.programme_id, a.unit_id, a.pool, a.floor, a.ceiling, a.closed_on)
    """,
    "bound": "SELECT account_id FROM ledger_balance WHERE balance < floor OR balance > ceiling",
    "claim": """
        SELECT coalesce(c.id, s.id) FROM ledger_claim c FULL JOIN (
            SELECT coalesce(t.claim_id, t.id) AS id,
                   sum(p.amount) FILTER (WHERE a.kind = 'reserved') AS reserved,
                   sum(p.amount) FILTER (WHERE a.kind = 'committed') AS committed,
                   sum(p.amount) FILTER (WHERE a.kind = 'ordered') AS ordered,
                   sum(p.amount) FILTER (WHERE a.kind = 'paid') AS paid,
                   sum(p.amount) FILTER (WHERE a.kind = 'receivable') AS receivable
              FROM ledger_transfer t JOIN ledger_posting p ON p.transfer_id = t.id
              JOIN ledger_account a ON a.id = p.account_id
             WHERE t.kind = 'reserve' OR t.claim_id IS NOT NULL GROUP BY 1) s ON s.id = c.id
         WHERE c.id IS NULL OR s.id IS NULL OR (c.reserved, c.committed, c.ordered, c.paid, c.receivable)
               IS DISTINCT FROM (coalesce(s.reserved, 0)::bigint, coalesce(s.committed, 0)::bigint,
                   coalesce(s.ordered, 0)::bigint, coalesce(s.paid, 0)::bigint, coalesce(s.receivable, 0)::bigint)
            OR least(c.reserved, c.committed, c.ordered, c.paid, c.receivable) < 0
    """,
    "claim_origin": """
        SELECT c.id FROM ledger_claim c JOIN ledger_transfer t ON t.id = c.id
         WHERE (c.programme_id, c.measure, c.party_id, c.issuer_id, c.expires_at, c.opened_on, c.year)
               IS DISTINCT FROM (t.programme_id, t.measure, t.party_id, t.issuer_id, t.expires_at, t.at,
                                 coalesce(t.year, extract(year FROM t.at)::smallint))
    """,
    "limit": """
        SELECT coalesce(s.limit_id, w.limit_id) FROM ledger_limit_sum s FULL JOIN (
            SELECT l.id AS limit_id, CASE l.dimension WHEN 'party' THEN coalesce(c.party_id, 0)
                       WHEN 'issuer' THEN coalesce(c.issuer_id, 0) ELSE 0 END AS holder,
                   CASE l.period WHEN 'year' THEN c.year ELSE 0 END AS year,
                   -sum(p.amount) AS total
              FROM ledger_transfer t
              JOIN ledger_claim c ON c.id = coalesce(t.claim_id, t.id)
              JOIN ledger_limit l ON l.programme_id = c.programme_id
                   AND l.unit_id = c.unit_id AND l.measure IN ('', c.measure) AND l.pool IN ('', c.pool)
              JOIN ledger_posting p ON p.transfer_id = t.id
              JOIN ledger_account a ON a.id = p.account_id AND a.kind = 'available'
             WHERE t.kind = 'reserve' OR t.claim_id IS NOT NULL
             GROUP BY 1, 2, 3) w ON w.limit_id = s.limit_id AND w.holder = s.holder AND w.year = s.year
          LEFT JOIN ledger_limit l ON l.id = s.limit_id
         WHERE coalesce(s.total, 0) <> coalesce(w.total, 0) OR s.total > s.ceiling
            OR s.ceiling IS DISTINCT FROM l.ceiling
    """,
    "unsealed": """
        SELECT id FROM ledger_transfer
        EXCEPT SELECT transfer_id FROM ledger_unsealed
        EXCEPT SELECT unnest(transfer_ids) FROM ledger_seal
    """,
}
"""What each finding means is said in docs/ledger.md; every query returns the keys of the rows that are wrong."""

_LINKS = f"""
SELECT s.position, s.transfer_ids, s.digests, s.chain_hash, convert_to(s.transfer_ids::text, 'UTF8'),
       (SELECT array_agg(d.digest ORDER BY m.n)
          FROM unnest(s.transfer_ids) WITH ORDINALITY AS m(id, n)
          LEFT JOIN LATERAL (SELECT {DIGEST} AS digest FROM ledger_transfer t WHERE t.id = m.id) d ON true)
  FROM ledger_seal s ORDER BY s.position
"""  # noqa: S608  # DIGEST is a constant

_GUARDS = """
SELECT conname FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
 WHERE r.relname LIKE 'ledger\\_%%' AND c.convalidated
"""
_TRIGGERS = """
SELECT tgname FROM pg_trigger t JOIN pg_class r ON r.oid = t.tgrelid
 WHERE r.relname LIKE 'ledger\\_%%' AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
"""
_INDEXES = "SELECT indexrelid::regclass::text FROM pg_index WHERE indisunique AND indisvalid"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: a code, and the key of the transfer, account, claim or link, or a guard's name."""

    code: str
    subject: int | str


@dataclass(frozen=True, slots=True)
class Verification:
    findings: tuple[Finding, ...]
    transfers: int
    postings: int
    links: int
    waiting: int
    head: str
    """The chain's last value in hex; write it down elsewhere, and a replaced ledger cannot hide."""

    @property
    def sound(self) -> bool:
        return not self.findings


def verify(progress: Callable[[str], None] = lambda stage: None) -> Verification:
    """Check the guards, add everything up again, and walk the chain, on one unmoving view of the ledger."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:  # all queries see one state of the ledger, while others go on writing
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        progress("guards")
        findings = list(_missing_guards())
        for code, query in _CHECKS.items():
            progress(code)
            cursor.execute(query)
            findings += [Finding(code, key) for (key,) in cursor.fetchall()]
        progress("chain")
        broken, links, head = _walk_chain()
        cursor.execute(
            "SELECT (SELECT count(*) FROM ledger_transfer), (SELECT count(*) FROM ledger_posting),"
            " (SELECT count(*) FROM ledger_unsealed)"
        )
        transfers, postings, waiting = cursor.fetchone()
    return Verification(tuple(findings + broken), transfers, postings, links, waiting, head)


def _missing_guards() -> Iterator[Finding]:
    """Every constraint and trigger that the models declare must be there and switched on."""
    with connection.cursor() as cursor:
        present: set[str] = set()
        for query in (_GUARDS, _TRIGGERS, _INDEXES):
            cursor.execute(query)
            present |= {name for (name,) in cursor.fetchall()}
    for model in apps.get_app_config("ledger").get_models():
        names = [constraint.name for constraint in model._meta.constraints]
        names += [trigger.get_pgid(model) for trigger in getattr(model._meta, "triggers", [])]
        yield from (Finding("guard", name) for name in names if name not in present)


def _walk_chain() -> tuple[list[Finding], int, str]:
    findings: list[Finding] = []
    chain, expected = b"", 1
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LINKS)
        while rows := cursor.fetchmany(20):
            for position, ids, kept, sealed_hash, listed, found in rows:
                if position != expected:
                    findings.append(Finding("gap", position))
                findings += _compare(ids, bytes(kept), found or [])
                if hashlib.sha256(chain + bytes(listed) + bytes(kept)).digest() != bytes(sealed_hash):
                    findings.append(Finding("chain", position))
                chain, expected = bytes(sealed_hash), position + 1
    return findings, expected - 1, chain.hex()


def _compare(ids: list[int], kept: bytes, found: list[bytes | None]) -> Iterator[Finding]:
    for n, transfer_id in enumerate(ids):
        digest = found[n] if n < len(found) else None
        if digest is None:
            yield Finding("removed", transfer_id)
        elif bytes(digest) != kept[16 * n : 16 * n + 16]:
            yield Finding("changed", transfer_id)
