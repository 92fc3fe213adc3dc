"""Guessing is slow, whichever process answers."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from kaichuang.accounts.models import User

from .conftest import MakeUser, sign_in

OTHER_PROCESS = """
import sys, django
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.CELERY = None
from django.test import Client
answer = Client().post("/accounts/login/", {"login": sys.argv[1], "password": sys.argv[2]})
print("LIMITED" if "登录失败次数过多" in answer.content.decode() else answer.status_code)
"""

OTHER_CODE = """
import sys, django
django.setup()
from allauth.mfa.models import Authenticator
print(Authenticator.objects.get(user__username=sys.argv[1]).wrap().validate_code(sys.argv[2]))
"""


def in_another_process(script: str, *args: str) -> str:
    """Run with the same database, and another memory."""
    known = connection.settings_dict
    url = f"postgresql://{known['USER']}@/{known['NAME']}?host={quote(str(known['HOST'] or connection.get_connection_params()['host']))}"
    env = {
        **os.environ,
        "DATABASE_URL": url,
        "KAICHUANG_MODE": "demo",
        "DJANGO_SETTINGS_MODULE": "kaichuang.settings",
    }
    env["PYTHONPATH"] = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, *args],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip().splitlines()[-1]


def test_five_wrong_passwords_lock_the_name_for_a_while(founder: User, client: Client) -> None:
    for _ in range(5):
        sign_in(client, "founder", "wrong")
    page = sign_in(client, "founder")
    assert page.status_code == 200
    assert "登录失败次数过多" in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_name_is_locked_from_every_address(founder: User) -> None:
    for number in range(5):
        Client(REMOTE_ADDR=f"10.0.0.{number}").post(
            "/accounts/login/", {"login": "founder", "password": "wrong"}
        )
    page = Client(REMOTE_ADDR="10.9.9.9").post("/accounts/login/", {"login": "founder", "password": "wrong"})
    assert "登录失败次数过多" in page.content.decode()


def test_an_address_cannot_be_invented_without_a_proxy(make_user: MakeUser) -> None:
    for number in range(12):
        client = Client(headers={"X-Forwarded-For": f"10.1.1.{number}"})
        page = client.post("/accounts/login/", {"login": f"name{number}", "password": "wrong"})
    assert "登录失败次数过多" in page.content.decode()


def test_the_address_behind_our_proxy_counts(settings: object, make_user: MakeUser) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1  # type: ignore[attr-defined]
    for number in range(12):
        client = Client(headers={"X-Forwarded-For": f"1.1.1.1, 10.1.1.{number}"})
        page = client.post("/accounts/login/", {"login": f"name{number}", "password": "wrong"})
    assert "登录失败次数过多" not in page.content.decode(), "different visitors behind one proxy"
    for number in range(12):
        client = Client(headers={"X-Forwarded-For": f"{number}.1.1.1, 10.1.1.99"})
        page = client.post("/accounts/login/", {"login": f"again{number}", "password": "wrong"})
    assert "登录失败次数过多" in page.content.decode(), "what the visitor claims must not count"


def test_the_cache_is_the_database_and_keeps_many_counters() -> None:
    assert type(cache._connections[cache._alias]).__name__ == "DatabaseCache"  # type: ignore[attr-defined]
    for number in range(600):
        cache.set(f"flood:{number}", number)
    assert all(cache.get(f"flood:{number}") == number for number in range(0, 600, 50))


@pytest.mark.django_db(transaction=True)
def test_the_lock_holds_in_another_process(make_user: MakeUser, client: Client) -> None:
    cache.clear()
    make_user("two")
    for _ in range(5):
        sign_in(client, "two", "wrong")
    assert in_another_process(OTHER_PROCESS, "two", "correct horse battery") == "LIMITED"
    cache.clear()
    assert in_another_process(OTHER_PROCESS, "two", "correct horse battery") == "302"


@pytest.mark.django_db(transaction=True)
def test_a_code_used_here_is_used_there(make_user: MakeUser, enrol) -> None:  # type: ignore[no-untyped-def]
    cache.clear()
    user = make_user("codes")
    phone = enrol(user)
    code = phone.code()
    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(lambda _: in_another_process(OTHER_CODE, "codes", code), range(2)))
    if phone.code() == code:
        assert answers == ["False", "True"]
