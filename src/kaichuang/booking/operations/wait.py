"""Wait for time that is taken."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from kaichuang.booking.intervals import Span
from kaichuang.booking.models import Resource, WaitEntry
from kaichuang.booking.models.waiting import WaitState
from kaichuang.booking.operations.book import Refusal
from kaichuang.booking.operations.holding import lock_asked, refusing_conflicts
from kaichuang.booking.permissions import may_book
from kaichuang.booking.queries.availability import Asked
from kaichuang.booking.rules import violations
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import denied, require
from kaichuang.kit.problems import Problem, Refused, Stale


def wait(
    *, actor: Actor, now: datetime, resource: Resource, period: Span, quantity: int = 1, purpose: str = ""
) -> WaitEntry:
    """Join the line for a period that is taken; refused with everything else that stands in the way.

    Raises `Refused` with `free_now` when the period could be booked at once.
    """
    require(may_book(actor, resource))
    if actor.party_id is None:
        raise Refused(Problem("party_required", _("请选择为谁候补。"), field="party"))
    asked = Asked(resource, (), quantity)
    with refusing_conflicts():
        asked = lock_asked(asked)
        broken = violations(asked, period, party_id=actor.party_id, now=now)
        other = [violation for violation in broken if violation.code != "taken"]
        if other:
            raise Refusal(other)
        if not broken:
            raise Refused(Problem("free_now", _("该时段可以直接预约，无需候补。")))
        entry = WaitEntry.objects.create(
            programme=resource.programme,
            resource=resource,
            party_id=actor.party_id,
            asked_by_id=actor.user_id,
            period=DateTimeTZRange(*period, "[)"),
            quantity=quantity,
            purpose=purpose,
            asked_at=now,
        )
        record(actor=actor, now=now, action="wait", subject=entry, scope=resource.programme.slug)
    return entry


def withdraw(*, actor: Actor, now: datetime, entry: WaitEntry) -> WaitEntry:
    """Leave the line."""
    if not actor.is_system and actor.party_id != entry.party_id:
        require(denied(_("只有候补的主体可以退出候补。")))
    with transaction.atomic():
        row = WaitEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
        if row.state != WaitState.WAITING:
            raise Stale()
        row.state = WaitState.WITHDRAWN
        row.save(update_fields=["state"])
        record(actor=actor, now=now, action="withdraw", subject=row, scope=row.resource.programme.slug)
    return row
