"""Follow the bank's results: a catch-up scan, as often as one likes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from kaichuang.cases.models import Ban, Case
from kaichuang.cases.operations.move import advance
from kaichuang.kit.actor import Actor
from kaichuang.ledger.enums import Outcome
from kaichuang.support.models import Instruction, PayeeAccount, Tranche, TrancheState
from kaichuang.support.notices import PAID
from kaichuang.support.operations.bounces import close_released, take_retry
from kaichuang.support.operations.tranches import move, settle_tranches, tell


def follow_payments(*, now: datetime) -> int:
    """Mark what the banks have paid or returned, request what has become payable, move on the cases that are paid up.
    What finance has let go again is nobody's work any more.

    Each case in its own transaction; returns how many tranches were paid.
    """
    paid = sum(_follow(tranche, now) for tranche in _to_follow())
    close_released(actor=Actor.system("support.payments"), now=now)
    waiting = _may_have_changed().values("case")
    for case in Case.objects.filter(pk__in=waiting).select_related("programme", "matter", "version"):
        settle_tranches([case], actor=_system(case), now=now)
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
            take_retry(one, row, case, actor=actor, now=now)
        if bounced and row.state == TrancheState.PAID:
            move(row, "bounce", actor, now, paid_on=None)
        if row.state != TrancheState.ORDERED or any(
            one.payment.outcome != Outcome.PAID for one in instructions
        ):
            return False
        last = max(one.payment.outcome_on for one in instructions if one.payment.outcome_on is not None)
        move(row, "pay", actor, now, paid_on=last)
        tell(PAID.code, row, now)
    return True


def _paid_up() -> list[Case]:
    """Cases that wait for payment and have nothing left to pay."""
    unpaid = Tranche.objects.filter(is_final=False).exclude(state=TrancheState.PAID)
    waiting = Case.objects.filter(stage="payment", ended_at=None, decided_at__isnull=False)
    return list(waiting.exclude(pk__in=unpaid.values("case")).select_related("programme"))


def _system(case: Case) -> Actor:
    return Actor.system("support.payments", programme_id=case.programme_id)
