"""The demo loads, loads again, and shows what it should."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from kaichuang.accounts import demo as accounts_demo
from kaichuang.accounts.models import User
from kaichuang.parties import demo
from kaichuang.parties.identity import identity_problems
from kaichuang.parties.models import Party, Relation, Role, RoleGrant
from kaichuang.parties.queries import actor_for, conflicts
from kaichuang.parties.uscc import check_uscc
from kaichuang.places import demo as places_demo
from kaichuang.places.models import Programme

from .conftest import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(settings: LazySettings) -> None:
    settings.DEMO = True
    for part in (accounts_demo, places_demo, demo):
        part.load(now=NOW)


def test_loading_again_changes_nothing(loaded: None) -> None:
    models = (User, Programme, Party, Relation, RoleGrant)
    before = [model.objects.count() for model in models]
    for part in (accounts_demo, places_demo, demo):
        part.load(now=NOW)
    assert [model.objects.count() for model in models] == before


def test_every_role_has_an_account_in_every_place_that_acts_there_only(loaded: None) -> None:
    for programme in Programme.objects.all():
        for role in Role:
            user = User.objects.get(username=f"{role}-{programme.slug}")
            assert user.check_password(demo.DEMO_PASSWORD)
            assert actor_for(user=user, programme=programme, now=NOW).roles == {role.value}
            others = Programme.objects.exclude(pk=programme.pk)
            assert not any(actor_for(user=user, programme=other, now=NOW).roles for other in others)


def test_invented_numbers_are_well_formed(loaded: None) -> None:
    assert all(check_uscc(party.uscc).is_valid for party in Party.objects.exclude(uscc=""))
    persons = Party.objects.filter(kind="person")
    assert persons.count() == 75
    assert not any(identity_problems(person.identity_number, today=TODAY) for person in persons)


def test_there_is_a_conflict_of_interest_to_find(loaded: None) -> None:
    expert = Party.objects.get(user__username="expert-ninghai")
    startup = Party.objects.get(name__contains="新芽", division="330226")
    paths = conflicts(between=expert, and_=startup, on=date(2026, 11, 22))
    assert [len(path.steps) for path in paths] == [3]
    assert "亲属" in str(paths[0])


def test_the_accounts_that_are_printed_exist(loaded: None) -> None:
    printed = [login for login, _password, _label in demo.demo_accounts()]
    assert User.objects.filter(username__in=printed).count() == len(printed)


def test_a_new_installation_gets_its_first_programme_and_administrator() -> None:
    User.objects.create(username="root", name="管理员")
    call_command("create_programme", "ninghai", "宁海县", administrator="root")
    grant = RoleGrant.objects.get()
    assert (grant.programme.slug, grant.role) == ("ninghai", "administrator")
    with pytest.raises(CommandError, match="已被其他项目使用"):
        call_command("create_programme", "ninghai", "宁海县")
    with pytest.raises(CommandError, match="没有名为"):
        call_command("create_programme", "x", "火星")
    assert Programme.objects.count() == 1
