from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange, NumericRange

from kaichuang.booking.models import Booking, Claim, Quota, QuotaUse, Resource, Suspension
from kaichuang.booking.operations import (
    Override,
    Refusal,
    approve,
    book,
    cancel,
    check_in,
    finish,
    move,
    reject,
)
from kaichuang.booking.queries.availability import Asked
from kaichuang.clock.models import Day
from kaichuang.journal.queries import history_of
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.parties.models import Role

from .conftest import NOW, actor_of, at, make_party, make_resource, open_on_weekdays


def codes(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return set(refusal.value.codes)


class TestBook:
    @pytest.mark.django_db(transaction=True)
    def test_asks_once_and_writes_once_while_others_wait(
        self, room: Resource, guest: Actor, django_assert_num_queries: Any
    ) -> None:
        """BEGIN, what to lock, the locks, everything that the rules ask, booking with claims, journal, COMMIT, seal."""
        open_on_weekdays(room)
        asked = Asked(Resource.objects.select_related("programme").get(pk=room.pk))
        with django_assert_num_queries(8):
            book(actor=guest, now=NOW, asked=asked, period=(at(9), at(10)))

    def test_confirms_a_free_period_and_writes_it_down(self, room: Resource, guest: Actor) -> None:
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)), purpose="路演")
        assert booking.state == "confirmed"
        assert booking.party_id == guest.party_id
        assert [entry.action for entry in history_of(booking)] == ["book"]

    def test_back_to_back_is_legal(self, room: Resource, guest: Actor, rival: Actor) -> None:
        book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        book(actor=rival, now=NOW, asked=Asked(room), period=(at(10), at(11)))
        assert Claim.objects.filter(is_live=True).count() == 2

    def test_refuses_an_overlap_and_says_when_it_is_free(
        self, room: Resource, guest: Actor, rival: Actor
    ) -> None:
        book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        with pytest.raises(Refusal) as refusal:
            book(actor=rival, now=NOW, asked=Asked(room), period=(at(9.5), at(10.5)))
        assert codes(refusal) == {"taken"}
        assert refusal.value.feasible[0] == (at(10), at(11))
        assert len(refusal.value.feasible) == 3

    def test_returns_every_broken_rule_at_once(self, programme, owner, guest: Actor) -> None:
        room = make_resource(programme, owner, notice=3 * 24 * 60, minimum=60, maximum=120, step=30)
        open_on_weekdays(room)
        with pytest.raises(Refusal) as refusal:
            book(actor=guest, now=NOW, asked=Asked(room, quantity=2), period=(at(20.25), at(20.5)))
        assert codes(refusal) == {"too_soon", "off_grid", "too_short", "closed", "over_capacity"}

    def test_says_who_may_override_each_rule(self, programme, owner, guest: Actor) -> None:
        room = make_resource(programme, owner, maximum=60)
        book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        with pytest.raises(Refusal) as refusal:
            book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(12)))
        by = {violation.code: violation.overridable_by for violation in refusal.value.violations}
        assert by["taken"] == frozenset()
        assert Role.OPERATOR in by["too_long"]

    def test_a_keeper_may_override_with_a_reason_only(
        self, programme, owner, keeper: Actor, guest: Actor
    ) -> None:
        room = make_resource(programme, owner, maximum=60)
        ask = {
            "now": NOW,
            "asked": Asked(room),
            "period": (at(9), at(12)),
        }
        wish = Override(codes=frozenset({"too_long"}), reason="大型路演")
        with pytest.raises(Refusal) as refusal:
            book(actor=keeper, override=Override(codes=frozenset({"too_long"})), **ask)
        assert codes(refusal) == {"reason_required"}
        with pytest.raises(Refusal) as refusal:
            book(actor=guest, override=wish, **ask)
        assert codes(refusal) == {"too_long"}
        booking = book(actor=keeper, party_id=guest.party_id, override=wish, **ask)
        assert (booking.overrides, booking.party_id) == (["too_long"], guest.party_id)

    def test_only_keepers_book_for_others(self, room: Resource, guest: Actor, rival: Actor) -> None:
        with pytest.raises(NotAllowed):
            book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)), party_id=rival.party_id)

    def test_a_stranger_must_sign_in(self, room: Resource) -> None:
        with pytest.raises(NotAllowed) as refusal:
            book(actor=Actor.public(), now=NOW, asked=Asked(room), period=(at(9), at(10)))
        assert codes(refusal) == {"login_required"}

    def test_repeating_a_request_returns_the_first_booking(self, room: Resource, guest: Actor) -> None:
        key = uuid4()
        first = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)), request_key=key)
        again = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)), request_key=key)
        assert again == first
        assert Booking.objects.count() == 1

    def test_the_past_cannot_be_booked(self, room: Resource, keeper: Actor) -> None:
        with pytest.raises(Refusal) as refusal:
            book(actor=keeper, now=NOW, asked=Asked(room), period=(at(8, day=0), at(9.5, day=0)))
        assert codes(refusal) == {"in_past"}


class TestOpening:
    def test_a_holiday_is_closed_and_a_make_up_day_open(self, programme, owner, guest: Actor) -> None:
        room = make_resource(programme, owner, holidays="closed")
        open_on_weekdays(room)
        Day.objects.filter(date__range=("2026-03-03", "2026-03-07")).delete()
        kinds = {3: "holiday", 4: "working", 7: "make_up"}
        Day.objects.bulk_create(
            Day(calendar="cn", date=f"2026-03-{day:02}", kind=kind) for day, kind in kinds.items()
        )
        with pytest.raises(Refusal) as refusal:
            book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        assert codes(refusal) == {"closed"}
        for day in (2, 5):
            book(actor=guest, now=NOW, asked=Asked(room), period=(at(9, day=day), at(10, day=day)))
        assert Booking.objects.count() == 2

    def test_a_year_without_calendar_is_refused_not_guessed(self, programme, owner, guest: Actor) -> None:
        room = make_resource(programme, owner, holidays="closed")
        open_on_weekdays(room)
        Day.objects.all().delete()
        with pytest.raises(Refusal) as refusal:
            book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        assert "calendar_missing" in codes(refusal)
        assert "2026" in str(refusal.value)


class TestBundle:
    def test_claims_the_operator_with_the_instrument_or_neither(
        self, programme, owner, guest: Actor, rival: Actor
    ) -> None:
        operator = make_resource(programme, owner, kind="operator")
        first, second = (make_resource(programme, owner, kind="instrument") for _ in range(2))
        first.requires.add(operator)
        second.requires.add(operator)
        book(actor=guest, now=NOW, asked=Asked(first), period=(at(9), at(11)))
        with pytest.raises(Refusal) as refusal:
            book(actor=rival, now=NOW, asked=Asked(second), period=(at(10), at(12)))
        assert operator.name in str(refusal.value)
        assert not Claim.objects.filter(resource=second).exists()

    def test_a_part_and_the_whole_exclude_each_other(
        self, programme, owner, guest: Actor, rival: Actor
    ) -> None:
        hall = make_resource(programme, owner)
        half, other = (make_resource(programme, owner, whole=hall) for _ in range(2))
        book(actor=guest, now=NOW, asked=Asked(half), period=(at(9), at(10)))
        with pytest.raises(Refusal):
            book(actor=rival, now=NOW, asked=Asked(hall), period=(at(9), at(10)))
        book(actor=rival, now=NOW, asked=Asked(other), period=(at(9), at(10)))
        book(actor=rival, now=NOW, asked=Asked(hall), period=(at(10), at(11)))
        assert Claim.objects.filter(is_live=True).count() == 4

    def test_an_offer_is_claimed_only_when_asked_for(self, programme, owner, guest: Actor) -> None:
        room, projector = make_resource(programme, owner), make_resource(programme, owner)
        room.offers.add(projector)
        book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        assert not Claim.objects.filter(resource=projector).exists()
        book(actor=guest, now=NOW, asked=Asked(room, (projector,)), period=(at(10), at(11)))
        assert Claim.objects.filter(resource=projector).count() == 1


class TestBuffers:
    def test_buffers_keep_bookings_apart(self, programme, owner, guest: Actor, rival: Actor) -> None:
        room = make_resource(programme, owner, buffer_after=30)
        book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        with pytest.raises(Refusal) as refusal:
            book(actor=rival, now=NOW, asked=Asked(room), period=(at(10), at(11)))
        assert refusal.value.feasible[0] == (at(10.5), at(11.5))
        book(actor=rival, now=NOW, asked=Asked(room), period=(at(10.5), at(11.5)))


class TestCapacity:
    def test_gives_out_exactly_the_units_there_are(
        self, programme, owner, guest: Actor, rival: Actor
    ) -> None:
        desks = make_resource(programme, owner, kind="desk", capacity=5)
        book(actor=guest, now=NOW, asked=Asked(desks, quantity=3), period=(at(9), at(12)))
        with pytest.raises(Refusal):
            book(actor=rival, now=NOW, asked=Asked(desks, quantity=3), period=(at(11), at(13)))
        book(actor=rival, now=NOW, asked=Asked(desks, quantity=2), period=(at(11), at(13)))
        book(actor=rival, now=NOW, asked=Asked(desks, quantity=3), period=(at(12), at(13)))

    def test_uses_free_units_even_where_no_lane_is_free_throughout(
        self, programme, owner, guest: Actor
    ) -> None:
        desks = make_resource(programme, owner, kind="desk", capacity=2)
        for start, end in ((9, 10), (10, 11)):
            book(actor=guest, now=NOW, asked=Asked(desks), period=(at(start), at(end)))
        Claim.objects.filter(span__startswith=at(10)).update(lanes=NumericRange(1, 2))
        booking = book(actor=guest, now=NOW, asked=Asked(desks), period=(at(9), at(11)))
        assert booking.claims.count() == 2


class TestQuota:
    def test_counts_per_party_and_period_and_gives_back(
        self, programme, owner, guest: Actor, rival: Actor
    ) -> None:
        room = make_resource(programme, owner)
        quota = Quota.objects.create(
            programme=programme, kind="room", period="day", unit="minutes", limit=120
        )
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(11)))
        with pytest.raises(Refusal) as refusal:
            book(actor=guest, now=NOW, asked=Asked(room), period=(at(12), at(12.5)))
        assert codes(refusal) == {"quota"}
        book(actor=rival, now=NOW, asked=Asked(room), period=(at(12), at(13)))
        book(actor=guest, now=NOW, asked=Asked(room), period=(at(9, day=2), at(11, day=2)))
        cancel(actor=guest, now=NOW, booking=booking)
        book(actor=guest, now=NOW, asked=Asked(room), period=(at(13), at(14)))
        assert QuotaUse.objects.get(quota=quota, party=guest.party_id, begins_on="2026-03-03").used == 60

    def test_the_database_holds_the_limit(self, programme, guest: Actor) -> None:
        quota = Quota.objects.create(programme=programme, kind="room", period="day", unit="bookings", limit=2)
        with pytest.raises(IntegrityError, match="booking_quota_use_within"), transaction.atomic():
            QuotaUse.objects.create(
                quota=quota, party_id=guest.party_id, begins_on="2026-03-03", used=3, ceiling=2
            )


class TestExclusion:
    def test_the_database_refuses_an_overlap_whatever_the_code_does(
        self, room: Resource, guest: Actor
    ) -> None:
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        with pytest.raises(IntegrityError, match="booking_claim_no_overlap"), transaction.atomic():
            Claim.objects.create(
                resource=room,
                booking=booking,
                span=DateTimeTZRange(at(9.5), at(11)),
                lanes=NumericRange(0, 1),
            )

    def test_a_state_changes_only_through_the_door(self, room: Resource, guest: Actor) -> None:
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        with pytest.raises(IntegrityError), transaction.atomic():
            Booking.objects.filter(pk=booking.pk).update(state="cancelled")


class TestApproval:
    def test_holds_the_slot_until_decided(
        self, programme, owner, keeper: Actor, guest: Actor, rival: Actor
    ) -> None:
        room = make_resource(programme, owner, needs_approval=True, approval_hold=60)
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        assert (booking.state, booking.expires_at) == ("pending", NOW + timedelta(hours=1))
        with pytest.raises(Refusal):
            book(actor=rival, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        with pytest.raises(NotAllowed):
            approve(actor=guest, now=NOW, booking=booking)
        assert approve(actor=keeper, now=NOW, booking=booking).state == "confirmed"

    def test_confirming_asks_again_whether_the_hold_stands(
        self, programme, owner, keeper: Actor, guest: Actor
    ) -> None:
        room = make_resource(programme, owner, needs_approval=True, approval_hold=60)
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        with pytest.raises(Refused) as refusal:
            approve(actor=keeper, now=NOW + timedelta(hours=2), booking=booking)
        assert codes(refusal) == {"expired"}

    def test_a_rejection_needs_a_reason_and_frees_the_slot(
        self, programme, owner, keeper, guest, rival
    ) -> None:
        room = make_resource(programme, owner, needs_approval=True)
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        with pytest.raises(Refused):
            reject(actor=keeper, now=NOW, booking=booking, reason=" ")
        reject(actor=keeper, now=NOW, booking=booking, reason="场地检修")
        assert book(actor=rival, now=NOW, asked=Asked(room), period=(at(9), at(10))).state == "pending"


class TestMove:
    def test_keeps_the_old_row_and_may_overlap_its_own_time(self, room: Resource, guest: Actor) -> None:
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        moved = move(actor=guest, now=NOW, booking=booking, period=(at(9.5), at(10.5)))
        booking.refresh_from_db()
        assert (booking.state, moved.moved_from, moved.state) == ("moved", booking, "confirmed")

    def test_changes_nothing_when_the_new_time_is_refused(
        self, room: Resource, guest: Actor, rival: Actor
    ) -> None:
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        book(actor=rival, now=NOW, asked=Asked(room), period=(at(11), at(12)))
        with pytest.raises(Refusal):
            move(actor=guest, now=NOW, booking=booking, period=(at(11), at(12)))
        booking.refresh_from_db()
        assert booking.state == "confirmed"
        assert booking.claims.get().is_live

    def test_a_stranger_cannot_move_it(self, room: Resource, guest: Actor, rival: Actor) -> None:
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        with pytest.raises(NotAllowed):
            move(actor=rival, now=NOW, booking=booking, period=(at(11), at(12)))


class TestUse:
    def test_finishing_early_frees_the_rest(self, room: Resource, guest: Actor, rival: Actor) -> None:
        booking = book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(12)))
        check_in(actor=guest, now=at(9), booking=booking)
        finish(actor=guest, now=at(10), booking=booking)
        book(actor=rival, now=at(10), asked=Asked(room), period=(at(10), at(12)))


class TestSuspension:
    def test_a_suspended_party_cannot_book(self, programme, room: Resource, guest: Actor) -> None:
        Suspension.objects.create(
            programme=programme,
            party_id=guest.party_id,
            period=("2026-03-01", "2026-03-11"),
            reason="多次失约",
        )
        with pytest.raises(Refusal) as refusal:
            book(actor=guest, now=NOW, asked=Asked(room), period=(at(9), at(10)))
        assert codes(refusal) == {"suspended"}
        assert "2026-03-10" in str(refusal.value)


def test_other_programmes_officers_are_no_keepers(programme, owner, room: Resource, guest: Actor) -> None:
    from kaichuang.booking.permissions import may_keep
    from kaichuang.places.models import Programme

    other = Programme.objects.create(slug="other", name="别处", place=programme.place)
    assert not may_keep(actor_of(other, make_party(), Role.OFFICER), room)
    assert not may_keep(actor_of(programme, make_party(), Role.OPERATOR), room)
    assert may_keep(actor_of(programme, make_party(), Role.OFFICER), room)
