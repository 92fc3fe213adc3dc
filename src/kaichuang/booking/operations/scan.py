"""What time does to bookings. A catch-up scan: run late or twice, everything happens exactly once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Func, Q, QuerySet, Value

from kaichuang.booking.models import Booking, State, WaitEntry
from kaichuang.booking.models.waiting import WaitState
from kaichuang.booking.operations.change import complete, end, finish, miss
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Stale

SCAN = Actor.system("booking.scan")


@dataclass(frozen=True, slots=True)
class Caught:
    """How many holds expired, bookings were missed or completed, and waits lapsed."""

    expired: int
    missed: int
    completed: int
    lapsed: int


def catch_up(*, now: datetime) -> Caught:
    """Expire holds, mark no-shows, complete what is over, let waits lapse: all that is due at `now`."""
    holds = Booking.objects.filter(state__in=[State.PENDING, State.OFFERED], expires_at__lte=now)
    expired = _each(holds, lambda booking: end(actor=SCAN, now=now, booking=booking, move_name="expire"))
    missed = _each(_no_shows(now), lambda booking: miss(actor=SCAN, now=now, booking=booking))
    over = Booking.objects.filter(period__endswith__lte=now)
    completed = _each(
        over.filter(state=State.IN_USE), lambda booking: finish(actor=SCAN, now=now, booking=booking)
    ) + _each(
        over.filter(state=State.CONFIRMED, resource__needs_check_in=False),
        lambda booking: complete(actor=SCAN, now=now, booking=booking),
    )
    lapsed = WaitEntry.objects.filter(state=WaitState.WAITING, period__startswith__lte=now).update(
        state=WaitState.LAPSED
    )
    return Caught(expired, missed, completed, lapsed)


def _no_shows(now: datetime) -> QuerySet[Booking]:
    """Confirmed, nobody checked in, and the resource's patience is over (or the period itself)."""
    patience = ExpressionWrapper(
        F("resource__no_show_after") * Value(timedelta(minutes=1)), output_field=DurationField()
    )
    begins = Func(F("period"), function="lower", output_field=DateTimeField())
    late = Booking.objects.annotate(limit=ExpressionWrapper(begins + patience, output_field=DateTimeField()))
    return late.filter(
        Q(limit__lte=now) | Q(period__endswith__lte=now), state=State.CONFIRMED, resource__needs_check_in=True
    )


def _each(bookings: Iterable[Booking], operation: Callable[[Booking], object]) -> int:
    """Run the operation on each, in a transaction of its own; one that somebody else was faster with is left."""
    done = 0
    for booking in list(bookings):
        try:
            operation(booking)
        except Stale:
            continue
        done += 1
    return done
