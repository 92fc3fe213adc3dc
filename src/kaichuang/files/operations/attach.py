"""Take files in."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import PurePosixPath
from typing import Protocol

from django.conf import settings
from django.db import models, transaction

from kaichuang.files import access, store
from kaichuang.files.checks import FileType, check_file, check_size
from kaichuang.files.models import Attachment
from kaichuang.files.operations.keep import keep_content
from kaichuang.files.permissions import upload_own
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, refuse_if
from kaichuang.parties.models import Party
from kaichuang.places.models import Programme


class Upload(Protocol):
    """What Django's UploadedFile offers."""

    @property
    def name(self) -> str | None: ...

    @property
    def size(self) -> int | None: ...

    def chunks(self) -> Iterator[bytes]: ...


def attach(
    *,
    uploads: Sequence[Upload],
    actor: Actor,
    now: datetime,
    programme: Programme | None = None,
    owner: Party | None = None,
    subject: models.Model | None = None,
    kind: str = "",
    labels: Sequence[str] = (),
) -> list[Attachment]:
    """Check all files, then keep all of them or none. Raises `Refused` with every problem of every file.

    Whether the actor may attach to `subject` is the caller's question; here only the owner is checked.
    """
    require(upload_own(actor, owner.pk if owner else None))
    problems: list[Problem] = []
    with ExitStack() as stack:
        taken = [_take(upload, problems, stack) for upload in uploads]
        refuse_if(problems)
        with transaction.atomic():
            return [
                _keep(
                    received,
                    found,
                    name=name,
                    actor=actor,
                    now=now,
                    programme=programme,
                    owner=owner,
                    subject=subject,
                    kind=kind,
                    labels=labels,
                )
                for name, received, found in (item for item in taken if item is not None)
            ]


def attach_again(
    *,
    attachment: Attachment,
    actor: Actor,
    now: datetime,
    programme: Programme | None,
    subject: models.Model,
    kind: str = "",
) -> Attachment:
    """Use a file once handed in for another row: one evidence, many claims. Same bytes, new name card."""
    require(upload_own(actor, attachment.owner_id))
    subject_type, subject_id = access.reference(subject)
    with transaction.atomic():
        copy = Attachment.objects.create(
            programme=programme,
            owner_id=attachment.owner_id,
            uploaded_by_id=actor.user_id,
            uploaded_at=now,
            name=attachment.name,
            content_id=attachment.content_id,
            kind=kind or attachment.kind,
            labels=attachment.labels,
            subject_type=subject_type,
            subject_id=subject_id,
        )
        _journal(copy, actor=actor, now=now, programme=programme, source=attachment.pk)
    return copy


def clean_name(name: str | None) -> str:
    """The bare file name, composed and without control characters; what browsers send may hold a path."""
    base = PurePosixPath((name or "").replace("\\", "/")).name
    text = unicodedata.normalize("NFC", base)
    return "".join(sign for sign in text if unicodedata.category(sign)[0] != "C").strip()


def _take(
    upload: Upload, problems: list[Problem], stack: ExitStack
) -> tuple[str, store.Received, FileType] | None:
    name = clean_name(upload.name)
    if upload.size is not None and (wrong := check_size(upload.size, name=name)):
        problems.extend(wrong)
        return None
    try:
        received = store.receive(upload.chunks(), limit=settings.MAX_UPLOAD_BYTES)
    except store.TooLarge:
        problems.extend(check_size(settings.MAX_UPLOAD_BYTES + 1, name=name))
        return None
    stack.callback(received.discard)
    found, wrong = check_file(received.path, name=name)
    problems.extend(check_size(received.size, name=name) or wrong)
    return (name, received, found) if found is not None else None


def _keep(
    received: store.Received,
    found: FileType,
    *,
    name: str,
    actor: Actor,
    now: datetime,
    programme: Programme | None,
    owner: Party | None,
    subject: models.Model | None,
    kind: str,
    labels: Sequence[str],
) -> Attachment:
    content = keep_content(received, media_type=found.media_type, now=now)
    subject_type, subject_id = access.reference(subject)
    attachment = Attachment.objects.create(
        programme=programme,
        owner=owner,
        uploaded_by_id=actor.user_id,
        uploaded_at=now,
        name=name,
        content=content,
        kind=kind,
        labels=list(labels),
        subject_type=subject_type,
        subject_id=subject_id,
    )
    _journal(attachment, actor=actor, now=now, programme=programme)
    return attachment


def _journal(
    attachment: Attachment,
    *,
    actor: Actor,
    now: datetime,
    programme: Programme | None,
    source: int | None = None,
) -> None:
    payload: dict[str, object] = {"sha256": attachment.content_id, "name": attachment.name}
    if source is not None:
        payload["from"] = source
    record(
        actor=actor,
        now=now,
        action="attach",
        subject=attachment,
        scope=programme.slug if programme else "",
        payload=payload,
    )
