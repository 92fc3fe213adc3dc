"""Public servants use a second factor; its secret is encrypted and its codes work once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client

from kaichuang.accounts.models import User
from kaichuang.accounts.strong import STRONG_KEY
from kaichuang.parties.queries import actor as actor_module

from .conftest import PASSWORD, Phone, sign_in

Enrol = Callable[[User], Phone]


def give(client: Client, code: str) -> object:
    return client.post("/accounts/2fa/authenticate/", {"code": code})


def test_the_key_is_the_one_that_actors_read() -> None:
    assert actor_module.STRONG_KEY == STRONG_KEY


def test_an_officer_without_second_factor_is_sent_to_enrol(officer: User, client: Client) -> None:
    sign_in(client, "officer")
    answer = client.get("/files/attachments/?q=x")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/second-factor/?next=%2Ffiles%2Fattachments%2F%3Fq%3Dx"
    page = client.get(answer["Location"]).content.decode()
    assert "您的角色" in page
    assert "/accounts/2fa/totp/activate/" in page


def test_a_founder_needs_none(founder: User, client: Client) -> None:
    sign_in(client, "founder")
    assert client.get("/files/attachments/").status_code == 200


def test_the_api_says_why(officer: User, client: Client) -> None:
    sign_in(client, "officer")
    answer = client.get("/api/notices/unread")
    assert answer.status_code == 403
    assert answer.json()["code"] == "second_factor_required"
    assert "两步验证" in answer.json()["detail"]


def test_htmx_is_told_to_go_there(officer: User, client: Client) -> None:
    sign_in(client, "officer")
    answer = client.post("/notices/inbox/read/", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/accounts/second-factor/"


def test_a_role_that_has_ended_demands_nothing(officer: User, client: Client) -> None:
    officer.role_grants.update(until="2020-02-01")
    sign_in(client, "officer")
    assert client.get("/files/attachments/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_an_officer_enrols_and_goes_on_at_once(officer: User, client: Client) -> None:
    sign_in(client, "officer")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.get("/accounts/2fa/totp/activate/")
    phone = Phone(client.session["mfa.totp.secret"])
    assert client.post("/accounts/2fa/totp/activate/", {"code": "000000"}).status_code == 200
    assert client.get("/files/attachments/").status_code == 302
    assert client.post("/accounts/2fa/totp/activate/", {"code": phone.code()}).status_code == 302
    assert client.session[STRONG_KEY] is True
    assert client.get("/files/attachments/").status_code == 200


def test_signing_in_asks_for_the_code(officer: User, client: Client, enrol: Enrol) -> None:
    phone = enrol(officer)
    answer = sign_in(client, "officer")
    assert answer["Location"] == "/accounts/2fa/authenticate/"  # type: ignore[index]
    assert "_auth_user_id" not in client.session
    assert give(client, "000000").status_code == 200  # type: ignore[attr-defined]
    assert "_auth_user_id" not in client.session
    give(client, phone.code())
    assert client.session["_auth_user_id"] == str(officer.pk)
    assert client.get("/files/attachments/").status_code == 200


def test_a_code_works_once(officer: User, client: Client, enrol: Enrol) -> None:
    phone = enrol(officer)
    code = phone.code()
    sign_in(client, "officer")
    give(client, code)
    client.logout()
    sign_in(client, "officer")
    page = give(client, code)
    # Used, or by now of the last half minute: refused with the same words either way.
    assert "_auth_user_id" not in client.session
    assert "已经用过" in str(page.context["form"].errors)  # type: ignore[attr-defined]  # of a test client's answer


def test_a_recovery_code_counts_and_works_once(officer: User, client: Client, enrol: Enrol) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    enrol(officer)
    code = RecoveryCodes.activate(officer).get_unused_codes()[0]
    sign_in(client, "officer")
    give(client, code)
    assert client.session[STRONG_KEY] is True
    client.logout()
    sign_in(client, "officer")
    give(client, code)
    assert "_auth_user_id" not in client.session


def test_secrets_are_encrypted_at_rest(officer: User, enrol: Enrol) -> None:
    phone = enrol(officer)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator WHERE user_id = %s", [officer.pk])
        stored = cursor.fetchone()[0]
    assert phone.secret not in stored
    assert Authenticator.objects.get(user=officer).wrap().validate_code(phone.code())


def test_removing_the_last_factor_ends_the_strength(officer: User, client: Client, enrol: Enrol) -> None:
    phone = enrol(officer)
    sign_in(client, "officer")
    give(client, phone.code())
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert client.session[STRONG_KEY] is False
    assert client.get("/files/attachments/").status_code == 302


def test_an_abandoned_strong_sign_in_lends_nothing_to_the_next_user(
    officer: User, make_user: Callable[..., User], client: Client, enrol: Enrol
) -> None:
    other = make_user("other", "finance")
    phone = enrol(officer)
    sign_in(client, "officer")
    officer.is_active = False
    officer.save()
    give(client, phone.code())
    sign_in(client, "other")
    assert client.session.get("_auth_user_id") == str(other.pk)
    assert client.session[STRONG_KEY] is False
    assert client.get("/files/attachments/").status_code == 302


def test_a_forged_session_flag_cannot_be_sent(officer: User, client: Client) -> None:
    sign_in(client, "officer")
    assert client.get(f"/files/attachments/?{STRONG_KEY}=1").status_code == 302
    client.cookies[STRONG_KEY] = "1"
    assert client.get("/files/attachments/").status_code == 302


@pytest.mark.parametrize(
    "path", ["/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/", "/accounts/email/"]
)
def test_sensitive_pages_ask_for_the_password_again(founder: User, client: Client, path: str) -> None:
    client.force_login(founder)
    answer = client.post(path, {"code": "1", "email": "new@example.com", "action_add": ""})
    assert answer.status_code == 302
    assert "/accounts/reauthenticate/" in answer["Location"]


def test_the_check_costs_one_query_and_none_when_strong(
    officer: User, client: Client, enrol: Enrol, django_assert_max_num_queries: Callable[..., object]
) -> None:
    from django.test.utils import CaptureQueriesContext

    sign_in(client, "officer")
    with CaptureQueriesContext(connection) as weak:
        client.get("/accounts/profile/")
    grants = [
        query["sql"] for query in weak if "parties_rolegrant" in query["sql"] and "LIMIT 1" in query["sql"]
    ]
    assert len(grants) <= 2


def test_a_new_data_key_takes_over_the_secrets(officer: User, enrol: Enrol, settings) -> None:  # type: ignore[no-untyped-def]
    from kaichuang.accounts.operations import rotate_secrets

    phone = enrol(officer)
    old, new = settings.DATA_KEYS, ["ab" * 32]
    settings.DATA_KEYS = [*new, *old]
    assert rotate_secrets() == 1
    settings.DATA_KEYS = new
    assert Authenticator.objects.get(user=officer).wrap().validate_code(phone.code())
