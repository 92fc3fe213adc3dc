"""People with browsers, and a library with one policy in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.conf import settings
from django.test import Client

from kaichuang.accounts.models import User
from kaichuang.accounts.strong import STRONG_KEY
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import RoleGrant, Unit
from kaichuang.places.models import Programme
from kaichuang.policy.models import Edition
from kaichuang.policy.operations import check_edition, publish, settle_doubts

from ..conftest import NOW

SignIn = Callable[..., Client]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """WhiteNoise says at every start that nothing has been collected yet; tests collect nothing."""
    for item in items:
        item.add_marker(pytest.mark.filterwarnings("ignore:No directory at:UserWarning"))


def publish_all(clerk: Actor, edition: Edition) -> Edition:
    """Settle, check and publish."""
    settle_doubts(actor=clerk, now=NOW, edition=edition)
    return publish(actor=clerk, now=NOW, edition=check_edition(actor=clerk, now=NOW, edition=edition))


@pytest.fixture
def published(clerk: Actor, edition: Edition) -> Edition:
    return publish_all(clerk, edition)


@pytest.fixture
def sign_in(programme: Programme) -> SignIn:
    """`sign_in("clerk")`: a browser signed in with a second factor, in the programme, as an officer of `unit`."""

    def make(*roles: str, unit: Unit | None = None) -> Client:
        user = User.objects.create_user(username=f"u{User.objects.count()}", name="林晓", password="x")
        for role in roles:
            RoleGrant.objects.create(
                user=user, programme=programme, role=role, since=date(2015, 1, 1), unit=unit
            )
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.session
        session[STRONG_KEY] = True
        session.save()
        return client

    return make


@pytest.fixture
def desk(sign_in: SignIn) -> Client:
    """A policy clerk's browser."""
    return sign_in("clerk")
