"""Bytes into the store, and their row."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kaichuang.files import store
from kaichuang.files.models import Content


def keep_content(received: store.Received, *, media_type: str, now: datetime) -> Content:
    """The row of these bytes, new or old; part of the caller's transaction.

    The row is locked before the file is put in place, so that a sweep cannot remove the file in between.
    When the transaction fails, a file without a row remains, which the sweep removes.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("keep_content belongs into the attachment's transaction")
    Content.objects.bulk_create(
        [Content(sha256=received.sha256, size=received.size, media_type=media_type, stored_at=now)],
        ignore_conflicts=True,
    )
    content = Content.objects.select_for_update(of=("self",), no_key=True).get(sha256=received.sha256)
    store.keep(received)
    if content.purged_at is not None:
        content.purged_at = None
        content.save(update_fields=["purged_at"])
    return content
