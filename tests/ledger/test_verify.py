"""`ledger verify` finds whatever was done to the tables behind the ledger's back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection

from kaichuang.kit.actor import Actor
from kaichuang.ledger.operations import Pool, declare_limit, reserve, seal
from kaichuang.ledger.queries import verify

from .conftest import settle

DAY = date(2026, 3, 2)
SYSTEM = Actor.system("test")

ATTACKS = {
    "changed": "UPDATE ledger_posting SET amount = amount * 2 WHERE transfer_id = {claim}",
    "changed text": "UPDATE ledger_transfer SET description = 'x' WHERE id = {claim}",
    "removed": "DELETE FROM ledger_transfer WHERE id = {claim}",
    "unbalanced": "UPDATE ledger_posting SET amount = amount + 1 WHERE transfer_id = {claim} AND line = 1",
    "stray_posting": "DELETE FROM ledger_transfer WHERE id = {claim}",
    "balance": "UPDATE ledger_balance SET balance = balance + 1 WHERE account_id = {available}",
    "balance bound": "UPDATE ledger_balance SET floor = NULL WHERE account_id = {available}",
    "claim": "UPDATE ledger_claim SET reserved = 0, paid = reserved",
    "claim_origin": "UPDATE ledger_claim SET party_id = 4711",
    "limit": "UPDATE ledger_limit_sum SET total = 0",
    "limit ceiling": "UPDATE ledger_limit_sum SET ceiling = ceiling * 2",
    "unsealed": "INSERT INTO ledger_transfer (programme_id, key, kind, at, lines, fingerprint, actor_kind)"
    " VALUES ({programme}, 'slipped in', 'transfer', '2026-01-01', 2, gen_random_uuid(), 'system')",
    "gap": "UPDATE ledger_seal SET position = 5",
    "chain": "UPDATE ledger_seal SET chain_hash = sha256('x')",
    "guard": "ALTER TABLE ledger_balance DROP CONSTRAINT ledger_balance_floor",
}


@pytest.fixture
def sealed(line2: Pool, programme: object, finance: Actor, now: object) -> Iterator[dict[str, int]]:
    """A ledger with a claim, sealed; then an intruder who owns the tables and has switched the triggers off."""
    declare_limit(
        programme=programme,  # type: ignore[arg-type]  # a fixture
        code="l",
        name="l",
        dimension="programme",
        period="year",
        ceiling=10**12,
        actor=finance,
        now=now,  # type: ignore[arg-type]  # a fixture
    )
    claim = reserve(pool=line2, amount=500, key="a", at=DAY, actor=SYSTEM)
    settle()
    assert seal() == 2
    before = verify()
    assert before.sound
    assert before.waiting == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname LIKE 'ledger\\_%' AND relkind = 'r'")
        for (table,) in cursor.fetchall():
            # As the tables' owner, who need not be a superuser: the attacker has switched the guards off.
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield {"claim": claim.id, "available": line2.available, "programme": line2.programme_id}


@pytest.mark.parametrize("name", ATTACKS)
def test_every_kind_of_tampering_is_found(sealed: dict[str, int], name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ATTACKS[name].format(**sealed))
    codes = {finding.code for finding in verify().findings}
    assert name.partition(" ")[0] in codes, codes


def test_a_disabled_trigger_is_found(sealed: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname LIKE 'ledger\\_%' AND relkind = 'r'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        assert verify().sound
        cursor.execute("ALTER TABLE ledger_posting DISABLE TRIGGER USER")
    assert {finding.code for finding in verify().findings} == {"guard"}
