"""Closing and opening logins; names and languages."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.test import Client

from kaichuang.accounts.models import User
from kaichuang.accounts.operations import change_profile, choose_language, deactivate_user, reactivate_user
from kaichuang.accounts.queries import normal_language, users_for
from kaichuang.journal.models import Entry
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.kit.problems import NotAllowed, Refused, Stale
from kaichuang.parties.models import RoleGrant
from kaichuang.places.models import Programme

from .conftest import MakeUser, Phone, sign_in


def actor_of(user: User, programme: Programme, *roles: str, strong: bool = True) -> Actor:
    return Actor(
        kind=ActorKind.USER,
        user_id=user.pk,
        name=user.name,
        programme_id=programme.pk,
        roles=frozenset(roles),
        strong=strong,
    )


@pytest.fixture
def administrator(make_user: MakeUser, programme: Programme) -> Actor:
    return actor_of(make_user("chief", "administrator"), programme, "administrator")


def test_a_deactivated_user_is_out_at_once(
    founder: User, administrator: Actor, client: Client, now: datetime
) -> None:
    sign_in(client, "founder")
    assert client.get("/files/attachments/").status_code == 200
    deactivate_user(user=founder, actor=administrator, now=now, reason="已离职")
    assert client.get("/files/attachments/").status_code == 302
    sign_in(client, "founder")
    assert "_auth_user_id" not in client.session
    entry = Entry.objects.get(action="deactivate")
    assert (entry.subject_id, entry.reason, entry.actor_user_id) == (
        str(founder.pk),
        "已离职",
        administrator.user_id,
    )
    reactivate_user(user=founder, actor=administrator, now=now, reason="误停")
    sign_in(client, "founder")
    assert "_auth_user_id" in client.session


def test_only_strong_administrators_of_the_users_programme_may(
    founder: User, make_user: MakeUser, programme: Programme, now: datetime
) -> None:
    chief = make_user("chief", "administrator")
    elsewhere = Programme.objects.create(slug="elsewhere", name="别处", place=programme.place)
    stranger = make_user("stranger")
    RoleGrant.objects.create(user=stranger, programme=elsewhere, role="officer", since=date(2020, 1, 1))
    cases = [
        (Actor.public(), founder, "login_required"),
        (actor_of(chief, programme, "leader"), founder, "role_required"),
        (actor_of(chief, programme, "administrator", strong=False), founder, "second_factor_required"),
        (actor_of(chief, programme, "administrator"), chief, "own_account"),
        (actor_of(chief, programme, "administrator"), stranger, "other_programme"),
    ]
    for actor, user, code in cases:
        with pytest.raises(NotAllowed) as refused:
            deactivate_user(user=user, actor=actor, now=now, reason="x")
        assert refused.value.codes == {code}
    assert set(users_for(actor_of(chief, programme, "administrator"))) == {founder, chief}
    assert not users_for(actor_of(chief, programme, "leader")).exists()


def test_a_reason_is_needed_and_twice_is_stale(founder: User, administrator: Actor, now: datetime) -> None:
    with pytest.raises(Refused, match="理由"):
        deactivate_user(user=founder, actor=administrator, now=now, reason=" ")
    deactivate_user(user=founder, actor=administrator, now=now, reason="x")
    with pytest.raises(Stale):
        deactivate_user(user=founder, actor=administrator, now=now, reason="x")


def test_the_pages_are_for_administrators(founder: User, make_user: MakeUser, client: Client, enrol) -> None:  # type: ignore[no-untyped-def]
    assert client.get("/accounts/users/").status_code == 302
    sign_in(client, "founder")
    assert client.get("/accounts/users/").status_code == 404
    assert client.get(f"/accounts/users/{founder.pk}/").status_code == 404
    client.logout()
    chief = make_user("chief", "administrator")
    phone: Phone = enrol(chief)
    sign_in(client, "chief")
    client.post("/accounts/2fa/authenticate/", {"code": phone.code()})
    listed = client.get("/accounts/users/").content.decode()
    assert "founder@example.com" in listed
    assert client.post(f"/accounts/users/{founder.pk}/", {"reason": ""}).status_code == 422
    assert client.post(f"/accounts/users/{founder.pk}/", {"reason": "离职"}).status_code == 302
    founder.refresh_from_db()
    assert not founder.is_active
    assert "离职" in client.get(f"/accounts/users/{founder.pk}/").content.decode()


def test_a_new_name_is_journalled_and_a_language_is_not(
    founder: User, programme: Programme, now: datetime
) -> None:
    actor = actor_of(founder, programme)
    change_profile(user=founder, actor=actor, now=now, name="王若溪", language="en")
    assert Entry.objects.get(action="rename").payload == {"from": "用户founder", "to": "王若溪"}
    assert choose_language(user=founder, language="zh-hant") == "zh-hant"
    founder.refresh_from_db()
    assert founder.language == "zh-hant"
    assert Entry.objects.count() == 1


def test_the_language_follows_the_user(founder: User, client: Client) -> None:
    User.objects.filter(pk=founder.pk).update(language="en")
    sign_in(client, "founder")
    assert client.cookies["django_language"].value == "en"
    client.post("/accounts/language/", {"language": "zh-hant", "next": "/files/attachments/"})
    founder.refresh_from_db()
    assert founder.language == "zh-hant"
    assert client.cookies["django_language"].value == "zh-hant"


@pytest.mark.parametrize(
    ("given", "normal"),
    [("zh-hant", "zh-hant"), ("en-GB", "en"), ("fr", "zh-hans"), ("", "zh-hans"), (None, "zh-hans")],
)
def test_an_unknown_language_is_simplified_chinese(given: str | None, normal: str) -> None:
    assert normal_language(given) == normal


def test_other_sessions_can_be_ended(founder: User, client: Client) -> None:
    elsewhere = Client()
    sign_in(elsewhere, "founder")
    elsewhere.get("/accounts/profile/")
    sign_in(client, "founder")
    client.get("/accounts/profile/")
    assert client.get("/accounts/sessions/").status_code == 200
    client.post("/accounts/sessions/")
    assert elsewhere.get("/accounts/profile/").status_code == 302
    assert client.get("/accounts/profile/").status_code == 200
