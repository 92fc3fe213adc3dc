"""Withdraw an attachment."""

from __future__ import annotations

from datetime import datetime

from kaichuang.files.models import Attachment
from kaichuang.files.workflow import ATTACHMENT
from kaichuang.journal.operations import transition
from kaichuang.kit.actor import Actor


def withdraw_attachment(*, attachment: Attachment, actor: Actor, now: datetime, reason: str) -> Attachment:
    """Nobody sees it in lists any more; the bytes stay as long as anything needs them."""
    return transition(
        workflow=ATTACHMENT,
        instance=attachment,
        move="withdraw",
        actor=actor,
        now=now,
        reason=reason,
        changes={"withdrawn_at": now},
        scope=attachment.programme.slug if attachment.programme else "",
    )
