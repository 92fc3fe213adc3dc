"""Running numbers of cases."""

from __future__ import annotations

from django.db import models

from kaichuang.kit.models import Model


class Counter(Model):
    """The last number given in a programme and year."""

    programme = models.ForeignKey("places.Programme", models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "year"], name="cases_counter_once")]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
