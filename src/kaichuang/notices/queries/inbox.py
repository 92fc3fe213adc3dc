"""The inbox."""

from __future__ import annotations

from django.db.models import QuerySet

from kaichuang.kit.actor import Actor
from kaichuang.notices.models import Receipt


def inbox_for(actor: Actor) -> QuerySet[Receipt]:
    """The actor's own notices, newest first."""
    return (
        Receipt.objects.filter(user=actor.user_id or 0)
        .select_related("notice", "notice__programme")
        .order_by("-id")
    )


def unread_count(actor: Actor) -> int:
    """How many wait; one look into a partial index, since the bell is on every page."""
    if actor.user_id is None:
        return 0
    return Receipt.objects.filter(user=actor.user_id, read_at=None).count()
