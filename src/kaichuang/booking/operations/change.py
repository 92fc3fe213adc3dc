"""What happens to a booking after it is made."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.booking.intervals import Span
from kaichuang.booking.models import Booking, State
from kaichuang.booking.models.conduct import StrikeKind
from kaichuang.booking.operations import tell
from kaichuang.booking.operations.book import NO_OVERRIDE, Override, book
from kaichuang.booking.operations.conduct import strike
from kaichuang.booking.operations.holding import give_back_quota, shorten_claims
from kaichuang.booking.operations.promote import lock_line, promote, settle_entry
from kaichuang.booking.permissions import is_side_of_party, may_keep
from kaichuang.booking.queries.availability import Asked
from kaichuang.booking.rules import minutes_in_words
from kaichuang.booking.workflow import BOOKINGS
from kaichuang.journal.operations import transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Problem, Refused


def approve(*, actor: Actor, now: datetime, booking: Booking) -> Booking:
    """Confirm a pending booking whose hold has not run out."""
    with transaction.atomic():
        booking = _move(actor, now, booking, "approve", changes={"expires_at": None})
        tell.decided(booking, actor, now)
        tell.tell(booking, "approved", now)
    return booking


def reject(*, actor: Actor, now: datetime, booking: Booking, reason: str) -> Booking:
    """Refuse a pending booking, with the reason; its time goes to who waits."""
    with transaction.atomic():
        booking = end(actor=actor, now=now, booking=booking, move_name="reject", reason=reason)
        tell.decided(booking, actor, now)
        tell.tell(booking, "rejected", now, reason=reason)
    return booking


def accept_offer(*, actor: Actor, now: datetime, booking: Booking) -> Booking:
    """Take what the waiting list offered; where the resource needs approval, it is asked for now."""
    resource = booking.resource
    with transaction.atomic():
        if resource.needs_approval and not may_keep(actor, resource):
            until = min(now + timedelta(minutes=resource.approval_hold), booking.period.lower)
            booking = _move(actor, now, booking, "accept_for_approval", changes={"expires_at": until})
            tell.ask_for_approval(booking, now)
        else:
            booking = _move(actor, now, booking, "accept_offer", changes={"expires_at": None})
        settle_entry(booking)
    return booking


def cancel(*, actor: Actor, now: datetime, booking: Booking, reason: str = "") -> Booking:
    """Give the time back. Later than the resource's limit it counts as a strike, and against the quota;

    but not when the keepers of the resource cancel: they tell why.
    """
    by_party = is_side_of_party(actor, booking)
    with transaction.atomic():
        asked = _lock_for(booking)
        fresh = Booking.objects.select_for_update(of=("self",), no_key=True).get(pk=booking.pk)
        late = by_party and fresh.state == State.CONFIRMED and is_late(fresh, now)
        fresh.resource, fresh.programme = booking.resource, booking.programme
        booking = end(
            actor=actor,
            now=now,
            booking=fresh,
            move_name="cancel",
            reason=reason,
            uncount=not late,
            held=asked,
        )
        if late:
            strike(actor=actor, now=now, booking=booking, kind=StrikeKind.LATE_CANCEL)
        elif not by_party:
            tell.tell(booking, "cancelled_by_keeper", now, reason=reason)
    return booking


def is_late(booking: Booking, now: datetime) -> bool:
    """Whether it is too late to cancel without a strike."""
    return bool(now > booking.when[0] - timedelta(minutes=booking.resource.late_cancel))


def miss(*, actor: Actor, now: datetime, booking: Booking) -> Booking:
    """Nobody came: a strike; the rest of the time goes to who waits."""
    with transaction.atomic():
        booking = end(actor=actor, now=now, booking=booking, move_name="miss", uncount=False)
        strike(actor=actor, now=now, booking=booking, kind=StrikeKind.NO_SHOW)
    return booking


def move(
    *,
    actor: Actor,
    now: datetime,
    booking: Booking,
    period: Span,
    reason: str = "",
    override: Override = NO_OVERRIDE,
) -> Booking:
    """Book another period instead, all rules asked anew; the old row stays, as `moved`. Nothing happens when refused.

    Later than the limit for cancelling only keepers may move: else moving would be the way around a strike.
    """
    keeps = bool(may_keep(actor, booking.resource))
    if booking.state == State.CONFIRMED and not keeps and is_late(booking, now):
        limit = minutes_in_words(booking.resource.late_cancel)
        raise Refused(Problem("too_late", _("距开始不足 %s，不能再改期，请联系管理单位。") % limit))
    by_party = is_side_of_party(actor, booking)
    asked = asked_of(booking)
    with transaction.atomic():
        booking = end(actor=actor, now=now, booking=booking, move_name="move", reason=reason, offer=False)
        new = book(
            # Whoever booked for a party moves for the same party.
            actor=actor if keeps else actor.acting_for(booking.party_id),
            now=now,
            asked=asked,
            period=period,
            party_id=booking.party_id,
            purpose=booking.purpose,
            override=override,
            series=booking.series,
            instead_of=booking,
        )
        # Only now: the mover comes first even where its new period overlaps the old one.
        promote(now=now, atoms=asked.atoms)
        if not by_party:
            tell.tell(new, "moved_by_keeper", now)
    return new


def check_in(*, actor: Actor, now: datetime, booking: Booking) -> Booking:
    """The party is there."""
    return _move(actor, now, booking, "check_in")


def finish(*, actor: Actor, now: datetime, booking: Booking, offer: bool = True) -> Booking:
    """Done, perhaps early: what is left of the time is free again at once."""
    with transaction.atomic():
        asked = _lock_for(booking)
        last = min(booking.ended_at or booking.period.upper, booking.period.upper)
        until = min(max(now, booking.period.lower + timedelta(seconds=1)), last)
        booking = _move(actor, now, booking, "finish", changes={"ended_at": until})
        if until < booking.period.upper:
            shorten_claims(booking, (booking.period.lower, until))
            if offer:
                promote(now=now, atoms=asked.atoms)
    return booking


def complete(*, actor: Actor, now: datetime, booking: Booking) -> Booking:
    """The time is over, and nobody had to check in."""
    return _move(actor, now, booking, "complete", changes={"ended_at": booking.period.upper})


def expire(*, actor: Actor, now: datetime, booking: Booking) -> Booking:
    """A hold has run out."""
    with transaction.atomic():
        booking = end(actor=actor, now=now, booking=booking, move_name="expire")
        tell.tell(booking, "expired", now)
    return booking


def displace(*, actor: Actor, now: datetime, booking: Booking, reason: str) -> Booking:
    """An outage takes the booking's time; who waits is asked when the outage is over."""
    with transaction.atomic():
        booking = end(actor=actor, now=now, booking=booking, move_name="displace", reason=reason, offer=False)
        tell.tell(booking, "displaced", now, reason=reason)
    return booking


def end(
    *,
    actor: Actor,
    now: datetime,
    booking: Booking,
    move_name: str,
    reason: str = "",
    uncount: bool = True,
    offer: bool = True,
    held: Asked | None = None,
) -> Booking:
    """Make a move that frees the booking's time, and offer the time to who waits, in one transaction.

    With `uncount` the booking no longer counts against quotas. `held` is what the caller has locked for it.
    """
    changes: dict[str, Any] = {"ended_at": now, "expires_at": None}
    if uncount:
        changes["counts"] = False
    with transaction.atomic():
        asked = held or _lock_for(booking)
        before = booking.state
        booking = _move(actor, now, booking, move_name, reason=reason, changes=changes)
        if uncount:
            give_back_quota(booking)
        if before == State.PENDING and move_name != "reject":
            tell.moot(booking, actor, now)
        if before == State.OFFERED:
            settle_entry(booking)
        if offer:
            promote(now=now, atoms=asked.atoms)
    return booking


def asked_of(booking: Booking) -> Asked:
    """What was asked for when the booking was made."""
    return Asked(booking.resource, tuple(booking.extras.all()), booking.quantity)


def claimed_by(booking: Booking, asked: Asked | None = None) -> set[int]:
    """The atoms that a booking holds, and those that its resource would claim today."""
    held = booking.claims.values_list("resource_id", flat=True)
    return {*held, *(atom.pk for atom in (asked or asked_of(booking)).atoms)}


def _lock_for(booking: Booking) -> Asked:
    """Lock what the booking holds and its line; answers with what was asked for."""
    asked = asked_of(booking)
    own = claimed_by(booking, asked)
    lock_line(lambda: own, lambda: [booking.party_id])
    return asked


def _move(
    actor: Actor,
    now: datetime,
    booking: Booking,
    name: str,
    *,
    reason: str = "",
    changes: dict[str, Any] | None = None,
) -> Booking:
    moved = transition(
        workflow=BOOKINGS,
        instance=booking,
        move=name,
        actor=actor,
        now=now,
        reason=reason,
        changes=changes,
        scope=booking.programme.slug,
    )
    # The row is new, what it belongs to is not.
    moved.programme, moved.resource = booking.programme, booking.resource
    return moved
