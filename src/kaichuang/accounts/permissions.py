"""Who may administer logins.

Accounts know only the name of the role. Which logins belong to an administrator's programme is said by a higher
floor, which registers a scope: a function that narrows a query of users to those the actor is responsible for.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kaichuang.accounts.models import User
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import ALLOWED, Permit, denied

ADMINISTRATOR = "administrator"

Scope = Callable[[Actor, "QuerySet[User]"], "QuerySet[User]"]
_scopes: list[Scope] = []


def register_scope(scope: Scope) -> Scope:
    """Narrow what administrators may administer; all registered scopes apply."""
    if scope not in _scopes:
        _scopes.append(scope)
    return scope


def scope_of(actor: Actor, users: QuerySet[User]) -> QuerySet[User]:
    if actor.is_system:
        return users
    for scope in _scopes:
        users = scope(actor, users)
    return users


def administer_user(actor: Actor, user: User) -> Permit:
    """Administrators with a second factor, for the users of their programme, but not for themselves; the system."""
    if actor.is_system:
        return ALLOWED
    if actor.is_public:
        return denied(_("请先登录。"), code="login_required")
    if not actor.has(ADMINISTRATOR):
        return denied(_("只有管理员可以停用或启用账号。"), code="role_required")
    if not actor.strong:
        return denied(_("请先通过两步验证登录。"), code="second_factor_required")
    if actor.user_id == user.pk:
        return denied(_("不能停用自己的账号，请由其他管理员操作。"), code="own_account")
    if not scope_of(actor, User.objects.filter(pk=user.pk)).exists():
        return denied(_("该账号不属于本项目，请联系其所属项目的管理员。"), code="other_programme")
    return ALLOWED
