"""Which parties an actor may see, and finding them by name."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q, QuerySet

from kaichuang.kit.actor import Actor
from kaichuang.kit.secrets import lookup_hash
from kaichuang.parties.models import (
    STAFF,
    Admission,
    Membership,
    MembershipKind,
    Party,
    PartyKind,
    Relation,
    RoleGrant,
)
from kaichuang.parties.naming import grams_wanted, plain
from kaichuang.parties.permissions import may_manage_members, open_on
from kaichuang.parties.uscc import normalise_uscc
from kaichuang.places.models import Programme
from kaichuang.places.queries.divisions import prefix_of

_SIMILAR = 0.3
_SHORTEST_SOUND = 2


def parties_for(actor: Actor, *, on: date) -> QuerySet[Party]:
    """Own person and the parties the user may act for; for public servants also those of their place.

    Strangers and the public see none: the register is no public list.
    """
    parties = Party.objects.select_related("division")
    if actor.is_system:
        return parties
    if actor.user_id is None:
        return parties.none()
    own = Q(user_id=actor.user_id) | Q(
        pk__in=Membership.objects.filter(open_on(on), user_id=actor.user_id).values("party")
    )
    if actor.has(*STAFF) and actor.programme_id is not None:
        place = Programme.objects.filter(pk=actor.programme_id).values_list("place_id", flat=True).get()
        own |= Q(registered_in_id=actor.programme_id) | Q(division__code__startswith=prefix_of(place))
    return parties.filter(own)


def own_parties(actor: Actor, *, on: date) -> QuerySet[Party]:
    """The parties for which the user may act on that day."""
    if actor.user_id is None:
        return Party.objects.none()
    members = Membership.objects.filter(open_on(on), user_id=actor.user_id)
    own = Q(user_id=actor.user_id) | Q(pk__in=members.values("party"))
    return Party.objects.filter(own, closed_on=None).order_by("kind", "sort_key")


def search_parties(parties: QuerySet[Party], text: str) -> QuerySet[Party]:
    """Those of `parties` whose name contains `text`, or sounds like it, or whose code it is.

    `text` may be any part of the name, pinyin (`ninghai`), initials (`nhkj`), a 统一社会信用代码 or a whole
    身份证号 (compared by hash).
    """
    words = text.strip()
    if not words:
        return parties.order_by("sort_key")
    if not plain(words):
        return parties.none()
    code = normalise_uscc(words)
    matching = Q(grams__contains=grams_wanted(words), name__icontains=words) | Q(uscc=code)
    if len(code) == 18:
        matching |= Q(identity_hash=lookup_hash(code))
    sound = words.lower().replace(" ", "").replace("'", "")
    if sound.isascii() and len(sound) >= _SHORTEST_SOUND:
        matching |= Q(sound__contains=sound)
    return parties.filter(matching).order_by("sort_key")


def similar_parties(parties: QuerySet[Party], name: str, *, limit: int = 5) -> QuerySet[Party]:
    """Parties whose names are nearly `name`: for the question "do you mean …?" before a second registration."""
    near = parties.filter(name__trigram_similar=name).annotate(nearness=TrigramSimilarity("name", name))
    return near.filter(nearness__gte=_SIMILAR).order_by("-nearness", "sort_key")[:limit]


def members_of(actor: Actor, party: Party, *, on: date) -> QuerySet[Membership]:
    """The members of a party that the actor may see."""
    if not parties_for(actor, on=on).filter(pk=party.pk).exists():
        return Membership.objects.none()
    return (
        Membership.objects.filter(open_on(on), party=party).select_related("user").order_by("kind", "since")
    )


def admissions_for(actor: Actor, *, on: date) -> QuerySet[Admission]:
    """Invitations to the user and its requests, and those of the parties that it owns."""
    admissions = Admission.objects.select_related("user", "party")
    if actor.is_system:
        return admissions
    owned = Membership.objects.filter(open_on(on), user_id=actor.user_id or 0, kind=MembershipKind.OWNER)
    return admissions.filter(Q(user_id=actor.user_id or 0) | Q(party__in=owned.values("party")))


def admissions_of(actor: Actor, party: Party) -> QuerySet[Admission]:
    """A party's invitations and requests, for those who manage its members."""
    if not may_manage_members(actor, party):
        return Admission.objects.none()
    return Admission.objects.filter(party=party).select_related("user", "party")


def relations_of(actor: Actor, party: Party, *, on: date) -> QuerySet[Relation]:
    """The relations of a party that the actor may see; names on the other side are part of them."""
    if not parties_for(actor, on=on).filter(pk=party.pk).exists():
        return Relation.objects.none()
    sides = Q(source=party) | Q(target=party)
    return Relation.objects.filter(sides).select_related("source", "target").order_by("kind", "id")


def role_grants_for(actor: Actor) -> QuerySet[RoleGrant]:
    """All grants of the current programme for its administrators and auditors; one's own for everybody else."""
    grants = RoleGrant.objects.select_related("user", "unit", "programme").order_by(
        "role", "user__name", "since"
    )
    if actor.is_system:
        return grants
    if actor.has("administrator", "auditor"):
        return grants.filter(Q(programme_id=actor.programme_id) | Q(user_id=actor.user_id))
    return grants.filter(user_id=actor.user_id or 0)


def find_organisation(uscc: str) -> Party | None:
    """The organisation with this code, for joining it; its name is public."""
    return Party.objects.filter(kind=PartyKind.ORGANISATION, uscc=normalise_uscc(uscc)).first()
