"""Show a personal number in clear; the only way it leaves its row."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.journal.models.entry import Kind
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.parties.models import Party
from kaichuang.parties.operations.register import scope_of
from kaichuang.parties.permissions import may_reveal

Secret = Literal["identity_number", "phone"]


@transaction.atomic
def reveal(*, party: Party, field: Secret, reason: str, actor: Actor, now: datetime) -> str:
    """The number in clear. Who looked, at what and why is written down first; without a reason nothing is shown."""
    require(may_reveal(actor, party))
    if field not in ("identity_number", "phone"):
        raise ValueError(field)
    if len(reason.strip()) < 2:
        raise Refused(Problem("reason_required", _("请填写查看完整信息的理由。"), field="reason"))
    record(
        actor=actor,
        now=now,
        kind=Kind.VIEW,
        action="reveal",
        subject=party,
        scope=scope_of(actor),
        reason=reason.strip(),
        payload={"field": field},
    )
    return str(getattr(party, field))
