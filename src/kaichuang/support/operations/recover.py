"""Claim paid money back, receive it in instalments, or write it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from kaichuang.cases.models import Case
from kaichuang.clock.queries import business_date
from kaichuang.journal.operations import record, transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.money import format_yuan
from kaichuang.kit.permissions import any_role, require
from kaichuang.kit.problems import Problem, Refused, refuse_if
from kaichuang.ledger.enums import AccountKind, TransferKind
from kaichuang.ledger.interest import Rate
from kaichuang.ledger.models import Posting, Transfer
from kaichuang.ledger.operations import claw_back, receive
from kaichuang.notices.audience import Audience
from kaichuang.notices.operations.notify import notify
from kaichuang.parties.models import Role
from kaichuang.support.models import Demand, Instalment, Receipt, Recovery, RecoveryState
from kaichuang.support.notices import INSTALMENT_OVERDUE, RECOVERY
from kaichuang.support.operations.tranches import payee_of
from kaichuang.support.workflow import RECOVERY as FLOW

GRACE_DAYS = 30
"""Days to pay back where no plan is agreed."""

may_receive = any_role(Role.FINANCE)
may_plan = any_role(Role.FINANCE, Role.LEADER)

Plan = Sequence[tuple[date, int]]
"""Due days with amounts in fen."""


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment of a case and what of it has not been claimed back."""

    transfer: Transfer
    left: int


def payments_of(case: Case) -> list[Paid]:
    """What the party has received for the case and may be claimed back, the latest first."""
    paid = Transfer.objects.filter(
        claim__in=case.holdings.values("claim"), kind=TransferKind.PAY, reversals=None
    ).order_by("-at", "-id")
    found = []
    for transfer in paid:
        amount = _on_paid(transfer)
        back = sum(-_on_paid(one) for one in transfer.clawbacks.all())
        if amount > back:
            found.append(Paid(transfer, amount - back))
    return found


def _on_paid(transfer: Transfer) -> int:
    postings = Posting.objects.filter(transfer=transfer, account__kind=AccountKind.PAID)
    return int(postings.aggregate(total=Sum("amount"))["total"] or 0)


def demand_back(
    *,
    case: Case,
    principal: int | None,
    rates: Sequence[Rate],
    reason: str,
    clause: str,
    actor: Actor,
    now: datetime,
    plan: Plan = (),
) -> Recovery:
    """Make what was paid due again (all of it where no principal is named), with interest at `rates` from the day of payment.

    Rates are (first day, parts per million a year); none means no interest. Without a plan everything is due in thirty
    days. The caller asked permission. Raises `Refused` when there is not so much to claim back.
    """
    payments = payments_of(case)
    most = sum(paid.left for paid in payments)
    wanted = most if principal is None else principal
    refuse_if(_demand_problems(wanted, most, reason, clause))
    today = business_date(case.programme, now)
    with transaction.atomic():
        recovery = Recovery.objects.create(
            case=case,
            party_id=payee_of(case),
            reason=reason.strip()[:500],
            clause=clause,
            principal_fen=wanted,
            demanded_on=today,
        )
        left = wanted
        for paid in payments:
            part = min(left, paid.left)
            if part:
                _demand(recovery, paid, part, rates, today, actor)
                left -= part
        interest = sum(recovery.demands.values_list("interest_fen", flat=True))
        Recovery.objects.filter(pk=recovery.pk).update(interest_fen=interest)
        recovery.interest_fen = interest
        _write_plan(recovery, plan or [(today + timedelta(days=GRACE_DAYS), recovery.total_fen)])
        payload = {"principal": wanted, "interest": interest}
        record(
            actor=actor,
            now=now,
            action="demand_back",
            subject=recovery,
            scope=case.programme.slug,
            reason=reason,
            payload=payload,
        )
        _remember(case, "claimed_back", recovery.total_fen, recovery.reason, actor, now)
        _tell(RECOVERY.code, recovery, recovery.total_fen, now, reason=recovery.reason)
    return recovery


def _demand_problems(wanted: int, most: int, reason: str, clause: str) -> list[Problem]:
    found = []
    if most == 0:
        found.append(Problem("nothing_paid", _("没有已支付的资金可以追回。")))
    elif not 0 < wanted <= most:
        message = _("追回金额应大于零，且不超过已支付的%(most)s元。") % {"most": format_yuan(most)}
        found.append(Problem("amount", message, field="amount_fen"))
    if not reason.strip():
        found.append(Problem("reason_required", _("追回必须写明理由。"), field="reason"))
    if not clause.strip():
        found.append(Problem("clause_required", _("请写明依据的条款。"), field="clause"))
    return found


def _demand(
    recovery: Recovery, paid: Paid, part: int, rates: Sequence[Rate], today: date, actor: Actor
) -> None:
    payment = paid.transfer
    try:
        posted = claw_back(
            payment=payment,
            principal=part,
            rates=rates or [(payment.at, 0)],
            until=max(today, payment.at),
            key=f"recovery:{recovery.pk}:{payment.pk}",
            at=max(today, payment.at),
            actor=actor,
            clause=recovery.clause,
            reason=recovery.reason[:200],
        )
    except ValueError as error:
        raise Refused(
            Problem("rates", _("利率应自支付日（%(day)s）起有效。") % {"day": payment.at}, field="rates")
        ) from error
    transfer = Transfer.objects.get(pk=posted.id)
    owed = Posting.objects.filter(transfer=transfer, account__kind=AccountKind.RECEIVABLE).aggregate(
        total=Sum("amount")
    )["total"]
    Demand.objects.create(
        recovery=recovery, transfer=transfer, principal_fen=part, interest_fen=int(owed) - part
    )


def plan_instalments(*, recovery: Recovery, plan: Plan, actor: Actor, now: datetime, reason: str) -> Recovery:
    """Agree on other days and amounts. They add up to the demand exactly, and what has come in counts first."""
    require(may_plan(actor, recovery))
    with transaction.atomic():
        row = Recovery.objects.select_for_update(of=("self",), no_key=True).get(pk=recovery.pk)
        if row.state != RecoveryState.OPEN:
            raise Refused(Problem("ended", _("该追回已经了结。")))
        problems = _plan_problems(row, plan)
        if not reason.strip():
            problems.append(Problem("reason_required", _("请填写理由。"), field="reason"))
        refuse_if(problems)
        row.instalments.all().delete()
        _write_plan(row, plan)
        record(
            actor=actor,
            now=now,
            action="plan_instalments",
            subject=row,
            scope=row.case.programme.slug,
            reason=reason,
            payload={"plan": [[day.isoformat(), amount] for day, amount in plan]},
        )
    return row


def even_plan(total: int, count: int, first: date) -> list[tuple[date, int]]:
    """Equal monthly parts that add up exactly; the earlier ones carry the odd fen."""
    from kaichuang.support.operations.reports import add_months

    whole, rest = divmod(total, count)
    return [(add_months(first, at), whole + (1 if at < rest else 0)) for at in range(count)]


def _plan_problems(recovery: Recovery, plan: Plan) -> list[Problem]:
    found = []
    total = sum(amount for _day, amount in plan)
    if any(amount <= 0 for _day, amount in plan):
        found.append(Problem("instalment", _("每期应还金额必须大于零。"), field="plan"))
    if total != recovery.total_fen:
        message = _("各期合计%(sum)s元，应为%(total)s元。") % {
            "sum": format_yuan(total),
            "total": format_yuan(recovery.total_fen),
        }
        found.append(Problem("plan_sum", message, field="plan"))
    days = [day for day, _amount in plan]
    if days != sorted(set(days)):
        found.append(Problem("plan_days", _("还款日期应逐期递增。"), field="plan"))
    return found


def _write_plan(recovery: Recovery, plan: Plan) -> None:
    refuse_if(_plan_problems(recovery, plan))
    Instalment.objects.bulk_create(
        Instalment(recovery=recovery, number=number, due_on=day, amount_fen=amount)
        for number, (day, amount) in enumerate(plan, 1)
    )


def enter_receipt(
    *, recovery: Recovery, amount: int, received_on: date, reference: str, actor: Actor, now: datetime
) -> Recovery:
    """Money has come in. When all of it has, the recovery ends. The bank's reference is entered once."""
    require(may_receive(actor, recovery))
    with transaction.atomic():
        row = Recovery.objects.select_for_update(of=("self",), no_key=True).get(pk=recovery.pk)
        refuse_if(_receipt_problems(row, amount, reference))
        try:
            with transaction.atomic():
                receipt = Receipt.objects.create(
                    recovery=row,
                    amount_fen=amount,
                    received_on=received_on,
                    reference=reference.strip(),
                    entered_at=now,
                    entered_by_id=actor.user_id,
                )
        except IntegrityError as error:
            raise Refused(Problem("entered", _("该笔流水已登记。"), field="reference")) from error
        _receive(row, receipt, actor)
        row.received_fen += amount
        row.save(update_fields=["received_fen"])
        record(
            actor=actor,
            now=now,
            action="receive",
            subject=row,
            scope=row.case.programme.slug,
            payload={"amount": amount, "reference": reference},
        )
        if row.open_fen == 0:
            row = _end(row, "receive", actor, now)
    return row


def _receipt_problems(recovery: Recovery, amount: int, reference: str) -> list[Problem]:
    found = []
    if recovery.state != RecoveryState.OPEN:
        found.append(Problem("ended", _("该追回已经了结。")))
    if not 0 < amount <= recovery.open_fen:
        message = _("收款金额应大于零，且不超过尚欠的%(open)s元。") % {"open": format_yuan(recovery.open_fen)}
        found.append(Problem("amount", message, field="amount"))
    if not reference.strip():
        found.append(Problem("reference_required", _("请填写银行流水号。"), field="reference"))
    return found


def _receive(recovery: Recovery, receipt: Receipt, actor: Actor) -> None:
    """Book the money against the demands, the first one first."""
    before, left = recovery.received_fen, receipt.amount_fen
    for demand in recovery.demands.select_related("transfer__claim"):
        size = demand.principal_fen + demand.interest_fen
        done = min(before, size)
        before -= done
        part = min(left, size - done)
        if part:
            receive(
                demand=demand.transfer,
                amount=part,
                key=f"receipt:{receipt.pk}:{demand.pk}",
                at=receipt.received_on,
                actor=actor,
            )
            left -= part


def write_off(*, recovery: Recovery, reason: str, actor: Actor, now: datetime) -> Recovery:
    """Give up what cannot be had, by a leader and with the reason; the ledger keeps the debt on its books."""
    with transaction.atomic():
        return _end(recovery, "write_off", actor, now, reason)


_ENDS = {"receive": "came_back", "write_off": "written_off"}


def _end(recovery: Recovery, name: str, actor: Actor, now: datetime, reason: str = "") -> Recovery:
    ended = transition(
        workflow=FLOW,
        instance=recovery,
        move=name,
        actor=actor,
        now=now,
        reason=reason,
        changes={"ended_on": business_date(recovery.case.programme, now), "end_reason": reason.strip()[:500]},
        scope=recovery.case.programme.slug,
    )
    _remember(recovery.case, _ENDS[name], recovery.total_fen, reason, actor, now)
    return ended


def _remember(case: Case, action: str, amount: int, reason: str, actor: Actor, now: datetime) -> None:
    """The history of the case tells of its money, too."""
    record(
        actor=actor,
        now=now,
        action=action,
        subject=case,
        scope=case.programme.slug,
        reason=f"{format_yuan(amount)}元{'：' if reason else ''}{reason}",
        payload={"amount": amount},
    )


def tell_overdue_instalments(*, now: datetime) -> int:
    """Remind of every instalment that is overdue, once; returns how many."""
    told = 0
    rows = Instalment.objects.filter(recovery__state=RecoveryState.OPEN, told_on=None).select_related(
        "recovery__case__programme", "recovery__case__matter"
    )
    for row in rows.order_by("recovery", "number"):
        today = business_date(row.recovery.case.programme, now)
        if row.due_on >= today or not owed_of(row):
            continue
        with transaction.atomic():
            if Instalment.objects.filter(pk=row.pk, told_on=None).update(told_on=today):
                _tell(INSTALMENT_OVERDUE.code, row.recovery, owed_of(row), now, due=row.due_on.isoformat())
                told += 1
    return told


def owed_of(instalment: Instalment) -> int:
    """What is still open of an instalment: money that came in counts for the earliest ones first."""
    earlier = sum(
        instalment.recovery.instalments.filter(number__lt=instalment.number).values_list(
            "amount_fen", flat=True
        )
    )
    covered = max(min(instalment.recovery.received_fen - earlier, instalment.amount_fen), 0)
    return instalment.amount_fen - covered


def _tell(kind: str, recovery: Recovery, amount: int, now: datetime, **more: str) -> None:
    audience = [Audience.of_party(recovery.party_id)]
    if kind == INSTALMENT_OVERDUE.code:
        audience.append(Audience.of_role(Role.FINANCE, programme_id=recovery.case.programme_id))
    notify(
        kind=kind,
        audience=audience,
        now=now,
        programme=recovery.case.programme,
        params={"number": recovery.case.number, "amount": format_yuan(amount), **more},
        link="/support/my-money/",
        clause=recovery.clause,
        subject=recovery,
    )
