"""What parties tell the accounts below: who must use a second factor, and whose logins an administrator keeps."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from kaichuang.accounts import permissions, strong
from kaichuang.accounts.models import User
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import RoleGrant
from kaichuang.parties.models.role import STAFF
from kaichuang.parties.queries.actor import PARTY_KEY, party_to_begin_with, programme_to_begin_with
from kaichuang.places.queries.programmes import SESSION_KEY


def register() -> None:
    """Called once, when the app is ready."""
    strong.register(holds_staff_role)
    permissions.register_scope(users_of_programme)
    user_logged_in.connect(begin_with_party, dispatch_uid="parties.login")


def holds_staff_role(user: User) -> bool:
    """Whether the user is a public servant in any programme, by a grant that has not ended."""
    # The calendar's day, not a programme's business date: a rehearsal of another year lowers no guard.
    today = timezone.localdate()
    open_grants = Q(until=None) | Q(until__gte=today)
    return RoleGrant.objects.filter(open_grants, user=user, role__in=STAFF).exists()


def users_of_programme(actor: Actor, users: QuerySet[User]) -> QuerySet[User]:
    """Users with a role in the actor's programme, and those without a role in any."""
    grants = RoleGrant.objects.filter(user=OuterRef("pk"))
    return users.filter(Exists(grants.filter(programme=actor.programme_id)) | ~Exists(grants))


def begin_with_party(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Somebody with one firm need not say for whom they have come, nor an officer where."""
    today = timezone.localdate()
    request.session[PARTY_KEY] = party_to_begin_with(user, today)
    if SESSION_KEY not in request.session and (slug := programme_to_begin_with(user, today)):
        request.session[SESSION_KEY] = slug
