"""Claim paid money back, with interest, and receive it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Problem, Refused
from kaichuang.ledger.drafts import Draft, Posted
from kaichuang.ledger.enums import AccountKind, TransferKind
from kaichuang.ledger.interest import Rate, interest
from kaichuang.ledger.models import Transfer, Unit
from kaichuang.ledger.operations.accounts import open_account, party_account
from kaichuang.ledger.operations.post import post


def claw_back(
    *,
    payment: Transfer,
    principal: int,
    rates: Sequence[Rate],
    until: date,
    key: str,
    at: date,
    actor: Actor,
    clause: str,
    reason: str,
) -> Posted:
    """Make `principal` of what `payment` paid due again, with interest from the day of payment until `until`.

    The party then owes principal and interest on its receivable account, the line has paid so much less, and
    the limits of the claim's year count so much less. See `interest` for the day count and rounding.
    """
    claim = payment.claim
    if payment.kind != TransferKind.PAY or claim is None or claim.party_id is None:
        raise Refused(Problem("not_a_payment", _("只能追回已支付给主体的款项。")))
    if not reason.strip():
        raise Refused(Problem("reason_required", _("追回必须写明理由。"), field="reason"))
    unit = claim.unit
    owed = interest(principal=principal, rates=rates, since=payment.at, until=until)
    paid_account = payment.postings.get(amount__gt=0).account_id
    receivable = party_account(
        programme_id=claim.programme_id, party_id=claim.party_id, kind=AccountKind.RECEIVABLE, unit=unit
    )
    lines = [(receivable.pk, principal + owed), (paid_account, -principal)]
    if owed:
        lines.append((interest_account(programme_id=claim.programme_id, unit=unit), -owed))
    return post(
        Draft(
            programme_id=claim.programme_id,
            key=key,
            kind=TransferKind.CLAW_BACK,
            at=at,
            lines=tuple(lines),
            actor=actor,
            description=reason,
            clause=clause,
            claim_id=claim.pk,
            claws_back_id=payment.pk,
        )
    )


def receive(*, demand: Transfer, amount: int, key: str, at: date, actor: Actor) -> Posted:
    """Money that was claimed back has come in; it goes to the treasury, not back to the line."""
    claim = demand.claim
    if demand.kind != TransferKind.CLAW_BACK or claim is None:
        raise Refused(Problem("not_a_demand", _("只能对追回凭证登记收款。")))
    receivable = demand.postings.get(line=1).account_id
    treasury = open_account(
        programme_id=claim.programme_id,
        code=f"treasury.{claim.unit.code}",
        name=str(AccountKind.TREASURY.label),
        kind=AccountKind.TREASURY,
        unit=claim.unit,
    )
    return post(
        Draft(
            programme_id=claim.programme_id,
            key=key,
            kind=TransferKind.RECEIVE,
            at=at,
            lines=((treasury.pk, amount), (receivable, -amount)),
            actor=actor,
            clause=demand.clause,
            claim_id=claim.pk,
        )
    )


def interest_account(*, programme_id: int, unit: Unit) -> int:
    """The programme's account of interest earned."""
    return open_account(
        programme_id=programme_id,
        code=f"interest.{unit.code}",
        name=str(AccountKind.INTEREST.label),
        kind=AccountKind.INTEREST,
        unit=unit,
    ).pk
