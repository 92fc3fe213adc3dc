"""The work list: one open item for one recipient, the most urgent first, every reminder exactly once."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from kaichuang.clock.models import Deadline
from kaichuang.journal.models import Entry
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import NotAllowed, Refused, Stale
from kaichuang.notices.audience import Audience
from kaichuang.notices.models import Notice, WorkItem
from kaichuang.notices.operations import (
    close_work,
    finish_work,
    open_work,
    reassign_work,
    remind_due,
    urge_work,
    withdraw_work,
)
from kaichuang.notices.queries import all_work_for, work_for, work_title
from kaichuang.notices.work_source import to_do
from kaichuang.parties.models import Party, Unit
from kaichuang.places.models import Programme

from .conftest import NOW, SYSTEM, MakeUser, actor_of

DAY = timedelta(days=1)
TODAY = date(2026, 3, 2)


@pytest.fixture
def subject(party: Party) -> Party:
    return party


def give(
    programme: Programme,
    subject: Party,
    recipient: Audience,
    *,
    due: date | None = None,
    now: datetime = NOW,
    **more: object,
) -> WorkItem:
    values = {"kind": "test.review", "params": {"matter": "众创空间认定"}, "clause": "NH 三(二)", **more}
    return open_work(programme=programme, subject=subject, recipient=recipient, now=now, due_on=due, **values)  # type: ignore[arg-type]


def test_the_same_work_is_open_once(programme: Programme, subject: Party, make_user: MakeUser) -> None:
    user = make_user("a")
    first, second = (give(programme, subject, Audience.of_user(user.pk)) for _ in range(2))
    assert first == second
    assert Notice.objects.count() == 1
    assert close_work(subject=subject, now=NOW, actor=SYSTEM, kind="test.review") == 1
    assert give(programme, subject, Audience.of_user(user.pk)) != first
    role = give(programme, subject, Audience.of_role("officer", programme_id=programme.pk))
    with pytest.raises(IntegrityError, match="notices_work_one_open"), transaction.atomic():
        role.pk = None
        role.save(force_insert=True)


def test_everybody_sees_their_own(
    programme: Programme, subject: Party, unit: Unit, make_user: MakeUser
) -> None:
    other = Programme.objects.create(slug="other", name="他处", place=programme.place)
    a = actor_of(make_user("a"), programme, "officer", unit=unit)
    b = actor_of(make_user("b"), programme, "officer")
    c = actor_of(make_user("c"), programme, party=subject)
    leader = actor_of(make_user("l"), programme, "leader")
    assert a.user_id is not None
    items = {
        "user": give(programme, subject, Audience.of_user(a.user_id)),
        "role": give(programme, subject, Audience.of_role("officer", programme_id=programme.pk)),
        "unit": give(programme, subject, Audience.of_unit(unit.pk, programme_id=programme.pk)),
        "both": give(
            programme, subject, Audience.of_role("officer", programme_id=programme.pk, unit_id=unit.pk)
        ),
        "party": give(programme, subject, Audience.of_party(subject.pk)),
        "else": give(other, subject, Audience.of_role("officer", programme_id=other.pk)),
    }

    def seen(actor: Actor, *, everybody: bool = False) -> set[str]:
        rows = set((all_work_for if everybody else work_for)(actor).values_list("pk", flat=True))
        return {name for name, item in items.items() if item.pk in rows}

    assert seen(a) == {"user", "role", "unit", "both"}
    assert seen(b) == {"role"}
    assert seen(c) == {"party"}
    assert seen(leader) == set()
    assert seen(leader, everybody=True) == {"user", "role", "unit", "both", "party"}
    assert seen(b, everybody=True) == {"role"}
    assert seen(Actor.public()) == seen(Actor.public(), everybody=True) == set()


def test_overdue_first_undated_last(programme: Programme, make_user: MakeUser) -> None:
    actor = actor_of(make_user("a"), programme)
    assert actor.user_id is not None
    for number, due in enumerate((None, TODAY + 9 * DAY, TODAY - 2 * DAY, TODAY)):
        about = Party.objects.create(kind="team", name=f"团队{number}")
        give(programme, about, Audience.of_user(actor.user_id), due=due, params={"matter": number})
    assert [item.due for item in work_for(actor)] == [TODAY - 2 * DAY, TODAY, TODAY + 9 * DAY, None]
    listed = to_do(actor, today=TODAY, limit=3)
    assert (len(listed.items), listed.total, listed.items[0].tone) == (3, 4, "danger")
    assert str(listed.items[0].title) == "评审“2”"


def test_work_follows_its_deadline(programme: Programme, subject: Party, make_user: MakeUser) -> None:
    actor = actor_of(make_user("a"), programme)
    assert actor.user_id is not None
    deadline = Deadline.objects.create(
        programme=programme,
        subject_type="parties.party",
        subject_id=str(subject.pk),
        name="评审",
        started_on=TODAY,
        limit=5,
        due_on=TODAY + 5 * DAY,
    )
    item = give(programme, subject, Audience.of_user(actor.user_id), deadline=deadline)
    assert work_for(actor).get().due == TODAY + 5 * DAY
    Deadline.objects.filter(pk=deadline.pk).update(due_on=None)
    assert work_for(actor).get().due is None
    assert to_do(actor, today=TODAY, limit=5).items[0].paused
    assert remind_due(now=NOW + 9 * DAY) == 0, "a paused clock reminds nobody"
    Deadline.objects.filter(pk=deadline.pk).update(due_on=TODAY + 12 * DAY)
    assert remind_due(now=NOW + 12 * DAY) == 3
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkItem.objects.filter(pk=item.pk).update(due_on=TODAY)


def reminders() -> list[str]:
    return sorted(Notice.objects.filter(key__startswith="work:").values_list("key", flat=True))


def test_every_reminder_exactly_once_day_by_day(
    programme: Programme, subject: Party, make_user: MakeUser
) -> None:
    item = give(programme, subject, Audience.of_user(make_user("a").pk), due=TODAY + 5 * DAY)
    sent = [
        remind_due(now=NOW + number * DAY + timedelta(hours=hour))
        for number in range(10)
        for hour in (0, 1, 6)
    ]
    due = (TODAY + 5 * DAY).isoformat()
    assert sum(sent) == 4
    assert reminders() == sorted(f"work:{item.pk}:{due}:{step}" for step in (3, 1, 0, -1))


@pytest.mark.parametrize("stopped", [2, 3, 4, 20])
def test_every_reminder_exactly_once_after_a_standstill(
    programme: Programme, subject: Party, make_user: MakeUser, stopped: int
) -> None:
    item = give(programme, subject, Audience.of_user(make_user("a").pk), due=TODAY + 5 * DAY)
    running = [*range(2), *range(2 + stopped, 30)]
    for number in running:
        remind_due(now=NOW + number * DAY)
    due = (TODAY + 5 * DAY).isoformat()
    assert reminders() == sorted(f"work:{item.pk}:{due}:{step}" for step in (3, 1, 0, -1))


def test_reminders_from_before_the_work_was_opened_are_not_sent(
    programme: Programme, subject: Party, make_user: MakeUser
) -> None:
    item = give(programme, subject, Audience.of_user(make_user("a").pk), due=TODAY + DAY)
    remind_due(now=NOW)
    assert reminders() == []
    remind_due(now=NOW + 2 * DAY)
    due = (TODAY + DAY).isoformat()
    assert reminders() == sorted(f"work:{item.pk}:{due}:{step}" for step in (0, -1))


def test_a_moved_due_date_is_reminded_of_again_and_closed_work_never(
    programme: Programme, subject: Party, make_user: MakeUser
) -> None:
    item = give(programme, subject, Audience.of_user(make_user("a").pk), due=TODAY + 3 * DAY)
    remind_due(now=NOW + 2 * DAY)
    WorkItem.objects.filter(pk=item.pk).update(due_on=TODAY + 9 * DAY)
    remind_due(now=NOW + 6 * DAY)
    assert len(reminders()) == 2
    withdraw_work(subject=subject, now=NOW, actor=SYSTEM)
    assert remind_due(now=NOW + 20 * DAY) == 0


def test_the_programme_s_own_date_counts(programme: Programme, subject: Party, make_user: MakeUser) -> None:
    Programme.objects.filter(pk=programme.pk).update(business_date=date(2016, 5, 1))
    programme.refresh_from_db()
    give(programme, subject, Audience.of_user(make_user("a").pk), due=date(2016, 5, 1))
    assert remind_due(now=NOW) == 1
    assert remind_due(now=NOW + 9 * DAY) == 0, "the date stands still"


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_remind_once(programme: Programme, subject: Party, make_user: MakeUser) -> None:
    give(programme, subject, Audience.of_user(make_user("a").pk), due=TODAY + 3 * DAY)
    counts: list[int] = []

    def scan() -> None:
        try:
            counts.append(remind_due(now=NOW + 3 * DAY))
        finally:
            connection.close()

    threads = [threading.Thread(target=scan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 0, 0, 2]


def test_reassigning_is_journalled_and_tells_the_new_one(
    programme: Programme, subject: Party, make_user: MakeUser
) -> None:
    a, b = make_user("a", "officer"), make_user("b", "officer")
    holder, other = actor_of(a, programme, "officer"), actor_of(b, programme, "officer")
    item = give(programme, subject, Audience.of_user(a.pk))
    with pytest.raises(NotAllowed):
        reassign_work(item=item, recipient=Audience.of_user(b.pk), actor=other, now=NOW, reason="x")
    with pytest.raises(Refused, match="理由"):
        reassign_work(item=item, recipient=Audience.of_user(b.pk), actor=holder, now=NOW, reason="")
    reassign_work(item=item, recipient=Audience.of_user(b.pk), actor=holder, now=NOW, reason="出差")
    assert not work_for(holder).exists()
    assert work_for(other).get() == item
    entry = Entry.objects.get(action="reassign")
    assert (entry.reason, entry.payload) == ("出差", {"from": f"user:{a.pk}", "to": f"user:{b.pk}"})
    assert Notice.objects.latest("id").receipts.get().user == b
    third = give(programme, subject, Audience.of_user(a.pk))
    with pytest.raises(Refused, match="已有同一事项"):
        reassign_work(item=third, recipient=Audience.of_user(b.pk), actor=holder, now=NOW, reason="x")


def test_only_manual_work_is_ticked_off(programme: Programme, subject: Party, make_user: MakeUser) -> None:
    actor = actor_of(make_user("a"), programme)
    stranger = actor_of(make_user("b"), programme)
    assert actor.user_id is not None
    automatic = give(programme, subject, Audience.of_user(actor.user_id))
    manual = give(
        programme, subject, Audience.of_user(actor.user_id), kind="test.call", params={"name": "甲"}
    )
    with pytest.raises(NotAllowed, match="自动销号"):
        finish_work(item=automatic, actor=actor, now=NOW)
    with pytest.raises(NotAllowed, match="不是您的"):
        finish_work(item=manual, actor=stranger, now=NOW)
    assert finish_work(item=manual, actor=actor, now=NOW).closed_by_id == actor.user_id
    with pytest.raises(Stale):
        finish_work(item=manual, actor=actor, now=NOW)
    assert work_title(manual) == "电话回访甲"


def test_urging_is_for_superiors_and_once_a_day(
    programme: Programme, subject: Party, make_user: MakeUser
) -> None:
    user, leader = make_user("a"), actor_of(make_user("l"), programme, "leader")
    item = give(programme, subject, Audience.of_user(user.pk), tell=False)
    with pytest.raises(NotAllowed):
        urge_work(item=item, actor=actor_of(user, programme), now=NOW)
    assert urge_work(item=item, actor=leader, now=NOW) == urge_work(
        item=item, actor=leader, now=NOW + timedelta(hours=3)
    )
    urge_work(item=item, actor=leader, now=NOW + DAY)
    assert Notice.objects.filter(kind="notices.work_urged").count() == 2
