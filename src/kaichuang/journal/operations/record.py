"""Write one row of the journal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models, transaction

from kaichuang.journal.models import Entry
from kaichuang.journal.models.entry import Kind
from kaichuang.journal.operations.seal import seal_after_commit
from kaichuang.kit.actor import Actor
from kaichuang.kit.sql import insert


def subject_type(instance: models.Model | type[models.Model]) -> str:
    """`parties.organisation`: the name under which rows of a model stand in the journal."""
    return instance._meta.label_lower


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
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("journal.record belongs into the change's transaction")
    entry = Entry(
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
    insert(entry)
    seal_after_commit()
    return entry
