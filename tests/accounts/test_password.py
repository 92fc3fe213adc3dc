"""Signing up and in with a password; nobody learns from the answers whether an account exists."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from kaichuang.accounts.models import User

from .conftest import PASSWORD, sign_in


def test_one_signs_in_by_user_name_or_address(founder: User, client: Client) -> None:
    for name in ("founder", "founder@example.com", "FOUNDER"):
        answer = sign_in(client, name)
        assert answer.status_code == 302
        assert client.session["_auth_user_id"] == str(founder.pk)
        client.logout()


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(founder: User, client: Client) -> None:
    wrong = sign_in(client, "founder", "not the password").content.decode()
    unknown = sign_in(client, "nobody", "not the password").content.decode()
    clean = [re.sub(r'value="[^"]*"', "", page) for page in (wrong, unknown)]
    assert clean[0] == clean[1]
    assert "用户名或密码不正确" in wrong


def test_a_reset_is_promised_to_everybody_but_mailed_to_owners_only(founder: User, client: Client) -> None:
    answers = [
        client.post("/accounts/password/reset/", {"email": email})
        for email in ("founder@example.com", "x@example.com")
    ]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, "/accounts/password/reset/done/")
    }
    assert [message.to for message in mail.outbox] == [["founder@example.com"]]


def test_a_reset_link_sets_a_new_password_once(founder: User, client: Client) -> None:
    client.post("/accounts/password/reset/", {"email": "founder@example.com"})
    path = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
    assert path is not None
    form = client.get(path[1], follow=True)
    target = form.redirect_chain[-1][0]
    new = "another long secret"
    assert client.post(target, {"password1": new, "password2": new}).status_code == 302
    assert sign_in(client, "founder", PASSWORD).status_code == 200
    assert sign_in(client, "founder", new).status_code == 302
    client.logout()
    assert "链接无效" in client.get(path[1], follow=True).content.decode()


def sign_up(client: Client, username: str, email: str) -> object:
    secret = "a password of mine"
    data = {"username": username, "email": email, "name": "王若溪", "password1": secret, "password2": secret}
    return client.post("/accounts/signup/", data)


def test_signing_up_needs_a_confirmed_address(client: Client, db: None) -> None:
    client.cookies["django_language"] = "en"
    assert sign_up(client, "wang", "wang@example.com")["Location"] == "/accounts/confirm-email/"  # type: ignore[index]
    user = User.objects.get(username="wang")
    assert (user.name, user.language) == ("王若溪", "en")
    assert "_auth_user_id" not in client.session
    sign_in(client, "wang", "a password of mine")
    assert "_auth_user_id" not in client.session
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
    assert link is not None
    assert client.get(link[1]).status_code == 200
    assert not user.emailaddress_set.get().verified, "following the link alone must not confirm"
    client.post(link[1])
    assert user.emailaddress_set.get().verified
    sign_in(client, "wang", "a password of mine")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_signing_up_with_a_taken_address_looks_like_success(founder: User, client: Client) -> None:
    answer = sign_up(client, "other", "founder@example.com")
    assert answer["Location"] == "/accounts/confirm-email/"  # type: ignore[index]
    assert not User.objects.filter(username="other").exists()
    assert "已经存在" in str(mail.outbox[0].body)


@pytest.mark.parametrize("password", ["12345678", "password", "short", "founder@example.com"])
def test_weak_passwords_are_refused(client: Client, db: None, password: str) -> None:
    data = {
        "username": "founder2",
        "email": "founder@example.com",
        "name": "王",
        "password1": password,
        "password2": password,
    }
    assert client.post("/accounts/signup/", data).status_code == 200
    assert not User.objects.exists()


def test_the_session_key_changes_at_sign_in(founder: User, client: Client) -> None:
    session = client.session
    session["before"] = "x"
    session.save()
    before = client.session.session_key
    sign_in(client, "founder")
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_next_never_leads_to_another_site(founder: User, client: Client, target: str) -> None:
    answer = client.post("/accounts/login/", {"login": "founder", "password": PASSWORD, "next": target})
    assert answer["Location"] == "/"
    assert client.post("/accounts/language/", {"language": "en", "next": target})["Location"] == "/"
    assert client.get("/accounts/second-factor/", {"next": target}).status_code == 200
    assert (
        "evil"
        not in client.get("/accounts/second-factor/", {"next": target}).content.decode().split("<main")[1]
    )


def test_next_leads_back_within_the_site(founder: User, client: Client) -> None:
    answer = client.post(
        "/accounts/login/", {"login": "founder", "password": PASSWORD, "next": "/files/attachments/"}
    )
    assert answer["Location"] == "/files/attachments/"


def test_demo_accounts_sleep_outside_the_demo(make_user, client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    make_user("published", is_demo=True)
    settings.DEMO = False
    sign_in(client, "published")
    assert "_auth_user_id" not in client.session
    assert "演示账号" not in client.get("/accounts/login/").content.decode().split("<main")[1].replace(
        "演示账号只能在演示模式中登录", ""
    )
    settings.DEMO = True
    sign_in(client, "published")
    assert "_auth_user_id" in client.session
