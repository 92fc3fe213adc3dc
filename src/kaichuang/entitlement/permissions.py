"""Who may look at what a change would cost, and who may change the bureau's own settings."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import ALLOWED, Permit, denied
from kaichuang.parties.models import Role
from kaichuang.policy.permissions import CLERKS

SETTERS = CLERKS
"""Clerks, officers and administrators, as for the policy library."""
SIMULATORS = (*SETTERS, Role.LEADER, Role.FINANCE, Role.AUDITOR, Role.STATISTICIAN)


def may_simulate(actor: Actor, programme_id: int) -> Permit:
    """Those who prepare, decide, pay for or examine the policy."""
    return _holds(actor, programme_id, SIMULATORS, _("只有本项目的工作人员可以进行政策模拟。"))


def may_set(actor: Actor, programme_id: int) -> Permit:
    """Those who may load packs."""
    return _holds(actor, programme_id, SETTERS, _("只有本项目的政策文书、业务经办或管理员可以修改本地设定。"))


def _holds(actor: Actor, programme_id: int, roles: tuple[str, ...], reason: Any) -> Permit:
    if actor.is_system or (actor.programme_id == programme_id and actor.has(*roles)):
        return ALLOWED
    if actor.is_public:
        return denied(_("请先登录。"), code="login_required")
    return denied(reason, code="role_required")
