"""Write rows of the journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import models, transaction

from kaichuang.journal.models import Entry
from kaichuang.journal.models.entry import Kind
from kaichuang.journal.operations.seal import seal_after_commit
from kaichuang.kit.actor import Actor
from kaichuang.kit.sql import insert

_BATCH = 500


def subject_type(instance: models.Model | type[models.Model]) -> str:
    """`parties.organisation`: the name under which rows of a model stand in the journal."""
    return instance._meta.label_lower


def entry(
    *,
    actor: Actor,
    now: datetime,
    action: str,
    subject: models.Model,
    kind: str = Kind.CHANGE,
    scope: str = "",
    from_state: str = "",
    to_state: str = "",
    reason: str = "",
    payload: dict[str, Any] | None = None,
) -> Entry:
    """The entry that `record` would write, for callers that append several at once."""
    return Entry(
        at=now,
        recorded_at=now,
        kind=kind,
        scope=scope,
        action=action,
        subject_type=subject_type(subject),
        subject_id=str(subject.pk),
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        actor_kind=actor.kind,
        actor_user_id=actor.user_id,
        actor_party_id=actor.party_id,
        actor_name=actor.name,
        payload=payload or {},
        row_hash=b"",
    )


def append(entries: Sequence[Entry]) -> None:
    """Write entries in their order; part of the caller's transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("journal.record belongs into the change's transaction")
    if len(entries) == 1:
        insert(entries[0])
    else:
        Entry.objects.bulk_create(entries, batch_size=_BATCH)
    if entries:
        seal_after_commit()


def record(
    *,
    actor: Actor,
    now: datetime,
    action: str,
    subject: models.Model,
    kind: str = Kind.CHANGE,
    scope: str = "",
    from_state: str = "",
    to_state: str = "",
    reason: str = "",
    payload: dict[str, Any] | None = None,
) -> Entry:
    """Append one entry about `subject`; part of the caller's transaction.

    `payload` holds what changed (JSON values only, no personal numbers in clear).
    """
    made = entry(
        actor=actor,
        now=now,
        action=action,
        subject=subject,
        kind=kind,
        scope=scope,
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        payload=payload,
    )
    append([made])
    return made
