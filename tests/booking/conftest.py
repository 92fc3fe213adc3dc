from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import count

import pytest

from kaichuang.booking.models import OpeningHours, Resource
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.parties.models import Party, Role
from kaichuang.places.models import Division, Programme

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday 2 March 2026, 09:00 in China."""

_number = count(1)


def at(hours: float, *, day: int = 1) -> datetime:
    """China time `hours` on the `day`-th day after NOW's date."""
    return datetime(2026, 3, 2, tzinfo=UTC) - timedelta(hours=8) + timedelta(days=day, hours=hours)


def make_party(name: str = "") -> Party:
    number = next(_number)
    return Party.objects.create(kind="organisation", name=name or f"测试公司{number}")


def make_resource(programme: Programme, owner: Party, **fields: object) -> Resource:
    values: dict[str, object] = {
        "kind": "room",
        "name": f"会议室{next(_number)}",
        "holidays": "open",
        **fields,
    }
    return Resource.objects.create(programme=programme, owner=owner, **values)


def actor_of(programme: Programme, party: Party, *roles: Role) -> Actor:
    return Actor(
        kind=ActorKind.USER,
        user_id=None,
        name="测试",
        programme_id=programme.pk,
        party_id=party.pk,
        roles=frozenset(roles),
    )


@pytest.fixture
def programme(db: None) -> Programme:
    place, _ = Division.objects.get_or_create(code="330226", defaults={"name": "宁海县", "level": 3})
    return Programme.objects.create(slug=f"test-{next(_number)}", name="测试项目", place=place)


@pytest.fixture
def owner(programme: Programme) -> Party:
    return make_party("测试众创空间")


@pytest.fixture
def keeper(programme: Programme, owner: Party) -> Actor:
    return actor_of(programme, owner, Role.OPERATOR)


@pytest.fixture
def room(programme: Programme, owner: Party) -> Resource:
    return make_resource(programme, owner)


@pytest.fixture
def guest(programme: Programme) -> Actor:
    return actor_of(programme, make_party(), Role.FOUNDER)


@pytest.fixture
def rival(programme: Programme) -> Actor:
    return actor_of(programme, make_party(), Role.FOUNDER)


def open_on_weekdays(resource: Resource, opens: int = 9, closes: int = 18) -> None:
    OpeningHours.objects.bulk_create(
        OpeningHours(resource=resource, weekday=day, opens=time(opens), closes=time(closes))
        for day in range(1, 6)
    )
