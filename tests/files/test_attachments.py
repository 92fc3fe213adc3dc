"""Files are kept once, read by those who may, withdrawn and never deleted."""

from __future__ import annotations

import os
import threading
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError

from kaichuang.files import access, store
from kaichuang.files.models import Attachment, Content
from kaichuang.files.operations import attach, attach_again, sweep, withdraw_attachment
from kaichuang.files.queries import attachments_for, attachments_of
from kaichuang.journal.models import Entry
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import NotAllowed, Refused, Stale
from kaichuang.parties.models import Party
from kaichuang.places.models import Programme

from .conftest import Upload, image_bytes, pdf_bytes

SYSTEM = Actor.system("test")


def hand_in(actor: Actor, now: datetime, *, data: bytes | None = None, **more: object) -> Attachment:
    [attachment] = attach(uploads=[Upload("执照.pdf", data or pdf_bytes())], actor=actor, now=now, **more)  # type: ignore[arg-type]
    return attachment


@pytest.fixture
def kept(owner: Actor, party: Party, programme: Programme, now: datetime) -> Attachment:
    return hand_in(owner, now, owner=party, programme=programme, kind="营业执照", labels=["证照"])


def test_the_same_bytes_are_stored_once(
    kept: Attachment, owner: Actor, stranger: Actor, now: datetime
) -> None:
    again = hand_in(stranger, now)
    assert again.pk != kept.pk
    assert again.content_id == kept.content_id
    assert Content.objects.count() == 1
    [path] = store.all_paths()
    assert path == store.path_of(kept.content_id)
    assert store.hash_of(path) == kept.content_id
    assert os.stat(path).st_mode & 0o077 == 0


def test_who_may_read(
    kept: Attachment, owner: Actor, stranger: Actor, officer: Actor, auditor: Actor
) -> None:
    readers = [
        actor
        for actor in (owner, stranger, officer, auditor, Actor.public(), SYSTEM)
        if kept in attachments_for(actor)
    ]
    assert readers == [owner, auditor, SYSTEM]


def test_a_context_lends_the_files_of_its_rows(
    owner: Actor, officer: Actor, party: Party, now: datetime
) -> None:
    subject = party
    about = hand_in(owner, now, subject=subject)
    assert about not in attachments_for(officer)
    access.register(
        Party,
        rows=lambda actor: Party.objects.filter(pk=party.pk) if actor == officer else Party.objects.none(),
    )
    try:
        assert list(attachments_for(officer)) == [about]
        assert list(attachments_of(officer, subject)) == [about]
        assert list(attachments_of(Actor.public(), subject)) == []
    finally:
        access._subjects.pop("parties.party")


def test_one_evidence_serves_many_claims(
    kept: Attachment, owner: Actor, stranger: Actor, party: Party, programme: Programme, now: datetime
) -> None:
    copy = attach_again(
        attachment=kept, actor=owner, now=now, programme=programme, subject=party, kind="附件二"
    )
    assert (copy.content_id, copy.kind, copy.subject_type) == (kept.content_id, "附件二", "parties.party")
    assert Entry.objects.filter(action="attach").latest("id").payload["from"] == kept.pk
    with pytest.raises(NotAllowed):
        attach_again(attachment=kept, actor=stranger, now=now, programme=programme, subject=party)


def test_nobody_uploads_for_another_party(owner: Actor, other_party: Party, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        hand_in(owner, now, owner=other_party)
    with pytest.raises(NotAllowed):
        hand_in(Actor.public(), now)


def test_withdrawal_is_journalled_and_final(
    kept: Attachment, owner: Actor, stranger: Actor, now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        withdraw_attachment(attachment=kept, actor=stranger, now=now, reason="x")
    with pytest.raises(Refused, match="理由"):
        withdraw_attachment(attachment=kept, actor=owner, now=now, reason=" ")
    withdraw_attachment(attachment=kept, actor=owner, now=now, reason="传错了")
    assert not attachments_for(owner).exists()
    assert attachments_for(owner, withdrawn=True).get().withdrawn_at == now
    entry = Entry.objects.get(action="withdraw")
    assert (entry.from_state, entry.to_state, entry.reason, entry.scope) == (
        "active",
        "withdrawn",
        "传错了",
        "ninghai",
    )
    with pytest.raises(Stale):
        withdraw_attachment(attachment=kept, actor=owner, now=now, reason="x")


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM files_attachment",
        "DELETE FROM files_content",
        "UPDATE files_attachment SET state = 'withdrawn', withdrawn_at = now()",
        "UPDATE files_attachment SET owner_id = NULL",
        "UPDATE files_content SET size = size + 1",
    ],
)
def test_the_database_refuses_what_no_operation_does(kept: Attachment, sql: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def make_old(now: datetime) -> None:
    old = (now - timedelta(days=2)).timestamp()
    for path in [*store.all_paths(), *(store.incoming().iterdir() if store.incoming().is_dir() else [])]:
        os.utime(path, (old, old))


def test_the_sweep_removes_only_what_nothing_needs(
    kept: Attachment, owner: Actor, party: Party, now: datetime
) -> None:
    store.receive([b"interrupted"], limit=100)
    lost = store.keep(store.receive([b"its transaction failed"], limit=100))
    make_old(now)
    found = sweep(actor=SYSTEM, now=now)
    assert (found.interrupted, found.unregistered, found.purged) == (1, 1, 0)
    assert not lost.exists()
    assert store.path_of(kept.content_id).exists()


def test_withdrawn_files_go_after_their_time_and_leave_a_trace(
    kept: Attachment, owner: Actor, now: datetime
) -> None:
    withdraw_attachment(attachment=kept, actor=owner, now=now, reason="x")
    assert sweep(actor=SYSTEM, now=now + timedelta(days=89)).purged == 0
    later = now + timedelta(days=91)
    assert sweep(actor=SYSTEM, now=later).purged == 1
    assert not store.path_of(kept.content_id).exists()
    assert Content.objects.get().purged_at == later
    assert Entry.objects.filter(action="purge").count() == 1
    assert sweep(actor=SYSTEM, now=later).purged == 0
    again = hand_in(owner, later)
    assert again.content.purged_at is None
    assert store.path_of(again.content_id).exists()


def test_content_stays_while_a_case_or_another_party_needs_it(
    owner: Actor, stranger: Actor, party: Party, now: datetime
) -> None:
    later = now + timedelta(days=400)
    first = hand_in(owner, now, subject=party)
    withdraw_attachment(attachment=first, actor=owner, now=now, reason="x")
    assert sweep(actor=SYSTEM, now=later).purged == 0, (
        "a case keeps its evidence for good unless it says otherwise"
    )
    needed = True
    access.register(Party, rows=lambda actor: Party.objects.none(), needed=lambda pk: needed)
    try:
        assert sweep(actor=SYSTEM, now=later).purged == 0
        needed = False
        second = hand_in(stranger, now)
        assert sweep(actor=SYSTEM, now=later).purged == 0, "somebody else attached the same bytes"
        withdraw_attachment(attachment=second, actor=stranger, now=now, reason="x")
        assert sweep(actor=SYSTEM, now=later).purged == 1
    finally:
        access._subjects.pop("parties.party")


def test_damage_is_found(kept: Attachment, owner: Actor, now: datetime) -> None:
    [other] = attach(uploads=[Upload("b.png", image_bytes())], actor=owner, now=now)
    out = StringIO()
    call_command("verify_files", stdout=out)
    assert "2 个文件，全部完好" in out.getvalue()
    store.path_of(kept.content_id).write_bytes(b"forged")
    store.path_of(other.content_id).unlink()
    out = StringIO()
    with pytest.raises(CommandError, match="2 个有问题"):
        call_command("verify_files", stdout=out)
    assert f"{kept.content_id} 内容被改动" in out.getvalue()
    assert f"{other.content_id} 文件缺失" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_many_uploads_of_one_file_at_once_keep_it_once(make_actor, programme: Programme) -> None:  # type: ignore[no-untyped-def]
    from .conftest import NOW

    actor, data, failures = make_actor("rush"), pdf_bytes(), []

    def upload() -> None:
        try:
            hand_in(actor, NOW, data=data)
        except Exception as error:  # shown by the assertion
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=upload) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Attachment.objects.count() == 6
    assert Content.objects.count() == 1
    assert len(list(store.all_paths())) == 1
    assert not list(store.incoming().iterdir())
