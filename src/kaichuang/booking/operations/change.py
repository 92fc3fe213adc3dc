"""What happens to a booking after it is made."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from kaichuang.booking.intervals import Span
from kaichuang.booking.models import Booking, State
from kaichuang.booking.models.conduct import StrikeKind
from kaichuang.booking.operations.book import book
from kaichuang.booking.operations.conduct import strike
from kaichuang.booking.operations.holding import give_back_quota, lock, shorten_claims
from kaichuang.booking.operations.promote import atoms_of_waiting, promote, settle_entry
from kaichuang.booking.queries.availability import Asked
from kaichuang.booking.workflow import BOOKINGS
from kaichuang.journal.operations import transition
from kaichuang.kit.actor import Actor


def approve(*, actor: Actor, now: datetime, booking: Booking) -> Booking:
    """Confirm a pending booking whose hold has not run out."""
    return _move(actor, now, booking, "approve", changes={"expires_at": None})


def reject(*, actor: Actor, now: datetime, booking: Booking, reason: str) -> Booking:
    """Refuse a pending booking, with the reason; its time goes to who waits."""
    return end(actor=actor, now=now, booking=booking, move_name="reject", reason=reason)


def accept_offer(*, actor: Actor, now: datetime, booking: Booking) -> Booking:
    """Take what the waiting list offered."""
    with transaction.atomic():
        booking = _move(actor, now, booking, "accept_offer", changes={"expires_at": None})
        settle_entry(booking)
    return booking


def cancel(*, actor: Actor, now: datetime, booking: Booking, reason: str = "") -> Booking:
    """Give the time back. Later than the resource's limit it counts as a strike, and against the quota."""
    late = booking.state == State.CONFIRMED and now > booking.period.lower - timedelta(
        minutes=booking.resource.late_cancel
    )
    with transaction.atomic():
        booking = end(
            actor=actor, now=now, booking=booking, move_name="cancel", reason=reason, uncount=not late
        )
        if late:
            strike(actor=actor, now=now, booking=booking, kind=StrikeKind.LATE_CANCEL)
    return booking


def miss(*, actor: Actor, now: datetime, booking: Booking) -> Booking:
    """Nobody came: a strike; the rest of the time goes to who waits."""
    with transaction.atomic():
        booking = end(actor=actor, now=now, booking=booking, move_name="miss", uncount=False)
        strike(actor=actor, now=now, booking=booking, kind=StrikeKind.NO_SHOW)
    return booking


def move(*, actor: Actor, now: datetime, booking: Booking, period: Span, reason: str = "") -> Booking:
    """Book another period instead, all rules asked anew; the old row stays, as `moved`. Nothing happens when refused."""
    asked = asked_of(booking)
    with transaction.atomic():
        end(actor=actor, now=now, booking=booking, move_name="move", reason=reason, offer=False)
        new = book(
            actor=actor,
            now=now,
            asked=asked,
            period=period,
            party_id=booking.party_id,
            purpose=booking.purpose,
            series=booking.series,
            instead_of=booking,
        )
        # Only now: the mover comes first even where its new period overlaps the old one.
        promote(now=now, atoms=asked.atoms)
    return new


def check_in(*, actor: Actor, now: datetime, booking: Booking) -> Booking:
    """The party is there."""
    return _move(actor, now, booking, "check_in")


def finish(*, actor: Actor, now: datetime, booking: Booking, offer: bool = True) -> Booking:
    """Done, perhaps early: what is left of the time is free again at once."""
    with transaction.atomic():
        atoms = asked_of(booking).atoms
        lock([*atoms, *atoms_of_waiting(atoms)])
        until = min(max(now, booking.period.lower + timedelta(seconds=1)), booking.period.upper)
        booking = _move(actor, now, booking, "finish", changes={"ended_at": until})
        if until < booking.period.upper:
            shorten_claims(booking, (booking.period.lower, until))
            if offer:
                promote(now=now, atoms=atoms)
    return booking


def complete(*, actor: Actor, now: datetime, booking: Booking) -> Booking:
    """The time is over, and nobody had to check in."""
    return _move(actor, now, booking, "complete", changes={"ended_at": booking.period.upper})


def end(
    *,
    actor: Actor,
    now: datetime,
    booking: Booking,
    move_name: str,
    reason: str = "",
    uncount: bool = True,
    offer: bool = True,
) -> Booking:
    """Make a move that frees the booking's time, and offer the time to who waits, in one transaction."""
    with transaction.atomic():
        atoms = asked_of(booking).atoms
        lock([*atoms, *atoms_of_waiting(atoms)])
        booking = _move(
            actor, now, booking, move_name, reason=reason, changes={"ended_at": now, "expires_at": None}
        )
        if uncount:
            give_back_quota(booking)
        settle_entry(booking)
        if offer:
            promote(now=now, atoms=atoms)
    return booking


def asked_of(booking: Booking) -> Asked:
    """What was asked for when the booking was made."""
    return Asked(booking.resource, tuple(booking.extras.all()), booking.quantity)


def _move(
    actor: Actor,
    now: datetime,
    booking: Booking,
    name: str,
    *,
    reason: str = "",
    changes: dict[str, datetime | None] | None = None,
) -> Booking:
    return transition(
        workflow=BOOKINGS,
        instance=booking,
        move=name,
        actor=actor,
        now=now,
        reason=reason,
        changes=changes,
        scope=booking.programme.slug,
    )
