"""Tranches: made by the decision, released as their papers and the account are there, stopped where payment must not go on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from django.db import transaction
from django.db.models import Q

from kaichuang.cases.models import Case
from kaichuang.clock.queries import business_date
from kaichuang.journal.operations import transition_many
from kaichuang.kit.actor import Actor
from kaichuang.kit.money import format_yuan
from kaichuang.kit.problems import SomeRefused
from kaichuang.ledger.enums import BatchState, Outcome
from kaichuang.ledger.models import Payment
from kaichuang.ledger.operations.batches import Request, request_payments
from kaichuang.notices.audience import Audience
from kaichuang.notices.enums import WorkState
from kaichuang.notices.operations.notify import Telling, notify_many
from kaichuang.notices.operations.work import Task, close_works, open_works, withdraw_work
from kaichuang.packs.schema.matters import Tranche as Plan
from kaichuang.rules.measures.values import Text
from kaichuang.rules.pots import apportion
from kaichuang.support.models import Instruction, PayeeAccount, Tranche, TrancheState
from kaichuang.support.notices import ACCOUNT, ORDERED, PAPERS, STOPPED
from kaichuang.support.operations.money import claims_of_each
from kaichuang.support.queries.standing import hold_backs_of
from kaichuang.support.workflow import TRANCHE

_WHOLE = Plan(id="whole", title=Text(zh="一次付清", en="In one payment"), share=Fraction(1))


def make_tranches(cases: Sequence[Case]) -> list[Tranche]:
    """The parts of what was granted to each, as its matter provides; whole fen that add up exactly."""
    return Tranche.objects.bulk_create(tranche for case in cases for tranche in _parts(case))


def _parts(case: Case) -> Iterator[Tranche]:
    plans = case.version.file.matter.tranches or (_WHOLE,)
    scale = 1
    for plan in plans:
        scale *= plan.share.denominator
    parts = apportion(
        {str(at): int(plan.share * scale) for at, plan in enumerate(plans)}, case.granted_fen or 0
    )
    for at, plan in enumerate(plans):
        if parts[str(at)]:
            yield Tranche(
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


def settle_tranches(cases: Sequence[Case], *, actor: Actor, now: datetime) -> None:
    """Move every tranche of the cases, which are of one programme, as far as it can go: to the account, to payment, or
    to a stop."""
    with transaction.atomic():
        rows = (
            Case.objects.select_for_update(of=("self",), no_key=True)
            .select_related("programme", "matter", "version")
            .defer("version__content")
            .filter(pk__in=[case.pk for case in cases])
            .order_by("pk")
        )
        locked = {row.pk: row for row in rows}
        whys = hold_backs_of(list(locked.values()), now)
        open_ = Tranche.objects.filter(case__in=locked, is_final=False).exclude(state=TrancheState.PAID)
        going = []
        for tranche in open_.order_by("case_id", "number"):
            tranche.case = locked[tranche.case_id]
            if whys[tranche.case_id]:
                if tranche.state != TrancheState.STOPPED:
                    _stop(tranche, why=whys[tranche.case_id], final=False, actor=actor, now=now)
            else:
                going.append(
                    _resume(tranche, actor, now) if tranche.state == TrancheState.STOPPED else tranche
                )
        _go_on(going, actor, now)


def _go_on(tranches: Sequence[Tranche], actor: Actor, now: datetime) -> None:
    """Nothing holds these back: what lacks is asked for, what lacks nothing is paid."""
    parties = {payee_of(tranche.case) for tranche in tranches}
    accounts = {
        account.party_id: account
        for account in PayeeAccount.objects.filter(party__in=parties, replaced_at=None)
    }

    def has_account(tranche: Tranche) -> bool:
        return payee_of(tranche.case) in accounts

    asked = [
        _task(tranche, PAPERS.code) for tranche in tranches if tranche.state == TrancheState.WAITING_PAPERS
    ]
    waiting = [tranche for tranche in tranches if tranche.state == TrancheState.WAITING_ACCOUNT]
    asked += [_task(tranche, ACCOUNT.code) for tranche in waiting if not has_account(tranche)]
    open_works(asked, now=now)
    due = [tranche for tranche in tranches if tranche.state == TrancheState.DUE and has_account(tranche)]
    due += _move([tranche for tranche in waiting if has_account(tranche)], "make_due", actor, now)
    due.sort(key=lambda tranche: (tranche.case_id, tranche.number))
    _order(due, accounts, actor, now)


def _resume(tranche: Tranche, actor: Actor, now: datetime) -> Tranche:
    waits = tranche.papers and tranche.papers_checked_at is None
    return move(tranche, "wait_papers" if waits else "wait_account", actor, now, why="")


def _order(
    tranches: Sequence[Tranche], accounts: Mapping[int, PayeeAccount], actor: Actor, now: datetime
) -> None:
    """Ask the ledger to pay each, out of each claim of its case its part."""
    ordered = _move(tranches, "order", actor, now)
    claims = claims_of_each([tranche.case for tranche in ordered])
    asked = _asked([claim.pk for found in claims.values() for claim in found])
    requests: list[tuple[Tranche, Request]] = []
    for tranche in ordered:
        case, account = tranche.case, accounts[payee_of(tranche.case)]
        own = {str(claim.pk): claim for claim in claims[case.pk]}
        free = {key: claim.committed - asked[claim.pk] for key, claim in own.items()}
        for key, part in apportion(free, tranche.amount_fen).items():
            if not part:
                continue
            asked[own[key].pk] += part
            request = Request(
                claim=own[key],
                amount=part,
                payee=account.holder,
                bank=account.bank,
                account_number=account.number,
                purpose=f"{case.number} {tranche.title}"[:60],
                due_on=business_date(case.programme, now),
            )
            requests.append((tranche, request))
    payments = request_payments([request for _tranche, request in requests])
    Instruction.objects.bulk_create(
        Instruction(tranche=tranche, payment=payment, amount_fen=payment.amount)
        for (tranche, _request), payment in zip(requests, payments, strict=True)
    )
    close_works(subjects=ordered, now=now, actor=actor, state=WorkState.WITHDRAWN)
    notify_many([_telling(ORDERED.code, tranche) for tranche in ordered], now=now)


def _asked(claims: Sequence[int]) -> dict[int, int]:
    """Committed money of claims for which a payment has been requested already."""
    waiting = Payment.objects.filter(claim__in=claims, outcome=Outcome.PENDING)
    drafted = waiting.filter(Q(batch=None) | Q(batch__state=BatchState.DRAFT))
    found: dict[int, int] = defaultdict(int)
    for claim, amount in drafted.values_list("claim", "amount"):
        found[claim] += amount
    return found


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
    tell(STOPPED.code, tranche, now, why=why)
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
    return _move([tranche], name, actor, now, **changes)[0]


def _move(
    tranches: Sequence[Tranche], name: str, actor: Actor, now: datetime, **changes: object
) -> list[Tranche]:
    """One move of tranches of one programme."""
    if not tranches:
        return []
    try:
        moved = transition_many(
            workflow=TRANCHE,
            instances=tranches,
            move=name,
            actor=actor,
            now=now,
            reason=str(changes.get("why", "")),
            changes=changes,
            scope=tranches[0].case.programme.slug,
        )
    except SomeRefused as refused:
        raise refused.first from None
    for before, after in zip(tranches, moved, strict=True):
        after.case = before.case
    return moved


def _task(tranche: Tranche, kind: str) -> Task:
    """The party finds on its list what the payment waits for."""
    case = tranche.case
    return Task(
        programme=case.programme,
        kind=kind,
        subject=tranche,
        recipient=Audience.of_party(payee_of(case) if kind == ACCOUNT.code else case.party_id),
        params={"number": case.number, "matter": case.matter.title, "tranche": tranche.title},
        link="/support/my-money/",
        clause=tranche.clause,
    )


def tell(kind: str, tranche: Tranche, now: datetime, **more: str) -> None:
    """Tell the party that is paid."""
    notify_many([_telling(kind, tranche, **more)], now=now)


def _telling(kind: str, tranche: Tranche, **more: str) -> Telling:
    case = tranche.case
    return Telling(
        kind=kind,
        audience=Audience.of_party(payee_of(case)),
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
