"""Signing in through a government's single sign-on, against a provider on a local port."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client

from kaichuang.accounts.models import User
from kaichuang.accounts.strong import STRONG_KEY

from .conftest import PASSWORD, sign_in
from .provider import CLIENT, SECRET, Provider, running


@pytest.fixture
def provider(settings, db: None) -> Iterator[Provider]:  # type: ignore[no-untyped-def]
    with running() as found:
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                "OAUTH_PKCE_ENABLED": True,
                "APPS": [
                    {
                        "provider_id": "gov-sso",
                        "name": "省统一身份认证",
                        "client_id": CLIENT,
                        "secret": SECRET,
                        "settings": {"server_url": found.address, "token_auth_method": "client_secret_basic"},
                    }
                ],
            }
        }
        yield found


def through(client: Client, provider: Provider, *, process: str = "login") -> object:
    start = client.post(f"/accounts/oidc/gov-sso/login/?process={process}")
    assert start.status_code == 302
    assert start["Location"].startswith(provider.address + "/authorize")
    return client.get(provider.authorize(start["Location"]))


def test_a_new_person_gets_an_account(client: Client, provider: Provider) -> None:
    assert through(client, provider)["Location"] == "/"  # type: ignore[index]
    user = User.objects.get()
    assert (user.username, user.name, user.has_usable_password()) == ("zhangwei", "张伟", False)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert not SocialToken.objects.exists()
    client.logout()
    through(client, provider)
    assert User.objects.count() == 1


def test_the_page_offers_it_by_post_only(client: Client, provider: Provider) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "省统一身份认证" in page
    assert '<form method="post" action="/accounts/oidc/gov-sso/login/?process=login' in page
    asked = client.get("/accounts/oidc/gov-sso/login/")
    assert asked.status_code == 200, "a link from elsewhere must not start signing in"


def test_an_equal_address_never_links(founder: User, client: Client, provider: Provider) -> None:
    for verified in (False, True):
        provider.person |= {"email": "founder@example.com", "email_verified": verified}
        through(client, provider)
        assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1
    assert EmailAddress.objects.get().user == founder


def test_the_owner_links_it_while_signed_in(founder: User, client: Client, provider: Provider) -> None:
    sign_in(client, "founder")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    through(client, provider, process="connect")
    assert SocialAccount.objects.get().user == founder
    client.logout()
    through(client, provider)
    assert client.session["_auth_user_id"] == str(founder.pk)


def test_a_strange_state_is_refused(client: Client, provider: Provider) -> None:
    start = client.post("/accounts/oidc/gov-sso/login/")
    callback = provider.authorize(start["Location"])
    other = Client()
    answer = other.get(callback)
    assert "_auth_user_id" not in other.session
    assert answer.status_code in {200, 302, 401, 403}
    assert not User.objects.exists()


def test_a_stolen_code_is_useless_without_the_verifier(client: Client, provider: Provider) -> None:
    start = client.post("/accounts/oidc/gov-sso/login/")
    stolen = provider.authorize(start["Location"])
    thief = Client()
    mine = thief.post("/accounts/oidc/gov-sso/login/")
    own = provider.authorize(mine["Location"])
    code = stolen.split("code=")[1].split("&")[0]
    state = own.split("state=")[1]
    thief.get(f"/accounts/oidc/gov-sso/login/callback/?code={code}&state={state}")
    assert provider.refused == [code]
    assert "_auth_user_id" not in thief.session


@pytest.mark.parametrize(
    ("claims", "strong"),
    [
        ({}, False),
        ({"acr": "1"}, False),
        ({"acr": "loa3"}, True),
        ({"amr": ["pwd", "otp"]}, True),
        ({"amr": ["pwd"]}, False),
    ],
)
def test_a_strong_sign_on_elsewhere_counts_if_configured(
    officer: User,
    client: Client,
    provider: Provider,
    settings,
    claims: dict[str, object],
    strong: bool,  # type: ignore[no-untyped-def]
) -> None:
    settings.OIDC_STRONG_VALUES = frozenset({"loa3", "otp"})
    SocialAccount.objects.create(user=officer, provider="gov-sso", uid=provider.person["sub"])
    provider.claims = claims
    through(client, provider)
    assert client.session["_auth_user_id"] == str(officer.pk)
    assert client.session[STRONG_KEY] is strong
    assert client.get("/files/attachments/").status_code == (200 if strong else 302)


def test_without_configuration_no_claim_counts(officer: User, client: Client, provider: Provider) -> None:
    SocialAccount.objects.create(user=officer, provider="gov-sso", uid=provider.person["sub"])
    provider.claims = {"acr": "", "amr": ["otp", "mfa"]}
    through(client, provider)
    assert client.session[STRONG_KEY] is False
