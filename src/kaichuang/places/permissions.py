"""Who may do what with a programme. Role names are those of `parties.models.Role`, one floor up."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import ALLOWED, Permit, Predicate, denied
from kaichuang.places.models import Programme

ADMINISTRATOR = "administrator"
OFFICER = "officer"


def role_in_programme(*roles: str) -> Predicate:
    """A predicate: holders of one of `roles` in the very programme that is asked about, and the system."""

    def holds_role_here(actor: Actor, programme: Programme) -> Permit:
        if actor.is_system:
            return ALLOWED
        if actor.is_public:
            return denied(_("请先登录。"), code="login_required")
        if actor.programme_id == programme.pk and actor.has(*roles):
            return ALLOWED
        return denied(_("您在本项目中没有此项操作的权限，请联系管理员。"), code="role_required")

    return holds_role_here


may_manage_programme = role_in_programme(ADMINISTRATOR)
"""Administrators of the programme."""

may_set_business_date = role_in_programme(ADMINISTRATOR, OFFICER)
"""Officers and administrators of the programme."""


def may_create_programme(actor: Actor, superior: Programme | None) -> Permit:
    """Administrators of the superior programme, for a place inside theirs; the system for any."""
    if superior is None:
        if actor.is_system:
            return ALLOWED
        return denied(
            _("没有上级项目的项目只能由系统管理员在服务器上用 kaichuang manage create_programme 建立。")
        )
    return may_manage_programme(actor, superior)
