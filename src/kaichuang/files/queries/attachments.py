"""Attachments that somebody may read."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, QuerySet

from kaichuang.files import access
from kaichuang.files.enums import AttachmentState
from kaichuang.files.models import Attachment
from kaichuang.files.queries.documents import documents_for
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Role


def attachments_for(actor: Actor, *, withdrawn: bool = False) -> QuerySet[Attachment]:
    """What the actor may read: own uploads, the party's files, files of rows that contexts let the actor read,
    the PDF of every document that the actor may read; auditors see all of their programme. Withdrawn ones only when asked for.
    """
    attachments = Attachment.objects.select_related("content", "owner", "uploaded_by", "programme")
    if not withdrawn:
        attachments = attachments.filter(state=AttachmentState.ACTIVE)
    if actor.is_system:
        return attachments
    readable = access.readable_subjects(actor) | Q(pk__in=documents_for(actor).values("attachment"))
    if actor.user_id is not None:
        readable |= Q(uploaded_by=actor.user_id)
    if actor.party_id is not None:
        readable |= Q(owner=actor.party_id)
    if actor.has(Role.AUDITOR):
        readable |= Q(programme=actor.programme_id)
    return attachments.filter(readable)


def attachments_of(actor: Actor, subject: models.Model) -> QuerySet[Attachment]:
    """The attachments of one row that the actor may read."""
    subject_type, subject_id = access.reference(subject)
    return attachments_for(actor).filter(subject_type=subject_type, subject_id=subject_id)
