"""Extend the hash chain over what has been committed. See Note [Sealing transfers]."""

from __future__ import annotations

from django.db import connection, transaction

_LOCK = 0x4B41494C
"""Advisory lock "KAIL": one sealer at a time; everybody else leaves the queue to it."""

LINK = 1_000
"""Transfers in one link of the chain."""

DIGEST = """
substring(sha256(convert_to(jsonb_build_array(
    t.id, t.programme_id, t.key, t.kind, t.at, t.lines, extract(epoch from t.recorded_at), t.description, t.clause, t.measure,
    t.party_id, t.issuer_id, t.year, extract(epoch from t.expires_at), t.claim_id, t.reverses_id, t.claws_back_id,
    t.fingerprint, t.actor_kind, t.actor_user_id, t.actor_name,
    (SELECT jsonb_agg(jsonb_build_array(p.line, p.account_id, p.at, p.amount) ORDER BY p.line)
       FROM ledger_posting p WHERE p.transfer_id = t.id)
)::text, 'UTF8')) FROM 1 FOR 16)
"""
"""SQL for 16 bytes that stand for transfer `t` and all its postings: a JSON array has one reading only."""

_SEAL = f"""
WITH taken AS (
    DELETE FROM ledger_unsealed
     WHERE transfer_id IN (SELECT transfer_id FROM ledger_unsealed ORDER BY transfer_id LIMIT %s)
 RETURNING transfer_id
), due AS (
    SELECT t.id, {DIGEST} AS digest FROM taken JOIN ledger_transfer t ON t.id = taken.transfer_id
), link AS (
    SELECT array_agg(id ORDER BY id) AS ids, string_agg(digest, ''::bytea ORDER BY id) AS digests FROM due
), head AS (
    SELECT position, chain_hash FROM ledger_seal ORDER BY position DESC LIMIT 1
)
INSERT INTO ledger_seal (position, transfer_ids, digests, chain_hash)
SELECT coalesce((SELECT position FROM head), 0) + 1, ids, digests,
       sha256(coalesce((SELECT chain_hash FROM head), ''::bytea) || convert_to(ids::text, 'UTF8') || digests)
  FROM link WHERE ids IS NOT NULL
RETURNING cardinality(transfer_ids)
"""  # noqa: S608  # DIGEST is a constant


def seal() -> int:
    """Seal what is queued and committed, a link at a time; returns how many. 0 when another sealer is at work."""
    sealed = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                return sealed
            cursor.execute(_SEAL, [LINK])
            row = cursor.fetchone()
        if row is None:
            return sealed
        count = int(row[0])
        sealed += count
        if count < LINK:
            return sealed
