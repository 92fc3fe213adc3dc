"""Offer freed time to who waits, first come first served."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from kaichuang.booking.models import Booking, Resource, State, WaitEntry
from kaichuang.booking.models.waiting import WaitState
from kaichuang.booking.operations.holding import take
from kaichuang.booking.queries.availability import Asked
from kaichuang.booking.rules import violations
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor

WAITING_LIST = Actor.system("booking.waiting-list")

_IGNORED = frozenset({"too_soon", "too_far"})
"""Whoever has waited is not refused for being early or late in asking."""


def atoms_of_waiting(atoms: Sequence[Resource]) -> list[Resource]:
    """All atoms that an offer following the release of `atoms` might need, to be locked beforehand."""
    found: dict[int, Resource] = {}
    for entry in _queue(atoms):
        found.update((atom.pk, atom) for atom in _asked(entry).atoms)
    return list(found.values())


def promote(*, now: datetime, atoms: Sequence[Resource]) -> list[Booking]:
    """Make offers that hold the freed time, in the order of waiting; the atoms of `atoms_of_waiting` are locked."""
    offers = []
    for entry in _queue(atoms):
        if entry.period.lower <= now:
            continue
        asked = _asked(entry)
        broken = violations(asked, (entry.period.lower, entry.period.upper), party_id=entry.party_id, now=now)
        if all(violation.code in _IGNORED for violation in broken):
            offers.append(_offer(entry, asked, now))
    return offers


def settle_entry(booking: Booking) -> None:
    """Write into the waiting list what became of its offer."""
    state = {
        State.CONFIRMED: WaitState.SERVED,
        State.EXPIRED: WaitState.LAPSED,
        State.CANCELLED: WaitState.WITHDRAWN,
    }.get(State(booking.state), WaitState.LAPSED)
    WaitEntry.objects.filter(offer=booking, state=WaitState.OFFERED).update(state=state)


def _queue(atoms: Sequence[Resource]) -> list[WaitEntry]:
    keys = {atom.pk for atom in atoms}
    waiting = (
        WaitEntry.objects.filter(state=WaitState.WAITING).select_related("resource__programme").order_by("id")
    )
    near = waiting.filter(programme__in={atom.programme_id for atom in atoms})
    return [entry for entry in near if keys & {atom.pk for atom in _asked(entry).atoms}]


def _asked(entry: WaitEntry) -> Asked:
    return Asked(entry.resource, (), entry.quantity)


def _offer(entry: WaitEntry, asked: Asked, now: datetime) -> Booking:
    booking = Booking.objects.create(
        programme_id=entry.programme_id,
        resource=entry.resource,
        party_id=entry.party_id,
        booked_by_id=entry.asked_by_id,
        period=DateTimeTZRange(entry.period.lower, entry.period.upper, "[)"),
        quantity=entry.quantity,
        purpose=entry.purpose,
        state=State.OFFERED,
        booked_at=now,
        expires_at=min(now + timedelta(minutes=entry.resource.offer_hold), entry.period.lower),
    )
    take(booking, asked)
    entry.offer, entry.state = booking, WaitState.OFFERED
    entry.save(update_fields=["offer", "state"])
    record(
        actor=WAITING_LIST,
        now=now,
        action="offer",
        subject=booking,
        scope=entry.resource.programme.slug,
        to_state=booking.state,
    )
    return booking
