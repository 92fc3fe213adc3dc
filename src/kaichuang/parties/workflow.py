"""How an invitation or a request to join goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kaichuang.journal.workflow import Move, Workflow
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import ALLOWED, Permit, denied
from kaichuang.kit.problems import Problem
from kaichuang.parties.models import Admission, AdmissionState
from kaichuang.parties.permissions import may_manage_members


def may_answer(actor: Actor, admission: Admission) -> Permit:
    """An invitation: the user invited. A request: the party's owners."""
    if not admission.by_party:
        return may_manage_members(actor, admission.party)
    if actor.is_system or actor.user_id == admission.user_id:
        return ALLOWED
    return denied(_("只有被邀请人可以答复。"))


def may_withdraw(actor: Actor, admission: Admission) -> Permit:
    """Whoever asked: the party's owners, or the user."""
    if admission.by_party:
        return may_manage_members(actor, admission.party)
    if actor.is_system or actor.user_id == admission.user_id:
        return ALLOWED
    return denied(_("只有申请人可以撤回。"))


def party_is_open(admission: Admission, now: datetime) -> Iterator[Problem]:
    if admission.party.closed_on is not None:
        yield Problem("closed", _("该主体已注销，不能再加入。"))


_PENDING = (AdmissionState.PENDING,)

ADMISSION = Workflow(
    Move("accept", _("同意加入"), _PENDING, AdmissionState.ACCEPTED, may_answer, guards=(party_is_open,)),
    Move("decline", _("谢绝"), _PENDING, AdmissionState.DECLINED, may_answer),
    Move("withdraw", _("撤回"), _PENDING, AdmissionState.WITHDRAWN, may_withdraw),
)
