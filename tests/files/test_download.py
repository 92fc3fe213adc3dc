"""Downloads: safe headers, Chinese names, ranges, and a journal of who looked."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from kaichuang.accounts.models import User
from kaichuang.files import store
from kaichuang.files.models import Attachment
from kaichuang.files.operations import attach
from kaichuang.journal.models import Entry
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Party
from kaichuang.places.models import Programme

from .conftest import Upload, pdf_bytes


@pytest.fixture
def kept(owner: Actor, party: Party, programme: Programme, now: datetime) -> Attachment:
    [attachment] = attach(
        uploads=[Upload("营业执照 “正本”.pdf", pdf_bytes())],
        actor=owner,
        now=now,
        programme=programme,
        owner=party,
    )
    return attachment


def login(actor: Actor, *, party: bool = True) -> Client:
    client = Client()
    client.force_login(
        User.objects.get(pk=actor.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    session = client.session
    session["strong_login"] = True
    if party and actor.party_id:
        session["party"] = actor.party_id
    session.save()
    return client


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_the_headers_keep_browsers_from_interpreting(kept: Attachment, owner: Actor) -> None:
    answer = login(owner).get(f"/files/attachments/{kept.pk}/download/")
    assert body(answer) == pdf_bytes()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith(
        "attachment; filename*=utf-8''%E8%90%A5%E4%B8%9A%E6%89%A7%E7%85%A7"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-cache"
    again = login(owner).get(
        f"/files/attachments/{kept.pk}/download/", headers={"If-None-Match": answer["ETag"]}
    )
    assert again.status_code == 304


def test_ranges(kept: Attachment, owner: Actor) -> None:
    data, client = pdf_bytes(), login(owner)
    size = len(data)
    cases = {
        "bytes=0-9": (206, data[:10], f"bytes 0-9/{size}"),
        "bytes=10-": (206, data[10:], f"bytes 10-{size - 1}/{size}"),
        "bytes=-5": (206, data[-5:], f"bytes {size - 5}-{size - 1}/{size}"),
        f"bytes=0-{size * 2}": (206, data, f"bytes 0-{size - 1}/{size}"),
        "bytes=0-1,5-6": (200, data, None),
        "lines=1-2": (200, data, None),
        "bytes=-": (200, data, None),
    }
    for asked, (status, expected, content_range) in cases.items():
        answer = client.get(f"/files/attachments/{kept.pk}/download/", headers={"Range": asked})
        assert (answer.status_code, body(answer), answer.headers.get("Content-Range")) == (
            status,
            expected,
            content_range,
        )
        assert int(answer["Content-Length"]) == len(expected)
    for asked in (f"bytes={size}-", "bytes=9-3", "bytes=-0"):
        answer = client.get(f"/files/attachments/{kept.pk}/download/", headers={"Range": asked})
        assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{size}")
    stale = client.get(
        f"/files/attachments/{kept.pk}/download/", headers={"Range": "bytes=0-9", "If-Range": '"old"'}
    )
    assert stale.status_code == 200


def test_strangers_get_404_and_so_does_the_public(kept: Attachment, stranger: Actor, officer: Actor) -> None:
    for client in (login(stranger), login(officer), Client()):
        for path in (
            f"/files/attachments/{kept.pk}/download/",
            f"/files/attachments/{kept.pk}/",
            f"/api/files/attachments/{kept.pk}",
        ):
            assert client.get(path).status_code in {404, 302, 401}
        assert client.get(f"/files/attachments/{kept.pk}/download/").status_code == 404


def test_looking_at_others_files_is_journalled(kept: Attachment, owner: Actor, auditor: Actor) -> None:
    body(login(owner).get(f"/files/attachments/{kept.pk}/download/"))
    assert not Entry.objects.filter(kind="view").exists()
    body(login(auditor).get(f"/files/attachments/{kept.pk}/download/"))
    entry = Entry.objects.get(kind="view")
    assert (entry.actor_user_id, entry.subject_id, entry.scope) == (auditor.user_id, str(kept.pk), "ninghai")


def test_a_missing_file_is_a_clear_404(kept: Attachment, owner: Actor) -> None:
    store.path_of(kept.content_id).unlink()
    assert login(owner).get(f"/files/attachments/{kept.pk}/download/").status_code == 404
