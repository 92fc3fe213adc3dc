"""Give a user the secret address of a calendar feed."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from kaichuang.booking.models import Feed
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require, signed_in
from kaichuang.kit.secrets import lookup_hash


def renew_feed(*, actor: Actor, now: datetime) -> Feed:
    """A new key; whoever knew the one before sees nothing any more."""
    require(signed_in(actor, None))
    if actor.user_id is None:
        raise ValueError("a feed belongs to a user")
    key = secrets.token_hex(24)
    with transaction.atomic():
        feed, _created = Feed.objects.update_or_create(
            user_id=actor.user_id, defaults={"key": key, "key_hash": lookup_hash(key), "made_at": now}
        )
        record(actor=actor, now=now, action="renew_feed", subject=feed)
    return feed


def end_feed(*, actor: Actor, now: datetime) -> None:
    """Nobody reads the user's bookings from outside any more."""
    with transaction.atomic():
        feed = Feed.objects.select_for_update().filter(user_id=actor.user_id or 0).first()
        if feed is not None:
            record(actor=actor, now=now, action="end_feed", subject=feed)
            feed.delete()
