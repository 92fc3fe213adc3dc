"""Whoever objects without an account hears of it by mail: when it comes in, when it is answered, when it is closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from kaichuang.journal.queries import history_of
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import NotAllowed, Refused, Stale
from kaichuang.notices.enums import DispatchState, WorkState
from kaichuang.notices.models import Notice, OutsideMail, WorkItem
from kaichuang.notices.operations.outgoing import MAX_ATTEMPTS, STUCK, NotSent
from kaichuang.notices.operations.outside import notify_address, requeue_stuck_outside, send_outside_mail
from kaichuang.publicity.models import Objection
from kaichuang.publicity.operations import (
    accept_objection,
    decide_objection,
    note_call,
    refuse_objection,
    retract_objection,
)

from .conftest import OPENED, TEXT, person

Make = Callable[..., Any]
ADDRESS = "wang@example.org"


def deliver() -> list[Any]:
    """What the worker does; the mails that left now."""
    before = len(mail.outbox)
    for one in OutsideMail.objects.filter(state=DispatchState.QUEUED).order_by("pk"):
        send_outside_mail(mail_id=one.pk, now=OPENED)
    return mail.outbox[before:]


def says_nothing_else(body: str, objection: Objection) -> None:
    """Neither what it says, nor whom it is about, nor who objects, nor the code by which it could be taken back."""
    for secret in (TEXT, "王大明", "13800138000", "张小三", "张*", objection.code, objection.printed_code):
        assert secret not in body
    assert objection.announcement.title not in body


def test_from_receipt_to_answer(opened: Make, lodge: Make, officer: Actor) -> None:
    objection = lodge(opened(), email=ADDRESS)
    [received] = deliver()
    assert received.to == [ADDRESS]
    assert objection.reference in received.subject and "已收到" in received.subject
    assert "/publicity/objections/" in received.body and "答复期限：2026-" in received.body
    assert "如非本人提交，请忽略" in received.body and "您好：" in received.body
    says_nothing_else(received.body, objection)
    accepted = accept_objection(objection=objection, actor=officer, now=OPENED)
    assert deliver() == []
    decide_objection(objection=accepted, upheld=False, reason="发票经核查不重复。", actor=officer, now=OPENED)
    [answered] = deliver()
    assert objection.reference in answered.subject and "异议不成立" in answered.body
    assert "发票经核查不重复" not in answered.body
    says_nothing_else(answered.body, objection)


def test_a_refusal_and_a_retraction_are_told(
    opened: Make, lodge: Make, officer: Actor, public: Actor
) -> None:
    one = opened()
    first, second = lodge(one, 1, email=ADDRESS), lodge(one, 2, email="li@example.org")
    deliver()
    refuse_objection(objection=first, refusal="no_facts", reason="没有写明事实。", actor=officer, now=OPENED)
    [refused] = deliver()
    assert refused.to == [ADDRESS] and first.reference in refused.subject and "不予受理" in refused.body
    assert second.reference not in refused.body
    retract_objection(objection=second, actor=public, now=OPENED, code=second.code)
    [closed] = deliver()
    assert closed.to == ["li@example.org"] and "已撤回" in closed.subject and "如非本人撤回" in closed.body
    says_nothing_else(closed.body, second)


@pytest.mark.parametrize(
    "more", [{"reply_by": "code", "email": ADDRESS}, {"reply_by": "phone", "email": ADDRESS}, {}]
)
def test_who_does_not_want_mail_gets_none(opened: Make, lodge: Make, more: dict[str, str]) -> None:
    objection = lodge(opened(), **more)
    assert objection.reply_by == more.get("reply_by", "phone")
    assert deliver() == [] and not OutsideMail.objects.exists()


def test_who_has_an_account_finds_the_answer_in_the_inbox_and_gets_no_second_mail(
    opened: Make, lodge: Make, programme: Any, officer: Actor
) -> None:
    objection = lodge(opened(), email=ADDRESS, actor=person(programme))
    accepted = accept_objection(objection=objection, actor=officer, now=OPENED)
    decide_objection(objection=accepted, upheld=False, reason="不重复。", actor=officer, now=OPENED)
    assert not OutsideMail.objects.exists()
    assert Notice.objects.get(kind="publicity.answered").receipts.count() == 1


def test_the_mail_speaks_the_language_in_which_somebody_objected(
    opened: Make, lodge: Make, officer: Actor
) -> None:
    with translation.override("en"):
        objection = lodge(opened(), email=ADDRESS)
    accepted = accept_objection(objection=objection, actor=officer, now=OPENED)
    with translation.override("zh-hans"):
        decide_objection(objection=accepted, upheld=True, reason="重复。", actor=officer, now=OPENED)
    received, answered = deliver()
    assert received.subject.startswith("Your objection") and "received" in received.subject
    assert "answered" in answered.subject and "upheld" in answered.body.lower()


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"reply_by": "mail"}, "reply_email"),
        ({"reply_by": "phone", "phone": "", "email": ADDRESS}, "reply_phone"),
        ({"reply_by": "fax"}, "reply_by"),
    ],
)
def test_the_way_that_was_chosen_needs_its_address(
    opened: Make, lodge: Make, values: dict[str, str], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        lodge(opened(), **values)
    assert code in refused.value.codes


def test_the_form_asks_how_to_tell_and_only_whoever_has_no_account(opened: Make, programme: Any) -> None:
    one = opened()
    visitor = Client()
    address = f"/publicity/{one.pk}/object/"
    assert "怎样告知您办理情况" in visitor.get(address).content.decode()
    given = {"identity_kind": "person", "name": "王大明", "phone": "13800138000", "text": TEXT, "line": "1"}
    answer = visitor.post(address, {**given, "reply_by": "mail"})
    assert set(answer.context["form"].errors) == {"email"}
    answer = visitor.post(address, {**given, "reply_by": "mail", "email": ADDRESS})
    assert answer.status_code == 302
    page = visitor.get(answer["Location"]).content.decode()
    assert "发送到电子邮箱" in page
    assert len(deliver()) == 1


class TestOutbox:
    def put(self, key: str = "k", address: str = ADDRESS) -> Notice:
        return notify_address(
            kind="publicity.received", address=address, language="zh-hans", now=OPENED, key=key,
            params={"reference": "公示〔2026〕1号-3", "due": "2026-03-10"}, link="/publicity/objections/",
        )  # fmt: skip

    def test_it_is_told_once_and_not_at_all_when_rolled_back(self, db: None) -> None:
        assert self.put() == self.put()
        assert OutsideMail.objects.count() == 1
        with pytest.raises(RuntimeError), transaction.atomic():
            self.put("other")
            raise RuntimeError
        assert OutsideMail.objects.count() == 1
        assert ProcrastinateJob.objects.filter(task_name="notices.send_outside").count() == 1

    def test_the_address_is_encrypted_and_forgotten_when_the_mail_is_out(self, db: None) -> None:
        row = OutsideMail.objects.get(notice=self.put())
        with connection.cursor() as cursor:
            cursor.execute("SELECT address FROM notices_outsidemail")
            assert "example" not in str(cursor.fetchone()[0])
        assert send_outside_mail(mail_id=row.pk, now=OPENED)
        assert not send_outside_mail(mail_id=row.pk, now=OPENED), "sent once"
        row.refresh_from_db()
        assert (row.state, str(row.address), row.sent_at) == (DispatchState.SENT, "", OPENED)
        assert len(mail.outbox) == 1

    def test_a_gateway_that_fails_is_tried_again_and_then_left(self, db: None, settings: Any) -> None:
        settings.EMAIL_BACKEND = "nowhere.at.all"
        row = OutsideMail.objects.get(notice=self.put())
        for _attempt in range(MAX_ATTEMPTS - 1):
            with pytest.raises(NotSent):
                send_outside_mail(mail_id=row.pk, now=OPENED)
        assert not send_outside_mail(mail_id=row.pk, now=OPENED)
        row.refresh_from_db()
        assert (row.state, str(row.address)) == (DispatchState.FAILED, "") and "nowhere" in row.error

    def test_what_a_killed_worker_left_is_queued_again(self, db: None) -> None:
        self.put()
        ProcrastinateJob.objects.all()
        assert requeue_stuck_outside(now=OPENED + STUCK) == 0
        assert requeue_stuck_outside(now=OPENED + STUCK + timedelta(seconds=1)) == 1


def test_the_database_keeps_that_a_chosen_way_can_be_used(opened: Make, lodge: Make) -> None:
    objection = lodge(opened(), email=ADDRESS)
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.create(
            announcement=objection.announcement, serial=99, code="X" * 16, identity_kind="person", name="李四",
            phone="13800138001", text=TEXT, lodged_at=OPENED, lodged_on=OPENED.date(), reply_by="mail",
        )  # fmt: skip


def calls() -> list[WorkItem]:
    return list(WorkItem.objects.filter(kind="publicity.call", state=WorkState.OPEN))


def test_who_wants_to_be_called_is_somebody_s_work_until_the_call_is_noted(
    opened: Make, lodge: Make, officer: Actor, programme: Any
) -> None:
    objection = lodge(opened(), reply_by="phone")
    assert not calls()
    accepted = accept_objection(objection=objection, actor=officer, now=OPENED)
    answered = decide_objection(
        objection=accepted, upheld=False, reason="不重复。", actor=officer, now=OPENED
    )
    [work] = calls()
    assert work.role == "officer" and work.link == f"/publicity/queue/{objection.pk}/"
    today = answered.decided_on
    assert today is not None
    given: dict[str, Any] = {"objection": answered, "actor": officer, "now": OPENED}
    for day, who, codes in (
        (today - timedelta(days=1), "王经办", {"called_on"}),
        (today + timedelta(days=1), " ", {"called_on", "called_by"}),
    ):
        with pytest.raises(Refused) as refused:
            note_call(called_on=day, called_by=who, **given)
        assert refused.value.codes == codes
    with pytest.raises(NotAllowed):
        note_call(called_on=today, called_by="x", **given | {"actor": person(programme)})
    called = note_call(called_on=today, called_by="王经办", **given)
    assert (called.called_on, called.called_by, calls()) == (today, "王经办", [])
    assert history_of(called).get(action="call").payload == {"on": today.isoformat(), "by": "王经办"}
    with pytest.raises(Stale):
        note_call(called_on=today, called_by="王经办", **given)


@pytest.mark.parametrize("more", [{"reply_by": "code"}, {"reply_by": "mail", "email": ADDRESS}])
def test_who_asked_for_no_call_is_not_called(
    opened: Make, lodge: Make, officer: Actor, more: dict[str, str]
) -> None:
    objection = lodge(opened(), **more)
    refuse_objection(
        objection=objection, refusal="no_facts", reason="没有写明事实。", actor=officer, now=OPENED
    )
    assert not calls()
    with pytest.raises(Stale):
        note_call(
            objection=objection, called_on=objection.lodged_on, called_by="x", actor=officer, now=OPENED
        )
