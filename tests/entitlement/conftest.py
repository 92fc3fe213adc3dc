"""Places that have adopted their packs, and people in their roles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.test import Client

from kaichuang.accounts.models import User
from kaichuang.accounts.strong import STRONG_KEY
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.packs.loader import load_pack
from kaichuang.parties.models import RoleGrant
from kaichuang.places.models import Division, Programme
from kaichuang.policy.models import PackVersion
from kaichuang.policy.operations.adopt_pack import adopt_into

NOW = datetime(2017, 11, 30, 2, 0, tzinfo=UTC)
Adopt = Callable[..., PackVersion]


@pytest.fixture
def adopt(db: None) -> Adopt:
    """`adopt("lhasa", "540100", "拉萨市", "lhasa-2019", on=…)`: a programme that runs a shipped pack."""

    def make(slug: str, code: str, name: str, pack: str, *, on: date | None) -> PackVersion:
        place, _made = Division.objects.get_or_create(code=code, defaults={"name": name, "level": 3})
        programme = Programme.objects.create(slug=slug, name=f"{name}双创", place=place, business_date=on)
        actor = Actor.system("test", programme_id=programme.pk)
        return adopt_into(actor=actor, now=NOW, programme=programme, pack=load_pack(pack))

    return make


@pytest.fixture
def ninghai(adopt: Adopt) -> PackVersion:
    return adopt("ninghai", "330226", "宁海县", "ninghai-2016", on=date(2017, 11, 30))


@pytest.fixture
def lhasa(adopt: Adopt) -> PackVersion:
    return adopt("lhasa", "540100", "拉萨市", "lhasa-2019", on=date(2019, 6, 1))


@pytest.fixture
def qingdao(adopt: Adopt) -> PackVersion:
    return adopt("qingdao", "370200", "青岛市", "qingdao-2015", on=date(2024, 3, 1))


@pytest.fixture
def sign_in() -> Callable[..., Client]:
    """`sign_in(programme, "officer")`: a browser signed in with a second factor, holding these roles."""

    def make(programme: Programme, *roles: str) -> Client:
        user = User.objects.create_user(username=f"u{User.objects.count()}", name="林晓", password="x")
        for role in roles:
            RoleGrant.objects.create(user=user, programme=programme, role=role, since=date(2015, 1, 1))
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.session
        session[STRONG_KEY] = True
        session.save()
        return client

    return make


@pytest.fixture
def officer() -> Callable[[Programme], Actor]:
    """An officer of a programme as the subject of operations."""

    def make(programme: Programme, role: str = "officer") -> Actor:
        user = User.objects.create_user(username=f"a{User.objects.count()}", name="林晓", password="x")
        return Actor(
            kind=ActorKind.USER,
            user_id=user.pk,
            programme_id=programme.pk,
            roles=frozenset({role}),
            strong=True,
        )

    return make
