"""Release what was reserved for too long."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaichuang.kit.actor import Actor
from kaichuang.ledger.enums import TransferKind
from kaichuang.ledger.models import Claim
from kaichuang.ledger.operations.accounts import Pool, pool_named
from kaichuang.ledger.operations.claims import step
from kaichuang.ledger.operations.post import post_together

_BATCH = 500


def expire_due(*, now: datetime) -> int:
    """Release every reservation that is over by `now`; returns how many.

    A catch-up scan: it does not matter when it last ran. Two of them at once share the work, and each claim
    is released under its own key, so exactly once.
    """
    expired = 0
    while done := _expire_batch(now):
        expired += done
    return expired


def _expire_batch(now: datetime) -> int:
    actor = Actor.system("ledger.expire")
    pools: dict[tuple[int, str], Pool] = {}
    with transaction.atomic():
        due = list(
            Claim.objects.select_for_update(skip_locked=True)
            .filter(expires_at__lte=now, reserved__gt=0)
            .order_by("pk")[:_BATCH]
        )
        for claim in due:
            name = (claim.programme_id, claim.pool)
            if name not in pools:
                pools[name] = pool_named(programme_id=claim.programme_id, code=claim.pool)
        drafts = [
            step(
                claim=claim,
                kind=TransferKind.EXPIRE,
                amount=claim.reserved,
                key=f"expire:{claim.pk}",
                at=timezone.localdate(now),
                actor=actor,
                pool=pools[claim.programme_id, claim.pool],
            )
            for claim in due
        ]
        if drafts:
            post_together(drafts)
    return len(due)
