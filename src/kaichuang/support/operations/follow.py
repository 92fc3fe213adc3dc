"""Follow the bank's results: a catch-up scan, as often as one likes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from kaichuang.cases.models import Ban, Case
from kaichuang.cases.operations.move import advance
from kaichuang.kit.actor import Actor
from kaichuang.kit.money import format_yuan
from kaichuang.ledger.enums import Outcome
from kaichuang.ledger.models import Payment
from kaichuang.support.models import Instruction, PayeeAccount, Tranche, TrancheState
from kaichuang.support.notices import BOUNCED, PAID
from kaichuang.support.operations.tranches import move, payee_of, settle_tranches, tell


def follow_payments(*, now: datetime) -> int:
    """Mark what the banks have paid or returned, request what has become payable, move on the cases that are paid up.

    Each case in its own transaction; returns how many tranches were paid.
    """
    paid = sum(_follow(tranche, now) for tranche in _to_follow())
    waiting = _may_have_changed().values("case")
    for case in Case.objects.filter(pk__in=waiting).select_related("programme", "matter", "version"):
        settle_tranches(case, actor=_system(case), now=now)
    for case in _paid_up():
        advance(case=case, event="paid", actor=_system(case), now=now)
    return paid


def _may_have_changed() -> QuerySet[Tranche]:
    """Tranches whose wait may be over, or which may have to stop: not all that wait, of which there may be thousands."""
    accounts = PayeeAccount.objects.filter(replaced_at=None).values("party")
    barred = Ban.objects.values("party")
    not_sent = Instruction.objects.filter(payment__batch=None, payment__outcome=Outcome.PENDING)
    return Tranche.objects.annotate(payee=Coalesce("case__beneficiary", "case__party")).filter(
        Q(state=TrancheState.WAITING_ACCOUNT, payee__in=accounts)
        | Q(state__in=(TrancheState.DUE, TrancheState.STOPPED))
        | Q(state=TrancheState.ORDERED, pk__in=not_sent.values("tranche"))
        & (Q(case__party__in=barred) | Q(case__beneficiary__in=barred)),
        is_final=False,
    )


def _to_follow() -> list[Tranche]:
    """Ordered tranches with a result, and paid ones whose payment came back."""
    answered = Instruction.objects.exclude(payment__outcome=Outcome.PENDING)
    ordered = Tranche.objects.filter(
        state=TrancheState.ORDERED, pk__in=answered.values("tranche")
    ).select_related("case__programme", "case__matter")
    back = Instruction.objects.filter(payment__outcome=Outcome.RETURNED, tranche__state=TrancheState.PAID)
    returned = Tranche.objects.filter(pk__in=back.values("tranche")).select_related(
        "case__programme", "case__matter"
    )
    return [*ordered, *returned]


def _follow(tranche: Tranche, now: datetime) -> bool:
    """Whether all of the tranche is paid now."""
    with transaction.atomic():
        row = (
            Tranche.objects.select_for_update(of=("self",), no_key=True)
            .select_related("case__programme", "case__matter")
            .get(pk=tranche.pk)
        )
        case, actor = row.case, _system(row.case)
        instructions = list(row.instructions.select_related("payment"))
        bounced = [one for one in instructions if one.payment.outcome in (Outcome.FAILED, Outcome.RETURNED)]
        for one in bounced:
            _take_retry(one, row, case, now)
        if bounced and row.state == TrancheState.PAID:
            move(row, "bounce", actor, now, paid_on=None)
        if row.state != TrancheState.ORDERED or any(
            one.payment.outcome != Outcome.PAID for one in instructions
        ):
            return False
        last = max(one.payment.outcome_on for one in instructions if one.payment.outcome_on is not None)
        move(row, "pay", actor, now, paid_on=last)
        tell(PAID.code, row, case, now)
    return True


def _take_retry(instruction: Instruction, tranche: Tranche, case: Case, now: datetime) -> None:
    """The bank could not pay: the ledger has made a new payment, which is the one to follow."""
    payment = instruction.payment
    note = payment.outcome_note
    while payment.outcome in (Outcome.FAILED, Outcome.RETURNED):
        payment = payment.retry
    instruction.payment = payment
    instruction.save(update_fields=["payment"])
    _to_present_account(payment, case)
    tell(
        BOUNCED.code, tranche, case, now, note=f"{note}。" if note else "", amount=format_yuan(payment.amount)
    )


def _to_present_account(payment: Payment, case: Case) -> None:
    """The party may have corrected its account before this was found: the new payment was made with the old one."""
    account = PayeeAccount.objects.filter(party=payee_of(case), replaced_at=None).first()
    if account is None or payment.batch_id is not None or payment.outcome != Outcome.PENDING:
        return
    payment.payee, payment.bank, payment.account_number = account.holder, account.bank, account.number
    payment.save(update_fields=["payee", "bank", "account_number"])


def _paid_up() -> list[Case]:
    """Cases that wait for payment and have nothing left to pay."""
    unpaid = Tranche.objects.filter(is_final=False).exclude(state=TrancheState.PAID)
    waiting = Case.objects.filter(stage="payment", ended_at=None, decided_at__isnull=False)
    return list(waiting.exclude(pk__in=unpaid.values("case")).select_related("programme"))


def _system(case: Case) -> Actor:
    return Actor.system("support.payments", programme_id=case.programme_id)
