from __future__ import annotations

from datetime import timedelta

import pytest

from kaichuang.booking.models import Booking, Claim, Ladder, Resource, Strike, Suspension, WaitEntry
from kaichuang.booking.operations import (
    Refusal,
    accept_offer,
    answer_appeal,
    appeal,
    book,
    cancel,
    catch_up,
    check_in,
    declare_outage,
    end_outage,
    repeat,
    wait,
    withdraw,
)
from kaichuang.booking.operations.outage import Hits
from kaichuang.booking.operations.repeat import SeriesRefused
from kaichuang.booking.queries.availability import Asked, next_feasible
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.parties.models import Role

from .conftest import NOW, actor_of, at, make_party, make_resource, open_on_weekdays


class TestWaitingList:
    def test_cancelling_offers_the_time_to_the_first_in_line(
        self, room: Resource, guest: Actor, rival: Actor, programme
    ) -> None:
        third = actor_of(programme, make_party())
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(11)))
        first = wait(actor=rival, now=NOW, resource=room, period=(at(9), at(10)))
        second = wait(actor=third, now=NOW, resource=room, period=(at(9.5), at(10.5)))
        cancel(actor=guest, now=NOW, booking=booking)
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.state, second.state) == ("offered", "waiting")
        assert first.offer.state == "offered"
        assert accept_offer(actor=rival, now=NOW, booking=first.offer).state == "confirmed"
        first.refresh_from_db()
        assert first.state == "served"

    def test_an_offer_that_lapses_goes_to_the_next(
        self, room: Resource, guest: Actor, rival: Actor, programme
    ) -> None:
        third = actor_of(programme, make_party())
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(11)))
        entries = [
            wait(actor=actor, now=NOW, resource=room, period=(at(9), at(11))) for actor in (rival, third)
        ]
        cancel(actor=guest, now=NOW, booking=booking)
        catch_up(now=NOW + timedelta(hours=2))
        for entry in entries:
            entry.refresh_from_db()
        assert [entry.state for entry in entries] == ["lapsed", "offered"]

    def test_does_not_queue_for_what_is_free(self, room: Resource, guest: Actor) -> None:
        with pytest.raises(Refused) as refusal:
            wait(actor=guest, now=NOW, resource=room, period=(at(9), at(10)))
        assert refusal.value.codes == {"free_now"}

    def test_one_place_in_the_line_each(self, room: Resource, guest: Actor, rival: Actor) -> None:
        book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        entry = wait(actor=rival, now=NOW, resource=room, period=(at(9), at(10)))
        with pytest.raises(Refused) as refusal:
            wait(actor=rival, now=NOW, resource=room, period=(at(9), at(10)))
        assert refusal.value.codes == {"waiting_already"}
        with pytest.raises(NotAllowed):
            withdraw(actor=guest, now=NOW, entry=entry)
        assert withdraw(actor=rival, now=NOW, entry=entry).state == "withdrawn"


class TestScan:
    def test_after_three_days_standstill_everything_happens_once(
        self, programme, owner, guest: Actor, rival: Actor
    ) -> None:
        pending = make_resource(programme, owner, needs_approval=True, approval_hold=60)
        strict = make_resource(programme, owner, needs_check_in=True)
        plain = make_resource(programme, owner)
        for resource in (pending, strict, plain):
            book(actor=guest, now=NOW, asked=Asked(resource), period=(at(9), at(10)))
        wait(actor=rival, now=NOW, resource=plain, period=(at(9), at(10)))
        later = NOW + timedelta(days=4)
        caught = catch_up(now=later)
        assert (caught.expired, caught.missed, caught.completed, caught.lapsed) == (1, 1, 1, 1)
        again = catch_up(now=later)
        assert (again.expired, again.missed, again.completed, again.lapsed) == (0, 0, 0, 0)
        assert Strike.objects.count() == 1

    def test_a_no_show_is_marked_after_the_patience_of_the_resource(
        self, programme, owner, guest: Actor
    ) -> None:
        room = make_resource(programme, owner, needs_check_in=True, no_show_after=15)
        book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(11)))
        assert catch_up(now=at(9) + timedelta(minutes=14)).missed == 0
        assert catch_up(now=at(9) + timedelta(minutes=15)).missed == 1
        assert not Claim.objects.filter(is_live=True).exists()

    def test_who_checked_in_is_no_no_show(self, programme, owner, guest: Actor) -> None:
        room = make_resource(programme, owner, needs_check_in=True)
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(11)))
        check_in(actor=guest, now=at(9), booking=booking)
        assert catch_up(now=at(12)).missed == 0
        booking.refresh_from_db()
        assert booking.state == "completed"


class TestConduct:
    @pytest.fixture
    def ladder(self, programme) -> Ladder:
        return Ladder.objects.create(programme=programme, strikes=2, window_days=30, suspend_days=10)

    def _late(self, room: Resource, guest: Actor, day: int) -> Booking:
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9, day=day), at(10, day=day)))
        return cancel(actor=guest, now=at(8.5, day=day), booking=booking)

    def test_late_cancellations_climb_the_ladder(self, ladder: Ladder, room: Resource, guest: Actor) -> None:
        self._late(room, guest, 1)
        assert not Suspension.objects.exists()
        self._late(room, guest, 2)
        suspension = Suspension.objects.get()
        assert (suspension.period.upper - suspension.period.lower).days == 10

    def test_cancelling_in_time_is_no_strike(self, ladder: Ladder, room: Resource, guest: Actor) -> None:
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        cancel(actor=guest, now=NOW, booking=booking)
        assert not Strike.objects.exists()

    def test_a_successful_appeal_lifts_the_suspension(
        self, ladder: Ladder, room: Resource, guest: Actor, programme, rival: Actor
    ) -> None:
        officer = actor_of(programme, make_party(), Role.OFFICER)
        self._late(room, guest, 1)
        strike = self._late(room, guest, 2).strike
        with pytest.raises(NotAllowed):
            appeal(actor=rival, now=at(12, day=2), strike=strike, reason="他人代诉")
        strike = appeal(actor=guest, now=at(12, day=2), strike=strike, reason="停电，有物业证明")
        with pytest.raises(NotAllowed):
            answer_appeal(actor=guest, now=at(12, day=2), strike=strike, waive=True, answer="同意")
        answer_appeal(actor=officer, now=at(13, day=2), strike=strike, waive=True, answer="情况属实")
        assert Suspension.objects.get().is_lifted
        book(actor=guest, now=at(14, day=2), asked=Asked(room), period=(at(9, day=3), at(10, day=3)))


class TestOutage:
    def test_lists_whom_it_hits_and_displaces_only_when_told(
        self, room: Resource, guest: Actor, keeper: Actor
    ) -> None:
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        ask = {
            "actor": keeper,
            "now": NOW,
            "resource": room,
            "period": (at(9.5), at(12)),
            "reason": "空调检修",
        }
        with pytest.raises(Hits) as hits:
            declare_outage(**ask)
        assert hits.value.bookings == (booking,)
        declare_outage(displace=True, **ask)
        booking.refresh_from_db()
        assert booking.state == "displaced"
        with pytest.raises(Refusal) as refusal:
            book(actor=guest, now=NOW, asked=Asked(room), period=(at(11), at(12)))
        assert refusal.value.codes == {"outage"}

    def test_cuts_short_whoever_is_inside(self, room: Resource, guest: Actor, keeper: Actor) -> None:
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(12)))
        check_in(actor=guest, now=at(9), booking=booking)
        declare_outage(
            actor=keeper,
            now=at(10),
            resource=room,
            period=(at(10), at(18)),
            reason="停电",
            is_planned=False,
            displace=True,
        )
        booking.refresh_from_db()
        assert (booking.state, booking.ended_at) == ("completed", at(10))

    def test_ending_it_early_frees_the_rest(self, room: Resource, guest: Actor, keeper: Actor) -> None:
        outage = declare_outage(actor=keeper, now=NOW, resource=room, period=(at(9), at(18)), reason="检修")
        end_outage(actor=keeper, now=at(11), outage=outage)
        assert book(actor=guest, now=at(11), asked=Asked(room), period=(at(12), at(13))).state == "confirmed"

    def test_guests_cannot_declare_one(self, room: Resource, guest: Actor) -> None:
        with pytest.raises(NotAllowed):
            declare_outage(actor=guest, now=NOW, resource=room, period=(at(9), at(10)), reason="占场")


class TestRepeat:
    def test_books_every_week_at_the_same_time(self, room: Resource, guest: Actor) -> None:
        done = repeat(
            actor=guest, now=NOW, asked=Asked(room), first=(at(9), at(10)), rule="FREQ=WEEKLY;COUNT=4"
        )
        assert [booking.period.lower for booking in done.bookings] == [
            at(9, day=day) for day in (1, 8, 15, 22)
        ]

    def test_all_or_nothing_and_says_which_are_in_the_way(
        self, room: Resource, guest: Actor, rival: Actor
    ) -> None:
        book(actor=rival, now=NOW, asked=Asked(room), period=(at(9, day=8), at(10, day=8)))
        with pytest.raises(SeriesRefused, match="2026-03-10"):
            repeat(actor=guest, now=NOW, asked=Asked(room), first=(at(9), at(10)), rule="FREQ=WEEKLY;COUNT=3")
        assert Booking.objects.count() == 1
        done = repeat(
            actor=guest,
            now=NOW,
            asked=Asked(room),
            first=(at(9), at(10)),
            rule="FREQ=WEEKLY;COUNT=3",
            skip_conflicts=True,
        )
        assert (len(done.bookings), len(done.refused)) == (2, 1)

    @pytest.mark.parametrize("rule", ["FREQ=WEEKLY", "FREQ=SOMETIMES", "FREQ=DAILY;COUNT=500"])
    def test_refuses_rules_without_end_or_sense(self, room: Resource, guest: Actor, rule: str) -> None:
        with pytest.raises(Refused) as refusal:
            repeat(actor=guest, now=NOW, asked=Asked(room), first=(at(9), at(10)), rule=rule)
        assert refusal.value.codes <= {"rule", "rule_too_long"}


def test_the_next_feasible_times_respect_hours_and_bookings(programme, owner, guest: Actor) -> None:
    room = make_resource(programme, owner, maximum=600)
    open_on_weekdays(room, 9, 12)
    book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(11)))
    feasible = next_feasible(Asked(room), timedelta(hours=2), now=NOW, after=at(0))
    assert feasible == [
        (at(9, day=2), at(11, day=2)),
        (at(9, day=3), at(11, day=3)),
        (at(9, day=4), at(11, day=4)),
    ]


def test_waiting_entries_are_kept_as_history(room: Resource, guest: Actor, rival: Actor) -> None:
    book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
    entry = wait(actor=rival, now=NOW, resource=room, period=(at(9), at(10)))
    catch_up(now=at(9))
    assert WaitEntry.objects.get(pk=entry.pk).state == "lapsed"
