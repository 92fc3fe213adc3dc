"""A programme and people in every role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.conf import settings
from django.test import Client

from kaichuang.accounts.models import User
from kaichuang.accounts.strong import STRONG_KEY
from kaichuang.parties.models import RoleGrant
from kaichuang.places.models import Division, Programme

SignIn = Callable[..., Client]


@pytest.fixture
def programme(db: None) -> Programme:
    place, _created = Division.objects.get_or_create(code="330226", defaults={"name": "宁海县", "level": 3})
    return Programme.objects.create(
        slug="ninghai", name="宁海县双创项目", place=place, business_date=date(2015, 11, 20)
    )


@pytest.fixture
def sign_in(programme: Programme) -> SignIn:
    """`sign_in("officer", "leader")`: a browser signed in with a second factor, holding these roles."""

    def make(*roles: str, name: str = "林晓") -> Client:
        user = User.objects.create_user(username=f"u{User.objects.count()}", name=name, password="x")
        for role in roles:
            RoleGrant.objects.create(user=user, programme=programme, role=role, since=date(2015, 1, 1))
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.session
        session[STRONG_KEY] = True
        session.save()
        return client

    return make


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """WhiteNoise says at every start that nothing has been collected yet; tests collect nothing."""
    for item in items:
        item.add_marker(pytest.mark.filterwarnings("ignore:No directory at:UserWarning"))
