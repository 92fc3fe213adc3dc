"""Offer freed time to who waits, first come first served."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet
from django.utils import timezone

from kaichuang.booking.models import Booking, Resource, State, WaitEntry
from kaichuang.booking.models.waiting import WaitState
from kaichuang.booking.operations.holding import lock_parties, lock_stable, take
from kaichuang.booking.operations.tell import tell
from kaichuang.booking.queries.availability import Asked
from kaichuang.booking.queries.bundle import reaching
from kaichuang.booking.rules import Situation, broken_in, situation_of
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor

WAITING_LIST = Actor.system("booking.waiting-list")

_IGNORED = frozenset({"too_soon", "too_far"})
"""Whoever has waited is not refused for being early or late in asking."""


def lock_line(atoms: Callable[[], set[int]], parties: Callable[[], Iterable[int]] = tuple) -> None:
    """Lock what `atoms` answers with and all that the offers following its release might need; then the parties.

    No entry can join this line while its atoms are locked, so it is complete when the lock is held.
    """
    waiting: set[int] = set()

    def wanted() -> set[int]:
        keys = own = atoms()
        waiting.clear()
        for entry, asked in _questions(_line(own)):
            waiting.add(entry.party_id)
            keys = keys | {atom.pk for atom in asked.atoms}
        return keys

    lock_stable(wanted)
    lock_parties({*parties(), *waiting})


def promote(*, now: datetime, atoms: Sequence[Resource]) -> list[Booking]:
    """Make offers that hold the freed time, in the order of waiting; `lock_line` has been called."""
    # The entries are locked too: whoever withdraws at this moment comes before or after, not between.
    line = _line({atom.pk for atom in atoms}).filter(period__startswith__gt=now)
    offers = []
    for entry, asked in _questions(line.select_for_update(of=("self",))):
        situation = situation_of(asked, entry.when, party_id=entry.party_id, now=now)
        if all(violation.code in _IGNORED for violation in broken_in(situation)):
            offers.append(_offer(entry, situation))
    return offers


def settle_entry(booking: Booking) -> None:
    """Write into the waiting list what became of its offer. Who lost it to an outage waits on, in the same place."""
    entry = WaitEntry.objects.filter(offer=booking, state=WaitState.OFFERED)
    if booking.state == State.DISPLACED:
        entry.update(state=WaitState.WAITING, offer=None)
    else:
        outcomes = {
            State.CONFIRMED: WaitState.SERVED,
            State.PENDING: WaitState.SERVED,
            State.CANCELLED: WaitState.WITHDRAWN,
        }
        entry.update(state=outcomes.get(State(booking.state), WaitState.LAPSED))


def _line(atoms: Iterable[int]) -> QuerySet[WaitEntry]:
    """Who waits for anything that needs one of `atoms`, in the order of asking."""
    waiting = WaitEntry.objects.filter(state=WaitState.WAITING, resource__in=reaching(atoms))
    return waiting.select_related("resource__programme", "party").order_by("id")


def _questions(line: QuerySet[WaitEntry]) -> Iterator[tuple[WaitEntry, Asked]]:
    """Each entry with what it asks for; what a resource needs is looked up once."""
    known: dict[tuple[int, int], Asked] = {}
    for entry in line:
        key = (entry.resource_id, entry.quantity)
        asked = known.setdefault(key, Asked(entry.resource, (), entry.quantity))
        yield entry, asked


def _offer(entry: WaitEntry, situation: Situation) -> Booking:
    now = situation.now
    booking = Booking(
        programme=entry.resource.programme,
        resource=entry.resource,
        party=entry.party,
        booked_by_id=entry.asked_by_id,
        period=DateTimeTZRange(*entry.when, "[)"),
        quantity=entry.quantity,
        purpose=entry.purpose,
        state=State.OFFERED,
        booked_at=now,
        expires_at=min(now + timedelta(minutes=entry.resource.offer_hold), entry.period.lower),
    )
    take(booking, situation)
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
    tell(booking, "offered", now, until=f"{timezone.localtime(booking.expires_at):%Y-%m-%d %H:%M}")
    return booking
