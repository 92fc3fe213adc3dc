"""What an actor may see."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from kaichuang.booking.models import Booking, Outage, Resource, Strike, Suspension, WaitEntry
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Role


def resources_for(actor: Actor) -> QuerySet[Resource]:
    """What can be booked in the actor's programme; keepers see closed ones too. Everybody, without login."""
    resources = Resource.objects.select_related("owner", "programme")
    if actor.is_system:
        return resources
    resources = resources.filter(programme=actor.programme_id)
    if actor.has(Role.OFFICER, Role.ADMINISTRATOR):
        return resources
    own = Q(owner=actor.party_id) if actor.party_id is not None else Q()
    return resources.filter(Q(is_active=True) | own) if own else resources.filter(is_active=True)


def kept_by(actor: Actor) -> QuerySet[Resource]:
    """The resources whose keeper the actor is."""
    resources = resources_for(actor)
    if actor.is_system or actor.has(Role.OFFICER, Role.ADMINISTRATOR):
        return resources
    if actor.has(Role.OPERATOR) and actor.party_id is not None:
        return resources.filter(owner=actor.party_id)
    return resources.none()


def bookings_for(actor: Actor) -> QuerySet[Booking]:
    """The actor's party's bookings, those it made for others, and those of resources it keeps."""
    bookings = Booking.objects.select_related("resource__owner", "party", "programme")
    if actor.is_system:
        return bookings
    if actor.is_public:
        return bookings.none()
    mine = Q(booked_by=actor.user_id) if actor.user_id is not None else Q(pk=None)
    if actor.party_id is not None:
        mine |= Q(party=actor.party_id)
    return bookings.filter(mine | Q(resource__in=kept_by(actor)))


def outages_for(actor: Actor) -> QuerySet[Outage]:
    """Outages of the resources that the actor sees; that a thing is out of service is no secret."""
    return Outage.objects.filter(resource__in=resources_for(actor)).select_related("resource")


def waiting_for(actor: Actor) -> QuerySet[WaitEntry]:
    """The party's own places in line, and the lines for resources that the actor keeps."""
    entries = WaitEntry.objects.select_related("resource", "party", "offer")
    if actor.is_system:
        return entries
    if actor.is_public:
        return entries.none()
    own = Q(party=actor.party_id) if actor.party_id is not None else Q(pk=None)
    return entries.filter(own | Q(resource__in=kept_by(actor)))


def strikes_for(actor: Actor) -> QuerySet[Strike]:
    """The party's own strikes; officers see those of their programme."""
    strikes = Strike.objects.select_related("booking__resource", "booking__programme", "party")
    if actor.is_system:
        return strikes
    own = Q(party=actor.party_id) if actor.party_id is not None else Q(pk=None)
    if actor.has(Role.OFFICER, Role.ADMINISTRATOR):
        own |= Q(booking__programme=actor.programme_id)
    return strikes.filter(own)


def suspensions_of(actor: Actor, *, on: date) -> QuerySet[Suspension]:
    """What keeps the actor's party from booking on a day."""
    own = Suspension.objects.filter(programme=actor.programme_id, party=actor.party_id or 0)
    return own.filter(is_lifted=False, period__contains=on)
