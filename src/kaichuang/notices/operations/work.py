"""Open, close, withdraw and reassign work."""

from __future__ import annotations

from collections.abc import Mapping
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
from kaichuang.notices.operations.notify import notify
from kaichuang.notices.permissions import finish, reassign
from kaichuang.notices.queries.words import work_params
from kaichuang.places.models import Programme


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
    item = WorkItem(
        programme=programme,
        kind=kind,
        params=dict(params or {}),
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        link=link,
        clause=clause,
        due_on=None if deadline is not None else due_on,
        deadline=deadline,
        opened_at=now,
        opened_on=business_date(programme, now),
        **_recipient_fields(recipient),
    )
    with transaction.atomic():
        existing = _same_open(item)
        if existing is not None:
            return existing
        try:
            with transaction.atomic():
                item.save(force_insert=True)
        except IntegrityError:
            # Another transaction was faster; any other broken rule is an error.
            existing = _same_open(item)
            if existing is None:
                raise
            return existing
        if tell:
            _tell(item, recipient, now)
    return item


def close_work(
    *, subject: models.Model, now: datetime, actor: Actor, kind: str = "", state: str = WorkState.DONE
) -> int:
    """Close the open work about a row (of one kind, or all): called by the operation that did it."""
    items = WorkItem.objects.filter(
        subject_type=subject._meta.label_lower, subject_id=str(subject.pk), state=WorkState.OPEN
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


def _same_open(item: WorkItem, *, besides: int | None = None) -> WorkItem | None:
    names = ("programme_id", "subject_type", "subject_id", "kind", "user_id", "role", "unit_id", "party_id")
    same = WorkItem.objects.filter(state=WorkState.OPEN, **{name: getattr(item, name) for name in names})
    return same.exclude(pk=besides).first() if besides else same.first()


def _tell(item: WorkItem, recipient: Audience, now: datetime) -> None:
    due = item.deadline.due_on if item.deadline is not None else item.due_on
    notify(
        kind=WORK_OPENED_DUE.code if due else WORK_OPENED.code,
        audience=recipient,
        now=now,
        programme=item.programme,
        params=work_params(item, due),
        link=item.address,
        clause=item.clause,
        subject=item,
    )
