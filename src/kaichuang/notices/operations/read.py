"""Mark notices as read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kaichuang.kit.actor import Actor
from kaichuang.notices.models import Receipt


def mark_read(*, receipts: Iterable[int], actor: Actor, now: datetime) -> int:
    """Mark some of the actor's own receipts as read; others' are left alone. Returns how many were unread."""
    return Receipt.objects.filter(pk__in=list(receipts), user=actor.user_id or 0, read_at=None).update(
        read_at=now
    )


def mark_all_read(*, actor: Actor, now: datetime) -> int:
    """Mark everything in the actor's inbox as read."""
    return Receipt.objects.filter(user=actor.user_id or 0, read_at=None).update(read_at=now)
