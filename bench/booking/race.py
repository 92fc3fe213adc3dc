"""python -m bench.booking.race: 64 clients for ten seconds on the same sixteen half hours of one room, one key, one quota.

With the guards there is no overlap; with the lock and the constraint taken away the same race shows some.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import get_context
from typing import Any
from unittest.mock import patch
from uuid import UUID

from bench.harness import throw_away

CLIENTS, PROCESSES, SECONDS = 64, 4, 10.0
CONTROL_SECONDS, CONTROL_TRIES = 3.0, 20_000
KEY = UUID("7d3f2a52-33a3-4c1c-8a2c-2f5f63f0c0d1")
CONSTRAINT = "booking_claim_no_overlap"


def main() -> None:
    with throw_away(settings="bench.booking.settings"):
        from bench.booking import contenders
        from kaichuang.booking.models import Booking, Quota, QuotaUse, Resource
        from kaichuang.booking.queries.verify import verify

        contenders.prepare()
        tries = _race("slots", SECONDS)
        found = verify()
        assert found.sound, found.findings[:5]
        print(f"one slot: {tries} tries, {found.bookings} bookings, 0 overlaps: sound")

        tries = _race("key", SECONDS)
        made = Booking.objects.filter(request_key=KEY).count()
        assert made == 1, made
        print(f"one key: {tries} tries, {made} booking")

        room = Resource.objects.order_by("pk")[1]
        Quota.objects.create(programme=room.programme, resource=room, period="year", unit="bookings", limit=7)
        tries = _race("quota", SECONDS)
        used = QuotaUse.objects.get().used
        assert used == Booking.objects.filter(resource=room, counts=True).count() == 7, used
        assert verify().sound
        print(f"one quota of 7: {tries} tries, {used} used")

        with _unguarded():
            tries = overlaps = 0
            while not overlaps and tries < CONTROL_TRIES:
                tries += _race("slots-unguarded", CONTROL_SECONDS)
                overlaps = sum(one.code == "overlap" for one in verify().findings)
        assert overlaps > 0, "the control found nothing wrong, so it proves nothing"
        print(f"control, guards taken away: {tries} tries, {overlaps} overlaps")


def _race(name: str, seconds: float) -> int:
    """CLIENTS threads over processes, all at once; how many tries there were."""
    from django.db import connections

    connections.close_all()
    context = get_context("spawn")
    tries, ready = context.Value("q", 0), context.Barrier(PROCESSES)
    workers = [context.Process(target=_worker, args=(name, seconds, tries, ready)) for _ in range(PROCESSES)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert all(worker.exitcode == 0 for worker in workers)
    return int(tries.value)


def _worker(name: str, seconds: float, tries: Any, ready: Any) -> None:
    import django

    django.setup()
    from kaichuang.booking.operations import holding

    work = _work(name)
    ready.wait()
    if name.endswith("unguarded"):
        with patch.object(holding, "lock", lambda atoms: {}):
            _run(work, seconds, tries)
    else:
        _run(work, seconds, tries)


def _run(work: Callable[[random.Random], None], seconds: float, tries: Any) -> None:
    from django.db import connection

    from kaichuang.kit.problems import Refused

    failures: list[BaseException] = []

    def client() -> None:
        dice, until, mine = random.Random(), time.monotonic() + seconds, 0
        try:
            while time.monotonic() < until:
                mine += 1
                try:
                    work(dice)
                except Refused:
                    continue
        except BaseException as failure:
            failures.append(failure)
            raise
        finally:
            connection.close()
            with tries.get_lock():
                tries.value += mine

    threads = [threading.Thread(target=client) for _ in range(CLIENTS // PROCESSES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures[0]


def _work(name: str) -> Callable[[random.Random], None]:
    from bench.booking.contenders import HALF_HOUR, NOW
    from kaichuang.booking.models import Resource
    from kaichuang.booking.operations import book, cancel
    from kaichuang.booking.queries.availability import Asked
    from kaichuang.kit.actor import Actor, ActorKind
    from kaichuang.parties.models import Party

    rooms = list(Resource.objects.select_related("programme").order_by("pk")[:3])
    parties = list(
        Party.objects.filter(name__startswith="bench").order_by("pk").values_list("pk", flat=True)[1:]
    )

    def actor(party: int) -> Actor:
        return Actor(kind=ActorKind.USER, programme_id=rooms[0].programme_id, party_id=party)

    def slots(dice: random.Random) -> None:
        me, start = actor(dice.choice(parties)), NOW + timedelta(days=1) + HALF_HOUR * dice.randrange(16)
        period = (start, start + HALF_HOUR * dice.choice((1, 1, 2, 3)))
        booking = book(actor=me, now=NOW, asked=Asked(rooms[0]), period=period)
        if dice.random() < 0.8:
            cancel(actor=me, now=NOW, booking=booking)

    def key(dice: random.Random) -> None:
        period = (NOW + timedelta(days=2), NOW + timedelta(days=2) + HALF_HOUR)
        book(actor=actor(parties[0]), now=NOW, asked=Asked(rooms[2]), period=period, request_key=KEY)

    def quota(dice: random.Random) -> None:
        start = NOW + timedelta(days=1) + HALF_HOUR * dice.randrange(200)
        me = actor(parties[0])
        booking = book(actor=me, now=NOW, asked=Asked(rooms[1]), period=(start, start + HALF_HOUR))
        if dice.random() < 0.5:
            cancel(actor=me, now=NOW, booking=booking)
            book(actor=me, now=NOW, asked=Asked(rooms[1]), period=(start, start + HALF_HOUR))

    return {"slots": slots, "slots-unguarded": slots, "key": key, "quota": quota}[name]


@contextmanager
def _unguarded() -> Iterator[None]:
    """No exclusion constraint; the workers take no locks either."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE booking_claim DROP CONSTRAINT {CONSTRAINT}")
    yield


if __name__ == "__main__":
    main()
