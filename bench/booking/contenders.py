"""Each way to book half an hour: `claim()` books a fresh one, durably; in one room, or in one of a hundred."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

ROOMS, PARTIES = 100, 64
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
SLOTS = 1_000_000
HALF_HOUR = timedelta(minutes=30)
Claim = Callable[[], None]


def prepare() -> None:
    """A hundred rooms for each contender, in the parent process, once."""
    from bench.booking.usual.models import Room
    from bench.ledger.usual.models import Pool
    from kaichuang.booking.models import Resource
    from kaichuang.parties.models import Party
    from kaichuang.places.models import Division, Programme

    Pool.objects.create(pk=1, balance=10**12)
    Room.objects.bulk_create(Room(name=f"{n}") for n in range(ROOMS))
    place, _ = Division.objects.get_or_create(code="330226", defaults={"name": "宁海县", "level": 3})
    programme = Programme.objects.create(slug="bench", name="bench", place=place)
    owner, *_parties = Party.objects.bulk_create(
        Party(kind="organisation", name=f"bench {n}") for n in range(PARTIES + 1)
    )
    Resource.objects.bulk_create(
        Resource(
            programme=programme, owner=owner, kind="room", name=f"bench {n}", holidays="open", horizon=30_000
        )
        for n in range(ROOMS)
    )


def _slot() -> tuple[datetime, datetime]:
    """A half hour of the next 57 years; two clients hardly ever draw the same."""
    start = NOW + HALF_HOUR * random.randrange(1, SLOTS)
    return start, start + HALF_HOUR


def shortest(spread: bool) -> Claim:
    """The least that plain Django can do: lock the room, look for an overlap, create."""
    from bench.booking.usual.models import Booking, Room

    keys = list(Room.objects.order_by("pk").values_list("pk", flat=True)[: ROOMS if spread else 1])

    @transaction.atomic
    def claim() -> None:
        start, end = _slot()
        room = Room.objects.select_for_update().get(pk=random.choice(keys))
        if Booking.objects.filter(room=room, start__lt=end, end__gt=start, state="confirmed").exists():
            raise RuntimeError("taken")
        Booking.objects.create(room=room, party=1, start=start, end=end)

    return claim


def usual(spread: bool) -> Claim:
    """The same promises in plain Django: suspensions, hours, quotas and a log, each with its query."""
    from bench.booking.usual.models import Booking, Hours, Log, Quota, Room, Suspension

    keys = list(Room.objects.order_by("pk").values_list("pk", flat=True)[: ROOMS if spread else 1])

    @transaction.atomic
    def claim() -> None:
        (start, end), party = _slot(), random.randrange(PARTIES)
        room = Room.objects.select_for_update().get(pk=random.choice(keys))
        if Suspension.objects.filter(party=party, until__gte=NOW.date()).exists():
            raise RuntimeError("suspended")
        hours = list(Hours.objects.filter(room=room))
        if hours and start.isoweekday() not in {row.weekday for row in hours}:
            raise RuntimeError("closed")
        for quota in Quota.objects.filter(kind="room"):
            if Booking.objects.filter(party=party, start__date=start.date()).count() >= quota.limit:
                raise RuntimeError("quota")
        if Booking.objects.filter(room=room, start__lt=end, end__gt=start, state="confirmed").exists():
            raise RuntimeError("taken")
        row = Booking.objects.create(room=room, party=party, start=start, end=end)
        Log.objects.create(booking=row, action="book", payload={"start": start.isoformat()})

    return claim


def ours(spread: bool) -> Claim:
    """The door: `booking.operations.book`."""
    from kaichuang.booking.models import Resource
    from kaichuang.booking.operations import book
    from kaichuang.booking.queries.availability import Asked
    from kaichuang.kit.actor import Actor, ActorKind
    from kaichuang.parties.models import Party

    rooms = list(
        Resource.objects.filter(programme__slug="bench")
        .select_related("programme")
        .order_by("pk")[: ROOMS if spread else 1]
    )
    parties = list(
        Party.objects.filter(name__startswith="bench").order_by("pk").values_list("pk", flat=True)[1:]
    )

    def claim() -> None:
        room = random.choice(rooms)
        actor = Actor(kind=ActorKind.USER, programme_id=room.programme_id, party_id=random.choice(parties))
        book(actor=actor, now=NOW, asked=Asked(room), period=_slot())

    return claim


def hot_row(spread: bool) -> Claim:
    """The limit as Python sees it: one UPDATE of one row through Django's cursor."""

    def claim() -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE usual_pool SET balance = balance - 1 WHERE id = 1")

    return claim


WAYS: dict[str, Callable[[bool], Claim]] = {"shortest": shortest, "usual": usual, "ours": ours}
CONTENDERS: dict[str, Callable[[], Claim]] = {
    **{f"{name}-one": (lambda way=way: way(False)) for name, way in WAYS.items()},
    **{f"{name}-many": (lambda way=way: way(True)) for name, way in WAYS.items()},
    "hot_row": lambda: hot_row(False),
}
