"""The catch-up scan: what has become overdue since the last look, whenever that was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from kaichuang.clock.models import Deadline
from kaichuang.clock.queries.today import business_date
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.places.models import Programme

Handler = Callable[[Deadline, datetime], None]
_handlers: dict[str, list[Handler]] = {}


def on_overdue(subject_type: str) -> Callable[[Handler], Handler]:
    """Register what to do when a deadline of rows of this kind runs out: notices, escalation.

    Called once for each, in the transaction that marks it; an error undoes the mark, so the next scan
    tries again.
    """

    def register(handler: Handler) -> Handler:
        _handlers.setdefault(subject_type, []).append(handler)
        return handler

    return register


def find_overdue(*, now: datetime) -> list[Deadline]:
    """Mark and return every open deadline whose last day has passed on its programme's business date.

    Each is found once, however many scans run, late or at the same time.
    """
    found: list[Deadline] = []
    for programme in Programme.objects.order_by("id"):
        today = business_date(programme, now)
        due = Deadline.objects.filter(programme=programme, met_on=None, overdue_on=None, due_on__lt=today)
        for key in due.order_by("due_on", "id").values_list("pk", flat=True):
            deadline = _mark(key, programme, now)
            if deadline is not None:
                found.append(deadline)
    return found


@transaction.atomic
def _mark(key: int, programme: Programme, now: datetime) -> Deadline | None:
    today = business_date(programme, now)
    row = Deadline.objects.select_for_update(of=("self",), skip_locked=True)
    deadline = row.filter(pk=key, met_on=None, overdue_on=None, due_on__lt=today).first()
    if deadline is None:
        return None
    deadline.overdue_on = today
    deadline.save(update_fields=["overdue_on"])
    record(
        actor=Actor.system("overdue scan", programme_id=programme.pk),
        now=now,
        action="overdue",
        subject=deadline,
        scope=programme.slug,
        payload={"due_on": str(deadline.due_on), "subject": f"{deadline.subject_type}:{deadline.subject_id}"},
    )
    for handler in _handlers.get(deadline.subject_type, ()):
        handler(deadline, now)
    return deadline
