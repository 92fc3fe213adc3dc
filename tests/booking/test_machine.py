"""A random story of bookings, waits, outages and passing time behaves like a plain model of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kaichuang.booking.models import Booking, Outage, Quota, Resource, WaitEntry
from kaichuang.booking.models.booking import HOLDING
from kaichuang.booking.operations import (
    accept_offer,
    book,
    cancel,
    catch_up,
    check_in,
    declare_outage,
    end_outage,
    move,
    wait,
    withdraw,
)
from kaichuang.booking.queries.availability import Asked
from kaichuang.booking.queries.verify import verify
from kaichuang.kit.problems import Refused
from kaichuang.parties.models import Role
from kaichuang.places.models import Division, Programme

from .conftest import actor_of, make_party, make_resource

ZERO = datetime(2026, 3, 2, 16, tzinfo=UTC)
"""Midnight in China. Time in the model is in hours from here."""

HOURS = 60
QUOTA = 6
"""Hours a day that a party may have on the desks and rooms together."""

hours = st.integers(1, HOURS - 5)
lengths = st.integers(1, 4)
PARTIES, ROOM, DESKS, HALF = range(3), 0, 1, 2
CAPACITY = {ROOM: 1, DESKS: 2, HALF: 1}
OFFER_HOLD, PATIENCE = 2, 1


def at(hour: int) -> datetime:
    return ZERO + timedelta(hours=hour)


@dataclass
class Modelled:
    """A booking as the model sees it: which thing, when, whose, how many, and whether it holds and counts."""

    thing: int
    start: int
    end: int
    party: int
    units: int
    state: str = "confirmed"
    counts: bool = True
    expires: int | None = None
    entry: int | None = None
    until: int | None = None

    @property
    def holds(self) -> bool:
        return self.state in HOLDING

    @property
    def last(self) -> int:
        return self.end if self.until is None else self.until


@dataclass
class Waiting:
    thing: int
    start: int
    end: int
    party: int
    state: str = "waiting"


@dataclass
class Down:
    thing: int
    start: int
    end: int
    ended: bool = False


@dataclass
class Model:
    hour: int = 0
    bookings: dict[int, Modelled] = field(default_factory=dict)
    line: dict[int, Waiting] = field(default_factory=dict)
    outages: dict[int, Down] = field(default_factory=dict)

    def fits(self, thing: int, start: int, end: int, units: int) -> bool:
        """Whether there is room at every hour: counted hour by hour, as a child would."""
        return all(self.used(thing, hour) + units <= CAPACITY[thing] for hour in range(start, end))

    def used(self, thing: int, hour: int) -> int:
        return sum(
            booking.units
            for booking in self.bookings.values()
            if booking.thing == thing and booking.holds and booking.start <= hour < booking.last
        )

    def down(self, thing: int, start: int, end: int) -> bool:
        return any(
            outage.thing == thing and not outage.ended and outage.start < end and start < outage.end
            for outage in self.outages.values()
        )

    def used_by(self, party: int, start: int) -> int:
        return sum(
            booking.end - booking.start
            for booking in self.bookings.values()
            if booking.party == party and booking.counts and booking.start // 24 == start // 24
        )

    def within_quota(self, party: int, start: int, end: int) -> bool:
        return self.used_by(party, start) + end - start <= QUOTA

    def may_book(self, thing: int, start: int, end: int, party: int, units: int) -> bool:
        return (
            start >= self.hour
            and not self.down(thing, start, end)
            and self.fits(thing, start, end, units)
            and self.within_quota(party, start, end)
        )

    def next_in_line(self, thing: int) -> list[int]:
        """Who gets an offer now, in the order of asking; each changes what is left for the next."""
        chosen = []
        for key in sorted(self.line):
            entry = self.line[key]
            possible = entry.thing == thing and entry.state == "waiting" and entry.start > self.hour
            if possible and self.may_book(thing, entry.start, entry.end, entry.party, 1):
                entry.state = "offered"
                chosen.append(key)
                self.bookings[-key] = Modelled(
                    thing,
                    entry.start,
                    entry.end,
                    entry.party,
                    1,
                    "offered",
                    expires=min(self.hour + OFFER_HOLD, entry.start),
                    entry=key,
                )
        return chosen


class BookingMachine(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        from django.db import transaction

        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        place, _ = Division.objects.get_or_create(code="330226", defaults={"name": "宁海县", "level": 3})
        programme = Programme.objects.create(slug="machine", name="模型", place=place)
        owner = make_party()
        self.keeper = actor_of(programme, owner, Role.OPERATOR)
        self.actors = [actor_of(programme, make_party(), Role.FOUNDER) for _ in PARTIES]
        rules: dict[str, Any] = {
            "step": 60,
            "minimum": 60,
            "maximum": 240,
            "late_cancel": 0,
            "offer_hold": OFFER_HOLD * 60,
        }
        self.things: list[Resource] = [
            make_resource(programme, owner, needs_check_in=True, no_show_after=PATIENCE * 60, **rules),
            make_resource(programme, owner, capacity=CAPACITY[DESKS], **rules),
            make_resource(programme, owner, **rules),
        ]
        Quota.objects.create(programme=programme, kind="room", period="day", unit="minutes", limit=QUOTA * 60)
        self.model = Model()

    def teardown(self) -> None:
        if hasattr(self, "_atomic"):
            from django.db import transaction

            transaction.set_rollback(True)
            self._atomic.__exit__(None, None, None)

    @rule(
        thing=st.sampled_from([ROOM, DESKS, HALF]),
        start=hours,
        length=lengths,
        party=st.sampled_from(PARTIES),
        units=st.integers(1, 2),
    )
    def book(self, thing: int, start: int, length: int, party: int, units: int) -> None:
        end, units = start + length, min(units, CAPACITY[thing])
        allowed = self.model.may_book(thing, start, end, party, units)
        made = self._expect(
            allowed,
            lambda: book(
                actor=self.actors[party],
                now=self._now(),
                asked=Asked(self.things[thing], (), units),
                period=(at(start), at(end)),
            ),
        )
        if made is not None:
            self.model.bookings[made.pk] = Modelled(thing, start, end, party, units)

    @precondition(lambda self: self._keys("confirmed", "offered"))
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(self._keys("confirmed", "offered")))
        booking = self.model.bookings[key]
        allowed = booking.start > self.model.hour
        done = self._expect(
            allowed, lambda: cancel(actor=self.actors[booking.party], now=self._now(), booking=self._row(key))
        )
        if done is not None:
            self._ended(booking, "cancelled", "withdrawn")
            self._promoted(booking.thing)

    @precondition(lambda self: self._keys("confirmed"))
    @rule(data=st.data(), start=hours, length=lengths)
    def move(self, data: st.DataObject, start: int, length: int) -> None:
        key = data.draw(st.sampled_from(self._keys("confirmed")))
        booking = self.model.bookings[key]
        before = (booking.state, booking.counts)
        allowed = booking.start > self.model.hour
        booking.state, booking.counts = "moved", False
        allowed = allowed and self.model.may_book(
            booking.thing, start, start + length, booking.party, booking.units
        )
        booking.state, booking.counts = before
        done = self._expect(
            allowed,
            lambda: move(
                actor=self.actors[booking.party],
                now=self._now(),
                booking=self._row(key),
                period=(at(start), at(start + length)),
            ),
        )
        if done is not None:
            booking.state, booking.counts = "moved", False
            self.model.bookings[done.pk] = Modelled(
                booking.thing, start, start + length, booking.party, booking.units
            )
            self._promoted(booking.thing)

    @rule(
        thing=st.sampled_from([ROOM, DESKS, HALF]),
        start=hours,
        length=lengths,
        party=st.sampled_from(PARTIES),
    )
    def wait(self, thing: int, start: int, length: int, party: int) -> None:
        end, model = start + length, self.model
        asked_already = any(
            (entry.thing, entry.start, entry.end, entry.party) == (thing, start, end, party)
            and entry.state in {"waiting", "offered"}
            for entry in model.line.values()
        )
        allowed = (
            start >= model.hour
            and not asked_already
            and not model.down(thing, start, end)
            and model.within_quota(party, start, end)
            and not model.fits(thing, start, end, 1)
        )
        entry = self._expect(
            allowed,
            lambda: wait(
                actor=self.actors[party],
                now=self._now(),
                resource=self.things[thing],
                period=(at(start), at(end)),
            ),
        )
        if entry is not None:
            model.line[entry.pk] = Waiting(thing, start, end, party)

    @precondition(lambda self: self._waits())
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(self._waits()))
        entry = self.model.line[key]
        withdraw(actor=self.actors[entry.party], now=self._now(), entry=WaitEntry.objects.get(pk=key))
        entry.state = "withdrawn"

    @precondition(lambda self: self._keys("offered"))
    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(self._keys("offered")))
        booking = self.model.bookings[key]
        allowed = booking.expires is not None and booking.expires > self.model.hour
        done = self._expect(
            allowed,
            lambda: accept_offer(actor=self.actors[booking.party], now=self._now(), booking=self._row(key)),
        )
        if done is not None:
            booking.state, booking.expires = "confirmed", None
            self.model.line[booking.entry or 0].state = "served"

    @precondition(lambda self: self._keys("confirmed"))
    @rule(data=st.data())
    def check_in(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(self._keys("confirmed")))
        booking = self.model.bookings[key]
        allowed = booking.start <= self.model.hour < booking.end
        done = self._expect(
            allowed,
            lambda: check_in(actor=self.actors[booking.party], now=self._now(), booking=self._row(key)),
        )
        if done is not None:
            booking.state = "in_use"

    @rule(thing=st.sampled_from([ROOM, DESKS, HALF]), start=hours, length=st.integers(1, 12))
    def outage(self, thing: int, start: int, length: int) -> None:
        end, model = start + length, self.model
        outage = self._expect(
            end > model.hour,
            lambda: declare_outage(
                actor=self.keeper,
                now=self._now(),
                resource=self.things[thing],
                period=(at(start), at(end)),
                reason="检修",
                displace=True,
            ),
        )
        if outage is None:
            return
        for booking in model.bookings.values():
            if (
                booking.thing != thing
                or not booking.holds
                or not (booking.start < end and start < booking.last)
            ):
                continue
            if booking.state == "in_use":
                booking.until = max(start, model.hour)
                booking.state = "completed" if start <= model.hour else "in_use"
                if start <= model.hour:
                    booking.until = start if start > booking.start else booking.start
            elif booking.state == "completed":
                booking.until = max(start, booking.start)
            else:
                self._ended(booking, "displaced", "waiting")
        model.outages[outage.pk] = Down(thing, start, end)

    @precondition(lambda self: self._running())
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(self._running()))
        end_outage(actor=self.keeper, now=self._now(), outage=Outage.objects.get(pk=key))
        outage = self.model.outages[key]
        outage.ended = True
        self._promoted(outage.thing)

    @rule(later=st.integers(1, 9))
    def time_passes(self, later: int) -> None:
        """The scan comes late; everything due happens, once, in the order: holds, no-shows, ends, waits."""
        model = self.model
        model.hour += later
        catch_up(now=self._now())
        due = sorted(
            (
                key
                for key, booking in model.bookings.items()
                if booking.state == "offered" and (booking.expires or 0) <= model.hour
            ),
            key=lambda key: (model.bookings[key].expires, key),
        )
        for key in due:
            self._ended(model.bookings[key], "expired", "lapsed")
            self._promoted(model.bookings[key].thing)
        missed = [
            booking
            for _key, booking in sorted(
                model.bookings.items(), key=lambda item: (item[1].start, item[1].end, item[0])
            )
            if booking.state == "confirmed"
            and booking.thing == ROOM
            and booking.start + PATIENCE <= model.hour
        ]
        for booking in missed:
            booking.state = "missed"
            self._promoted(booking.thing)
        for booking in model.bookings.values():
            if booking.state in {"in_use", "confirmed"} and booking.end <= model.hour:
                booking.state = "completed"
        for entry in model.line.values():
            if entry.state == "waiting" and entry.start <= model.hour:
                entry.state = "lapsed"

    @invariant()
    def the_database_says_the_same(self) -> None:
        if not hasattr(self, "model"):
            return
        found = dict(Booking.objects.filter(programme__slug="machine").values_list("pk", "state"))
        assert found == {key: booking.state for key, booking in self.model.bookings.items()}
        waits = dict(WaitEntry.objects.filter(programme__slug="machine").values_list("pk", "state"))
        assert waits == {key: entry.state for key, entry in self.model.line.items()}
        assert verify().findings == ()

    @invariant()
    def never_more_than_there_is(self) -> None:
        if hasattr(self, "model"):
            for thing, capacity in CAPACITY.items():
                assert all(self.model.used(thing, hour) <= capacity for hour in range(HOURS))

    def _ended(self, booking: Modelled, state: str, entry_state: str) -> None:
        if booking.state == "offered" and booking.entry is not None:
            self.model.line[booking.entry].state = entry_state
        booking.state, booking.counts = state, False

    def _promoted(self, thing: int) -> None:
        """The offers that the model expects are exactly those that were made; they get their keys."""
        for entry in self.model.next_in_line(thing):
            row = WaitEntry.objects.get(pk=entry)
            made = Booking.objects.filter(wait_entry=row) if row.offer_id else Booking.objects.none()
            known = Booking.objects.filter(
                programme__slug="machine",
                party=row.party_id,
                resource=row.resource_id,
                period=row.period,
                booked_at=self._now(),
            ).exclude(pk__in=self.model.bookings)
            offer = made.first() or known.first()
            assert offer is not None, f"entry {entry} should have been offered"
            self.model.bookings[offer.pk] = self.model.bookings.pop(-entry)

    def _expect(self, allowed: bool, act: Callable[[], Any]) -> Any:
        try:
            done = act()
        except Refused as refused:
            assert not allowed, refused
            return None
        assert allowed, "should have been refused"
        return done

    def _row(self, key: int) -> Booking:
        return Booking.objects.select_related("resource__programme", "programme", "party").get(pk=key)

    def _keys(self, *states: str) -> list[int]:
        return sorted(key for key, booking in self.model.bookings.items() if booking.state in states)

    def _waits(self) -> list[int]:
        return sorted(key for key, entry in self.model.line.items() if entry.state == "waiting")

    def _running(self) -> list[int]:
        return sorted(
            key
            for key, outage in self.model.outages.items()
            if not outage.ended and outage.end > self.model.hour
        )

    def _now(self) -> datetime:
        return at(self.model.hour)


@pytest.mark.slow
def test_booking_behaves_like_the_model(db: None) -> None:
    run_state_machine_as_test(
        BookingMachine,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
