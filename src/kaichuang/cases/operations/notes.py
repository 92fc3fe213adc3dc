"""Remarks for colleagues."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from kaichuang.cases.models import Case, Note
from kaichuang.cases.permissions import may_read, may_work
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import NotAllowed, Problem, Refused


def add_note(*, case: Case, text: str, actor: Actor, now: datetime) -> Note:
    """Write a note that only public servants see."""
    require(may_work(actor, case))
    require(may_read(actor, case))
    if actor.user_id is None:
        raise NotAllowed(Problem("person_required", _("备注须由人员填写。")))
    if not text.strip():
        raise Refused(Problem("text_required", _("请填写备注内容。"), field="text"))
    return Note.objects.create(case=case, text=text.strip()[:2000], made_at=now, made_by_id=actor.user_id)
