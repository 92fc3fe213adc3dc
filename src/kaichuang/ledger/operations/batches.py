"""Payment batches: from what is due to the bank's file, by two persons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.clock.queries.today import business_date
from kaichuang.journal.operations import record, transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import NotAllowed, Problem, Refused
from kaichuang.ledger import bankfile
from kaichuang.ledger.enums import Outcome, TransferKind
from kaichuang.ledger.models import Batch, Claim, Payment
from kaichuang.ledger.operations.accounts import Pool, pool_named
from kaichuang.ledger.operations.claims import step
from kaichuang.ledger.operations.post import post_together
from kaichuang.ledger.permissions import may_keep_books
from kaichuang.ledger.workflow import BATCH
from kaichuang.places.models import Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A payment asked for; the fields are the arguments of `request_payment`."""

    claim: Claim
    amount: int
    payee: str
    bank: str
    account_number: str
    purpose: str
    due_on: date
    retries: Payment | None = None


def request_payment(
    *,
    claim: Claim,
    amount: int,
    payee: str,
    bank: str,
    account_number: str,
    purpose: str,
    due_on: date,
    retries: Payment | None = None,
) -> Payment:
    """Note that part of a claim's committed money is to be paid on or after a day. The caller asked permission.

    What `retries` a payment that came back is held, so that it does not go to the same account by itself.
    """
    request = Request(
        claim=claim,
        amount=amount,
        payee=payee,
        bank=bank,
        account_number=account_number,
        purpose=purpose,
        due_on=due_on,
        retries=retries,
    )
    return request_payments([request])[0]


def request_payments(requests: Sequence[Request]) -> list[Payment]:
    """Ask for many payments, each as `request_payment` does; all of them or none. In the order of the requests."""
    if not requests:
        return []
    with transaction.atomic():
        keys = {request.claim.pk for request in requests}
        claims = {
            row.pk: row
            for row in Claim.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
        }
        asked: dict[int, int] = defaultdict(int)
        waiting = Payment.objects.filter(claim__in=keys, outcome=Outcome.PENDING)
        for claim, amount in waiting.values_list("claim", "amount"):
            asked[claim] += amount
        for request in requests:
            row = claims[request.claim.pk]
            asked[row.pk] += request.amount
            if asked[row.pk] > row.committed + row.ordered:
                raise Refused(
                    Problem(
                        "not_covered",
                        _("待付金额超过已批复而未付的金额。请核对是否重复申请付款。"),
                        field="amount",
                    )
                )
        return Payment.objects.bulk_create(
            Payment(
                programme_id=request.claim.programme_id,
                claim=claims[request.claim.pk],
                amount=request.amount,
                payee=request.payee,
                bank=request.bank,
                account_number=request.account_number,
                purpose=request.purpose,
                due_on=request.due_on,
                retries=request.retries,
                is_held=request.retries is not None,
            )
            for request in requests
        )


def make_batch(*, programme: Programme, number: str, due_by: date, actor: Actor, now: datetime) -> Batch:
    """Gather every payment due by a day that is in no batch yet and not held. Raises `Refused` when there is none."""
    require(may_keep_books(actor, programme))
    if actor.user_id is None:
        raise NotAllowed(Problem("person_required", _("制单须由人员进行。")))
    with transaction.atomic():
        due = Payment.objects.select_for_update(of=("self",), skip_locked=True).filter(
            programme=programme, batch=None, outcome=Outcome.PENDING, is_held=False, due_on__lte=due_by
        )
        ids = list(due.values_list("pk", flat=True))
        if not ids:
            raise Refused(_nothing_due(programme))
        if Batch.objects.filter(programme=programme, number=number).exists():
            raise Refused(Problem("number_taken", _("本项目中已有此批次号。"), field="number"))
        batch = Batch.objects.create(
            programme=programme, number=number, made_on=business_date(programme, now), maker_id=actor.user_id
        )
        Payment.objects.filter(pk__in=ids).update(batch=batch)
        record(
            actor=actor,
            now=now,
            action="make_batch",
            subject=batch,
            scope=programme.slug,
            payload={"payments": ids},
        )
    return batch


def _nothing_due(programme: Programme) -> Problem:
    """With what is held, and what to do about it."""
    held = Payment.objects.filter(programme=programme, outcome=Outcome.PENDING, is_held=True).count()
    message = _("没有到期的待付款项。")
    if held:
        message += _("另有%(count)d笔被银行退回的款项，待收款人更正账户或由财政人员核实放行。") % {
            "count": held
        }
    return Problem("nothing_due", message)


def approve_batch(*, batch: Batch, actor: Actor, now: datetime) -> Batch:
    """A second person checks the batch; its money then leaves the committed stage."""
    with transaction.atomic():
        moved = transition(
            workflow=BATCH,
            instance=batch,
            move="approve",
            actor=actor,
            now=now,
            changes={"checker_id": actor.user_id},
            scope=batch.programme.slug,
        )
        payments = list(moved.payments.select_related("claim").order_by("pk"))
        _post_steps(payments, TransferKind.ORDER, "order", business_date(batch.programme, now), actor)
    return moved


def cancel_batch(*, batch: Batch, actor: Actor, now: datetime, reason: str) -> Batch:
    """Give up an unchecked batch; its payments are due again."""
    with transaction.atomic():
        moved = transition(
            workflow=BATCH,
            instance=batch,
            move="cancel",
            actor=actor,
            now=now,
            reason=reason,
            scope=batch.programme.slug,
        )
        moved.payments.update(batch=None)
    return moved


def send_batch(*, batch: Batch, actor: Actor, now: datetime) -> bytes:
    """Mark the batch as sent and hand out the bank's file."""
    with transaction.atomic():
        moved = transition(
            workflow=BATCH, instance=batch, move="send", actor=actor, now=now, scope=batch.programme.slug
        )
        return bankfile.write(moved, moved.payments.order_by("pk"))


def _post_steps(payments: Sequence[Payment], kind: TransferKind, verb: str, at: date, actor: Actor) -> None:
    pools: dict[str, Pool] = {}
    drafts = []
    for payment in payments:
        claim = payment.claim
        if claim.pool not in pools:
            pools[claim.pool] = pool_named(programme_id=claim.programme_id, code=claim.pool)
        drafts.append(
            step(
                claim=claim,
                kind=kind,
                amount=payment.amount,
                key=f"{verb}:{payment.pk}",
                at=at,
                actor=actor,
                pool=pools[claim.pool],
                description=payment.purpose,
            )
        )
    post_together(drafts)
