"""People with logins, and a programme in which some of them serve."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.test import Client

from kaichuang.accounts.models import User
from kaichuang.parties.models import RoleGrant
from kaichuang.places.models import Division, Programme

PASSWORD = "correct horse battery"
MakeUser = Callable[..., User]


@pytest.fixture(autouse=True)
def _empty_cache(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def programme(db: None) -> Programme:
    place, _ = Division.objects.get_or_create(code="330226", defaults={"name": "宁海县", "level": 3})
    return Programme.objects.create(slug="ninghai", name="宁海县双创", place=place)


@pytest.fixture
def make_user(programme: Programme) -> MakeUser:
    def make(username: str, role: str = "", **fields: object) -> User:
        email = f"{username}@example.com"
        user = User.objects.create_user(
            username=username, email=email, password=PASSWORD, name=f"用户{username}", **fields
        )
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        if role:
            RoleGrant.objects.create(user=user, programme=programme, role=role, since=date(2020, 1, 1))
        return user

    return make


@pytest.fixture
def founder(make_user: MakeUser) -> User:
    return make_user("founder", "founder")


@pytest.fixture
def officer(make_user: MakeUser) -> User:
    return make_user("officer", "officer")


class Phone:
    """An authenticator app."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def code(self) -> str:
        return str(format_hotp_value(hotp_value(self.secret, int(time.time()) // 30)))


@pytest.fixture
def enrol() -> Callable[[User], Phone]:
    def enrol_user(user: User) -> Phone:
        secret = generate_totp_secret()
        TOTP.activate(user, secret)
        return Phone(secret)

    return enrol_user


def sign_in(client: Client, username: str, password: str = PASSWORD) -> object:
    return client.post("/accounts/login/", {"login": username, "password": password})


@pytest.fixture
def login() -> Callable[..., object]:
    return sign_in
