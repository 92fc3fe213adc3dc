"""The usual way: one row a fact, overwritten. No period, no history, no origin."""

from __future__ import annotations

from django.db import models


class Value(models.Model):
    subject = models.BigIntegerField()
    code = models.CharField(max_length=80)
    number = models.BigIntegerField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "usual_facts"
        constraints = [models.UniqueConstraint(fields=["subject", "code"], name="usual_value_once")]
