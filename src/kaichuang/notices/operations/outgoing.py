"""Send what is queued: by whoever holds its row, marked in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet

from kaichuang.notices.enums import DispatchState
from kaichuang.notices.models.outgoing import MAX_ATTEMPTS, Outgoing

__all__ = ["MAX_ATTEMPTS", "STUCK", "NotSent", "deliver", "stuck"]

STUCK = timedelta(minutes=20)
_AT_ONCE = 1000
Message = TypeVar("Message", bound=Outgoing)


class NotSent(Exception):
    """The channel failed; the job is to be tried again."""


def deliver(rows: QuerySet[Message], send: Callable[[Message], None], *, now: datetime) -> bool:
    """Send the one message of `rows`; tells whether it was sent now. Raises `NotSent` when it is to be tried again."""
    with transaction.atomic():
        found = (
            rows.select_for_update(of=("self",), skip_locked=True).filter(state=DispatchState.QUEUED).first()
        )
        if found is None:
            return False
        failure = ""
        try:
            send(found)
        except Exception as error:  # whatever a gateway raises means: not sent
            failure = f"{type(error).__name__}: {error}"[:500]
        found.settle(now=now, error=failure)
    if failure and found.state == DispatchState.QUEUED:
        raise NotSent(found.error)
    return not failure


def stuck(rows: QuerySet[Message], *, now: datetime) -> list[int]:
    """Those that have waited too long: their worker was killed, or gave up."""
    waiting = rows.filter(state=DispatchState.QUEUED, created_at__lt=now - STUCK)
    return list(waiting.values_list("pk", flat=True)[:_AT_ONCE])
