"""Pool, claim, entry and two lines, with the same idempotency key and CHECK as ours."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Pool(models.Model):
    balance = models.BigIntegerField()

    class Meta:
        app_label = "usual"
        constraints = [models.CheckConstraint(name="usual_pool_floor", condition=Q(balance__gte=0))]


class Claim(models.Model):
    pool = models.ForeignKey(Pool, models.PROTECT)
    key = models.CharField(max_length=120, unique=True)
    amount = models.BigIntegerField()
    at = models.DateField()

    class Meta:
        app_label = "usual"


class Entry(models.Model):
    claim = models.ForeignKey(Claim, models.PROTECT)
    description = models.CharField(max_length=200)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "usual"


class Line(models.Model):
    entry = models.ForeignKey(Entry, models.PROTECT)
    account = models.CharField(max_length=60)
    amount = models.BigIntegerField()

    class Meta:
        app_label = "usual"


class Limit(models.Model):
    """Looked up for every claim, as ours are."""

    measure = models.CharField(max_length=60, db_index=True)
    ceiling = models.BigIntegerField()
    total = models.BigIntegerField(default=0)

    class Meta:
        app_label = "usual"


class Bare(models.Model):
    """Two of these a transfer are the least that a double entry can write."""

    account = models.BigIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        app_label = "usual"
