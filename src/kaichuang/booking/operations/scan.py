"""What time does to bookings. A catch-up scan: run late or twice, everything happens exactly once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Func, Q, QuerySet, Value
from django.db.models.lookups import LessThanOrEqual

from kaichuang.booking.models import Booking, State, WaitEntry
from kaichuang.booking.models.waiting import WaitState
from kaichuang.booking.operations.change import complete, expire, finish, miss
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Stale

log = logging.getLogger(__name__)

SCAN = Actor.system("booking.scan")


@dataclass(frozen=True, slots=True)
class Caught:
    """How many holds expired, bookings were missed or completed, and waits lapsed."""

    expired: int
    missed: int
    completed: int
    lapsed: int


def catch_up(*, now: datetime) -> Caught:
    """Expire holds, mark no-shows, complete what is over, let waits lapse: all that is due at `now`, oldest first.

    One booking that fails does not keep back the others; the failures are raised together at the end.
    """
    failures: list[Exception] = []
    expired = _each(
        _known(
            Booking.objects.filter(state__in=[State.PENDING, State.OFFERED], expires_at__lte=now)
        ).order_by("expires_at", "pk"),
        lambda booking: expire(actor=SCAN, now=now, booking=booking),
        failures,
    )
    missed = _each(_no_shows(now), lambda booking: miss(actor=SCAN, now=now, booking=booking), failures)
    over = _known(Booking.objects.filter(period__endswith__lte=now)).order_by("period", "pk")
    completed = _each(
        over.filter(state=State.IN_USE),
        lambda booking: finish(actor=SCAN, now=now, booking=booking),
        failures,
    )
    completed += _each(
        over.filter(state=State.CONFIRMED, resource__needs_check_in=False),
        lambda booking: complete(actor=SCAN, now=now, booking=booking),
        failures,
    )
    lapsed = _lapse(now)
    if failures:
        raise ExceptionGroup("bookings that could not be caught up", failures)
    return Caught(expired, missed, completed, lapsed)


def _known(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    return bookings.select_related("resource", "programme")


def _lapse(now: datetime) -> int:
    """Nobody need wait for a time that has begun."""
    with transaction.atomic():
        waits = WaitEntry.objects.filter(state=WaitState.WAITING, period__startswith__lte=now)
        due = list(waits.select_for_update(of=("self",)).select_related("programme").order_by("pk"))
        WaitEntry.objects.filter(pk__in=[entry.pk for entry in due]).update(state=WaitState.LAPSED)
        for entry in due:
            record(actor=SCAN, now=now, action="lapse", subject=entry, scope=entry.programme.slug)
    return len(due)


def _no_shows(now: datetime) -> QuerySet[Booking]:
    """Confirmed, nobody checked in, and the resource's patience is over (or the period itself)."""
    patience = ExpressionWrapper(
        F("resource__no_show_after") * Value(timedelta(minutes=1)), output_field=DurationField()
    )
    begins = Func(F("period"), function="lower", output_field=DateTimeField())
    limit = ExpressionWrapper(begins + patience, output_field=DateTimeField())
    late = Booking.objects.filter(state=State.CONFIRMED, resource__needs_check_in=True)
    due = Q(LessThanOrEqual(limit, now)) | Q(period__endswith__lte=now)
    return _known(late.filter(due)).order_by("period", "pk")


def _each(
    bookings: Iterable[Booking], operation: Callable[[Booking], object], failures: list[Exception]
) -> int:
    """Run the operation on each, in a transaction of its own; one that somebody else was faster with is left."""
    done = 0
    for booking in list(bookings):
        try:
            operation(booking)
        except Stale:
            continue
        except Exception as failure:  # whatever is wrong with one booking, the others are due as well
            log.exception("booking %s cannot be caught up", booking.pk)
            failures.append(failure)
        else:
            done += 1
    return done
