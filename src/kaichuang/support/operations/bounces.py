"""Payments that the bank sent back: the party is asked for another account, and the payment waits for it."""

from __future__ import annotations

from datetime import datetime

from kaichuang.cases.models import Case
from kaichuang.kit.actor import Actor
from kaichuang.kit.money import format_yuan
from kaichuang.ledger.enums import Outcome
from kaichuang.ledger.models import Payment
from kaichuang.ledger.operations import redirect_payment
from kaichuang.notices.audience import Audience
from kaichuang.notices.enums import WorkState
from kaichuang.notices.models import WorkItem
from kaichuang.notices.operations.work import close_work, open_work
from kaichuang.support.models import Instruction, PayeeAccount, Tranche
from kaichuang.support.notices import BOUNCED, CORRECT_ACCOUNT
from kaichuang.support.operations.tranches import payee_of, tell


def take_retry(
    instruction: Instruction, tranche: Tranche, case: Case, *, actor: Actor, now: datetime
) -> None:
    """The bank could not pay: the ledger has made a new payment, which is the one to follow.

    The party is told; while the payment is held it finds the correction of its account on its list.
    """
    first = payment = instruction.payment
    while payment.outcome in (Outcome.FAILED, Outcome.RETURNED):
        payment = payment.retry
    account = PayeeAccount.objects.filter(party=payee_of(case), replaced_at=None).first()
    if account is not None:
        payment = pay_to(account, payment)
    instruction.payment = payment
    instruction.save(update_fields=["payment"])
    note = f"{first.outcome_note}。" if first.outcome_note else ""
    tell(BOUNCED.code, tranche, now, note=note, amount=format_yuan(payment.amount))
    if payment.is_held:
        _ask(tranche, case, now)


def pay_to(account: PayeeAccount, payment: Payment) -> Payment:
    """The account that the party has confirmed, where no batch has the payment yet."""
    return redirect_payment(
        payment=payment, payee=account.holder, bank=account.bank, account_number=account.number
    )


def close_corrected(tranche: Tranche, *, actor: Actor, now: datetime) -> None:
    """Nothing of the tranche is held any more: its account need not be corrected."""
    if not Instruction.objects.filter(tranche=tranche, payment__is_held=True).exists():
        close_work(subject=tranche, now=now, actor=actor, kind=CORRECT_ACCOUNT.code)


def close_released(*, actor: Actor, now: datetime) -> None:
    """Take off the lists what finance has released since: a catch-up scan."""
    asked = WorkItem.objects.filter(kind=CORRECT_ACCOUNT.code, state=WorkState.OPEN)
    tranches = Tranche.objects.filter(pk__in=[int(key) for key in asked.values_list("subject_id", flat=True)])
    for tranche in tranches.select_related("case__programme"):
        close_corrected(tranche, actor=actor, now=now)


def _ask(tranche: Tranche, case: Case, now: datetime) -> None:
    open_work(
        programme=case.programme,
        kind=CORRECT_ACCOUNT.code,
        subject=tranche,
        recipient=Audience.of_party(payee_of(case)),
        now=now,
        params={"number": case.number, "matter": case.matter.title},
        link="/support/account/",
        clause=tranche.clause,
        tell=False,
    )
