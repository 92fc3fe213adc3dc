"""The life of a claim on a pool: reserve, commit, order, pay; release, cancel, bounce; all in parts if need be.

These are the kernel's verbs: whoever calls them has asked its own permission and journalled its own decision.
The transfer itself is the record of the money.
"""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Problem, Refused
from kaichuang.ledger.drafts import Draft, Posted
from kaichuang.ledger.enums import TransferKind
from kaichuang.ledger.models import Claim
from kaichuang.ledger.operations.accounts import Pool, pool_named
from kaichuang.ledger.operations.post import post

_STEPS = {
    TransferKind.COMMIT: ("reserved", "committed"),
    TransferKind.RELEASE: ("reserved", "available"),
    TransferKind.EXPIRE: ("reserved", "available"),
    TransferKind.CANCEL: ("committed", "available"),
    TransferKind.ORDER: ("committed", "ordered"),
    TransferKind.BOUNCE: ("ordered", "committed"),
    TransferKind.PAY: ("ordered", "paid"),
}


def reservation(
    *,
    pool: Pool,
    amount: int,
    key: str,
    at: date,
    actor: Actor,
    party_id: int | None = None,
    issuer_id: int | None = None,
    measure: str = "",
    year: int | None = None,
    clause: str = "",
    description: str = "",
    expires_at: datetime | None = None,
) -> Draft:
    """The draft of `reserve`, for callers that post several at once."""
    _positive(amount)
    return Draft(
        programme_id=pool.programme_id,
        key=key,
        kind=TransferKind.RESERVE,
        at=at,
        lines=((pool.reserved, amount), (pool.available, -amount)),
        actor=actor,
        description=description,
        clause=clause,
        measure=measure,
        party_id=party_id,
        issuer_id=issuer_id,
        year=year,
        expires_at=expires_at,
    )


def reserve(
    *,
    pool: Pool,
    amount: int,
    key: str,
    at: date,
    actor: Actor,
    party_id: int | None = None,
    issuer_id: int | None = None,
    measure: str = "",
    year: int | None = None,
    clause: str = "",
    description: str = "",
    expires_at: datetime | None = None,
) -> Posted:
    """Hold `amount` of the pool for somebody; the answer's id is the claim's. The hot path.

    Raises `Refused`: `insufficient` when the pool has too little, `over_limit` naming the limit and its clause.
    """
    return post(
        reservation(
            pool=pool,
            amount=amount,
            key=key,
            at=at,
            actor=actor,
            party_id=party_id,
            issuer_id=issuer_id,
            measure=measure,
            year=year,
            clause=clause,
            description=description,
            expires_at=expires_at,
        )
    )


def step(
    *,
    claim: Claim,
    kind: TransferKind,
    amount: int,
    key: str,
    at: date,
    actor: Actor,
    clause: str = "",
    description: str = "",
    pool: Pool | None = None,
) -> Draft:
    """The draft of moving part of a claim from one stage to the next."""
    _positive(amount)
    source, target = _STEPS[kind]
    pool = pool or pool_named(programme_id=claim.programme_id, code=claim.pool)
    return Draft(
        programme_id=claim.programme_id,
        key=key,
        kind=kind,
        at=at,
        lines=((getattr(pool, target), amount), (getattr(pool, source), -amount)),
        actor=actor,
        clause=clause,
        description=description,
        claim_id=claim.pk,
    )


def commit(
    *, claim: Claim, amount: int, key: str, at: date, actor: Actor, now: datetime, clause: str = ""
) -> Posted:
    """Bind reserved money by a decision. A reservation whose time is over is refused, even before the scan."""
    if claim.expires_at is not None and claim.expires_at <= now:
        raise Refused(
            Problem(
                "expired",
                _("预留已于%(at)s到期，请重新预留。")
                % {"at": f"{timezone.localtime(claim.expires_at):%Y-%m-%d %H:%M}"},
            )
        )
    return post(
        step(claim=claim, kind=TransferKind.COMMIT, amount=amount, key=key, at=at, actor=actor, clause=clause)
    )


def release(*, claim: Claim, amount: int, key: str, at: date, actor: Actor, description: str = "") -> Posted:
    """Give reserved money back to the pool."""
    kind = TransferKind.RELEASE
    return post(
        step(claim=claim, kind=kind, amount=amount, key=key, at=at, actor=actor, description=description)
    )


def cancel(*, claim: Claim, amount: int, key: str, at: date, actor: Actor, description: str = "") -> Posted:
    """Give committed, not yet ordered money back to the pool (the decision was revoked or reduced)."""
    kind = TransferKind.CANCEL
    return post(
        step(claim=claim, kind=kind, amount=amount, key=key, at=at, actor=actor, description=description)
    )


def order(*, claim: Claim, amount: int, key: str, at: date, actor: Actor) -> Posted:
    """Committed money leaves for the bank."""
    return post(step(claim=claim, kind=TransferKind.ORDER, amount=amount, key=key, at=at, actor=actor))


def bounce(*, claim: Claim, amount: int, key: str, at: date, actor: Actor, description: str = "") -> Posted:
    """The bank could not pay: the money is committed again."""
    kind = TransferKind.BOUNCE
    return post(
        step(claim=claim, kind=kind, amount=amount, key=key, at=at, actor=actor, description=description)
    )


def pay(*, claim: Claim, amount: int, key: str, at: date, actor: Actor) -> Posted:
    """The bank has paid ordered money."""
    return post(step(claim=claim, kind=TransferKind.PAY, amount=amount, key=key, at=at, actor=actor))


def _positive(amount: int) -> None:
    if amount <= 0:
        raise Refused(Problem("amount_not_positive", _("金额必须大于零。"), field="amount"))
