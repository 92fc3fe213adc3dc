"""Freeze or free a programme's "today"."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.places.models import Programme
from kaichuang.places.permissions import may_set_business_date


@transaction.atomic
def set_business_date(
    *, programme: Programme, on: date | None, reason: str, actor: Actor, now: datetime
) -> Programme:
    """Work as if today were `on`; None goes back to the calendar. The reason is kept in the journal."""
    locked = Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    require(may_set_business_date(actor, locked))
    if not reason.strip():
        raise Refused(Problem("reason_required", _("请填写调整业务日期的理由。"), field="reason"))
    before = locked.business_date
    locked.business_date = on
    locked.save(update_fields=["business_date"])
    record(
        actor=actor,
        now=now,
        action="set_business_date" if on else "clear_business_date",
        subject=locked,
        scope=locked.slug,
        reason=reason,
        payload={"before": str(before or ""), "after": str(on or "")},
    )
    return locked
