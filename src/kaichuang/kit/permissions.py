"""Permissions are small predicates that answer with a reason; pages and operations ask the same ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import NotAllowed, Problem, type_str


@dataclass(frozen=True, slots=True)
class Permit:
    """The answer of a predicate; false with the reason in words."""

    allowed: bool
    reason: type_str = ""
    code: str = "not_allowed"

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Permit(True)

Predicate = Callable[[Actor, Any], Permit]


def denied(reason: type_str, *, code: str = "not_allowed") -> Permit:
    return Permit(False, reason, code)


def require(permit: Permit) -> None:
    """Raise `NotAllowed` with the reason, unless the permit is given."""
    if not permit:
        raise NotAllowed(Problem(code=permit.code, message=permit.reason))


def anyone(actor: Actor, subject: Any) -> Permit:
    """Everybody, without login."""
    return ALLOWED


def system_only(actor: Actor, subject: Any) -> Permit:
    """Timed jobs and imports only."""
    return ALLOWED if actor.is_system else denied(_("此操作由系统自动进行。"))


def signed_in(actor: Actor, subject: Any) -> Permit:
    """Every user with a login, and the system."""
    if actor.is_public:
        return denied(_("请先登录。"), code="login_required")
    return ALLOWED


def any_role(*roles: str) -> Predicate:
    """A predicate: holders of one of `roles` in the current programme, and the system."""

    def holds_role(actor: Actor, subject: Any) -> Permit:
        if actor.is_system or actor.has(*roles):
            return ALLOWED
        if actor.is_public:
            return denied(_("请先登录。"), code="login_required")
        return denied(_("您在本项目中没有此项操作的权限，请联系管理员。"), code="role_required")

    return holds_role
