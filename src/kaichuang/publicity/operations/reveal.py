"""Show who objects in clear; the only way it leaves its row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.journal.models.entry import Kind
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.publicity.models import Objection
from kaichuang.publicity.permissions import may_reveal


@dataclass(frozen=True, slots=True)
class Author:
    name: str
    phone: str
    email: str


@transaction.atomic
def reveal_author(*, objection: Objection, reason: str, actor: Actor, now: datetime) -> Author:
    """Name and contact. Who looked and why is written down first; without a reason nothing is shown."""
    require(may_reveal(actor, objection))
    if len(reason.strip()) < 2:
        raise Refused(Problem("reason_required", _("请填写查看完整信息的理由。"), field="reason"))
    record(
        actor=actor,
        now=now,
        kind=Kind.VIEW,
        action="reveal",
        subject=objection,
        scope=objection.announcement.programme.slug,
        reason=reason.strip(),
        payload={"fields": ["name", "phone", "email"]},
    )
    return Author(objection.name, objection.phone, objection.email)
