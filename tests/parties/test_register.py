"""Organisations, persons, teams: registering, changing, closing, revealing."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from kaichuang.journal.models import Entry
from kaichuang.journal.queries import history_of
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.parties.models import Membership, Party, PartyKind, Relation
from kaichuang.parties.operations import (
    close_party,
    register_organisation,
    register_person,
    register_team,
    reveal,
    update_party,
)
from kaichuang.parties.queries import parties_for
from kaichuang.places.models import Division, Programme

from .conftest import NOW, SYSTEM, TODAY, Act, code, organisation, person

pytestmark = pytest.mark.django_db

ID = "33022619900307418X"


def new(actor: Actor, name: str = "宁海某科技有限公司", **more: object) -> Party:
    return register_organisation(
        name=name, uscc=more.pop("uscc", None) or code(), actor=actor, now=NOW, today=TODAY, **more
    )  # type: ignore[arg-type]  # test data


def test_whoever_registers_an_organisation_owns_it(act: Act) -> None:
    founder = act("甲", "founder")
    party = new(founder)
    membership = Membership.objects.get(party=party)
    assert (membership.user_id, membership.kind) == (founder.user_id, "owner")
    assert history_of(party).get().action == "register"


def test_an_officer_registers_for_others_without_owning(act: Act) -> None:
    assert not Membership.objects.filter(party=new(act("丙", "officer"))).exists()


def test_a_known_code_is_refused_with_what_to_do(act: Act) -> None:
    known = code()
    new(act("甲", "founder"), uscc=known)
    with pytest.raises(Refused, match="申请加入") as caught:
        new(act("乙", "founder"), name="另一个", uscc=known.lower())
    assert caught.value.codes == {"uscc_taken"}


def test_all_that_is_wrong_is_said_at_once(act: Act) -> None:
    with pytest.raises(Refused) as caught:
        new(act("甲"), name=" ", uscc="123", email="nobody", registered_on=date(2027, 1, 1))
    assert {problem.field for problem in caught.value.problems} == {"uscc", "name", "email", "registered_on"}


def test_the_public_registers_nothing() -> None:
    with pytest.raises(NotAllowed, match="登录"):
        new(Actor.public())


def test_the_database_refuses_a_second_row_with_one_code() -> None:
    first = organisation("甲公司")
    with pytest.raises(IntegrityError, match="parties_party_uscc_once"), transaction.atomic():
        Party.objects.create(kind=PartyKind.ORGANISATION, name="乙公司", uscc=first.uscc)


def test_a_person_is_registered_with_a_number_that_is_encrypted(act: Act) -> None:
    actor = act("甲")
    user = actor_user(actor)
    party = register_person(
        name="张三",
        identity_number=ID.lower(),
        phone="13800001234",
        user=user,
        actor=actor,
        now=NOW,
        today=TODAY,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity_number, phone FROM parties_party WHERE id = %s", [party.pk])
        stored = cursor.fetchone()
    assert ID not in stored[0]
    assert "13800001234" not in stored[1]
    assert Party.objects.get(pk=party.pk).masked_identity_number == "330*************8X"
    assert party.masked_phone == "138******34"
    assert ID not in str([entry.payload for entry in history_of(party)])


@pytest.mark.parametrize(
    ("number", "code_"),
    [
        ("330226900307461", "identity_old"),
        ("3302261990030746", "identity_length"),
        ("33022619900307A18X", "identity_alphabet"),
        ("00022619900307418X", "identity_region"),
        ("33022619901307418X", "identity_birth_date"),
        ("330226209003074180", "identity_birth_date"),
        ("330226199003074181", "identity_checksum"),
    ],
)
def test_a_wrong_identity_number_is_refused_in_words(act: Act, number: str, code_: str) -> None:
    with pytest.raises(Refused) as caught:
        register_person(name="张三", identity_number=number, actor=act("丙", "officer"), now=NOW, today=TODAY)
    assert code_ in caught.value.codes


def test_one_number_is_one_person(act: Act) -> None:
    officer = act("丙", "officer")
    register_person(name="张三", identity_number=ID, actor=officer, now=NOW, today=TODAY)
    with pytest.raises(Refused, match="已登记"):
        register_person(name="李四", identity_number=f" {ID.lower()} ", actor=officer, now=NOW, today=TODAY)


def test_nobody_registers_the_person_of_another_login(act: Act) -> None:
    with pytest.raises(NotAllowed):
        register_person(name="乙", user=actor_user(act("乙")), actor=act("甲"), now=NOW, today=TODAY)


def test_a_team_has_its_founder_as_owner_and_one_name(act: Act) -> None:
    actor = act("甲")
    team = register_team(name="星火团队", actor=actor, now=NOW, today=TODAY)
    assert (team.kind, team.memberships.get().kind) == (PartyKind.TEAM, "owner")
    with pytest.raises(Refused, match="同名团队"):
        register_team(name="星火团队", actor=actor, now=NOW, today=TODAY)


def test_changes_are_kept_with_before_and_after_masked(act: Act) -> None:
    owner = act("甲", "founder")
    party = new(owner, phone="13800001234")
    update_party(party=party, name="新名称公司", phone="13900005678", actor=owner, now=NOW, today=TODAY)
    payload = history_of(party).last().payload  # type: ignore[union-attr]  # there is one
    assert payload == {"name": ["宁海某科技有限公司", "新名称公司"], "phone": ["138******34", "139******78"]}
    party.refresh_from_db()
    assert party.sort_key.startswith("xin ming cheng")


def test_a_change_of_nothing_is_not_written_down(act: Act) -> None:
    owner = act("甲", "founder")
    party = new(owner)
    update_party(party=party, name=party.name, actor=owner, now=NOW, today=TODAY)
    assert history_of(party).count() == 1


def test_strangers_neither_change_nor_close(act: Act) -> None:
    party = new(act("甲", "founder"))
    stranger = act("乙", "founder")
    with pytest.raises(NotAllowed):
        update_party(party=party, name="x", actor=stranger, now=NOW, today=TODAY)
    with pytest.raises(NotAllowed):
        close_party(party=party, on=TODAY, reason="x", actor=stranger, now=NOW)


def test_an_officer_of_another_place_is_a_stranger(act: Act, nantong: Programme) -> None:
    party = new(act("甲", "founder"), division=Division.objects.get(code="330226"))
    with pytest.raises(NotAllowed):
        update_party(
            party=party, name="x", actor=act("丁", "officer", programme=nantong), now=NOW, today=TODAY
        )
    update_party(party=party, name="县内改名", actor=act("丙", "officer"), now=NOW, today=TODAY)


def test_closing_ends_memberships_and_relations_and_keeps_history(act: Act) -> None:
    owner = act("甲", "founder")
    party = new(owner, registered_on=date(2020, 1, 1))
    relation = Relation.objects.create(source=person("张三"), target=party, kind="employee")
    close_party(party=party, on=TODAY, reason="注销登记", actor=owner, now=NOW)
    relation.refresh_from_db()
    assert (relation.until, party.memberships.get().until) == (TODAY, TODAY)
    with pytest.raises(Refused, match="已于2026-11-22注销"):
        close_party(party=party, on=TODAY, reason="再次", actor=SYSTEM, now=NOW)
    with pytest.raises(Refused, match="不能修改"):
        update_party(party=party, name="x", actor=SYSTEM, now=NOW, today=TODAY)


def test_every_unmasking_is_written_down_with_its_reason(act: Act) -> None:
    officer = act("丙", "officer")
    party = register_person(
        name="张三", identity_number=ID, phone="13800001234", actor=officer, now=NOW, today=TODAY
    )
    assert reveal(party=party, field="identity_number", reason="核对申报材料", actor=officer, now=NOW) == ID
    entry = history_of(party).last()
    assert entry is not None
    assert (entry.kind, entry.reason, entry.payload) == ("view", "核对申报材料", {"field": "identity_number"})
    assert ID not in str(list(Entry.objects.values_list("payload", "reason")))


def test_without_reason_or_right_nothing_is_shown_and_nothing_written(act: Act, nantong: Programme) -> None:
    officer = act("丙", "officer")
    party = register_person(name="张三", identity_number=ID, actor=officer, now=NOW, today=TODAY)
    with pytest.raises(Refused, match="理由"):
        reveal(party=party, field="identity_number", reason=" ", actor=officer, now=NOW)
    for actor in (act("丁", "officer", programme=nantong), act("乙", "founder"), Actor.public()):
        with pytest.raises(NotAllowed):
            reveal(party=party, field="identity_number", reason="好奇", actor=actor, now=NOW)
    assert not Entry.objects.filter(kind="view").exists()


def test_one_partys_rows_are_out_of_reach_for_others(act: Act, nantong: Programme) -> None:
    place = Division.objects.get(code="330226")
    mine, other = (
        new(act("甲", "founder"), division=place),
        new(act("乙", "founder"), name="乙公司", division=place),
    )
    assert list(parties_for(act("甲"), on=TODAY)) == [mine]
    assert list(parties_for(act("乙"), on=TODAY)) == [other]
    assert not parties_for(Actor.public(), on=TODAY).exists()
    assert not parties_for(act("丁", "officer", programme=nantong), on=TODAY).exists()
    assert set(parties_for(act("丙", "officer"), on=TODAY)) == {mine, other}


def actor_user(actor: Actor):  # type: ignore[no-untyped-def]  # the model is the project's own
    from kaichuang.accounts.models import User

    return User.objects.get(pk=actor.user_id)
