"""Many processes at once on what there is one of; each guard is shown to be what holds."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from time import monotonic
from unittest.mock import patch

import pytest
from django.db import connection, connections

from kaichuang.booking.models import Booking, Claim, Quota, QuotaUse, Resource
from kaichuang.booking.operations import book, cancel, holding, wait
from kaichuang.booking.queries.availability import Asked
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.kit.problems import Refused
from kaichuang.parties.models import Party
from kaichuang.places.models import Division, Programme

from .conftest import NOW, at, make_party, make_resource

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

CLIENTS = 8
SECONDS = 1.5

OVERLAPS = """
SELECT count(*) FROM booking_claim a JOIN booking_claim b
    ON a.resource_id = b.resource_id AND a.id < b.id AND a.is_live AND b.is_live
   AND a.span && b.span AND a.lanes && b.lanes
"""


@pytest.fixture
def programme() -> Programme:
    place, _ = Division.objects.get_or_create(code="330226", defaults={"name": "宁海县", "level": 3})
    return Programme.objects.create(slug="race", name="竞争", place=place)


@pytest.fixture
def owner(programme: Programme) -> Party:
    return make_party()


def actors(programme: Programme) -> list[Actor]:
    return [
        Actor(kind=ActorKind.USER, name=str(number), programme_id=programme.pk, party_id=make_party().pk)
        for number in range(CLIENTS)
    ]


def race(work: Callable[[int], None]) -> None:
    """Run `work(number)` in CLIENTS processes, each with its own connection; a crash in one fails the test."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_run, args=(work, number)) for number in range(CLIENTS)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * CLIENTS


def _run(work: Callable[[int], None], number: int) -> None:
    connections.close_all()
    work(number)
    connections.close_all()


def count(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


@contextmanager
def without_constraint() -> Iterator[None]:
    """The room unguarded: no exclusion, no locks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'booking_claim_no_overlap'"
        )
        definition = cursor.fetchone()[0]
        cursor.execute("ALTER TABLE booking_claim DROP CONSTRAINT booking_claim_no_overlap")
    try:
        with patch.object(holding, "lock", lambda atoms: {}):
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE booking_claim")
            cursor.execute(f"ALTER TABLE booking_claim ADD CONSTRAINT booking_claim_no_overlap {definition}")


def book_all_at_once(room: Resource, who: list[Actor]) -> Callable[[int], None]:
    """Everybody wants the same half hour at the same instant, slot after slot."""
    gate = multiprocessing.get_context("fork").Barrier(CLIENTS)

    def work(number: int) -> None:
        for slot in range(24):
            start = slot / 2
            gate.wait()
            with suppress(Refused):
                book(actor=who[number], now=NOW, asked=Asked(room), period=(at(start), at(start + 0.5)))

    return work


def book_at_random(room: Resource, who: list[Actor]) -> Callable[[int], None]:
    def work(number: int) -> None:
        dice, until = random.Random(number), monotonic() + SECONDS
        while monotonic() < until:
            start = dice.randrange(0, 16) / 2
            period = (at(9 + start), at(9 + start + dice.choice((0.5, 1, 2))))
            with suppress(Refused):
                booking = book(actor=who[number], now=NOW, asked=Asked(room), period=period)
                if dice.random() < 0.7:
                    cancel(actor=who[number], now=NOW, booking=booking)

    return work


def test_one_room_is_never_booked_twice(programme: Programme, owner: Party) -> None:
    room, who = make_resource(programme, owner), actors(programme)
    race(book_at_random(room, who))
    assert count(OVERLAPS) == 0
    assert Booking.objects.count() > CLIENTS


def test_of_all_who_ask_at_once_exactly_one_gets_each_slot(programme: Programme, owner: Party) -> None:
    room, who = make_resource(programme, owner), actors(programme)
    race(book_all_at_once(room, who))
    assert count(OVERLAPS) == 0
    assert Booking.objects.count() == 24


def test_without_the_guard_the_same_race_books_twice(programme: Programme, owner: Party) -> None:
    room, who = make_resource(programme, owner), actors(programme)
    with without_constraint():
        race(book_all_at_once(room, who))
        assert count(OVERLAPS) > 0


def test_bundles_in_any_order_do_not_deadlock(programme: Programme, owner: Party) -> None:
    first, second = make_resource(programme, owner), make_resource(programme, owner)
    first.offers.add(second)
    second.offers.add(first)
    who = actors(programme)

    def work(number: int) -> None:
        mine, other = (first, second) if number % 2 else (second, first)
        dice, until = random.Random(number), monotonic() + SECONDS
        while monotonic() < until:
            start = 9 + dice.randrange(0, 16) / 2
            try:
                booking = book(
                    actor=who[number],
                    now=NOW,
                    asked=Asked(mine, (other,)),
                    period=(at(start), at(start + 0.5)),
                )
                cancel(actor=who[number], now=NOW, booking=booking)
            except Refused:
                pass

    race(work)
    assert count(OVERLAPS) == 0


def test_a_quota_holds_against_one_partys_many_hands(programme: Programme, owner: Party) -> None:
    rooms = [make_resource(programme, owner) for _ in range(CLIENTS)]
    Quota.objects.create(programme=programme, kind="room", period="day", unit="bookings", limit=3)
    party = make_party()
    actor = Actor(kind=ActorKind.USER, programme_id=programme.pk, party_id=party.pk)

    def work(number: int) -> None:
        for step in range(6):
            with suppress(Refused):
                book(actor=actor, now=NOW, asked=Asked(rooms[number]), period=(at(9 + step), at(10 + step)))

    race(work)
    assert Booking.objects.filter(state="confirmed").count() == 3
    assert QuotaUse.objects.get().used == 3


def test_freed_time_goes_to_the_line_and_not_to_a_passer_by(programme: Programme, owner: Party) -> None:
    room, who = make_resource(programme, owner), actors(programme)
    booking = book(actor=who[0], now=NOW, asked=Asked(room), period=(at(9), at(10)))
    entry = wait(actor=who[1], now=NOW, resource=room, period=(at(9), at(10)))

    def work(number: int) -> None:
        if number == 0:
            cancel(actor=who[0], now=NOW, booking=booking)
            return
        until = monotonic() + SECONDS / 2
        while number > 1 and monotonic() < until:
            with suppress(Refused):
                book(actor=who[number], now=NOW, asked=Asked(room), period=(at(9), at(10)))

    race(work)
    entry.refresh_from_db()
    assert entry.state == "offered"
    assert Claim.objects.get(is_live=True).booking_id == entry.offer_id
    assert entry.offer.expires_at == NOW + timedelta(hours=1)
