"""The only door to a state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from kaichuang.journal.models.entry import Kind
from kaichuang.journal.operations.record import record
from kaichuang.journal.workflow import Workflow
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, Stale, refuse_if

M = TypeVar("M", bound=models.Model)


def transition(
    *,
    workflow: Workflow,
    instance: M,
    move: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
    payload: dict[str, Any] | None = None,
    scope: str = "",
) -> M:
    """Lock the row, ask permission and guards, move it, write it down; returns the locked, moved row.

    `changes` are further columns that change with the state (a decision's amount, a date), in the same
    UPDATE; guards see the row as it was before.
    `scope` is the slug of the programme to which the row belongs, if any.
    Raises `Stale` when the row is no longer in a state from which the move leads, `NotAllowed` when the actor
    may not make it, `Refused` with every problem when a guard or the missing reason forbids it.
    """
    step = workflow[move]
    with transaction.atomic():
        row = type(instance)._base_manager.select_for_update(of=("self",), no_key=True).get(pk=instance.pk)
        source = workflow.state_of(row)
        require(step.permission(actor, row))
        if source not in step.sources:
            raise Stale()
        refuse_if(problem for guard in step.guards for problem in guard(row, now))
        for name, value in (changes or {}).items():
            setattr(row, name, value)
        if step.needs_reason and not reason.strip():
            raise Refused(Problem(code="reason_required", message=_("请填写理由。"), field="reason"))
        setattr(row, workflow.field, step.target)
        _open_door(row, step.target)
        row.save(update_fields=[workflow.field, *(changes or {})])
        record(
            actor=actor,
            now=now,
            kind=Kind.MOVE,
            action=step.name,
            subject=row,
            scope=scope,
            from_state=source,
            to_state=step.target,
            reason=reason,
            payload=payload,
        )
    return row


def _open_door(row: models.Model, target: str) -> None:
    """Tell the `one_door` trigger which row moves where; forgotten when the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('kaichuang.door', %s, true)", [f"{row._meta.db_table}:{row.pk}:{target}"]
        )
