"""Tranches: made by the decision, released as their papers and the account are there, stopped where payment must not go on."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from django.db import transaction

from kaichuang.cases.models import Case
from kaichuang.clock.queries import business_date
from kaichuang.journal.operations import transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.money import format_yuan
from kaichuang.ledger.enums import BatchState, Outcome
from kaichuang.ledger.models import Payment
from kaichuang.ledger.operations import request_payment
from kaichuang.notices.audience import Audience
from kaichuang.notices.operations.notify import notify
from kaichuang.notices.operations.work import open_work, withdraw_work
from kaichuang.packs.schema.matters import Tranche as Plan
from kaichuang.rules.measures.values import Text
from kaichuang.rules.pots import apportion
from kaichuang.support.models import Instruction, PayeeAccount, Tranche, TrancheState
from kaichuang.support.notices import ACCOUNT, ORDERED, PAPERS, STOPPED
from kaichuang.support.operations.money import claims_of
from kaichuang.support.queries.standing import hold_back_of
from kaichuang.support.workflow import TRANCHE

_WHOLE = Plan(id="whole", title=Text(zh="一次付清", en="In one payment"), share=Fraction(1))


def make_tranches(case: Case) -> list[Tranche]:
    """The parts of what was granted, as the matter provides; whole fen that add up exactly."""
    amount = case.granted_fen or 0
    plans = case.version.file.matter.tranches or (_WHOLE,)
    scale = 1
    for plan in plans:
        scale *= plan.share.denominator
    parts = apportion({str(at): int(plan.share * scale) for at, plan in enumerate(plans)}, amount)
    return Tranche.objects.bulk_create(
        Tranche(
            case=case,
            number=at + 1,
            code=plan.id,
            title=plan.title.zh,
            title_en=plan.title.get("en"),
            share=str(plan.share),
            amount_fen=parts[str(at)],
            papers=list(plan.papers),
            clause=plan.clause or case.matter.clause,
            state=TrancheState.WAITING_PAPERS if plan.papers else TrancheState.WAITING_ACCOUNT,
        )
        for at, plan in enumerate(plans)
        if parts[str(at)]
    )


def settle_tranches(case: Case, *, actor: Actor, now: datetime) -> None:
    """Move every tranche of the case as far as it can go: to the account, to payment, or to a stop."""
    with transaction.atomic():
        Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
        why = hold_back_of(case, now)
        for tranche in case.tranches.filter(is_final=False).exclude(state=TrancheState.PAID):
            _settle(tranche, case, why, actor, now)


def _settle(tranche: Tranche, case: Case, why: str, actor: Actor, now: datetime) -> None:
    if why:
        if tranche.state != TrancheState.STOPPED:
            _stop(tranche, why=why, final=False, actor=actor, now=now)
        return
    if tranche.state == TrancheState.STOPPED:
        tranche = _resume(tranche, actor, now)
    if tranche.state == TrancheState.WAITING_PAPERS:
        _ask(case, tranche, PAPERS.code, now)
    account = PayeeAccount.objects.filter(party=payee_of(case), replaced_at=None).first()
    if tranche.state == TrancheState.WAITING_ACCOUNT:
        if account is None:
            _ask(case, tranche, ACCOUNT.code, now)
            return
        tranche = move(tranche, "make_due", actor, now)
    if tranche.state == TrancheState.DUE and account is not None:
        _order(tranche, case, account, actor, now)


def _resume(tranche: Tranche, actor: Actor, now: datetime) -> Tranche:
    waits = tranche.papers and tranche.papers_checked_at is None
    return move(tranche, "wait_papers" if waits else "wait_account", actor, now, why="")


def _order(tranche: Tranche, case: Case, account: PayeeAccount, actor: Actor, now: datetime) -> None:
    """Ask the ledger to pay, out of each claim its part."""
    moved = move(tranche, "order", actor, now)
    claims = {str(claim.pk): claim for claim in claims_of(case)}
    free = {key: claim.committed - _asked(claim.pk) for key, claim in claims.items()}
    for key, part in apportion(free, tranche.amount_fen).items():
        if part:
            payment = request_payment(
                claim=claims[key],
                amount=part,
                payee=account.holder,
                bank=account.bank,
                account_number=account.number,
                purpose=f"{case.number} {tranche.title}"[:60],
                due_on=business_date(case.programme, now),
            )
            Instruction.objects.create(tranche=moved, payment=payment, amount_fen=part)
    withdraw_work(subject=tranche, now=now, actor=actor)
    tell(ORDERED.code, tranche, case, now)


def _asked(claim: int) -> int:
    """Committed money of a claim for which a payment has been requested already."""
    waiting = Payment.objects.filter(claim=claim, outcome=Outcome.PENDING).select_related("batch")
    return sum(
        payment.amount
        for payment in waiting
        if payment.batch is None or payment.batch.state == BatchState.DRAFT
    )


def stop_tranches(case: Case, *, why: str, final: bool, actor: Actor, now: datetime) -> int:
    """Stop what is not with a bank yet; returns how many tranches."""
    stopped = 0
    for tranche in case.tranches.filter(is_final=False).exclude(state=TrancheState.PAID):
        stopped += _stop(tranche, why=why, final=final, actor=actor, now=now)
    return stopped


def _stop(tranche: Tranche, *, why: str, final: bool, actor: Actor, now: datetime) -> bool:
    if tranche.state == TrancheState.ORDERED and not _withdraw(tranche, why, now):
        return False
    move(tranche, "stop", actor, now, why=why[:200], is_final=final)
    withdraw_work(subject=tranche, now=now, actor=actor)
    tell(STOPPED.code, tranche, tranche.case, now, why=why)
    return True


def _withdraw(tranche: Tranche, why: str, now: datetime) -> bool:
    """Take back the payments of a tranche that are in no batch; whether all of them were."""
    payments = Payment.objects.select_for_update(of=("self",)).filter(
        pk__in=tranche.instructions.values("payment"), outcome=Outcome.PENDING
    )
    if any(payment.batch_id is not None for payment in payments):
        return False
    today = business_date(tranche.case.programme, now)
    payments.update(outcome=Outcome.WITHDRAWN, outcome_on=today, outcome_note=why[:200])
    tranche.instructions.all().delete()
    return True


def payee_of(case: Case) -> int:
    """Who is paid: the beneficiary, or the applicant."""
    return case.beneficiary_id or case.party_id


def move(tranche: Tranche, name: str, actor: Actor, now: datetime, **changes: object) -> Tranche:
    """One move of a tranche; a reason given as `why` goes to the journal too."""
    return transition(
        workflow=TRANCHE,
        instance=tranche,
        move=name,
        actor=actor,
        now=now,
        reason=str(changes.get("why", "")),
        changes=changes,
        scope=tranche.case.programme.slug,
    )


def _ask(case: Case, tranche: Tranche, kind: str, now: datetime) -> None:
    """The party finds on its list what the payment waits for."""
    open_work(
        programme=case.programme,
        kind=kind,
        subject=tranche,
        recipient=Audience.of_party(payee_of(case) if kind == ACCOUNT.code else case.party_id),
        now=now,
        params={"number": case.number, "matter": case.matter.title, "tranche": tranche.title},
        link="/support/my-money/",
        clause=tranche.clause,
    )


def tell(kind: str, tranche: Tranche, case: Case, now: datetime, **more: str) -> None:
    """Tell the party that is paid."""
    notify(
        kind=kind,
        audience=Audience.of_party(payee_of(case)),
        now=now,
        programme=case.programme,
        params={
            "number": case.number,
            "tranche": tranche.title,
            "amount": format_yuan(tranche.amount_fen),
            **more,
        },
        link="/support/my-money/",
        clause=tranche.clause,
        subject=tranche,
    )
