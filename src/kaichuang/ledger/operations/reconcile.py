"""Take in the bank's results: paid, failed, or returned after all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.journal.operations import record, transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.ledger.bankfile import Result, read_results
from kaichuang.ledger.enums import BatchState, Outcome, TransferKind
from kaichuang.ledger.models import Batch, Payment, Transfer
from kaichuang.ledger.operations.batches import request_payment
from kaichuang.ledger.operations.claims import step
from kaichuang.ledger.operations.post import post
from kaichuang.ledger.operations.reverse import reverse
from kaichuang.ledger.permissions import may_keep_books
from kaichuang.ledger.workflow import BATCH


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """How many payments the file settled, and how many of its rows were known already."""

    paid: int = 0
    failed: int = 0
    returned: int = 0
    repeated: int = 0


def reconcile(*, batch: Batch, data: bytes, actor: Actor, now: datetime) -> Reconciliation:
    """Book the bank's file: all of it, or nothing with every problem. Sending the same file again does nothing.

    Failed money is committed again, returned money is reversed out of paid; both get a new payment, which is held
    until the account is corrected or finance releases it. When every payment has its result the batch is settled.
    """
    require(may_keep_books(actor, batch))
    results = read_results(data)
    with transaction.atomic():
        row = Batch.objects.select_for_update(of=("self",), no_key=True).get(pk=batch.pk)
        if row.state not in {BatchState.SENT, BatchState.SETTLED}:
            raise Refused(Problem("not_sent", _("批次尚未发送银行，不能对账。")))
        payments = {payment.pk: payment for payment in row.payments.select_related("claim")}
        _refuse_strangers(results, payments)
        counts: dict[str, int] = {}
        for result in results:
            counted = _settle(payments[result.payment_id], result, actor)
            counts[counted] = counts.get(counted, 0) + 1
        record(
            actor=actor,
            now=now,
            action="reconcile_batch",
            subject=row,
            scope=row.programme.slug,
            payload=dict(counts),
        )
        if row.state == BatchState.SENT and not row.payments.filter(outcome=Outcome.PENDING).exists():
            transition(
                workflow=BATCH, instance=row, move="settle", actor=actor, now=now, scope=row.programme.slug
            )
    return Reconciliation(**counts)


def _refuse_strangers(results: list[Result], payments: dict[int, Payment]) -> None:
    problems = [
        Problem(
            "unknown_payment",
            _("第%(row)d行：支付编号%(id)d不在本批次中。") % {"row": result.row, "id": result.payment_id},
            field=str(result.row),
        )
        for result in results
        if result.payment_id not in payments
    ]
    problems += [
        Problem(
            "outcome_differs",
            _("第%(row)d行：该笔已登记为“%(known)s”，不能改为“%(new)s”。")
            % {
                "row": result.row,
                "known": Outcome(payments[result.payment_id].outcome).label,
                "new": result.outcome.label,
            },
            field=str(result.row),
        )
        for result in results
        if result.payment_id in payments
        and not _may_follow(payments[result.payment_id].outcome, result.outcome)
    ]
    if problems:
        raise Refused(*problems)


def _may_follow(known: str, new: Outcome) -> bool:
    """A pending payment takes any first result but a return; a paid one may come back; the same again is fine."""
    if known == Outcome.PENDING:
        return new in {Outcome.PAID, Outcome.FAILED}
    return known == new or (known == Outcome.PAID and new == Outcome.RETURNED)


def _settle(payment: Payment, result: Result, actor: Actor) -> str:
    if payment.outcome == result.outcome:
        return "repeated"
    if result.outcome == Outcome.RETURNED:
        _return(payment, result, actor)
    else:
        kind = TransferKind.PAY if result.outcome == Outcome.PAID else TransferKind.BOUNCE
        post(
            step(
                claim=payment.claim,
                kind=kind,
                amount=payment.amount,
                key=f"{kind}:{payment.pk}",
                at=result.on,
                actor=actor,
                description=result.note or payment.purpose,
            )
        )
    payment.outcome, payment.outcome_on, payment.outcome_note = result.outcome, result.on, result.note
    payment.save(update_fields=["outcome", "outcome_on", "outcome_note"])
    if result.outcome != Outcome.PAID:
        _ask_again(payment)
    return str(result.outcome)


def _return(payment: Payment, result: Result, actor: Actor) -> None:
    """Undo the payment and its order: the money is committed again."""
    for verb in (TransferKind.PAY, TransferKind.ORDER):
        transfer = Transfer.objects.get(programme_id=payment.programme_id, key=f"{verb}:{payment.pk}")
        reverse(
            transfer=transfer,
            key=f"return:{transfer.pk}",
            at=result.on,
            actor=actor,
            reason=result.note or str(Outcome.RETURNED.label),
        )


def _ask_again(payment: Payment) -> Payment:
    return request_payment(
        claim=payment.claim,
        amount=payment.amount,
        payee=payment.payee,
        bank=payment.bank,
        account_number=payment.account_number,
        purpose=payment.purpose,
        due_on=payment.outcome_on or payment.due_on,
        retries=payment,
    )
