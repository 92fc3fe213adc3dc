"""Pictures of resources."""

from __future__ import annotations

from django.db.models import QuerySet

from kaichuang.booking.models import Resource
from kaichuang.files.access import reference
from kaichuang.files.enums import AttachmentState
from kaichuang.files.models import Attachment

PHOTO = "booking.photo"


def photos_of(resource: Resource) -> QuerySet[Attachment]:
    """The photos of a resource, in the order in which they were put there; whoever sees the one sees the others."""
    subject_type, subject_id = reference(resource)
    photos = Attachment.objects.filter(
        subject_type=subject_type, subject_id=subject_id, kind=PHOTO, state=AttachmentState.ACTIVE
    )
    return photos.select_related("content").order_by("pk")
