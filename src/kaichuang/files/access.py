"""Who may read the attachments and documents of which rows.

A context registers, once, in its `AppConfig.ready()`, the query that says which of its rows an actor may read:

    access.register(Case, rows=cases_for)

From then on `attachments_for`, downloads and the API know; a type nobody registered is readable by uploader,
owner and auditors only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from kaichuang.kit.actor import Actor

Rows = Callable[[Actor], "QuerySet[Any]"]
Needed = Callable[[str], bool]


def always_needed(subject_id: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Subject:
    rows: Rows
    needed: Needed


_subjects: dict[str, Subject] = {}


def register(model: type[models.Model], *, rows: Rows, needed: Needed = always_needed) -> None:
    """Rows of `model` that `rows(actor)` returns lend their attachments to the actor.

    `needed(subject_id)` tells whether withdrawn attachments of a row must still be kept, as evidence of a case
    that is open or within its keeping period; without it they are kept for good.
    """
    _subjects[model._meta.label_lower] = Subject(rows, needed)


def reference(subject: models.Model | None) -> tuple[str, str]:
    """(`subject_type`, `subject_id`) as in the journal; empty without a subject."""
    return (subject._meta.label_lower, str(subject.pk)) if subject is not None else ("", "")


def readable_subjects(actor: Actor) -> Q:
    """Matches rows with `subject_type` and `subject_id` that the actor may read by what contexts have registered."""
    condition = Q(pk__in=[])
    for label, subject in _subjects.items():
        rows = subject.rows(actor).order_by()
        keys = rows.values_list(Cast("pk", CharField()), flat=True)
        condition |= Q(subject_type=label, subject_id__in=keys)
    return condition


def is_needed(subject_type: str, subject_id: str) -> bool:
    """Whether the subject still needs what was withdrawn from it."""
    if not subject_type:
        return False
    subject = _subjects.get(subject_type)
    return subject is None or subject.needed(subject_id)
