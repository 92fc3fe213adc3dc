"""People and programmes for the tests of parties."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count

import pytest
from stdnum.cn import uscc

from kaichuang.accounts.models import User
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Party, PartyKind, RoleGrant
from kaichuang.parties.queries import actor_for
from kaichuang.places.models import Programme

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
SYSTEM = Actor.system("test")
_numbers = count(1)


def code(number: int | None = None) -> str:
    """A right 统一社会信用代码, another one each time."""
    body = f"91330226MA{(next(_numbers) if number is None else number):07d}"
    return body + uscc.calc_check_digit(body)


def organisation(name: str, **more: object) -> Party:
    return Party.objects.create(kind=PartyKind.ORGANISATION, name=name, uscc=code(), **more)


def person(name: str, **more: object) -> Party:
    return Party.objects.create(kind=PartyKind.PERSON, name=name, **more)


@pytest.fixture
def ninghai() -> Programme:
    return Programme.objects.create(slug="ninghai", name="宁海双创", place_id="330226")


@pytest.fixture
def nantong() -> Programme:
    return Programme.objects.create(slug="nantong", name="南通双创", place_id="320600")


Act = Callable[..., Actor]


@pytest.fixture
def act(ninghai: Programme) -> Act:
    """`act("甲", "officer")`: a user with roles, as actor; the same user for the same name."""

    def build(name: str, *roles: str, programme: Programme = ninghai, party: Party | None = None) -> Actor:
        user, _created = User.objects.get_or_create(username=name, defaults={"name": name})
        for role in roles:
            RoleGrant.objects.get_or_create(user=user, programme=programme, role=role, since=date(2020, 1, 1))
        return actor_for(user=user, programme=programme, now=NOW, party_id=party.pk if party else None)

    return build
