"""Editions: which there are, which counts, and whether it is in force."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from kaichuang.kit.actor import Actor
from kaichuang.policy.models import Document, Edition, EditionState
from kaichuang.policy.permissions import CLERKS

SHOWN = (EditionState.PUBLISHED, EditionState.REPEALED)
"""States that everybody may read; what has lapsed stays readable."""


def editions_for(actor: Actor) -> QuerySet[Edition]:
    """Published and repealed editions for everybody; those in the making for the clerks of their programme.

    The library is one for all programmes.
    """
    editions = Edition.objects.select_related("document__programme__place")
    if actor.is_system:
        return editions
    visible = Q(state__in=SHOWN)
    if actor.has(*CLERKS):
        visible |= Q(document__programme=actor.programme_id)
    return editions.filter(visible)


def current_for(actor: Actor) -> QuerySet[Edition]:
    """Of each document the edition that counts: the newest that everybody may read."""
    newer = Edition.objects.filter(
        document=OuterRef("document"), state__in=SHOWN, ordinal__gt=OuterRef("ordinal")
    )
    return editions_for(actor).filter(~Exists(newer), state__in=SHOWN)


def documents_for(actor: Actor) -> QuerySet[Document]:
    """Documents of which the actor may read at least one edition."""
    return Document.objects.filter(Exists(editions_for(actor).filter(document=OuterRef("pk"))))


def in_force(editions: QuerySet[Edition], day: date) -> QuerySet[Edition]:
    """Those in force on `day`, as `Edition.in_force_on` says."""
    begun = (
        Q(effective_on__lte=day)
        | Q(effective_on=None, signed_on__lte=day)
        | Q(effective_on=None, signed_on=None, published_on__lte=day)
        | Q(effective_on=None, signed_on=None, published_on=None)
    )
    return editions.filter(
        begun, Q(expires_on=None) | Q(expires_on__gte=day), Q(repealed_on=None) | Q(repealed_on__gt=day)
    )
