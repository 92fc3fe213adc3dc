"""What finance corrects by hand: reverse a voucher, claim money back, write down what came in.

The kernel's verbs ask nobody; these ask for permission and write the journal. Vouchers that belong to a process
(reservations, decisions, payments, budgets) are corrected there, so that it knows of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.clock.queries.today import business_date
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.ledger.drafts import Posted
from kaichuang.ledger.enums import TransferKind
from kaichuang.ledger.models import Transfer
from kaichuang.ledger.operations.claw_back import claw_back, receive
from kaichuang.ledger.operations.reverse import reverse
from kaichuang.ledger.permissions import may_keep_books

BY_HAND = frozenset({TransferKind.CLAW_BACK, TransferKind.RECEIVE, TransferKind.TRANSFER})
"""Kinds of voucher that no process follows up."""


def correct_transfer(*, transfer: Transfer, reason: str, key: str, actor: Actor, now: datetime) -> Posted:
    """Reverse a voucher in full, once. Raises `Refused` when a process owns it or the money has moved on."""
    require(may_keep_books(actor, transfer))
    if transfer.kind not in BY_HAND:
        raise Refused(
            Problem("owned_by_process", _("该凭证由业务流程产生，请在原流程中释放、撤销、退回或调剂。"))
        )
    at = business_date(transfer.programme, now)

    def work() -> Posted:
        return reverse(transfer=transfer, key=key, at=at, actor=actor, reason=reason)

    return _journalled(work, "reverse_transfer", transfer, reason, {}, actor, now)


def demand_back(
    *,
    payment: Transfer,
    principal: int,
    ppm: int,
    until: date,
    clause: str,
    reason: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> Posted:
    """Claim paid money back with simple interest at `ppm` parts per million a year, from payment to `until`."""
    require(may_keep_books(actor, payment))
    if until < payment.at:
        raise Refused(Problem("until_too_early", _("计息截止日不能早于支付日。"), field="until"))
    at = business_date(payment.programme, now)

    def work() -> Posted:
        return claw_back(
            payment=payment,
            principal=principal,
            rates=[(payment.at, ppm)],
            until=until,
            key=key,
            at=at,
            actor=actor,
            clause=clause,
            reason=reason,
        )

    facts = {"principal": principal, "ppm": ppm, "until": until.isoformat(), "clause": clause}
    return _journalled(work, "claw_back", payment, reason, facts, actor, now)


def receive_back(*, demand: Transfer, amount: int, key: str, actor: Actor, now: datetime) -> Posted:
    """Write down that part or all of a demand has come in. Raises `Refused` for more than is still owed."""
    require(may_keep_books(actor, demand))
    at = business_date(demand.programme, now)

    def work() -> Posted:
        return receive(demand=demand, amount=amount, key=key, at=at, actor=actor)

    return _journalled(work, "receive_back", demand, "", {"amount": amount}, actor, now)


def _journalled(
    work: Callable[[], Posted],
    action: str,
    subject: Transfer,
    reason: str,
    facts: dict[str, object],
    actor: Actor,
    now: datetime,
) -> Posted:
    with transaction.atomic():
        posted = work()
        if not posted.replayed:
            record(
                actor=actor,
                now=now,
                action=action,
                subject=subject,
                scope=subject.programme.slug,
                reason=reason,
                payload={"transfer": posted.id, **facts},
            )
    return posted
