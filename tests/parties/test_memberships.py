"""Invitations, requests, roles of members, and roles in programmes."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client

from kaichuang.accounts.models import User
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import NotAllowed, Refused, Stale
from kaichuang.parties.models import Admission, Membership, MembershipKind, Party, RoleGrant
from kaichuang.parties.operations import (
    answer_admission,
    ask_to_join,
    change_membership,
    end_membership,
    grant_role,
    invite,
    revoke_role,
)
from kaichuang.parties.queries import actor_for
from kaichuang.parties.queries.actor import PARTY_KEY, party_to_begin_with
from kaichuang.places.models import Programme

from .conftest import NOW, SYSTEM, TODAY, Act, organisation, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def party(act: Act) -> Party:
    party = organisation("甲公司")
    Membership.objects.create(party=party, user_id=act("甲").user_id, kind="owner", since=date(2026, 1, 1))
    return party


def user(actor: Actor) -> User:
    return User.objects.get(pk=actor.user_id)


def test_an_invited_user_becomes_a_member_by_accepting(act: Act, party: Party) -> None:
    owner, guest = act("甲"), act("乙")
    admission = invite(party=party, user=user(guest), kind="editor", actor=owner, now=NOW)
    assert not Membership.objects.filter(user_id=guest.user_id).exists()
    with pytest.raises(NotAllowed, match="被邀请人"):
        answer_admission(admission=admission, move="accept", actor=owner, now=NOW, today=TODAY)
    answer_admission(admission=admission, move="accept", actor=guest, now=NOW, today=TODAY)
    assert Membership.objects.get(user_id=guest.user_id).kind == "editor"
    with pytest.raises(Stale):
        answer_admission(admission=admission, move="decline", actor=guest, now=NOW, today=TODAY)


def test_a_request_is_answered_by_an_owner(act: Act, party: Party) -> None:
    guest = act("乙")
    admission = ask_to_join(party=party, actor=guest, now=NOW, message="我是员工")
    with pytest.raises(NotAllowed):
        answer_admission(admission=admission, move="accept", actor=guest, now=NOW, today=TODAY)
    answer_admission(admission=admission, move="accept", actor=act("甲"), now=NOW, today=TODAY)
    assert Membership.objects.filter(party=party, user_id=guest.user_id).exists()


def test_one_pending_question_per_user_and_party(act: Act, party: Party) -> None:
    ask_to_join(party=party, actor=act("乙"), now=NOW)
    with pytest.raises(Refused, match="待答复"):
        invite(party=party, user=user(act("乙")), kind="editor", actor=act("甲"), now=NOW)
    with pytest.raises(Refused, match="已是"):
        ask_to_join(party=party, actor=act("甲"), now=NOW)


def test_the_state_of_a_question_changes_through_its_door_only(act: Act, party: Party) -> None:
    admission = ask_to_join(party=party, actor=act("乙"), now=NOW)
    with pytest.raises(IntegrityError, match=r"journal\.transition"), transaction.atomic():
        Admission.objects.filter(pk=admission.pk).update(state="accepted")
    with (
        pytest.raises(IntegrityError, match=r"journal\.transition"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE parties_admission SET state = 'accepted' WHERE id = %s", [admission.pk])


def test_editors_and_viewers_do_not_admit_others(act: Act, party: Party) -> None:
    Membership.objects.create(party=party, user_id=act("乙").user_id, kind="editor", since=TODAY)
    with pytest.raises(NotAllowed, match="负责人"):
        invite(party=party, user=user(act("丙")), kind="viewer", actor=act("乙"), now=NOW)


def test_the_last_owner_neither_leaves_nor_steps_down(act: Act, party: Party) -> None:
    owner = act("甲")
    mine = party.memberships.get()
    with pytest.raises(Refused, match="只有这一位负责人"):
        end_membership(membership=mine, actor=owner, now=NOW, today=TODAY)
    with pytest.raises(Refused, match="只有这一位负责人"):
        change_membership(membership=mine, kind="viewer", actor=owner, now=NOW)
    other = Membership.objects.create(party=party, user_id=act("乙").user_id, kind="editor", since=TODAY)
    change_membership(membership=other, kind="owner", actor=owner, now=NOW)
    assert end_membership(membership=mine, actor=owner, now=NOW, today=TODAY).until == TODAY - timedelta(
        days=1
    )
    assert actor_for(user=user(owner), programme=None, now=NOW, party_id=party.pk).party_id is None


def test_members_leave_by_themselves_and_owners_take_members_out(act: Act, party: Party) -> None:
    for name in ("乙", "丙"):
        Membership.objects.create(
            party=party, user_id=act(name).user_id, kind="editor", since=date(2026, 1, 1)
        )
    second, third = (Membership.objects.get(user__username=name) for name in ("乙", "丙"))
    with pytest.raises(NotAllowed):
        end_membership(membership=third, actor=act("乙"), now=NOW, today=TODAY)
    end_membership(membership=second, actor=act("乙"), now=NOW, today=TODAY)
    end_membership(membership=third, actor=act("甲"), now=NOW, today=TODAY)
    assert party.memberships.filter(until=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_leave_at_the_same_moment_do_not_both_go() -> None:
    party = organisation("甲公司")
    for name in ("甲", "乙"):
        user = User.objects.create(username=name, name=name)
        Membership.objects.create(party=party, user=user, kind="owner", since=date(2026, 1, 1))
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def leave(membership: Membership) -> None:
        try:
            barrier.wait()
            end_membership(membership=membership, actor=SYSTEM, now=NOW, today=TODAY)
            outcomes.append("left")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=[membership]) for membership in party.memberships.all()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["left", "refused"]
    assert party.memberships.filter(kind=MembershipKind.OWNER, until=None).count() == 1


def test_a_role_is_granted_holds_on_its_days_and_is_revoked(act: Act, ninghai: Programme) -> None:
    administrator, other = act("管", "administrator"), user(act("乙"))
    grant = grant_role(
        user=other, programme=ninghai, role="officer", since=TODAY, until=TODAY, actor=administrator, now=NOW
    )
    assert actor_for(user=other, programme=ninghai, now=NOW).has("officer")
    assert not actor_for(user=other, programme=ninghai, now=NOW + timedelta(days=1)).has("officer")
    revoke_role(grant=grant, actor=administrator, now=NOW, today=TODAY, reason="调离")
    assert not actor_for(user=other, programme=ninghai, now=NOW).has("officer")


def test_roles_end_with_the_business_date_of_the_programme(act: Act, ninghai: Programme) -> None:
    other = user(act("乙"))
    grant_role(
        user=other, programme=ninghai, role="officer", since=TODAY, actor=act("管", "administrator"), now=NOW
    )
    ninghai.business_date = date(2019, 1, 1)
    ninghai.save()
    assert not actor_for(user=other, programme=ninghai, now=NOW).has("officer")


def test_only_administrators_of_the_programme_grant_roles(
    act: Act, ninghai: Programme, nantong: Programme
) -> None:
    for actor in (act("丙", "officer"), act("丁", "administrator", programme=nantong), Actor.public()):
        with pytest.raises(NotAllowed):
            grant_role(
                user=user(act("乙")), programme=ninghai, role="officer", since=TODAY, actor=actor, now=NOW
            )


def test_a_role_is_held_once_at_a_time(act: Act, ninghai: Programme) -> None:
    administrator, other = act("管", "administrator"), user(act("乙"))
    grant_role(
        user=other,
        programme=ninghai,
        role="expert",
        since=date(2026, 1, 1),
        until=date(2026, 6, 30),
        actor=administrator,
        now=NOW,
    )
    with pytest.raises(Refused, match="已有此角色"):
        grant_role(
            user=other,
            programme=ninghai,
            role="expert",
            since=date(2026, 6, 30),
            actor=administrator,
            now=NOW,
        )
    grant_role(
        user=other, programme=ninghai, role="expert", since=date(2026, 7, 1), actor=administrator, now=NOW
    )
    with pytest.raises(IntegrityError, match="parties_role_grant_no_overlap"), transaction.atomic():
        RoleGrant.objects.create(
            user=other, programme=ninghai, role="expert", since=date(2026, 2, 1), until=date(2026, 3, 1)
        )


def test_the_last_administrator_stays(act: Act, ninghai: Programme) -> None:
    administrator = act("管", "administrator")
    grant = RoleGrant.objects.get(user_id=administrator.user_id)
    with pytest.raises(Refused, match="唯一的管理员"):
        revoke_role(grant=grant, actor=administrator, now=NOW, today=TODAY, reason="退休")


def test_acting_for_a_party_needs_a_membership(act: Act, party: Party) -> None:
    assert act("甲", party=party).party_id == party.pk
    assert act("乙", party=party).party_id is None


def test_one_acts_for_oneself_without_a_membership(act: Act) -> None:
    self_ = person("甲", user=user(act("甲")))
    assert act("甲", party=self_).party_id == self_.pk
    assert act("乙", party=self_).party_id is None
    Party.objects.filter(pk=self_.pk).update(closed_on=TODAY)
    assert act("甲", party=self_).party_id is None


def test_a_login_begins_with_its_only_firm_else_with_its_own_person(act: Act, party: Party) -> None:
    guest = user(act("丙"))
    assert party_to_begin_with(guest, TODAY) is None
    self_ = person("丙", user=guest)
    assert party_to_begin_with(guest, TODAY) == self_.pk
    Membership.objects.create(user=guest, party=party, kind="editor", since=date(2026, 1, 1))
    client = Client()
    client.force_login(guest, backend=settings.AUTHENTICATION_BACKENDS[0])
    assert party_to_begin_with(guest, TODAY) == client.session[PARTY_KEY] == party.pk
    team = Party.objects.create(kind="team", name="团队")
    Membership.objects.create(user=guest, party=team, kind="editor", since=date(2026, 1, 1))
    assert party_to_begin_with(guest, TODAY) == party.pk, "a firm before teams"
    Membership.objects.create(user=guest, party=organisation("另一家"), kind="editor", since=date(2026, 1, 1))
    assert party_to_begin_with(guest, TODAY) is None, "with several one has to say"


def test_a_login_begins_where_it_has_a_role(act: Act, nantong: Programme, ninghai: Programme) -> None:
    guest = user(act("丁"))
    RoleGrant.objects.create(user=guest, programme=nantong, role="expert", since=date(2026, 1, 1))
    client = Client()
    client.force_login(guest, backend=settings.AUTHENTICATION_BACKENDS[0])
    assert client.session["programme"] == "nantong"
    assert "南通双创" in client.get("/workspace/").content.decode()
