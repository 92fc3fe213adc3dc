"""The hash chain over the transfers.

Note [Sealing transfers]
As in the journal, a chain that every transaction extends would make everybody wait, so committed transfers
queue up and are sealed shortly after, up to a thousand in one link. A link keeps, for every transfer in it,
its key and half of the SHA-256 over its content and all its postings; and chain(n) = SHA-256(chain(n-1) ||
keys || digests). A changed transfer no longer fits its digest, a removed one leaves its key behind, one that
was slipped in is neither in a link nor in the queue.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.triggers import append_only
from kaichuang.ledger import triggers


class Unsealed(models.Model):
    """The queue: transfers written, not yet in a link."""

    transfer_id = models.BigIntegerField(primary_key=True)

    class Meta:
        verbose_name = _("待封存凭证")

    def __str__(self) -> str:
        return str(self.transfer_id)


class Seal(models.Model):
    """One link of the chain; `digests` holds 16 bytes for each of `transfer_ids`, in the same order."""

    position = models.BigIntegerField(primary_key=True)
    transfer_ids = ArrayField(models.BigIntegerField())
    digests = models.BinaryField()
    chain_hash = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("凭证封存")
        triggers = [append_only(), triggers.never_truncated()]

    def __str__(self) -> str:
        return str(self.position)
