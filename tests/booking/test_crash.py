"""SIGKILL to a client before every single statement of every operation: promises hold, and work resumes."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections

from kaichuang.booking.models import Booking, Outage, Quota, Strike, WaitEntry
from kaichuang.booking.operations import accept_offer, book, cancel, catch_up, declare_outage, move, wait
from kaichuang.booking.queries.availability import Asked
from kaichuang.booking.queries.verify import verify
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.kit.problems import Refused, Stale
from kaichuang.parties.models import Party, Role
from kaichuang.places.models import Division, Programme

from .conftest import NOW, at, make_party, make_resource

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

FINISHED, KILLED = 0, -signal.SIGKILL
MOST = 120
"""Statements that one operation may take."""


@pytest.fixture
def programme() -> Programme:
    place, _ = Division.objects.get_or_create(code="330226", defaults={"name": "宁海县", "level": 3})
    return Programme.objects.create(slug="crash", name="断电", place=place)


class World:
    """A resource under a quota, somebody who booked it, somebody who waits."""

    def __init__(self, programme: Programme) -> None:
        owner = make_party()
        self.room = make_resource(programme, owner, needs_check_in=True)
        Quota.objects.create(programme=programme, resource=self.room, period="day", unit="minutes", limit=600)
        self.keeper = self._actor(programme, owner, Role.OPERATOR)
        self.guest, self.rival = (self._actor(programme, make_party()) for _ in range(2))
        self.booking = self.booked(9)
        self.entry = wait(actor=self.rival, now=NOW, resource=self.room, period=(at(9), at(10)))

    def booked(self, hour: int, key: Any = None) -> Booking:
        return book(
            actor=self.guest,
            now=NOW,
            asked=Asked(self.room),
            period=(at(hour), at(hour + 1)),
            request_key=key,
        )

    @staticmethod
    def _actor(programme: Programme, party: Party, *roles: Role) -> Actor:
        return Actor(
            kind=ActorKind.USER, programme_id=programme.pk, party_id=party.pk, roles=frozenset(roles)
        )


def run_until(number: int, work: Callable[[], object]) -> int:
    """Run `work` in a process that kills itself before its `number`-th statement; how the process ended."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        seen = 0

        def kill(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
            nonlocal seen
            seen += 1
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, params, many, context)

        code = 1
        try:
            with connection.execute_wrapper(kill):
                work()
            code = FINISHED
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def kill_at_every_step(
    programme: Programme, work: Callable[[World], object], holds: Callable[[World], bool]
) -> int:
    """A fresh world for every step; afterwards the same work is done again, by a client that knows nothing."""
    for number in range(1, MOST):
        world = World(programme)
        ended = run_until(number, lambda: work(world))  # noqa: B023  # called at once
        assert ended in {FINISHED, KILLED}, f"step {number}: exit {ended}"
        assert verify().findings == (), f"step {number}"
        with suppress(Refused, Stale):  # it had been done before the end came
            work(world)
        assert holds(world), f"step {number}"
        assert verify().findings == (), f"step {number}, resumed"
        if ended == FINISHED:
            return number - 1
    raise AssertionError("more steps than expected")


def state(booking: Booking) -> str:
    return str(Booking.objects.values_list("state", flat=True).get(pk=booking.pk))


def test_booking(programme: Programme) -> None:
    key = uuid4()

    def holds(world: World) -> bool:
        return Booking.objects.filter(resource=world.room, request_key=key, state="confirmed").count() == 1

    assert kill_at_every_step(programme, lambda world: world.booked(14, key), holds) >= 8


def test_cancelling_with_somebody_in_line(programme: Programme) -> None:
    def work(world: World) -> None:
        cancel(actor=world.guest, now=NOW, booking=Booking.objects.get(pk=world.booking.pk))

    def holds(world: World) -> bool:
        entry = WaitEntry.objects.select_related("offer").get(pk=world.entry.pk)
        return state(world.booking) == "cancelled" and entry.state == entry.offer.state == "offered"

    assert kill_at_every_step(programme, work, holds) >= 12


def test_moving(programme: Programme) -> None:
    def work(world: World) -> None:
        row = Booking.objects.get(pk=world.booking.pk)
        move(actor=world.guest, now=NOW, booking=row, period=(at(15), at(16)))

    def holds(world: World) -> bool:
        return (
            state(world.booking) == "moved"
            and Booking.objects.get(moved_from=world.booking).state == "confirmed"
        )

    assert kill_at_every_step(programme, work, holds) >= 12


def test_accepting_an_offer(programme: Programme) -> None:
    def work(world: World) -> None:
        if WaitEntry.objects.get(pk=world.entry.pk).state == "waiting":
            cancel(actor=world.guest, now=NOW, booking=Booking.objects.get(pk=world.booking.pk))
        offer = WaitEntry.objects.get(pk=world.entry.pk).offer
        accept_offer(actor=world.rival, now=NOW, booking=offer)

    def holds(world: World) -> bool:
        entry = WaitEntry.objects.select_related("offer").get(pk=world.entry.pk)
        return (entry.state, entry.offer.state) == ("served", "confirmed")

    assert kill_at_every_step(programme, work, holds) >= 16


def test_an_outage_that_displaces(programme: Programme) -> None:
    def work(world: World) -> None:
        if not Outage.objects.filter(resource=world.room).exists():
            declare_outage(
                actor=world.keeper,
                now=NOW,
                resource=world.room,
                period=(at(8), at(12)),
                reason="检修",
                displace=True,
            )

    def holds(world: World) -> bool:
        return state(world.booking) == "displaced" and Outage.objects.filter(resource=world.room).count() == 1

    assert kill_at_every_step(programme, work, holds) >= 12


def test_the_scan(programme: Programme) -> None:
    later = at(9) + timedelta(minutes=40)

    def holds(world: World) -> bool:
        return state(world.booking) == "missed" and Strike.objects.filter(booking=world.booking).count() == 1

    assert kill_at_every_step(programme, lambda world: catch_up(now=later), holds) >= 12


def test_clients_killed_at_random_moments_of_a_race(programme: Programme) -> None:
    world = World(programme)
    keys = [uuid4() for _ in range(40)]

    def mortal(number: int) -> None:
        threading.Timer(random.uniform(0, 0.06), lambda: os.kill(os.getpid(), signal.SIGKILL)).start()
        for hour in (11, 12, 13, 14, 15):
            try:
                booking = world.booked(hour, keys[number])
                cancel(actor=world.guest, now=NOW, booking=booking)
            except Refused:
                continue
        time.sleep(1)

    connections.close_all()
    children = []
    for number in range(len(keys)):
        pid = os.fork()
        if pid == 0:
            try:
                mortal(number)
            finally:
                os._exit(0)
        children.append(pid)
        time.sleep(0.01)
    ends = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
    assert KILLED in ends
    assert verify().findings == ()
    for key in keys:
        booking = Booking.objects.filter(request_key=key, state="confirmed").first()
        if booking is not None:
            cancel(actor=world.guest, now=NOW, booking=booking)
    for hour in (11, 12, 13, 14, 15):
        assert world.booked(hour).state == "confirmed"
    assert verify().findings == ()


def test_the_resource_stays_free_for_others(programme: Programme) -> None:
    """A dead client's locks are gone with it."""
    world = World(programme)
    assert run_until(5, lambda: world.booked(14)) == KILLED
    book(actor=world.rival, now=NOW, asked=Asked(world.room), period=(at(14), at(15)))
