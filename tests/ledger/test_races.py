"""Sixty-four clients and one scarce thing; and the same without the guard, which must go wrong."""

from __future__ import annotations

import pytest
from django.db import connection

from kaichuang.ledger.operations import seal
from kaichuang.ledger.queries import verify

from . import races

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def promises_kept(pool: races.Pool, outcome: races.Outcome) -> bool:
    return outcome.promised == races.reserved_in(pool) == races.FUNDS - races.left_in(pool)


def test_one_budget_is_never_overspent() -> None:
    pool = races.a_pool()
    outcome = races.run_until(lambda: races.left_in(pool) < 97, races.on_budget(pool))
    assert promises_kept(pool, outcome)
    assert 0 <= races.left_in(pool) < 97
    seal()
    assert verify().sound


def test_without_its_check_the_budget_is_overspent() -> None:
    """The early look alone does not hold: several clients see the same last yuan."""
    guarded = races.a_pool()
    assert promises_kept(guarded, races.run(races.on_budget_singly(guarded), seconds=0.7))
    assert races.left_in(guarded) >= 0
    with races.without_constraint("ledger_balance", "ledger_balance_floor"):
        for _ in range(8):
            pool = races.a_pool()
            outcome = races.run(races.on_budget_singly(pool), seconds=0.7)
            assert promises_kept(pool, outcome)
            if races.left_in(pool) < 0:
                return
    pytest.fail("the control did not overspend, so the test above proves nothing")


def test_an_issuer_never_passes_its_ceiling() -> None:
    pool = races.a_pool(limited=True)
    nearly = races.FUNDS // 2 - 97
    outcome = races.run_until(lambda: races.counted_by_limit(pool) > nearly, races.on_vouchers(pool))
    assert promises_kept(pool, outcome)
    assert races.FUNDS // 2 - 97 < outcome.promised <= races.FUNDS // 2
    assert races.counted_by_limit(pool) == outcome.promised


def test_without_its_check_the_ceiling_is_passed() -> None:
    with races.without_constraint("ledger_limit_sum", "ledger_limit_sum_ceiling"):
        for _ in range(5):
            outcome = races.run(races.on_vouchers(races.a_pool(limited=True)), seconds=1.0)
            if outcome.promised > races.FUNDS // 2:
                return
    pytest.fail("the control never passed the ceiling, so the test above proves nothing")


def test_one_key_is_one_transfer() -> None:
    pool = races.a_pool()
    outcome = races.run(races.on_key(pool))
    assert promises_kept(pool, outcome)
    assert races.once_each(pool)
    assert outcome.tries > outcome.promised // 5


def test_looking_before_posting_books_twice() -> None:
    """The control without the unique key."""
    for _ in range(5):
        pool = races.a_pool()
        races.run(races.on_key_racy(pool), seconds=1.0)
        if not races.once_each(pool):
            return
    pytest.fail("the control booked nothing twice, so the test above proves nothing")


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_the_budget_holds_at_every_isolation_level(level: str) -> None:
    pool = races.a_pool()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        (database,) = cursor.fetchone()
        cursor.execute(f"ALTER DATABASE {database} SET default_transaction_isolation = '{level}'")
    try:
        outcome = races.run(races.on_budget(pool), clients=16)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {database} RESET default_transaction_isolation")
    assert promises_kept(pool, outcome)
    assert races.left_in(pool) >= 0
