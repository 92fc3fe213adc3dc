"""Payments that came back from the bank: paid again to another account, or after finance has looked into it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, Stale
from kaichuang.ledger.enums import Outcome
from kaichuang.ledger.models import Payment
from kaichuang.ledger.permissions import may_keep_books


def redirect_payment(*, payment: Payment, payee: str, bank: str, account_number: str) -> Payment:
    """Pay to this account instead, as long as no batch has the payment; the caller asked permission.

    A held payment goes on when the account is none of those from which its money came back.
    """
    with transaction.atomic():
        row = _open(payment)
        if row is None:
            return payment
        row.payee, row.bank, row.account_number = payee, bank, account_number
        if row.is_held:
            row.is_held = _account(row) in {_account(one) for one in came_back(row)}
        row.save(update_fields=["payee", "bank", "account_number", "is_held"])
    return row


def release_payment(*, payment: Payment, reason: str, actor: Actor, now: datetime) -> Payment:
    """Finance has found the account right: the payment goes into the next batch. Raises `Refused` without a reason."""
    require(may_keep_books(actor, payment))
    if not reason.strip():
        raise Refused(Problem("reason_required", _("请写明核实情况和放行理由。"), field="reason"))
    with transaction.atomic():
        row = _open(payment)
        if row is None or not row.is_held:
            raise Stale()
        row.is_held, row.release_note = False, reason.strip()[:200]
        row.save(update_fields=["is_held", "release_note"])
        record(
            actor=actor,
            now=now,
            action="release_payment",
            subject=row,
            scope=row.programme.slug,
            reason=reason,
            payload={"amount": row.amount, "account": row.masked_account},
        )
    return row


def came_back(payment: Payment) -> Iterator[Payment]:
    """The attempts before this one, the latest first."""
    before = payment.retries
    while before is not None:
        yield before
        before = before.retries


def _open(payment: Payment) -> Payment | None:
    """The payment, locked, while it is in no batch and has no outcome."""
    rows = Payment.objects.select_for_update(of=("self",), no_key=True).select_related("programme", "retries")
    return rows.filter(pk=payment.pk, batch=None, outcome=Outcome.PENDING).first()


def _account(payment: Payment) -> tuple[str, str, str]:
    return payment.payee, payment.bank, payment.account_number
