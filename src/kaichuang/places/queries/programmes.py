"""Which programmes there are, and which one a request is about."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.places.models import Programme

SESSION_KEY = "programme"


def programmes_for(actor: Actor) -> QuerySet[Programme]:
    """Public programmes for everybody; private ones for those who hold a role in them, and the system."""
    programmes = Programme.objects.select_related("place")
    if actor.is_system:
        return programmes
    return programmes.filter(Q(is_public=True) | Q(role_grants__user_id=actor.user_id or 0)).distinct()


def programme_of_request(request: HttpRequest) -> Programme | None:
    """The programme named by `?programme=slug`, else the one chosen earlier in this session, else the
    installation's first.

    None on an installation without programmes.
    """
    visible = programmes_for(Actor.public())
    if request.user.is_authenticated:
        visible = programmes_for(Actor(kind=ActorKind.USER, user_id=request.user.pk))
    named = request.GET.get("programme")
    slug = named or request.session.get(SESSION_KEY)
    found = visible.filter(slug=slug).first() if slug else None
    if found is not None and named:
        request.session[SESSION_KEY] = named
    return found or visible.order_by("pk").first()
