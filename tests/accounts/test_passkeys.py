"""Passkeys: enrolled in a signed-in session, then enough by themselves."""

from __future__ import annotations

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from kaichuang.accounts.models import User
from kaichuang.accounts.strong import STRONG_KEY

from .authenticator import Passkey
from .conftest import PASSWORD, sign_in


def options_on(page: str) -> dict[str, object]:
    found = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    return data.get("creation_options") or data["request_options"]  # type: ignore[no-any-return]


def add(client: Client, passkey: Passkey) -> object:
    page = client.get("/accounts/2fa/webauthn/add/").content.decode()
    data = {"name": "手机", "passwordless": "on", "credential": passkey.create(options_on(page))}  # type: ignore[arg-type]
    return client.post("/accounts/2fa/webauthn/add/", data)


@pytest.fixture
def passkey(officer: User, client: Client) -> Passkey:
    made = Passkey()
    sign_in(client, "officer")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert add(client, made).status_code == 302  # type: ignore[attr-defined]
    assert Authenticator.objects.filter(user=officer, type="webauthn").count() == 1
    return made


def test_enrolling_one_makes_the_session_strong(passkey: Passkey, client: Client) -> None:
    assert client.session[STRONG_KEY] is True
    assert client.get("/files/attachments/").status_code == 200


def test_it_signs_in_without_password_and_counts_as_two(
    passkey: Passkey, officer: User, client: Client
) -> None:
    client.logout()
    options = client.get(
        "/accounts/2fa/webauthn/login/",
        headers={"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"},
    ).json()
    options = options.get("request_options", options)
    answer = client.post("/accounts/2fa/webauthn/login/", {"credential": passkey.get(options)})
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(officer.pk)
    assert client.session[STRONG_KEY] is True


def test_it_is_the_second_factor_after_a_password(passkey: Passkey, officer: User, client: Client) -> None:
    client.logout()
    sign_in(client, "officer")
    page = client.get("/accounts/2fa/authenticate/").content.decode()
    client.post("/accounts/2fa/authenticate/", {"credential": passkey.get(options_on(page))})  # type: ignore[arg-type]
    assert client.session["_auth_user_id"] == str(officer.pk)
    assert client.session[STRONG_KEY] is True


def test_a_stranger_s_passkey_is_refused(passkey: Passkey, client: Client) -> None:
    client.logout()
    other = Passkey()
    other.id, other.handle = passkey.id, passkey.handle
    options = client.get(
        "/accounts/2fa/webauthn/login/",
        headers={"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"},
    ).json()
    client.post(
        "/accounts/2fa/webauthn/login/", {"credential": other.get(options.get("request_options", options))}
    )
    assert "_auth_user_id" not in client.session


def test_an_authenticator_that_verifies_nobody_is_refused(officer: User, client: Client) -> None:
    sign_in(client, "officer")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert add(client, Passkey(verifies=False)).status_code == 200  # type: ignore[attr-defined]
    assert not Authenticator.objects.exists()
