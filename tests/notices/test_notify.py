"""Telling people: once, in their language, by mail when they want it, and never after a rollback."""

from __future__ import annotations

import threading
from datetime import date, datetime, time, timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from kaichuang.accounts.models import User
from kaichuang.notices import channels
from kaichuang.notices.audience import Audience
from kaichuang.notices.channels import Message
from kaichuang.notices.enums import DispatchState, Level
from kaichuang.notices.models import Dispatch, Notice, Posting, Preference, Receipt
from kaichuang.notices.operations import collect_due, notify, requeue_stuck, save_preference, send_dispatch
from kaichuang.notices.operations.notify import Telling, notify_many
from kaichuang.notices.operations.outgoing import MAX_ATTEMPTS, NotSent
from kaichuang.notices.queries import words_of
from kaichuang.parties.models import Membership, Party, RoleGrant, Unit
from kaichuang.places.models import Programme

from .conftest import NOW, MakeUser, actor_of

HOUR = timedelta(hours=1)


def tell(user: User, *, now: datetime = NOW, key: str = "", **more: object) -> Notice:
    params = {"matter": "众创空间认定", "result": "通过"}
    values: dict[str, object] = {
        "kind": "test.decided",
        "params": params,
        "audience": Audience.of_user(user.pk),
        **more,
    }
    return notify(now=now, key=key, **values)  # type: ignore[arg-type]


def deliver(now: datetime = NOW) -> None:
    """What the background jobs would do."""
    collect_due(now=now)
    for pk in Dispatch.objects.filter(state="queued").values_list("pk", flat=True):
        send_dispatch(dispatch_id=pk, now=now)


def test_an_audience_is_resolved_to_people(
    make_user: MakeUser, programme: Programme, unit: Unit, party: Party
) -> None:
    a = make_user("a", "officer", unit=unit)
    b = make_user("b", "officer")
    c = make_user("c", party=party)
    d = make_user("d", "officer")
    d.is_active = False
    d.save()
    gone = make_user("gone", "officer")
    RoleGrant.objects.filter(user=gone).update(until=date(2026, 3, 1))
    cases = {
        Audience.of_user(a.pk): {a},
        Audience.of_role("officer", programme_id=programme.pk): {a, b},
        Audience.of_role("officer", programme_id=programme.pk, unit_id=unit.pk): {a},
        Audience.of_unit(unit.pk, programme_id=programme.pk): {a},
        Audience.of_party(party.pk): {c},
        Audience.of_user(d.pk): set(),
    }
    for audience, people in cases.items():
        assert set(audience.users(date(2026, 3, 2))) == people, str(audience)
    notice = notify(kind="test.decided", audience=cases.keys(), now=NOW, programme=programme)
    assert {receipt.user for receipt in notice.receipts.all()} == {a, b, c}


def test_the_same_event_is_told_once(make_user: MakeUser) -> None:
    user = make_user("a")
    first, second = (tell(user, key="case:7:decided") for _ in range(2))
    assert first == second
    assert Receipt.objects.count() == 1
    deliver()
    deliver(NOW + HOUR)
    tell(user, key="case:7:decided")
    deliver(NOW + 2 * HOUR)
    assert len(mail.outbox) == 1


def test_what_is_rolled_back_was_never_said(make_user: MakeUser) -> None:
    user = make_user("a")
    with pytest.raises(RuntimeError), transaction.atomic():
        tell(user)
        assert ProcrastinateJob.objects.filter(task_name="notices.collect").exists()
        raise RuntimeError
    assert not Notice.objects.exists()
    assert not Posting.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name="notices.collect").exists()


def test_mail_speaks_the_recipient_s_language(make_user: MakeUser) -> None:
    user = make_user("a")
    User.objects.filter(pk=user.pk).update(language="en")
    tell(
        user,
        kind="notices.work_opened",
        params={"work_kind": "test.review", "work_params": {"matter": "X"}},
        link="/cases/7/",
    )
    deliver()
    [sent] = mail.outbox
    assert sent.subject.startswith("New task: ")
    assert "Dear 用户a," in sent.body
    assert "please do not reply" in sent.body
    receipt = Receipt.objects.get()
    assert f"/notices/inbox/{receipt.pk}/" in sent.body
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"


def test_quiet_hours_gather_a_digest(make_user: MakeUser) -> None:
    user, late = make_user("a"), NOW + 13 * HOUR  # 23:00
    for number in range(3):
        tell(user, now=late, params={"matter": f"事项{number}", "result": "x"})
    deliver(late + HOUR)
    assert mail.outbox == []
    deliver(NOW + 21 * HOUR)  # 07:00
    [sent] = mail.outbox
    assert sent.subject == "3条新通知：“事项0”已作出决定 等"
    assert all(f"事项{number}" in sent.body for number in range(3))


def test_urgent_notices_wait_for_nothing(make_user: MakeUser, programme: Programme) -> None:
    user, late = make_user("a"), NOW + 13 * HOUR
    Preference.objects.create(user=user, mail="none")
    tell(user, now=late)
    tell(user, now=late, level=Level.URGENT)
    deliver(late)
    [sent] = mail.outbox
    assert "【紧急】" in sent.body
    assert Posting.objects.count() == 1


def test_a_programme_s_preference_wins_over_the_general_one(
    make_user: MakeUser, programme: Programme
) -> None:
    user = make_user("a")
    actor = actor_of(user, programme)
    times = {"quiet_from": time(0), "quiet_until": time(0), "digest_at": time(8)}
    save_preference(actor=actor, programme=None, mail="none", **times)
    save_preference(actor=actor, programme=programme, mail="each", **times)
    save_preference(actor=actor, programme=programme, mail="each", **times)
    assert Preference.objects.count() == 2
    tell(user)
    assert not Posting.objects.exists()
    tell(user, programme=programme, now=NOW + 14 * HOUR)
    assert Posting.objects.get().due_at == NOW + 14 * HOUR


def test_unverified_addresses_and_closed_logins_get_no_mail(make_user: MakeUser) -> None:
    tell(make_user("a", verified=False))
    closed = make_user("b")
    tell(closed)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    deliver()
    assert mail.outbox == []
    assert not Posting.objects.exists()
    assert Receipt.objects.count() == 2, "the inbox keeps what mail could not take"


class Broken:
    """A gateway that fails as often as it is told."""

    name, label = "sms", "短信"

    def __init__(self, failures: int) -> None:
        self.failures, self.sent = failures, list[Message]()

    def wants(self, level: str) -> bool:
        return level == Level.URGENT

    def address_of(self, user: User) -> str:
        return "13800000000"

    def send(self, message: Message) -> None:
        if self.failures > 0:
            self.failures -= 1
            raise ConnectionError("gateway down")
        self.sent.append(message)


@pytest.fixture
def gateway():  # type: ignore[no-untyped-def]
    made = Broken(0)
    channels.register(made)
    yield made
    channels._channels.pop("sms")


def test_another_channel_is_plugged_in(make_user: MakeUser, gateway: Broken) -> None:
    user = make_user("a")
    tell(user)
    tell(user, level=Level.URGENT)
    deliver()
    [message] = gateway.sent
    assert (message.address, message.subject, len(message.lines)) == (
        "13800000000",
        "“众创空间认定”已作出决定",
        1,
    )
    assert len(mail.outbox) == 1
    assert len(mail.outbox[0].body.split("已作出决定")) == 3


def test_a_failed_message_is_tried_again_with_the_same_key(make_user: MakeUser, gateway: Broken) -> None:
    gateway.failures = 2
    tell(make_user("a"), level=Level.URGENT)
    collect_due(now=NOW)
    dispatch = Dispatch.objects.get(channel="sms")
    for attempt in (1, 2):
        with pytest.raises(NotSent, match="gateway down"):
            send_dispatch(dispatch_id=dispatch.pk, now=NOW)
        dispatch.refresh_from_db()
        assert (dispatch.attempts, dispatch.state) == (attempt, DispatchState.QUEUED)
    assert send_dispatch(dispatch_id=dispatch.pk, now=NOW)
    assert not send_dispatch(dispatch_id=dispatch.pk, now=NOW), "sent is sent"
    assert [message.key for message in gateway.sent] == [f"kaichuang-notice-{dispatch.pk}"]


def test_after_enough_attempts_it_is_given_up_and_recorded(make_user: MakeUser, gateway: Broken) -> None:
    gateway.failures = 99
    tell(make_user("a"), level=Level.URGENT)
    collect_due(now=NOW)
    dispatch = Dispatch.objects.get(channel="sms")
    for _ in range(MAX_ATTEMPTS - 1):
        with pytest.raises(NotSent):
            send_dispatch(dispatch_id=dispatch.pk, now=NOW)
    assert not send_dispatch(dispatch_id=dispatch.pk, now=NOW)
    dispatch.refresh_from_db()
    assert (dispatch.state, "gateway down" in dispatch.error) == (DispatchState.FAILED, True)


def test_what_a_killed_worker_left_is_queued_again(make_user: MakeUser) -> None:
    tell(make_user("a"))
    collect_due(now=NOW)
    ProcrastinateJob.objects.filter(task_name="notices.send").exists()
    assert requeue_stuck(now=NOW + timedelta(minutes=5)) == 0
    assert requeue_stuck(now=NOW + timedelta(minutes=30)) == 1


def test_a_title_cannot_add_mail_headers(make_user: MakeUser) -> None:
    tell(make_user("a"), params={"matter": "x\r\nBcc: evil@example.com", "result": ""})
    deliver()
    [sent] = mail.outbox
    assert "\n" not in sent.subject
    assert sent.recipients() == ["a@example.com"]


def test_old_notices_stay_readable_when_their_kind_is_gone(make_user: MakeUser) -> None:
    notice = tell(make_user("a"), kind="gone.kind", params={"title": "旧通知", "body": "内容"})
    assert (words_of(notice).title, words_of(notice).body) == ("旧通知", "内容")
    assert words_of(tell(make_user("b"), params={})).title == "“”已作出决定"


def test_only_links_of_this_site_are_kept(make_user: MakeUser) -> None:
    user = make_user("a")
    for link in ("https://evil.example/", "//evil.example/"):
        with pytest.raises(Exception, match="notices_notice_link_local"), transaction.atomic():
            tell(user, link=link)


@pytest.mark.django_db(transaction=True)
def test_many_processes_tell_and_send_it_once(make_user: MakeUser) -> None:
    user, failures = make_user("a"), []

    def work() -> None:
        try:
            tell(user, key="race")
            collect_due(now=NOW)
            for pk in Dispatch.objects.filter(state="queued").values_list("pk", flat=True):
                send_dispatch(dispatch_id=pk, now=NOW)
        except Exception as error:  # shown by the assertion
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deliver()
    assert failures == []
    assert (Notice.objects.count(), Receipt.objects.count(), Dispatch.objects.count()) == (1, 1, 1)
    assert len(mail.outbox) == 1


def test_many_things_are_told_at_once_each_to_its_own_people(programme: Programme) -> None:
    parties = [Party.objects.create(kind="organisation", name=f"{n}公司") for n in range(3)]
    users = [User.objects.create_user(username=f"m{n}", name=f"m{n}", password="x") for n in range(3)]
    for party, user in zip(parties, users, strict=True):
        Membership.objects.create(party=party, user=user, kind="owner", since=date(2015, 1, 1))
    Membership.objects.create(party=parties[0], user=users[1], kind="viewer", since=date(2015, 1, 1))
    tellings = [
        Telling(kind="notices.message", audience=Audience.of_party(party.pk), programme=programme, key=key)
        for party, key in zip([*parties, parties[0]], ["a", "b", "", "a"], strict=True)
    ]
    first = notify(kind="notices.message", audience=Audience.of_user(users[2].pk), now=NOW, key="b")
    with CaptureQueriesContext(connection) as captured:
        notices = notify_many(tellings, now=NOW)
    assert notices[1] == first and notices[3] == notices[0]
    told = {notice.pk: [receipt.user for receipt in notice.receipts.all()] for notice in notices}
    assert [told[notice.pk] for notice in notices[:3]] == [[users[0]], [users[2]], [users[2]]]
    assert len(captured) < 20
