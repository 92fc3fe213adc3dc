"""Issued documents that somebody may read."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from kaichuang.files import access
from kaichuang.files.models import Document
from kaichuang.files.permissions import ISSUERS
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Role


def documents_for(actor: Actor) -> QuerySet[Document]:
    """Documents to the actor's party, of readable rows, and all of the programme for its staff."""
    documents = Document.objects.select_related("programme", "recipient", "attachment__content", "successor")
    if actor.is_system:
        return documents
    readable = access.readable_subjects(actor)
    if actor.party_id is not None:
        readable |= Q(recipient=actor.party_id)
    if actor.has(*ISSUERS, Role.AUDITOR):
        readable |= Q(programme=actor.programme_id)
    return documents.filter(readable)
