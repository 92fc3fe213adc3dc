"""The hash chain over the journal.

Note [Sealing]
A chain that every transaction extends would make every transaction of a place wait for the one before.
So rows carry their own hash at once (by trigger) and queue up, and are *sealed* just after commit by whoever
gets the sealer's lock: chain(n) = SHA-256(chain(n-1) || row_hash). The chain's order is the order of sealing.
An entry that is changed no longer fits its own hash; one that is removed leaves its seal behind; one that is
slipped in past the trigger has neither a seal nor a place in the queue.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.triggers import append_only


class Unsealed(models.Model):
    """The queue: entries written by transactions, not yet in the chain."""

    # No foreign keys here and below: the evidence must outlive a tampered entry.
    entry_id = models.BigIntegerField(primary_key=True)

    class Meta:
        verbose_name = _("待封存")

    def __str__(self) -> str:
        return str(self.entry_id)


class Seal(models.Model):
    """One link: the position, the entry sealed, and the chain's value up to it."""

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    chain_hash = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("封存")
        triggers = [append_only()]

    def __str__(self) -> str:
        return str(self.position)
