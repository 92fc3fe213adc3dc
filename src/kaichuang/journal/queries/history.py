"""What happened to a row."""

from __future__ import annotations

from django.db import models
from django.db.models import QuerySet

from kaichuang.journal.models import Entry


def history_of(subject: models.Model) -> QuerySet[Entry]:
    """All entries about `subject`, oldest first. Whoever may see the subject may see its history."""
    return Entry.objects.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk)).order_by(
        "id"
    )
