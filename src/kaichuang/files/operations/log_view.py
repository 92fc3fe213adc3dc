"""Write down who looked at other people's files."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kaichuang.files.models import Attachment
from kaichuang.journal.models.entry import Kind
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor


def log_view(*, attachment: Attachment, actor: Actor, now: datetime) -> bool:
    """Journal a download, unless it is by the uploader or for the owner (catalogue X05); tells whether it did."""
    own = attachment.uploaded_by_id is not None and attachment.uploaded_by_id == actor.user_id
    if own or (attachment.owner_id is not None and attachment.owner_id == actor.party_id):
        return False
    with transaction.atomic():
        record(
            actor=actor,
            now=now,
            kind=Kind.VIEW,
            action="download",
            subject=attachment,
            scope=attachment.programme.slug if attachment.programme else "",
            payload={"sha256": attachment.content_id},
        )
    return True
