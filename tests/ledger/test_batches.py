"""Payment batches: two persons, the bank's file, and what comes back."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction

from kaichuang.journal.models import Entry
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import NotAllowed, Refused, Stale
from kaichuang.ledger.bankfile import safe_cell
from kaichuang.ledger.models import Batch, Claim, Payment
from kaichuang.ledger.operations import (
    Pool,
    approve_batch,
    cancel_batch,
    commit,
    make_batch,
    reconcile,
    redirect_payment,
    release_payment,
    request_payment,
    reserve,
    send_batch,
)
from kaichuang.ledger.queries import batches_for, due_payments_for, held_payments_for
from kaichuang.parties.models import Party
from kaichuang.places.models import Programme

from .conftest import WAN, actor_in, sound

DAY = date(2026, 3, 2)
LATER = date(2026, 3, 20)


@pytest.fixture
def payments(line2: Pool, party: Party, finance: Actor, now: datetime) -> list[Payment]:
    made = []
    for n, payee in enumerate(["宁海科创孵化有限公司", "=HYPERLINK(1)", "海湾创客空间"]):
        posted = reserve(pool=line2, amount=10 * WAN, key=f"r{n}", at=DAY, actor=finance, party_id=party.pk)
        claim = Claim.objects.get(pk=posted.id)
        commit(claim=claim, amount=10 * WAN, key=f"c{n}", at=DAY, actor=finance, now=now)
        claim.refresh_from_db()
        made.append(
            request_payment(
                claim=claim,
                amount=10 * WAN,
                payee=payee,
                bank="宁海农商银行",
                account_number=f"62284803200000{n:04d}",
                purpose="众创空间补助",
                due_on=DAY,
            )
        )
    return made


@pytest.fixture
def batch(programme: Programme, payments: list[Payment], finance: Actor, now: datetime) -> Batch:
    return make_batch(programme=programme, number="2026-001", due_by=DAY, actor=finance, now=now)


def results(*rows: tuple[int, str, str]) -> bytes:
    lines = ["支付编号,结果,日期,说明", *(f"{key},{result},2026-03-05,{note}" for key, result, note in rows)]
    return "\r\n".join(lines).encode("utf-8-sig")


def stages(payment: Payment) -> tuple[int, int, int]:
    claim = Claim.objects.get(pk=payment.claim_id)
    return claim.committed, claim.ordered, claim.paid


def test_no_payment_is_requested_beyond_what_is_committed(payments: list[Payment]) -> None:
    with pytest.raises(Refused) as refused:
        request_payment(
            claim=payments[0].claim,
            amount=1,
            payee="x",
            bank="x",
            account_number="1",
            purpose="x",
            due_on=DAY,
        )
    assert refused.value.codes == {"not_covered"}


def test_the_maker_cannot_check(batch: Batch, finance: Actor, checker: Actor, now: datetime) -> None:
    with pytest.raises(NotAllowed) as refused:
        approve_batch(batch=batch, actor=finance, now=now)
    assert refused.value.codes == {"maker_is_checker"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(checker=batch.maker)
    assert approve_batch(batch=batch, actor=checker, now=now).checker_id == checker.user_id


def test_the_bank_s_file_is_complete_and_runs_no_formula(
    batch: Batch, payments: list[Payment], finance: Actor, checker: Actor, now: datetime
) -> None:
    approve_batch(batch=batch, actor=checker, now=now)
    data = send_batch(batch=batch, actor=finance, now=now)
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["收款人户名"] for row in rows] == ["宁海科创孵化有限公司", "'=HYPERLINK(1)", "海湾创客空间"]
    assert rows[0]["金额"] == "100000.00"
    assert rows[0]["收款账号"] == "'622848032000000000"
    assert safe_cell("@x") == "'@x"
    assert stages(payments[0]) == (0, 10 * WAN, 0)


def test_results_pay_fail_and_return_and_the_same_file_twice_does_nothing(
    batch: Batch, payments: list[Payment], finance: Actor, checker: Actor, now: datetime
) -> None:
    approve_batch(batch=batch, actor=checker, now=now)
    send_batch(batch=batch, actor=finance, now=now)
    one, two, three = payments
    first = results((one.pk, "成功", ""), (two.pk, "失败", "户名不符"))
    done = reconcile(batch=batch, data=first, actor=finance, now=now)
    assert (done.paid, done.failed) == (1, 1)
    again = reconcile(batch=batch, data=first, actor=finance, now=now)
    assert again.repeated == 2
    assert stages(one) == (0, 0, 10 * WAN)
    assert stages(two) == (10 * WAN, 0, 0)
    retry = Payment.objects.get(retries=two)
    assert retry.batch is None
    assert list(held_payments_for(finance)) == [retry] and not due_payments_for(finance)
    batch.refresh_from_db()
    assert batch.state == "sent"
    reconcile(batch=batch, data=results((three.pk, "成功", "")), actor=finance, now=now)
    batch.refresh_from_db()
    assert batch.state == "settled"
    reconcile(batch=batch, data=results((one.pk, "退票", "账户销户")), actor=finance, now=now)
    assert stages(one) == (10 * WAN, 0, 0)
    assert held_payments_for(finance).count() == 2
    assert batches_for(finance).get().failed == 2
    assert sound()


def came_back(batch: Batch, payment: Payment, finance: Actor, checker: Actor, now: datetime) -> Payment:
    """Everything was paid but this."""
    approve_batch(batch=batch, actor=checker, now=now)
    send_batch(batch=batch, actor=finance, now=now)
    rows = [(one.pk, "失败" if one == payment else "成功", "账号不符") for one in batch.payments.all()]
    reconcile(batch=batch, data=results(*rows), actor=finance, now=now)
    return Payment.objects.get(retries=payment)


def test_what_came_back_is_in_no_batch_until_the_account_is_another(
    batch: Batch, payments: list[Payment], finance: Actor, checker: Actor, programme: Programme, now: datetime
) -> None:
    retry = came_back(batch, payments[1], finance, checker, now)
    with pytest.raises(Refused, match="1笔被银行退回"):
        make_batch(programme=programme, number="2", due_by=LATER, actor=finance, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=retry.pk).update(batch=batch)
    same = {"payee": retry.payee, "bank": retry.bank, "account_number": retry.account_number}
    assert redirect_payment(payment=retry, **same).is_held
    assert not redirect_payment(payment=retry, **(same | {"account_number": "6228480399999999"})).is_held
    second = make_batch(programme=programme, number="2", due_by=LATER, actor=finance, now=now)
    again = came_back(second, second.payments.get(), finance, checker, now)
    assert redirect_payment(payment=again, **same).is_held, "that account failed before"
    assert not redirect_payment(payment=again, **(same | {"account_number": "6228480388888888"})).is_held


def test_finance_lets_a_held_payment_go_only_with_a_reason(
    batch: Batch, payments: list[Payment], finance: Actor, checker: Actor, programme: Programme, now: datetime
) -> None:
    retry = came_back(batch, payments[1], finance, checker, now)
    with pytest.raises(Refused, match="理由"):
        release_payment(payment=retry, reason=" ", actor=finance, now=now)
    with pytest.raises(NotAllowed):
        release_payment(payment=retry, reason="x", actor=actor_in(programme, "leader"), now=now)
    release_payment(payment=retry, reason="银行系统故障，账户无误", actor=finance, now=now)
    with pytest.raises(Stale):
        release_payment(payment=retry, reason="再次放行", actor=finance, now=now)
    entry = Entry.objects.get(action="release_payment")
    assert entry.reason == "银行系统故障，账户无误"
    batch = make_batch(programme=programme, number="2", due_by=LATER, actor=finance, now=now)
    assert list(batch.payments.all()) == [retry]


def test_a_bad_file_changes_nothing_and_says_every_cell(
    batch: Batch, payments: list[Payment], finance: Actor, checker: Actor, now: datetime
) -> None:
    approve_batch(batch=batch, actor=checker, now=now)
    send_batch(batch=batch, actor=finance, now=now)
    data = "支付编号,结果,日期\r\nabc,好,3月\r\n".encode()
    with pytest.raises(Refused) as refused:
        reconcile(batch=batch, data=data, actor=finance, now=now)
    assert [problem.field for problem in refused.value.problems] == ["支付编号2", "结果2", "日期2"]
    with pytest.raises(Refused) as refused:
        mixed = results((payments[0].pk, "成功", ""), (999_999, "成功", ""), (payments[1].pk, "退票", ""))
        reconcile(batch=batch, data=mixed, actor=finance, now=now)
    assert refused.value.codes == {"unknown_payment", "outcome_differs"}
    assert stages(payments[0]) == (0, 10 * WAN, 0)
    with pytest.raises(Refused):
        reconcile(batch=batch, data=b"a,b\n", actor=finance, now=now)


def test_a_cancelled_batch_gives_its_payments_back(
    batch: Batch, payments: list[Payment], finance: Actor, programme: Programme, now: datetime
) -> None:
    cancel_batch(batch=batch, actor=finance, now=now, reason="账号有误")
    assert due_payments_for(finance).count() == 3
    with pytest.raises(Refused) as refused:
        make_batch(programme=programme, number="2026-001", due_by=DAY, actor=finance, now=now)
    assert refused.value.codes == {"number_taken"}
    with pytest.raises(Refused) as refused:
        make_batch(programme=programme, number="2", due_by=date(2026, 3, 1), actor=finance, now=now)
    assert refused.value.codes == {"nothing_due"}
