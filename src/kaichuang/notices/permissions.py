"""Who may do what with work."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import ALLOWED, Permit, denied
from kaichuang.notices.kinds import work_kind
from kaichuang.notices.models import WorkItem
from kaichuang.parties.models import Role

SUPERIORS = (Role.LEADER, Role.ADMINISTRATOR)


def is_recipient(actor: Actor, item: WorkItem) -> bool:
    """The user, those who act for the party, and holders of the role (in the unit) in the programme."""
    if actor.user_id is None:
        return False
    if item.user_id is not None:
        return item.user_id == actor.user_id
    if item.party_id is not None:
        return item.party_id == actor.party_id
    if item.programme_id != actor.programme_id:
        return False
    return (not item.role or actor.has(item.role)) and (item.unit_id is None or item.unit_id == actor.unit_id)


def finish(actor: Actor, item: WorkItem) -> Permit:
    """The recipient, if this kind of work is ticked off by hand; the system."""
    if actor.is_system:
        return ALLOWED
    if not work_kind(item.kind).manual:
        return denied(_("该事项办理后自动销号，不能手工办结。"), code="not_manual")
    return ALLOWED if is_recipient(actor, item) else denied(_("这不是您的待办。"))


def reassign(actor: Actor, item: WorkItem) -> Permit:
    """Leaders and administrators of the programme, and public servants who hold the work themselves; the system."""
    if actor.is_system or _is_superior(actor, item):
        return ALLOWED
    if is_recipient(actor, item) and item.party_id is None:
        return ALLOWED
    return denied(_("只有本人、领导或管理员可以转办。"), code="role_required")


def urge(actor: Actor, item: WorkItem) -> Permit:
    """Leaders and administrators of the programme; the system."""
    if actor.is_system or _is_superior(actor, item):
        return ALLOWED
    return denied(_("只有领导或管理员可以催办。"), code="role_required")


def _is_superior(actor: Actor, item: WorkItem) -> bool:
    return actor.programme_id == item.programme_id and actor.has(*SUPERIORS)
