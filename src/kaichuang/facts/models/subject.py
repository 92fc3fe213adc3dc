"""About what something is known."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model


class Subject(Model):
    """Any row of the platform that facts speak of: a party, later a carrier, a project, a place.

    `object_type` is the model's label as in the journal (`parties.party`).
    """

    object_type = models.CharField(max_length=80)
    object_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("数据对象")
        constraints = [
            models.UniqueConstraint(fields=["object_type", "object_id"], name="facts_subject_once"),
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id}"
