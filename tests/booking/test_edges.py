"""Edges at which a booking system usually goes wrong; each was wrong here once."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any
from uuid import uuid4

import pytest

from kaichuang.booking.models import (
    Booking,
    Claim,
    OpeningException,
    OpeningHours,
    Quota,
    QuotaUse,
    Resource,
    Strike,
    WaitEntry,
)
from kaichuang.booking.operations import (
    Refusal,
    accept_offer,
    add_quota,
    approve,
    book,
    cancel,
    catch_up,
    check_in,
    declare_outage,
    edit_resource,
    end_outage,
    finish,
    move,
    preview,
    repeat,
    wait,
    withdraw,
)
from kaichuang.booking.operations.outage import Hits
from kaichuang.booking.queries.availability import Asked, free_spans, next_feasible, on_grid
from kaichuang.booking.queries.verify import verify
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Refused, Stale

from .conftest import NOW, actor_of, at, make_party, make_resource, open_on_weekdays


def refused(operation: Any) -> frozenset[str]:
    with pytest.raises(Refused) as refusal:
        operation()
    return refusal.value.codes


class TestBundles:
    def test_buffers_of_every_member_count(self, programme, owner, guest: Actor, rival: Actor) -> None:
        operator = make_resource(programme, owner, kind="operator", buffer_before=60)
        machine = make_resource(programme, owner, kind="instrument", buffer_after=30)
        machine.requires.add(operator)
        book(actor=guest, now=NOW, asked=Asked(machine), period=(at(9), at(10)))
        with pytest.raises(Refusal) as refusal:
            book(actor=rival, now=NOW, asked=Asked(machine), period=(at(10.5), at(11.5)))
        assert operator.name in str(refusal.value)
        assert refusal.value.feasible[0] == (at(11), at(12))
        book(actor=rival, now=NOW, asked=Asked(machine), period=(at(11), at(12)))

    def test_what_a_part_requires_comes_with_the_whole(self, programme, owner, guest: Actor) -> None:
        hall = make_resource(programme, owner)
        half, _other = (make_resource(programme, owner, whole=hall) for _ in range(2))
        technician = make_resource(programme, owner, kind="operator")
        half.requires.add(technician)
        book(actor=guest, now=NOW, asked=Asked(hall), period=(at(9), at(10)))
        assert Claim.objects.filter(resource=technician).count() == 1

    def test_the_quantity_reaches_parts_of_parts(self, programme, owner, guest: Actor) -> None:
        floor = make_resource(programme, owner, kind="desk")
        area = make_resource(programme, owner, kind="desk", whole=floor)
        leaf = make_resource(programme, owner, kind="desk", whole=area, capacity=4)
        book(actor=guest, now=NOW, asked=Asked(floor, quantity=3), period=(at(9), at(10)))
        assert Claim.objects.get(resource=leaf).lanes.upper == 3

    def test_only_what_is_offered_can_be_added(self, programme, owner, room: Resource, guest: Actor) -> None:
        strange = make_resource(programme, owner)
        codes = refused(
            lambda: book(actor=guest, now=NOW, asked=Asked(room, (strange,)), period=(at(9), at(10)))
        )
        assert codes == {"not_offered"}

    def test_a_closed_companion_closes_the_bundle(
        self, programme, owner, room: Resource, guest: Actor
    ) -> None:
        operator = make_resource(programme, owner, kind="operator", is_active=False)
        room.requires.add(operator)
        codes = refused(lambda: book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10))))
        assert codes == {"inactive"}

    def test_more_than_there_is_is_never_free(self, room: Resource, guest: Actor) -> None:
        assert free_spans(Asked(room, quantity=2), (at(9), at(12))) == []
        with pytest.raises(Refusal) as refusal:
            book(actor=guest, now=NOW, asked=Asked(room, quantity=2), period=(at(9), at(10)))
        assert refusal.value.feasible == ()

    def test_no_unit_at_all_is_refused(self, room: Resource, guest: Actor) -> None:
        codes = refused(
            lambda: book(actor=guest, now=NOW, asked=Asked(room, quantity=0), period=(at(9), at(10)))
        )
        assert codes == {"quantity"}


class TestOpening:
    def test_an_exception_does_not_close_the_other_days_of_what_is_always_open(
        self, room: Resource, guest: Actor
    ) -> None:
        OpeningException.objects.create(resource=room, date="2026-03-03")
        assert "closed" in refused(
            lambda: book(actor=guest, now=NOW, asked=Asked(room), period=(at(22), at(24.5)))
        )
        book(actor=guest, now=NOW, asked=Asked(room), period=(at(24), at(25)))

    def test_open_until_midnight_and_on(self, room: Resource, guest: Actor) -> None:
        OpeningHours.objects.bulk_create(
            OpeningHours(resource=room, weekday=day, opens=time(0), closes=time(0)) for day in range(1, 8)
        )
        assert book(actor=guest, now=NOW, asked=Asked(room), period=(at(22), at(26))).state == "confirmed"

    def test_the_grid_begins_anew_every_midnight(self, programme, owner) -> None:
        room = make_resource(programme, owner, step=50, minimum=50)
        assert on_grid(at(23.5), room) == at(24)
        assert on_grid(at(0.1), room) == at(50 / 60)
        assert on_grid(at(0), room) == at(0)


class TestFeasible:
    def test_notice_counts_from_now_and_not_from_what_was_asked(
        self, programme, owner, guest: Actor, rival: Actor
    ) -> None:
        room = make_resource(programme, owner, notice=24 * 60)
        book(actor=guest, now=NOW, asked=Asked(room), period=(at(9, day=3), at(10, day=3)))
        with pytest.raises(Refusal) as refusal:
            book(actor=rival, now=NOW, asked=Asked(room), period=(at(9, day=3), at(10, day=3)))
        assert refusal.value.feasible[0] == (at(10, day=3), at(11, day=3))

    def test_proposals_can_be_booked(self, programme, owner, guest: Actor) -> None:
        room = make_resource(programme, owner, maximum=90, horizon=9)
        open_on_weekdays(room, 9, 11)
        with pytest.raises(Refusal) as refusal:
            book(actor=guest, now=NOW, asked=Asked(room), period=(at(9.1), at(20)))
        assert len(refusal.value.feasible) == 3
        for period in refusal.value.feasible:
            book(actor=guest, now=NOW, asked=Asked(room), period=period)

    def test_proposals_respect_the_quota(self, programme, owner, guest: Actor) -> None:
        room = make_resource(programme, owner)
        Quota.objects.create(programme=programme, resource=room, period="day", unit="bookings", limit=1)
        book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        with pytest.raises(Refusal) as refusal:
            book(actor=guest, now=NOW, asked=Asked(room), period=(at(11), at(12)))
        assert refusal.value.feasible[0] == (at(0, day=2), at(1, day=2))

    def test_one_free_stretch_is_seen_whole_across_weeks(self, programme, owner) -> None:
        room = make_resource(programme, owner, horizon=20, maximum=60 * 24 * 10)
        found = next_feasible(Asked(room), timedelta(days=6), now=NOW, after=NOW, limit=3)
        assert [period[0] for period in found] == [NOW + timedelta(days=6 * n) for n in range(3)]


class TestRequestKey:
    def test_a_key_is_not_for_another_booking(self, room: Resource, guest: Actor) -> None:
        key = uuid4()
        book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)), request_key=key)
        codes = refused(
            lambda: book(actor=guest, now=NOW, asked=Asked(room), period=(at(11), at(12)), request_key=key)
        )
        assert codes == {"request_reused"}


class TestQuota:
    def test_a_new_quota_counts_what_is_booked_already(
        self, programme, owner, guest: Actor, keeper: Actor
    ) -> None:
        room = make_resource(programme, owner)
        first = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        add_quota(
            actor=keeper, now=NOW, programme=programme, resource=room, period="day", unit="bookings", limit=1
        )
        assert verify().findings == ()
        assert refused(lambda: book(actor=guest, now=NOW, asked=Asked(room), period=(at(11), at(12)))) == {
            "quota"
        }
        cancel(actor=guest, now=NOW, booking=first)
        book(actor=guest, now=NOW, asked=Asked(room), period=(at(11), at(12)))
        assert verify().findings == ()

    def test_a_move_into_another_period_moves_the_count(self, programme, owner, guest: Actor) -> None:
        room = make_resource(programme, owner)
        quota = Quota.objects.create(
            programme=programme, resource=room, period="day", unit="minutes", limit=120
        )
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        move(actor=guest, now=NOW, booking=booking, period=(at(9, day=2), at(11, day=2)))
        used = dict(QuotaUse.objects.filter(quota=quota).values_list("begins_on", "used"))
        assert {str(day): units for day, units in used.items()} == {"2026-03-03": 0, "2026-03-04": 120}
        assert verify().findings == ()

    def test_an_offer_beyond_the_quota_goes_to_the_next_in_line(
        self, programme, owner, guest: Actor, rival: Actor
    ) -> None:
        room, other = make_resource(programme, owner), make_resource(programme, owner)
        third = actor_of(programme, make_party())
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        entries = [wait(actor=who, now=NOW, resource=room, period=(at(9), at(10))) for who in (rival, third)]
        Quota.objects.create(programme=programme, kind="room", period="day", unit="bookings", limit=1)
        QuotaUse.objects.create(
            quota=Quota.objects.get(), party_id=guest.party_id, begins_on="2026-03-03", used=1, ceiling=1
        )
        book(actor=rival, now=NOW, asked=Asked(other), period=(at(14), at(15)))
        cancel(actor=guest, now=NOW, booking=booking)
        assert [WaitEntry.objects.get(pk=entry.pk).state for entry in entries] == ["waiting", "offered"]


class TestConduct:
    def test_nobody_checks_in_days_before(self, programme, owner, guest: Actor) -> None:
        room = make_resource(programme, owner, needs_check_in=True)
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        assert refused(lambda: check_in(actor=guest, now=NOW, booking=booking)) == {"too_early"}
        assert check_in(actor=guest, now=at(8.75), booking=booking).state == "in_use"

    def test_the_keepers_cancelling_late_is_no_strike(
        self, room: Resource, guest: Actor, keeper: Actor
    ) -> None:
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        ended = cancel(actor=keeper, now=at(8.5), booking=booking, reason="停电")
        assert not Strike.objects.exists()
        assert not ended.counts

    def test_moving_is_no_way_around_a_late_cancellation(
        self, room: Resource, guest: Actor, keeper: Actor
    ) -> None:
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        later = (at(9, day=5), at(10, day=5))
        codes = refused(lambda: move(actor=guest, now=at(8.5), booking=booking, period=later))
        assert codes == {"too_late"}
        assert move(actor=keeper, now=at(8.5), booking=booking, period=later).state == "confirmed"

    def test_whether_it_is_late_is_asked_of_the_row_and_not_of_memory(
        self, programme, owner, guest: Actor, keeper: Actor
    ) -> None:
        room = make_resource(programme, owner, needs_approval=True)
        seen = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        approve(actor=keeper, now=NOW, booking=seen)
        cancel(actor=guest, now=at(8.5), booking=Booking(**{**_values(seen), "state": "pending"}))
        assert Strike.objects.count() == 1


def _values(booking: Booking) -> dict[str, Any]:
    return {field.attname: getattr(booking, field.attname) for field in booking._meta.concrete_fields}


class TestWaitingList:
    def test_who_withdraws_gets_no_offer(self, room: Resource, guest: Actor, rival: Actor) -> None:
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        entry = wait(actor=rival, now=NOW, resource=room, period=(at(9), at(10)))
        withdraw(actor=rival, now=NOW, entry=entry)
        cancel(actor=guest, now=NOW, booking=booking)
        assert not Booking.objects.filter(state="offered").exists()
        with pytest.raises(Stale):
            withdraw(actor=rival, now=NOW, entry=entry)

    def test_an_accepted_offer_still_needs_approval_where_bookings_do(
        self, programme, owner, guest: Actor, rival: Actor, keeper: Actor
    ) -> None:
        room = make_resource(programme, owner, needs_approval=True)
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        entry = wait(actor=rival, now=NOW, resource=room, period=(at(9), at(10)))
        cancel(actor=guest, now=NOW, booking=booking)
        entry.refresh_from_db()
        taken = accept_offer(actor=rival, now=NOW, booking=entry.offer)
        assert taken.state == "pending"
        assert approve(actor=keeper, now=NOW, booking=taken).state == "confirmed"
        entry.refresh_from_db()
        assert entry.state == "served"

    def test_an_outage_does_not_cost_the_place_in_line(
        self, room: Resource, guest: Actor, rival: Actor, keeper: Actor
    ) -> None:
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        entry = wait(actor=rival, now=NOW, resource=room, period=(at(9), at(10)))
        cancel(actor=guest, now=NOW, booking=booking)
        outage = declare_outage(
            actor=keeper, now=NOW, resource=room, period=(at(8), at(12)), reason="检修", displace=True
        )
        entry.refresh_from_db()
        assert (entry.state, entry.offer) == ("waiting", None)
        end_outage(actor=keeper, now=NOW, outage=outage)
        entry.refresh_from_db()
        assert entry.state == "offered"
        assert verify().findings == ()

    def test_whoever_needs_the_freed_thing_as_a_companion_is_asked(
        self, programme, owner, guest: Actor, rival: Actor
    ) -> None:
        operator = make_resource(programme, owner, kind="operator")
        first, second = (make_resource(programme, owner, kind="instrument") for _ in range(2))
        first.requires.add(operator)
        second.requires.add(operator)
        booking = book(actor=guest, now=NOW, asked=Asked(first), period=(at(9), at(10)))
        entry = wait(actor=rival, now=NOW, resource=second, period=(at(9), at(10)))
        cancel(actor=guest, now=NOW, booking=booking)
        entry.refresh_from_db()
        assert entry.state == "offered"


class TestOutage:
    def _declare(self, keeper: Actor, room: Resource, start: float, end: float, **more: Any) -> Any:
        ask = {"now": NOW, "reason": "检修", **more}
        return declare_outage(actor=keeper, resource=room, period=(at(start), at(end)), **ask)

    def test_two_outages_at_once_end_each_for_itself(
        self, room: Resource, guest: Actor, keeper: Actor
    ) -> None:
        long = self._declare(keeper, room, 9, 18)
        short = self._declare(keeper, room, 10, 12)
        end_outage(actor=keeper, now=NOW, outage=short)
        assert refused(lambda: book(actor=guest, now=NOW, asked=Asked(room), period=(at(13), at(14)))) == {
            "outage"
        }
        assert refused(lambda: book(actor=guest, now=NOW, asked=Asked(room), period=(at(10), at(11)))) == {
            "outage"
        }
        again = self._declare(keeper, room, 17, 20)
        end_outage(actor=keeper, now=NOW, outage=long)
        assert refused(lambda: book(actor=guest, now=NOW, asked=Asked(room), period=(at(17), at(18)))) == {
            "outage"
        }
        book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(17)))
        end_outage(actor=keeper, now=NOW, outage=again)

    def test_an_outage_of_a_part_outlasts_that_of_the_whole(
        self, programme, owner, guest: Actor, keeper: Actor
    ) -> None:
        hall = make_resource(programme, owner)
        half, other = (make_resource(programme, owner, whole=hall) for _ in range(2))
        whole = self._declare(keeper, hall, 9, 18)
        self._declare(keeper, half, 9, 18)
        end_outage(actor=keeper, now=NOW, outage=whole)
        book(actor=guest, now=NOW, asked=Asked(other), period=(at(9), at(10)))
        assert refused(lambda: book(actor=guest, now=NOW, asked=Asked(half), period=(at(9), at(10)))) == {
            "outage"
        }

    def test_who_is_inside_may_stay_until_it_begins(
        self, room: Resource, guest: Actor, keeper: Actor
    ) -> None:
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(12)))
        check_in(actor=guest, now=at(9), booking=booking)
        self._declare(keeper, room, 11, 18, now=at(10), displace=True)
        booking.refresh_from_db()
        assert (booking.state, booking.ended_at) == ("in_use", at(11))
        catch_up(now=at(12))
        booking.refresh_from_db()
        assert (booking.state, booking.ended_at) == ("completed", at(11))

    def test_who_books_after_the_list_was_shown_is_listed_too(
        self, room: Resource, guest: Actor, rival: Actor, keeper: Actor
    ) -> None:
        shown = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        late = book(actor=rival, now=NOW, asked=Asked(room), period=(at(10), at(11)))
        with pytest.raises(Hits) as hits:
            self._declare(keeper, room, 9, 12, displace=True, seen={shown.pk})
        assert late in hits.value.bookings
        self._declare(keeper, room, 9, 12, displace=True, seen={shown.pk, late.pk})

    def test_the_past_needs_no_outage(self, room: Resource, keeper: Actor) -> None:
        assert refused(lambda: self._declare(keeper, room, 9, 10, now=at(11))) == {"over"}

    def test_more_units_are_out_of_service_too(self, programme, owner, guest: Actor, keeper: Actor) -> None:
        desks = make_resource(programme, owner, kind="desk", capacity=2)
        self._declare(keeper, desks, 9, 18)
        edit_resource(actor=keeper, now=NOW, resource=desks, values={"capacity": 5})
        desks.refresh_from_db()
        assert refused(lambda: book(actor=guest, now=NOW, asked=Asked(desks), period=(at(9), at(10)))) == {
            "outage"
        }


class TestScan:
    def test_one_that_fails_does_not_keep_back_the_others(
        self, room: Resource, guest: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from kaichuang.booking.operations import scan

        bookings = [
            book(actor=guest, now=NOW, asked=Asked(room), period=(at(hour), at(hour + 1)))
            for hour in (9, 10, 11)
        ]
        real = scan.complete

        def break_on_the_first(**ask: Any) -> Any:
            if ask["booking"].pk == bookings[0].pk:
                raise RuntimeError("disk full")
            return real(**ask)

        monkeypatch.setattr(scan, "complete", break_on_the_first)
        with pytest.raises(ExceptionGroup):
            catch_up(now=at(20))
        assert Booking.objects.filter(state="completed").count() == 2
        monkeypatch.undo()
        assert catch_up(now=at(20)).completed == 1

    def test_lapses_are_written_down(self, room: Resource, guest: Actor, rival: Actor) -> None:
        from kaichuang.journal.queries import history_of

        book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        entry = wait(actor=rival, now=NOW, resource=room, period=(at(9), at(10)))
        catch_up(now=at(9))
        assert [one.action for one in history_of(entry)] == ["wait", "lapse"]


class TestRepeat:
    def test_the_preview_says_what_would_happen_and_changes_nothing(
        self, room: Resource, guest: Actor, rival: Actor
    ) -> None:
        book(actor=rival, now=NOW, asked=Asked(room), period=(at(9, day=8), at(10, day=8)))
        ask = {
            "actor": guest,
            "now": NOW,
            "asked": Asked(room),
            "first": (at(9), at(10)),
            "rule": "FREQ=WEEKLY;COUNT=3",
        }
        stands = preview(**ask)
        assert [refusal is None for _period, refusal in stands] == [True, False, True]
        assert stands[1][1].codes == {"taken"}
        assert Booking.objects.count() == 1
        assert len(repeat(skip_conflicts=True, **ask).bookings) == 2

    @pytest.mark.parametrize(
        "rule",
        [
            "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
            "FREQ=DAILY;INTERVAL=0;BYDAY=MO;COUNT=3",
            "FREQ=WEEKLY;COUNT=2\nRRULE:FREQ=YEARLY",
        ],
    )
    def test_rules_that_would_be_searched_for_ever_are_refused(
        self, room: Resource, guest: Actor, rule: str
    ) -> None:
        codes = refused(
            lambda: repeat(actor=guest, now=NOW, asked=Asked(room), first=(at(9), at(10)), rule=rule)
        )
        assert codes == {"rule"}


def test_using_and_finishing_keeps_every_promise(programme, owner, guest: Actor, rival: Actor) -> None:
    desks = make_resource(programme, owner, kind="desk", capacity=3)
    booking = book(actor=guest, now=NOW, asked=Asked(desks, quantity=2), period=(at(9), at(12)))
    book(actor=rival, now=NOW, asked=Asked(desks), period=(at(9), at(12)))
    check_in(actor=guest, now=at(9), booking=booking)
    finish(actor=guest, now=at(10), booking=booking)
    book(actor=rival, now=at(10), asked=Asked(desks, quantity=2), period=(at(10), at(11)))
    assert verify().findings == ()
