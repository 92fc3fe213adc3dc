"""Reserve one cost from several lines at once, each level paying its share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kaichuang.kit.actor import Actor
from kaichuang.ledger.drafts import Posted
from kaichuang.ledger.operations.accounts import Pool
from kaichuang.ledger.operations.claims import reservation
from kaichuang.ledger.operations.post import post_together
from kaichuang.ledger.sharing import share_cost


def reserve_shared(
    *,
    shares: Sequence[tuple[Pool, int]],
    amount: int,
    key: str,
    at: date,
    actor: Actor,
    party_id: int | None = None,
    measure: str = "",
    clause: str = "",
    description: str = "",
    expires_at: datetime | None = None,
) -> list[Posted]:
    """One claim on each line, in proportion to its weight, all of them or none.

    A share of nothing makes no claim. Raises `Refused` when any line has too little.
    """
    parts = share_cost(amount, [weight for _pool, weight in shares])
    return post_together(
        [
            reservation(
                pool=pool,
                amount=part,
                key=f"{key}:{pool.code}",
                at=at,
                actor=actor,
                party_id=party_id,
                measure=measure,
                clause=clause,
                description=description,
                expires_at=expires_at,
            )
            for (pool, _weight), part in zip(shares, parts, strict=True)
            if part
        ]
    )
