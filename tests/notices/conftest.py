"""A programme with people in roles, units and parties, and mail that is caught."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from kaichuang.accounts.models import User
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.notices import kinds
from kaichuang.notices.kinds import NoticeKind, WorkKind
from kaichuang.parties.models import Membership, Party, RoleGrant, Unit
from kaichuang.places.models import Division, Programme

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Monday, 10:00 in China."""

SYSTEM = Actor.system("test")
MakeUser = Callable[..., User]
MakeActor = Callable[..., Actor]


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    """Two kinds as a context would register them."""
    kinds.register(NoticeKind("test.decided", "“%(matter)s”已作出决定", "结果：%(result)s"))
    kinds.register_work(WorkKind("test.review", "评审“%(matter)s”", reminders=(3, 1, 0, -1)))
    kinds.register_work(WorkKind("test.call", "电话回访%(name)s", manual=True))
    yield
    kinds._notices.pop("test.decided")
    kinds._works.pop("test.review")
    kinds._works.pop("test.call")


@pytest.fixture
def programme(db: None) -> Programme:
    place, _ = Division.objects.get_or_create(code="330226", defaults={"name": "宁海县", "level": 3})
    return Programme.objects.create(slug="ninghai", name="宁海县双创", place=place)


@pytest.fixture
def unit(programme: Programme) -> Unit:
    return Unit.objects.create(programme=programme, name="县科技局")


@pytest.fixture
def party(db: None) -> Party:
    return Party.objects.create(kind="organisation", name="宁海星火众创空间有限公司")


@pytest.fixture
def make_user(programme: Programme) -> MakeUser:
    def make(
        name: str, *roles: str, unit: Unit | None = None, party: Party | None = None, verified: bool = True
    ) -> User:
        user = User.objects.create_user(username=name, email=f"{name}@example.com", name=f"用户{name}")
        EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
        for role in roles:
            RoleGrant.objects.create(
                user=user, programme=programme, role=role, unit=unit, since=date(2020, 1, 1)
            )
        if party is not None:
            Membership.objects.create(user=user, party=party, kind="editor", since=date(2020, 1, 1))
        return user

    return make


def actor_of(
    user: User, programme: Programme, *roles: str, party: Party | None = None, unit: Unit | None = None
) -> Actor:
    return Actor(
        kind=ActorKind.USER,
        user_id=user.pk,
        name=user.name,
        programme_id=programme.pk,
        party_id=party.pk if party else None,
        unit_id=unit.pk if unit else None,
        roles=frozenset(roles),
        strong=True,
    )


def login(user: User, *, party: Party | None = None) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["strong_login"] = True
    if party is not None:
        session["party"] = party.pk
    session.save()
    return client
