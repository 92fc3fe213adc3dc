"""Base classes of models."""

from __future__ import annotations

from django.db import models


class Model(models.Model):
    """A row with a 64-bit key that validates its constraints when asked."""

    id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True
