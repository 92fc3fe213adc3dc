"""Each way to claim from one hot pool: `claim()` takes 1 fen, durably, under a fresh key."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection, transaction

PLENTY = 10**12
YEAR = 10_000
"""Claims on a county's pot in a year, in the middle of what counties report."""
DAY = date(2026, 3, 2)
Claim = Callable[[], None]


def prepare() -> None:
    """One pool for each contender, in the parent process, once."""
    from hordak.models import Account
    from moneyed import Money

    from bench.ledger.usual.models import Pool
    from kaichuang.kit.actor import Actor
    from kaichuang.ledger.operations import Draft, open_account, open_pool, post
    from kaichuang.places.models import Division, Programme

    Pool.objects.create(pk=1, balance=PLENTY)
    Pool.objects.create(pk=2, balance=0)
    source = Account.objects.create(name="source", type="EQ", code="1", currencies=["CNY"])
    for n, name in (("2", "pool"), ("3", "claimed")):
        Account.objects.create(name=name, type="AS", code=n, currencies=["CNY"])
    old = Account.objects.create(name="old pool", type="AS", code="4", currencies=["CNY"])
    for pool in (Account.objects.get(name="pool"), old):
        source.transfer_to(pool, Money(10**10, "CNY"))
    _a_year_of_claims(old, Account.objects.get(name="claimed"))
    place, _ = Division.objects.get_or_create(code="330226", defaults={"name": "宁海县", "level": 3})
    programme = Programme.objects.create(slug="bench", name="bench", place=place)
    source_id = open_account(programme_id=programme.pk, code="source", name="source", kind="appropriation").pk
    pool = open_pool(programme_id=programme.pk, code="hot", name="hot")
    post(
        Draft(
            programme_id=programme.pk,
            key="fund",
            kind="adopt",
            at=DAY,
            lines=((pool.available, PLENTY), (source_id, -PLENTY)),
            actor=Actor.system("bench"),
        )
    )
    for n in range(64):
        open_account(programme_id=programme.pk, code=f"quiet.{n}", name=str(n), kind="wallet", floor=None)


def _a_year_of_claims(pool: Any, claimed: Any) -> None:
    """What a county's pot has seen by December: `YEAR` transfers of one fen, by hordak's own models."""
    from hordak.models import Leg, Transaction
    from moneyed import Money

    one = Money("0.01", "CNY")
    with transaction.atomic():
        made = Transaction.objects.bulk_create(
            Transaction(description="claim", date=DAY) for _ in range(YEAR)
        )
        Leg.objects.bulk_create(
            leg
            for each in made
            for leg in (
                Leg(transaction=each, account=pool, credit=one),
                Leg(transaction=each, account=claimed, debit=one),
            )
        )


def history() -> dict[str, int]:
    """How many transfers stand behind each contender's balance at the end of the run."""
    from hordak.models import Leg

    from kaichuang.ledger.models import Claim as Ours

    legs = {name: Leg.objects.filter(account__name=name).count() for name in ("pool", "old pool")}
    return {"hordak": legs["pool"], "hordak_year": legs["old pool"], "ours": Ours.objects.count()}


def usual() -> Claim:
    """The same promises in plain Django: the key is looked up, both balances and the yearly limit are locked,
    checked and saved, claim, entry and two lines are created, all in one atomic block."""
    from bench.ledger.usual.models import Claim as Row
    from bench.ledger.usual.models import Entry, Limit, Line, Pool

    @transaction.atomic
    def claim() -> None:
        key = str(uuid.uuid4())
        if Row.objects.filter(key=key).exists():
            return
        pool, reserved = Pool.objects.select_for_update().filter(pk__in=[1, 2]).order_by("pk")
        if pool.balance < 1:
            raise RuntimeError("empty")
        for limit in Limit.objects.select_for_update().filter(measure="").order_by("pk"):
            raise RuntimeError(f"over {limit.ceiling}")  # there is none; ours looks for them too
        row = Row.objects.create(pool=pool, key=key, amount=1, at=DAY)
        entry = Entry.objects.create(claim=row, description="claim")
        Line.objects.bulk_create(
            [
                Line(entry=entry, account="available", amount=-1),
                Line(entry=entry, account="reserved", amount=1),
            ]
        )
        pool.balance -= 1
        reserved.balance += 1
        pool.save()
        reserved.save()

    return claim


def shortest() -> Claim:
    """The least that plain Django can do: no look at the key, one balance, no limit; fewer promises than ours."""
    from bench.ledger.usual.models import Claim as Row
    from bench.ledger.usual.models import Entry, Line, Pool

    @transaction.atomic
    def claim() -> None:
        pool = Pool.objects.select_for_update().get(pk=1)
        if pool.balance < 1:
            raise RuntimeError("empty")
        row = Row.objects.create(pool=pool, key=str(uuid.uuid4()), amount=1, at=DAY)
        entry = Entry.objects.create(claim=row, description="claim")
        Line.objects.bulk_create(
            [
                Line(entry=entry, account="available", amount=-1),
                Line(entry=entry, account="reserved", amount=1),
            ]
        )
        pool.balance -= 1
        pool.save()

    return claim


def hordak(pool: str = "pool") -> Claim:
    """django-hordak 2.0: lock the account, check its balance, transfer. Of its three ways to ask for the balance of
    one account (`get_balance`, `with_balances`, `get_simple_balance`) the last is the fastest; it must be asked in
    a query of its own, after the lock, or it is the balance before the wait."""
    from hordak.models import Account
    from moneyed import Money

    one, target = Money("0.01", "CNY"), Account.objects.get(name="claimed")

    @transaction.atomic
    def claim() -> None:
        account = Account.objects.select_for_update().get(name=pool)
        if account.get_simple_balance()["CNY"] < one:
            raise RuntimeError("empty")
        account.transfer_to(target, one)

    return claim


def hordak_after_a_year() -> Claim:
    """The same on an account with a history, because its balance is the sum of all its legs."""
    return hordak("old pool")


def ours() -> Claim:
    """The door: `ledger.operations.reserve`."""
    from kaichuang.kit.actor import Actor
    from kaichuang.ledger.operations import pool_named, reserve
    from kaichuang.places.models import Programme

    pool = pool_named(programme_id=Programme.objects.get(slug="bench").pk, code="hot")
    actor = Actor.system("bench")

    def claim() -> None:
        reserve(pool=pool, amount=1, key=str(uuid.uuid4()), at=DAY, actor=actor)

    return claim


def hot_row() -> Claim:
    """The limit as Python sees it: one UPDATE of one row through Django's cursor."""

    def claim() -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE usual_pool SET balance = balance - 1 WHERE id = 1")

    return claim


def quiet() -> Claim:
    """The door without contention: every caller has its own pair of accounts."""
    import itertools
    import os

    from kaichuang.kit.actor import Actor
    from kaichuang.ledger.models import Account
    from kaichuang.ledger.operations import Draft, post
    from kaichuang.places.models import Programme

    ids = list(Account.objects.filter(code__startswith="quiet.").order_by("pk").values_list("pk", flat=True))
    programme_id = Programme.objects.get(slug="bench").pk
    actor, turn = Actor.system("bench"), itertools.count(os.getpid() % 32)

    def claim() -> None:
        n = 2 * (next(turn) % 32)
        post(
            Draft(
                programme_id=programme_id,
                key=str(uuid.uuid4()),
                kind="transfer",
                at=DAY,
                lines=((ids[n], 1), (ids[n + 1], -1)),
                actor=actor,
            )
        )

    return claim


def bare() -> Claim:
    """Two rows in one INSERT through Django's cursor: the least a double entry can cost."""

    def claim() -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO usual_bare (account, amount) VALUES (1, 1), (2, -1)")

    return claim


CONTENDERS: dict[str, Callable[[], Claim]] = {
    "usual": usual,
    "shortest": shortest,
    "hordak": hordak,
    "hordak_year": hordak_after_a_year,
    "ours": ours,
    "hot_row": hot_row,
    "quiet": quiet,
    "bare": bare,
}
