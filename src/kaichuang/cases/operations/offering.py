"""Offer a matter, or stop offering it; what runs goes on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.cases.models import Matter
from kaichuang.cases.permissions import may_keep_matters
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused


def offer_matter(*, matter: Matter, offered: bool, reason: str, actor: Actor, now: datetime) -> Matter:
    """Switch a matter on or off for new applications. Raises `Refused` without a reason."""
    require(may_keep_matters(actor, matter))
    if not reason.strip():
        raise Refused(Problem("reason_required", _("请填写理由。"), field="reason"))
    with transaction.atomic():
        row = Matter.objects.select_for_update(of=("self",), no_key=True).get(pk=matter.pk)
        if row.is_offered == offered:
            return row
        row.is_offered = offered
        row.save(update_fields=["is_offered"])
        record(
            actor=actor,
            now=now,
            action="offer_matter" if offered else "withhold_matter",
            subject=row,
            scope=matter.programme.slug,
            reason=reason.strip(),
        )
    return row
