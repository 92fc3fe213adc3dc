"""Strikes and what follows from them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from kaichuang.booking.models import Booking, Ladder, Strike, Suspension
from kaichuang.booking.models.conduct import StrikeState
from kaichuang.booking.operations.holding import lock_parties
from kaichuang.booking.operations.tell import tell, tell_strike
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor


def strike(*, actor: Actor, now: datetime, booking: Booking, kind: str) -> Strike:
    """Write a strike down and apply the programme's ladder."""
    # Two strikes at once must see each other, or neither would reach the rung.
    lock_parties([booking.party_id])
    row = Strike.objects.create(
        booking=booking, party_id=booking.party_id, kind=kind, on=timezone.localdate(now)
    )
    record(
        actor=actor,
        now=now,
        action="strike",
        subject=row,
        scope=booking.programme.slug,
        payload={"kind": kind},
    )
    tell_strike(row, "strike", now)
    apply_ladder(actor=actor, now=now, booking=booking)
    return row


def apply_ladder(*, actor: Actor, now: datetime, booking: Booking) -> Suspension | None:
    """Suspend the party by the highest rung that its counted strikes reach, unless it is suspended already."""
    today = timezone.localdate(now)
    counted = Strike.objects.filter(
        party=booking.party_id,
        booking__programme=booking.programme_id,
        state__in=[StrikeState.COUNTED, StrikeState.APPEALED, StrikeState.UPHELD],
    )
    for rung in Ladder.objects.filter(programme=booking.programme_id).order_by("-strikes"):
        since = today - timedelta(days=rung.window_days - 1)
        if counted.filter(on__gte=since).count() >= rung.strikes:
            return _suspend(actor, now, booking, rung)
    return None


def _suspend(actor: Actor, now: datetime, booking: Booking, rung: Ladder) -> Suspension | None:
    today = timezone.localdate(now)
    period = DateRange(today, today + timedelta(days=rung.suspend_days), "[)")
    active = Suspension.objects.filter(
        programme=booking.programme_id, party=booking.party_id, is_lifted=False, period__overlap=period
    )
    if active.exists():
        return None
    reason = _("%(days)d 天内失约 %(strikes)d 次") % {"days": rung.window_days, "strikes": rung.strikes}
    row = Suspension.objects.create(
        programme_id=booking.programme_id, party_id=booking.party_id, period=period, reason=reason
    )
    record(
        actor=actor,
        now=now,
        action="suspend",
        subject=row,
        scope=booking.programme.slug,
        reason=reason,
        payload={"until": str(period.upper - timedelta(days=1)), "clause": rung.clause},
    )
    tell(
        booking,
        "suspended",
        now,
        clause=rung.clause,
        reason=reason,
        until=str(period.upper - timedelta(days=1)),
    )
    return row
