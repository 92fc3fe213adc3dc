"""Open, close, withdraw and reassign work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from kaichuang.clock.models import Deadline
from kaichuang.clock.queries.today import business_date
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, Stale
from kaichuang.notices.audience import Audience
from kaichuang.notices.enums import WorkState
from kaichuang.notices.kinds import WORK_OPENED, WORK_OPENED_DUE
from kaichuang.notices.models import WorkItem
from kaichuang.notices.operations.notify import Telling, notify_many
from kaichuang.notices.permissions import finish, reassign
from kaichuang.notices.queries.words import work_params
from kaichuang.places.models import Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One piece of work to open; the fields are the arguments of `open_work`."""

    programme: Programme
    kind: str
    subject: models.Model
    recipient: Audience
    params: Mapping[str, Any] = field(default_factory=dict)
    link: str = ""
    clause: str = ""
    due_on: date | None = None
    deadline: Deadline | None = None


def open_work(
    *,
    programme: Programme,
    kind: str,
    subject: models.Model,
    recipient: Audience,
    now: datetime,
    params: Mapping[str, Any] | None = None,
    link: str = "",
    clause: str = "",
    due_on: date | None = None,
    deadline: Deadline | None = None,
    tell: bool = True,
) -> WorkItem:
    """Put something on the work list of `recipient` and tell them; part of the caller's transaction.

    While the same work about the same row is open for the same recipient, that one is returned. The operation
    that opens work has asked for permission.
    """
    task = Task(
        programme=programme,
        kind=kind,
        subject=subject,
        recipient=recipient,
        params=params or {},
        link=link,
        clause=clause,
        due_on=due_on,
        deadline=deadline,
    )
    return open_works([task], now=now, tell=tell)[0]


def open_works(tasks: Sequence[Task], *, now: datetime, tell: bool = True) -> list[WorkItem]:
    """Open many pieces of work at once, each as `open_work` does, in the order of the tasks."""
    items = [_item(task, now) for task in tasks]
    with transaction.atomic():
        same = _same_among(items)
        while True:
            fresh = {_identity(item): item for item in items if _identity(item) not in same}
            try:
                with transaction.atomic():
                    WorkItem.objects.bulk_create(fresh.values())
                break
            except IntegrityError:
                # Another transaction was faster; any other broken rule is an error.
                before, same = same, _same_among(items)
                if same.keys() == before.keys():
                    raise
        if tell:
            new = {id(item) for item in fresh.values()}
            notify_many(
                [
                    _telling(item, task.recipient)
                    for item, task in zip(items, tasks, strict=True)
                    if id(item) in new
                ],
                now=now,
            )
    opened = same | fresh
    return [opened[_identity(item)] for item in items]


def _item(task: Task, now: datetime) -> WorkItem:
    return WorkItem(
        programme=task.programme,
        kind=task.kind,
        params=dict(task.params),
        subject_type=task.subject._meta.label_lower,
        subject_id=str(task.subject.pk),
        link=task.link,
        clause=task.clause,
        due_on=None if task.deadline is not None else task.due_on,
        deadline=task.deadline,
        opened_at=now,
        opened_on=business_date(task.programme, now),
        **_recipient_fields(task.recipient),
    )


def close_work(
    *, subject: models.Model, now: datetime, actor: Actor, kind: str = "", state: str = WorkState.DONE
) -> int:
    """Close the open work about a row (of one kind, or all): called by the operation that did it."""
    return close_works(subjects=[subject], now=now, actor=actor, kind=kind, state=state)


def close_works(
    *,
    subjects: Sequence[models.Model],
    now: datetime,
    actor: Actor,
    kind: str = "",
    state: str = WorkState.DONE,
) -> int:
    """The same for many rows of one model."""
    if not subjects:
        return 0
    items = WorkItem.objects.filter(
        subject_type=subjects[0]._meta.label_lower,
        subject_id__in=[str(subject.pk) for subject in subjects],
        state=WorkState.OPEN,
    )
    if kind:
        items = items.filter(kind=kind)
    return items.update(state=state, closed_at=now, closed_by_id=actor.user_id)


def withdraw_work(*, subject: models.Model, now: datetime, actor: Actor, kind: str = "") -> int:
    """Take open work about a row off the lists: it need not be done any more."""
    return close_work(subject=subject, now=now, actor=actor, kind=kind, state=WorkState.WITHDRAWN)


def finish_work(*, item: WorkItem, actor: Actor, now: datetime) -> WorkItem:
    """Tick off work that is closed by hand."""
    with transaction.atomic():
        row = WorkItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
        require(finish(actor, row))
        if row.state != WorkState.OPEN:
            raise Stale()
        row.state, row.closed_at, row.closed_by_id = WorkState.DONE, now, actor.user_id
        row.save(update_fields=["state", "closed_at", "closed_by"])
        record(actor=actor, now=now, action="finish", subject=row, scope=row.programme.slug)
    return row


def reassign_work(
    *, item: WorkItem, recipient: Audience, actor: Actor, now: datetime, reason: str
) -> WorkItem:
    """Give open work to somebody else, with the reason in the journal; the new recipient is told."""
    with transaction.atomic():
        row = WorkItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
        require(reassign(actor, row))
        if row.state != WorkState.OPEN:
            raise Stale()
        if not reason.strip():
            raise Refused(Problem("reason_required", _("请填写理由。"), field="reason"))
        before = str(recipient_of(row))
        for name, value in _recipient_fields(recipient).items():
            setattr(row, name, value)
        if _same_open(row, besides=row.pk) is not None:
            raise Refused(Problem("already_assigned", _("该对象已有同一事项的待办。"), field="recipient"))
        row.save(update_fields=["user", "role", "unit", "party"])
        record(
            actor=actor,
            now=now,
            action="reassign",
            subject=row,
            scope=row.programme.slug,
            reason=reason,
            payload={"from": before, "to": str(recipient)},
        )
        _tell(row, recipient, now)
    return row


def recipient_of(item: WorkItem) -> Audience:
    return Audience(
        user_id=item.user_id,
        party_id=item.party_id,
        role=item.role,
        unit_id=item.unit_id,
        programme_id=item.programme_id if item.role or item.unit_id else None,
    )


def _recipient_fields(recipient: Audience) -> dict[str, Any]:
    return {
        "user_id": recipient.user_id,
        "role": recipient.role,
        "unit_id": recipient.unit_id,
        "party_id": recipient.party_id,
    }


_IDENTITY = ("programme_id", "subject_type", "subject_id", "kind", "user_id", "role", "unit_id", "party_id")
"""Work that agrees in these is the same work: one of it is open at a time."""


def _identity(item: WorkItem) -> tuple[Any, ...]:
    return tuple(getattr(item, name) for name in _IDENTITY)


def _same_among(items: Sequence[WorkItem]) -> dict[tuple[Any, ...], WorkItem]:
    """The open work that is the same as one of these."""
    wanted = {_identity(item) for item in items}
    rows = WorkItem.objects.filter(
        state=WorkState.OPEN,
        programme__in={item.programme_id for item in items},
        subject_type__in={item.subject_type for item in items},
        subject_id__in={item.subject_id for item in items},
        kind__in={item.kind for item in items},
    )
    return {_identity(row): row for row in rows if _identity(row) in wanted}


def _same_open(item: WorkItem, *, besides: int) -> WorkItem | None:
    same = WorkItem.objects.filter(state=WorkState.OPEN, **{name: getattr(item, name) for name in _IDENTITY})
    return same.exclude(pk=besides).first()


def _tell(item: WorkItem, recipient: Audience, now: datetime) -> None:
    notify_many([_telling(item, recipient)], now=now)


def _telling(item: WorkItem, recipient: Audience) -> Telling:
    due = item.deadline.due_on if item.deadline is not None else item.due_on
    return Telling(
        kind=WORK_OPENED_DUE.code if due else WORK_OPENED.code,
        audience=recipient,
        programme=item.programme,
        params=work_params(item, due),
        link=item.address,
        clause=item.clause,
        subject=item,
    )
