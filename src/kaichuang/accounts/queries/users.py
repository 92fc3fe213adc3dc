"""Logins, for those who administer them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from kaichuang.accounts.models import User
from kaichuang.accounts.permissions import ADMINISTRATOR, scope_of
from kaichuang.kit.actor import Actor


def users_for(actor: Actor, *, search: str = "") -> QuerySet[User]:
    """The logins that the actor may administer, by name; nobody else's are listed."""
    if not (actor.is_system or (actor.has(ADMINISTRATOR) and actor.strong)):
        return User.objects.none()
    users = scope_of(actor, User.objects.all()).order_by("name", "pk")
    if search:
        users = users.filter(
            Q(name__icontains=search) | Q(username__icontains=search) | Q(email__icontains=search)
        )
    return users
