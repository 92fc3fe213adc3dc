"""Who may do what with the pool and with panels."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.experts.models import Expert, Panel, Score, Seat
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import ALLOWED, Permit, denied
from kaichuang.parties.models import Party, Role
from kaichuang.places.models import Programme

KEEPERS = (Role.OFFICER, Role.ADMINISTRATOR)
READERS = (*KEEPERS, Role.LEADER, Role.AUDITOR)


def _keeps(actor: Actor, programme_id: int) -> Permit:
    if actor.is_system or (actor.programme_id == programme_id and actor.has(*KEEPERS)):
        return ALLOWED
    if actor.is_public:
        return denied(_("请先登录。"), code="login_required")
    return denied(_("只有本项目的业务经办和管理员可以进行此操作。"), code="role_required")


def may_keep_pool(actor: Actor, programme: Programme) -> Permit:
    """Officers and administrators of the programme: nominate, admit, end."""
    return _keeps(actor, programme.pk)


def may_judge(actor: Actor, expert: Expert) -> Permit:
    """Officers and administrators of the programme; nobody admits or ends himself."""
    if actor.user_id is not None and expert.party.user_id == actor.user_id:
        return denied(_("不能办理本人的入库或出库。"), code="own_matter")
    return _keeps(actor, expert.programme_id)


def may_apply(actor: Actor, party: Party) -> Permit:
    """A person for himself; officers nominate others."""
    if actor.is_public:
        return denied(_("请先登录。"), code="login_required")
    if actor.user_id is not None and party.user_id == actor.user_id:
        return ALLOWED
    return denied(_("只能为本人申请入库。"), code="not_self")


def may_edit(actor: Actor, expert: Expert) -> Permit:
    """The keepers of the pool."""
    return _keeps(actor, expert.programme_id)


def may_run(actor: Actor, panel: Panel) -> Permit:
    """Officers and administrators of the programme: open, announce, draw, replace, return, close, cancel."""
    return _keeps(actor, panel.programme_id)


def may_read(actor: Actor, panel: Panel) -> Permit:
    """Officers, administrators, leaders and auditors of the programme: names, scores, relations."""
    if actor.is_system or (actor.programme_id == panel.programme_id and actor.has(*READERS)):
        return ALLOWED
    return denied(_("只有本项目的业务经办、领导和审计人员可以查看。"), code="role_required")


def holds(actor: Actor, seat: Seat) -> Permit:
    """The expert whose seat it is."""
    if actor.is_system or (actor.user_id is not None and seat.expert.party.user_id == actor.user_id):
        return ALLOWED
    if actor.is_public:
        return denied(_("请先登录。"), code="login_required")
    return denied(_("只有被抽中的专家本人可以进行此操作。"), code="not_own_seat")


def may_replace(actor: Actor, seat: Seat) -> Permit:
    """Who runs the panel."""
    return may_run(actor, seat.panel)


def may_score(actor: Actor, score: Score) -> Permit:
    """The expert of the seat."""
    return holds(actor, score.seat)


def may_return(actor: Actor, score: Score) -> Permit:
    """Who runs the panel."""
    return may_run(actor, score.seat.panel)
