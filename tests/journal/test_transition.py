"""The one door to a state, tried on admissions to a party."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kaichuang.accounts.models import User
from kaichuang.journal.operations import transition, transition_many
from kaichuang.journal.queries import entries_for, filter_entries, history_of
from kaichuang.journal.workflow import Move, Together, Workflow
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.kit.permissions import anyone, system_only
from kaichuang.kit.problems import NotAllowed, Problem, Refused, SomeRefused, Stale
from kaichuang.parties.models import Admission, Party

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
SYSTEM = Actor.system("test")


def never(row: Any, now: datetime) -> list[Problem]:
    return [Problem("first", "第一个问题"), Problem("second", "第二个问题")]


FLOW = Workflow(
    Move("accept", "同意", ("pending",), "accepted", anyone),
    Move("decline", "谢绝", ("pending",), "declined", system_only, needs_reason=True),
    Move("withdraw", "撤回", ("pending",), "withdrawn", anyone, guards=(never,)),
)


@pytest.fixture
def admission() -> Admission:
    user = User.objects.create(username="甲", name="甲")
    party = Party.objects.create(kind="team", name="团队")
    return Admission.objects.create(user=user, party=party, kind="editor", by_party=True, asked_at=NOW)


def move(admission: Admission, name: str, actor: Actor = SYSTEM, **more: Any) -> Admission:
    return transition(workflow=FLOW, instance=admission, move=name, actor=actor, now=NOW, **more)


def test_a_move_changes_the_state_and_writes_who_why_and_when(admission: Admission) -> None:
    moved = move(admission, "decline", reason="人数已满", scope="ninghai", changes={"message": "下次"})
    assert (moved.state, moved.message) == ("declined", "下次")
    entry = history_of(admission).get()
    assert (entry.kind, entry.from_state, entry.to_state, entry.reason) == (
        "move",
        "pending",
        "declined",
        "人数已满",
    )
    assert (entry.at, entry.actor_kind, entry.actor_name) == (NOW, "system", "test")


def test_a_move_from_another_state_is_stale(admission: Admission) -> None:
    move(admission, "accept")
    with pytest.raises(Stale, match="刷新"):
        move(admission, "accept")


def test_permission_reason_and_guards_refuse_without_a_trace(admission: Admission) -> None:
    with pytest.raises(NotAllowed):
        move(admission, "decline", Actor.public(), reason="x")
    with pytest.raises(Refused, match="理由"):
        move(admission, "decline", reason=" ")
    with pytest.raises(Refused) as caught:
        move(admission, "withdraw")
    assert caught.value.codes == {"first", "second"}
    admission.refresh_from_db()
    assert admission.state == "pending"
    assert not history_of(admission).exists()


@pytest.mark.parametrize("way", ["orm", "bulk", "sql", "foreign door"])
def test_every_way_round_the_door_is_refused_by_the_database(admission: Admission, way: str) -> None:
    def go() -> None:
        if way == "orm":
            admission.state = "accepted"
            admission.save()
        elif way == "bulk":
            Admission.objects.update(state="accepted")
        else:
            with connection.cursor() as cursor:
                if way == "foreign door":
                    cursor.execute(
                        "SELECT set_config('kaichuang.door', 'parties_admission:0:accepted', true)"
                    )
                cursor.execute("UPDATE parties_admission SET state = 'accepted'")

    with pytest.raises(IntegrityError, match=r"only through journal\.transition"), transaction.atomic():
        go()


def test_other_columns_change_freely(admission: Admission) -> None:
    admission.message = "改过"
    admission.save()
    Admission.objects.update(message="再改")
    admission.refresh_from_db()
    assert admission.message == "再改"


def test_the_door_is_open_for_the_one_row_that_moves(admission: Admission) -> None:
    other = Admission.objects.create(
        user=User.objects.create(username="乙", name="乙"),
        party=admission.party,
        kind="editor",
        by_party=True,
        asked_at=NOW,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        move(admission, "accept")
        Admission.objects.filter(pk=other.pk).update(state="accepted")


def test_available_moves_say_who_may_and_why_not(admission: Admission) -> None:
    offered = {step.name: bool(permit) for step, permit in FLOW.available(Actor.public(), admission)}
    assert offered == {"accept": True, "decline": False, "withdraw": True}
    assert FLOW.available(SYSTEM, move(admission, "accept")) == []


def test_two_moves_of_one_name_are_a_mistake_of_the_programmer() -> None:
    with pytest.raises(ValueError, match="two moves"):
        Workflow(Move("a", "a", (), "x", anyone), Move("a", "a", (), "y", anyone))


def test_the_journal_is_read_by_auditors_of_the_programme_and_others_see_their_own(
    admission: Admission,
) -> None:
    move(admission, "accept", scope="ninghai")
    here = Actor(kind=ActorKind.USER, user_id=1, programme_id=1, roles=frozenset({"auditor"}))
    assert entries_for(here, scope="ninghai").count() == 1
    assert entries_for(here, scope="nantong").count() == 0
    assert not entries_for(Actor(kind=ActorKind.USER, user_id=9), scope="ninghai").exists()
    assert not entries_for(Actor.public(), scope="ninghai").exists()
    found = filter_entries(entries_for(SYSTEM, scope=""), action="accept", kind="move", who="TEST")
    assert found.count() == 1
    assert not filter_entries(
        entries_for(SYSTEM, scope=""), last=datetime(2020, 1, 1, tzinfo=UTC).date()
    ).exists()


def admissions(count: int) -> list[Admission]:
    party = Party.objects.create(kind="team", name="团队")
    users = [User.objects.create(username=f"u{n}", name=f"u{n}") for n in range(count)]
    return [
        Admission.objects.create(user=user, party=party, kind="editor", by_party=True, asked_at=NOW)
        for user in users
    ]


def move_many(rows: list[Admission], name: str, flow: Workflow = FLOW, **more: Any) -> list[Admission]:
    return transition_many(workflow=flow, instances=rows, move=name, actor=SYSTEM, now=NOW, **more)


def test_many_rows_go_through_the_door_together_and_each_is_written_down() -> None:
    rows = admissions(4)[::-1]
    with CaptureQueriesContext(connection) as captured:
        moved = move_many(rows, "decline", reason="人数已满", changes={"message": "下次"})
    assert len(captured) < 8
    assert [row.pk for row in moved] == [row.pk for row in rows]
    assert set(Admission.objects.values_list("state", "message")) == {("declined", "下次")}
    for row in rows:
        entry = history_of(row).get()
        assert (entry.from_state, entry.to_state, entry.reason) == ("pending", "declined", "人数已满")


def test_the_door_is_open_for_no_other_row_nor_state() -> None:
    first, second, third = admissions(3)
    move_many([first, second], "accept")
    for row, state in ((third, "accepted"), (first, "declined")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Admission.objects.filter(pk=row.pk).update(state=state)


def test_of_many_all_that_are_refused_are_named_and_nobody_moves() -> None:
    fine, late, barred = admissions(3)
    move(late, "accept")

    def not_barred(rows: Any, now: datetime) -> dict[int, list[Problem]]:
        return {row.pk: [Problem("barred", "禁止")] for row in rows if row.pk == barred.pk}

    flow = Workflow(
        Move("accept", "同意", ("pending",), "accepted", anyone, guards=(Together(not_barred),)),
    )
    with pytest.raises(SomeRefused) as refused:
        move_many([fine, late, barred], "accept", flow)
    assert isinstance(refused.value.by_row[late.pk], Stale)
    assert refused.value.by_row[barred.pk].codes == {"barred"}
    assert refused.value.by_row.keys() == {late.pk, barred.pk}
    fine.refresh_from_db()
    assert fine.state == "pending"
    with pytest.raises(Refused, match="禁止"):
        transition(workflow=flow, instance=barred, move="accept", actor=SYSTEM, now=NOW)
