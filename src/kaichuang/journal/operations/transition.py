"""The only door to a state, for one row or many.

Note [One row at a time]
The trigger `one_door` lets a row through only while `kaichuang.door` names it with its new state. The UPDATE that moves
many rows names each one in the expression for its new state, which PostgreSQL evaluates row by row, just before the
row's triggers. Were that ever to change, the trigger would refuse the statement; nothing could slip through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction
from django.db.models import Case, F, Func, TextField, Value, When
from django.db.models.functions import Cast, Concat
from django.db.models.lookups import IsNull
from django.utils.translation import gettext as _

from kaichuang.journal.models.entry import Kind
from kaichuang.journal.operations.record import append, entry
from kaichuang.journal.workflow import Move, Workflow, problems_of
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, SomeRefused, Stale, refuse_if, refuse_rows

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
    try:
        (row,) = transition_many(
            workflow=workflow,
            instances=[instance],
            move=move,
            actor=actor,
            now=now,
            reason=reason,
            changes=changes,
            payload=payload,
            scope=scope,
        )
    except SomeRefused as refused:
        raise refused.first from None
    return row


def transition_many(
    *,
    workflow: Workflow,
    instances: Sequence[M],
    move: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
    payload: dict[str, Any] | None = None,
    scope: str = "",
) -> list[M]:
    """The same move for many rows of one model, all of them or none; each has an entry of its own.

    Returns the locked, moved rows in the order given. Raises `SomeRefused` naming every row for which
    `transition` would have raised, and why.
    """
    if not instances:
        return []
    step = workflow[move]
    with transaction.atomic():
        rows = _locked(instances)
        sources = [workflow.state_of(row) for row in rows]
        _refuse(step, rows, sources, actor=actor, now=now, reason=reason)
        for row in rows:
            for name, value in {**(changes or {}), workflow.field: step.target}.items():
                setattr(row, name, value)
        _through_door(rows, workflow.field, step.target, changes or {})
        append(
            [
                entry(
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
                for row, source in zip(rows, sources, strict=True)
            ]
        )
    return rows


def _locked(instances: Sequence[M]) -> list[M]:
    """In the order of their keys, so that two who lock the same rows never wait for each other in a ring."""
    rows = type(instances[0])._base_manager.select_for_update(of=("self",), no_key=True)
    if len(instances) == 1:
        return [rows.get(pk=instances[0].pk)]
    found = {row.pk: row for row in rows.filter(pk__in=[one.pk for one in instances]).order_by("pk")}
    if len(found) != len(instances):
        raise ObjectDoesNotExist(f"{len(found)} of {len(instances)} rows are there")
    return [found[one.pk] for one in instances]


def _refuse(
    step: Move, rows: Sequence[M], sources: Sequence[str], *, actor: Actor, now: datetime, reason: str
) -> None:
    refused: dict[int, Refused] = {}

    def against(row: M, source: str) -> None:
        require(step.permission(actor, row))
        if source not in step.sources:
            raise Stale()

    for row, source in zip(rows, sources, strict=True):
        try:
            against(row, source)
        except Refused as why:
            refused[row.pk] = why
    asked = [row for row in rows if row.pk not in refused]
    unreasoned = step.needs_reason and not reason.strip()
    for key, problems in problems_of(step.guards, asked, now).items():
        try:
            refuse_if(problems)
            if unreasoned:
                raise Refused(Problem(code="reason_required", message=_("请填写理由。"), field="reason"))
        except Refused as why:
            refused[key] = why
    refuse_rows(refused)


def _through_door(rows: Sequence[M], field: str, target: str, changes: Mapping[str, Any]) -> None:
    """Tell the trigger which row moves where, and move it. See Note [One row at a time]."""
    table = rows[0]._meta.db_table
    named = Func(
        Value("kaichuang.door"),
        Concat(Value(f"{table}:"), Cast(F("pk"), TextField()), Value(f":{target}"), output_field=TextField()),
        Value(True),
        function="set_config",
        output_field=TextField(),
    )
    state = Case(When(IsNull(named, False), then=Value(target)), output_field=TextField())
    moved = type(rows[0])._base_manager.filter(pk__in=[row.pk for row in rows])
    moved.update(**{**changes, field: state})
