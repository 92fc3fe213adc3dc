"""Every page about one's login is drawn by our own design, in three languages, under a strict policy."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kaichuang.accounts.models import User

PUBLIC = ["login/", "signup/", "password/reset/", "password/reset/done/", "confirm-email/", "inactive/"]
OWN = [
    "profile/",
    "email/",
    "password/change/",
    "2fa/",
    "2fa/totp/activate/",
    "2fa/webauthn/add/",
    "sessions/",
    "second-factor/",
    "logout/",
    "reauthenticate/",
]
HAN = re.compile(r"[\u4e00-\u9fff]")
ENGLISH_LEFT = re.compile(r">[^<>]*[A-Za-z]{3,}(?: [a-z]{2,})+[^<>]*<")


def text_of(html: str) -> str:
    main = html[html.index("<main") : html.index("</main>")]
    return re.sub(r"<(script|style|svg|noscript)\b.*?</\1>", " ", main, flags=re.DOTALL)


@pytest.fixture
def own_client(client: Client, founder: User, login: object) -> Client:
    assert login(client, "founder").status_code == 302  # type: ignore[operator]
    client.post("/accounts/reauthenticate/", {"password": "correct horse battery"})
    client.get("/accounts/profile/")  # takes the messages of signing in, said in the language of then
    return client


def check_page(client: Client, path: str, language: str) -> str:
    client.cookies["django_language"] = language
    response = client.get(f"/accounts/{path}", follow=True)
    assert response.status_code == 200, path
    html = response.content.decode()
    assert 'class="kc-shell' in html, path
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    for name, value in {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }.items():
        assert response.headers[name] == value
    assert not re.search(r"<script(?![^>]*(\bsrc=|application/json))", html), path
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html), path
    return text_of(html)


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_chinese(client: Client, path: str) -> None:
    text = check_page(client, path, "zh-hans")
    assert HAN.search(text)
    assert not ENGLISH_LEFT.search(text), ENGLISH_LEFT.findall(text)


@pytest.mark.parametrize("path", OWN)
def test_an_own_page_is_chinese(own_client: Client, path: str) -> None:
    text = check_page(own_client, path, "zh-hans")
    assert HAN.search(text)
    assert not ENGLISH_LEFT.search(text), ENGLISH_LEFT.findall(text)


@pytest.mark.parametrize("path", [*PUBLIC])
def test_a_public_page_is_english(client: Client, path: str) -> None:
    found = HAN.findall(check_page(client, path, "en"))
    assert not found, "".join(found)


@pytest.mark.parametrize("path", OWN)
def test_an_own_page_is_english(own_client: Client, path: str) -> None:
    text = (
        check_page(own_client, path, "en")
        .replace("用户founder", "")
        .replace("简体中文", "")
        .replace("繁體中文", "")
    )
    found = HAN.findall(text)
    assert not found, "".join(found)


@pytest.mark.parametrize("path", OWN)
def test_an_own_page_is_traditional(own_client: Client, path: str) -> None:
    text = check_page(own_client, path, "zh-hant").replace("用户", "").replace("简体中文", "")
    simplified_only = set("账录设备验证码个资")
    assert not simplified_only & set(text), simplified_only & set(text)
