"""Who may announce, and who may answer objections."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import ALLOWED, Permit, denied
from kaichuang.kit.problems import type_str
from kaichuang.parties.models import Role
from kaichuang.places.models import Programme
from kaichuang.publicity.models import Announcement, Line, Objection

DRAFTERS = (Role.OFFICER, Role.LEADER, Role.CLERK, Role.ADMINISTRATOR)
HANDLERS = (Role.OFFICER, Role.LEADER)
"""They open lists, answer objections and look at who objects."""
READERS = (*DRAFTERS, Role.AUDITOR, Role.INSPECTOR, Role.FINANCE)
"""Public servants who see drafts and objections of their programme."""


def _holds(actor: Actor, programme_id: int, roles: tuple[Role, ...], reason: type_str) -> Permit:
    if actor.is_system or (actor.programme_id == programme_id and actor.has(*roles)):
        return ALLOWED
    if actor.is_public:
        return denied(_("请先登录。"), code="login_required")
    return denied(reason, code="role_required")


def may_draft(actor: Actor, programme: Programme) -> Permit:
    """Officers, leaders, clerks and administrators of the programme."""
    return _holds(actor, programme.pk, DRAFTERS, _("只有本项目的工作人员可以起草公示。"))


def may_revise(actor: Actor, announcement: Announcement) -> Permit:
    """Those who may draft in its programme."""
    return _holds(actor, announcement.programme_id, DRAFTERS, _("只有本项目的工作人员可以修改公示草稿。"))


def may_open(actor: Actor, announcement: Announcement) -> Permit:
    """Officers and leaders: what a clerk or an administrator has drafted needs a second pair of eyes."""
    return _holds(actor, announcement.programme_id, HANDLERS, _("发布公示须由业务经办或领导进行。"))


def may_withdraw(actor: Actor, announcement: Announcement) -> Permit:
    """Officers and leaders; drafts also those who may draft."""
    roles = HANDLERS if announcement.is_public else DRAFTERS
    return _holds(actor, announcement.programme_id, roles, _("撤回公示须由业务经办或领导进行。"))


def may_read_objections(actor: Actor, programme_id: int) -> Permit:
    """The programme's public servants who have to do with it."""
    return _holds(actor, programme_id, READERS, _("只有本项目的工作人员可以查看异议。"))


def may_handle(actor: Actor, objection: Objection) -> Permit:
    """Officers and leaders of the programme, never on their own side of the matter."""
    permit = _holds(
        actor, objection.announcement.programme_id, HANDLERS, _("只有业务经办和领导可以处理异议。")
    )
    if permit and not actor.is_system and _is_side(actor, objection):
        return denied(_("您与该异议有利害关系，须回避。"), code="recusal")
    return permit


def _is_side(actor: Actor, objection: Objection) -> bool:
    if actor.user_id is not None and actor.user_id == objection.lodged_by_id:
        return True
    sides = {objection.party_id, objection.line.party_id if objection.line is not None else None}
    return actor.party_id is not None and actor.party_id in sides


def may_reveal(actor: Actor, objection: Objection) -> Permit:
    """Those who may handle it."""
    return may_handle(actor, objection)


def is_author(actor: Actor, objection: Objection) -> bool:
    """Whether the actor lodged it, or acts for the party that did."""
    if actor.user_id is not None and actor.user_id == objection.lodged_by_id:
        return True
    return actor.party_id is not None and actor.party_id == objection.party_id


def may_move_line(actor: Actor, row: Line | Announcement) -> Permit:
    """Lines move by what happens to their list and its objections: those operations have asked already."""
    if actor.is_system:
        return ALLOWED
    programme = row.programme_id if isinstance(row, Announcement) else row.announcement.programme_id
    return _holds(actor, programme, HANDLERS, _("只有业务经办和领导可以变更公示名单。"))
