"""Races with real processes against the real server: many clients, one scarce thing.

Used by the tests for two seconds each and by `python -m bench.ledger.race` for the full ten.
"""

from __future__ import annotations

import os
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context

from django.core.management import call_command
from django.db import connection, connections

from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Refused
from kaichuang.ledger.models import Account, Claim, Limit, LimitSum, Transfer
from kaichuang.ledger.operations import (
    Draft,
    Pool,
    Posted,
    open_account,
    open_pool,
    post,
    post_each,
    reserve,
    yuan,
)
from kaichuang.ledger.operations.claims import reservation
from kaichuang.places.models import Division, Programme

DAY = date(2026, 3, 2)
SYSTEM = Actor.system("race")
FUNDS = 20_000
PROCESSES = 4

Attempt = Callable[[int], int]
"""One try of client `n`; answers with what it was promised (0 when refused)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What all clients together were promised, and how many tries that took."""

    promised: int
    tries: int


def a_pool(*, limited: bool = False) -> Pool:
    """A funded pool of its own; with `limited`, one issuer may hand out half of it in a year."""
    place, _ = Division.objects.get_or_create(code="330226", defaults={"name": "宁海县", "level": 3})
    programme, _ = Programme.objects.get_or_create(slug="race", defaults={"name": "race", "place": place})
    code = f"race-{uuid.uuid4().hex[:10]}"
    pool = open_pool(programme_id=programme.pk, code=code, name=code)
    source = open_account(
        programme_id=programme.pk, code="source", name="source", kind="appropriation", floor=None
    )
    lines = ((pool.available, FUNDS), (source.pk, -FUNDS))
    post(Draft(programme_id=programme.pk, key=code, kind="adopt", at=DAY, lines=lines, actor=SYSTEM))
    if limited:
        Limit.objects.create(
            programme=programme,
            code=code,
            name=code,
            unit=yuan(),
            pool=code,
            dimension="issuer",
            period="year",
            ceiling=FUNDS // 2,
        )
    return pool


def on_budget(pool: Pool) -> Attempt:
    """Random claims; small pool, many clients: the end is reached soon and hammered on."""
    return lambda n: _try(pool, random.randint(1, 97), str(uuid.uuid4()))


def on_budget_singly(pool: Pool) -> Attempt:
    """As `on_budget`, but large claims and every client on its own, past the combiner and its sorted locks."""

    def attempt(n: int) -> int:
        amount = random.randint(1, FUNDS // 20)
        draft = reservation(pool=pool, amount=amount, key=str(uuid.uuid4()), at=DAY, actor=SYSTEM)
        return amount if isinstance(post_each([draft])[0], Posted) else 0

    return attempt


def on_vouchers(pool: Pool) -> Attempt:
    """Vouchers of one issuer, whose yearly ceiling is half of the pool."""
    return lambda n: _try(pool, random.randint(1, 97), str(uuid.uuid4()), issuer_id=7, measure="QD-M5")


def on_key(pool: Pool) -> Attempt:
    """Everybody repeats the same request: key number k, for a second or so, then the next."""
    return lambda n: _try(pool, 5, f"{pool.code}:{int(time.time() * 20)}")


def on_key_racy(pool: Pool) -> Attempt:
    """The control: look whether the key was used, then post under another; what a unique index prevents."""

    def attempt(n: int) -> int:
        key = f"{pool.code}:{int(time.time() * 20)}"
        if Transfer.objects.filter(key__startswith=key).exists():
            return 0
        return _try(pool, 5, f"{key}:{uuid.uuid4()}")

    return attempt


def _try(pool: Pool, amount: int, key: str, **more: object) -> int:
    try:
        posted = reserve(pool=pool, amount=amount, key=key, at=DAY, actor=SYSTEM, **more)  # type: ignore[arg-type]  # issuer and measure
    except Refused:
        return 0
    return 0 if posted.replayed else amount


def run(attempt: Attempt, *, clients: int = 64, seconds: float = 2.0) -> Outcome:
    """All clients at once, in forked processes with threads, until the time is over."""
    context = get_context("fork")
    start = time.time() + 0.5
    answers = context.SimpleQueue()
    share = clients // PROCESSES

    def work() -> None:
        _forget_connections()
        answers.put(_threads(attempt, share, start, start + seconds))
        os._exit(0)  # no clean-up of what belongs to the parent

    processes = [context.Process(target=work) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    found = [answers.get() for _ in processes]
    for process in processes:
        process.join()
    return Outcome(sum(promised for promised, _ in found), sum(tries for _, tries in found))


def run_until(done: Callable[[], bool], attempt: Attempt) -> Outcome:
    """Races of two seconds until the scarce thing is used up: how many that takes is the machine's affair."""
    promised = tries = 0
    for _ in range(30):
        outcome = run(attempt)
        promised, tries = promised + outcome.promised, tries + outcome.tries
        if done():
            break
    return Outcome(promised, tries)


def _threads(attempt: Attempt, count: int, start: float, end: float) -> tuple[int, int]:
    promised, tries = [0] * count, [0] * count

    def client(n: int) -> None:
        connection.ensure_connection()
        time.sleep(max(0.0, start - time.time()))
        while time.time() < end:
            promised[n] += attempt(n)
            tries[n] += 1
        connection.close()

    threads = [threading.Thread(target=client, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(promised), sum(tries)


def _forget_connections() -> None:
    """A forked child must not talk on, nor close, its parent's connection."""
    for known in connections.all(initialized_only=True):
        known.connection = None


def reserved_in(pool: Pool) -> int:
    """What the claims say, which must be what the clients were promised."""
    return sum(Claim.objects.filter(pool=pool.code).values_list("reserved", flat=True))


def left_in(pool: Pool) -> int:
    return Account.objects.select_related("balance").get(pk=pool.available).balance.balance


def counted_by_limit(pool: Pool) -> int:
    return sum(LimitSum.objects.filter(limit__code=pool.code).values_list("total", flat=True))


def once_each(pool: Pool) -> bool:
    """Whether every key of `on_key` was posted exactly once."""
    keys = Transfer.objects.filter(key__startswith=f"{pool.code}:").values_list("key", flat=True)
    moments = [key.split(":")[1] for key in keys]
    return len(moments) == len(set(moments))


@contextmanager
def without_constraint(table: str, name: str) -> Iterator[None]:
    """The database without one CHECK, for a control run. Afterwards what it let in is thrown away, with all else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
        (definition,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
