"""Who is asking."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from kaichuang.accounts.models import User
from kaichuang.clock.queries.today import business_date
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.kit.http import Request
from kaichuang.parties.models import Membership, Party, PartyKind, RoleGrant
from kaichuang.places.models import Programme

PARTY_KEY = "party"
STRONG_KEY = "strong_login"


def actor_for(
    *,
    user: User,
    programme: Programme | None,
    now: datetime,
    party_id: int | None = None,
    strong: bool = False,
) -> Actor:
    """The user with the roles held in `programme` on its business date, acting for `party_id` if it may."""
    today = business_date(programme, now)
    grants = (
        RoleGrant.objects.filter(_open_on(today), user=user, programme=programme)
        if programme is not None
        else ()
    )
    roles = {grant.role: grant.unit_id for grant in grants}
    if party_id is not None and not _may_act_for(user, party_id, today):
        party_id = None
    return Actor(
        kind=ActorKind.USER,
        user_id=user.pk,
        name=user.name or user.username,
        programme_id=programme.pk if programme is not None else None,
        party_id=party_id,
        unit_id=next((unit for unit in roles.values() if unit is not None), None),
        roles=frozenset(roles),
        strong=strong,
    )


def actor_for_request(request: Request) -> Actor:
    """The actor of a web or API request."""
    programme = request.programme
    user: User | AnonymousUser = request.user
    if not isinstance(user, User):
        return Actor.public(programme_id=programme.pk if programme else None)
    return actor_for(
        user=user,
        programme=programme or None,
        now=request.now,
        party_id=request.session.get(PARTY_KEY),
        strong=bool(request.session.get(STRONG_KEY)),
    )


def party_to_begin_with(user: User, today: date) -> int | None:
    """For whom a login acts until it chooses: its only firm, else the only party that admitted it, else itself.

    None where there are several to choose from.
    """
    members = Membership.objects.filter(_open_on(today), user=user, party__closed_on=None)
    kinds = dict(members.order_by("party").values_list("party", "party__kind"))
    firms = [party for party, kind in kinds.items() if kind == PartyKind.ORGANISATION]
    for parties in (firms, list(kinds)):
        if len(parties) == 1:
            return parties[0]
    return None if kinds else own_person(user)


def programme_to_begin_with(user: User, today: date) -> str:
    """The slug of the first programme in which the user holds a role; empty without any."""
    grants = RoleGrant.objects.filter(_open_on(today), user=user).order_by("programme_id")
    return grants.values_list("programme__slug", flat=True).first() or ""


def own_person(user: User) -> int | None:
    """The party that is the user as a person."""
    return Party.objects.filter(user=user, closed_on=None).values_list("pk", flat=True).first()


def _may_act_for(user: User, party_id: int, today: date) -> bool:
    """Whether the party admitted the user, or is the user as a person."""
    member = Membership.objects.filter(_open_on(today), user=user, party=party_id)
    return member.exists() or own_person(user) == party_id


def _open_on(day: date) -> Q:
    return Q(since__lte=day) & (Q(until=None) | Q(until__gte=day))
