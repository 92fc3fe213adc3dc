"""A payment that the bank sent back waits for another account, or for finance, and nobody is left in the dark."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kaichuang.cases.models import Case
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Refused
from kaichuang.ledger.models import Payment
from kaichuang.ledger.operations import release_payment
from kaichuang.notices.models import Notice, WorkItem
from kaichuang.parties.models import Party
from kaichuang.support.models import TrancheState
from kaichuang.support.operations.follow import follow_payments

from .conftest import Fund, invoices
from .test_pages import client_of, text_of

Bounced = tuple[Case, Party, Actor]


@pytest.fixture
def bounced(fund: Fund) -> Bounced:
    """120,000 yuan that the bank could not pay."""
    fund.round("NH-S4")
    party, actor = fund.applicant(name="海湾创客空间")
    case = fund.granted("NH-S4", actor, invoices=invoices(400_000), is_space_or_centre=True)
    fund.answer(fund.send(), "失败", "账号不符")
    follow_payments(now=fund.place.now)
    return case, party, actor


def works(actor: Actor) -> list[str]:
    rows = WorkItem.objects.filter(kind="support.correct_account")
    return list(rows.values_list("state", flat=True))


def test_it_stays_out_of_the_batch_and_the_party_is_told_what_to_do(fund: Fund, bounced: Bounced) -> None:
    case, party, actor = bounced
    assert case.tranches.get().state == TrancheState.ORDERED
    with pytest.raises(Refused, match="1笔被银行退回"):
        fund.send()
    assert works(actor) == ["open"]
    assert "账号不符" in str(Notice.objects.filter(kind="support.bounced").latest("pk").params)
    client = client_of(fund, actor)
    page = text_of(client.get(reverse("support:my_money")))
    assert "账号不符" in page and "已暂停支付" in page and "更正收款账户" in page
    for case_page in (reverse("cases:case", args=[case.pk]), reverse("cases:desk_case", args=[case.pk])):
        reader = client if case_page.startswith("/cases/" + str(case.pk)) else client_of(fund, fund.officer)
        assert "银行退回原因：账号不符" in text_of(reader.get(case_page))
    same = {
        "holder": party.name,
        "bank": "工行宁海支行",
        "number": "6222020200112233445",
        "again": "6222020200112233445",
    }
    told = client.post(reverse("support:account"), same, follow=True)
    assert works(actor) == ["open"] and "与银行退回过的账户相同" in text_of(told)
    fund.account(party, actor, number="1234567890123")
    assert works(actor) == ["done"]
    assert "账户已更正" in text_of(client.get(reverse("support:my_money")))
    fund.pay()
    case.refresh_from_db()
    assert case.state == "closed"


def test_finance_sees_what_is_held_and_lets_it_go_with_a_reason(fund: Fund, bounced: Bounced) -> None:
    case, _party, actor = bounced
    finance, leader = client_of(fund, fund.finance), client_of(fund, fund.leader)
    page = text_of(finance.get(reverse("ledger:batches")))
    assert "银行退回、暂不支付的款项" in page and "海湾创客空间" in page and "账号不符" in page
    held = Payment.objects.get(is_held=True)
    address = reverse("ledger:release_payment", args=[held.pk])
    assert address in page and address not in text_of(leader.get(reverse("ledger:batches")))
    assert leader.post(address, {"reason": "x"}).status_code == 403
    assert "120,000" in text_of(finance.get(address))
    assert finance.post(address, {"reason": ""}).status_code == 422
    assert finance.post(address, {"reason": "银行系统故障，经核实账户无误"}).status_code == 302
    assert finance.get(address).status_code == 404
    follow_payments(now=fund.place.now)
    assert works(actor) == ["done"]
    assert "财政部门已核实放行" in text_of(client_of(fund, actor).get(reverse("support:my_money")))
    batch = fund.send()
    assert "财政放行：银行系统故障" in text_of(finance.get(reverse("ledger:batch", args=[batch.pk])))
    fund.answer(batch)
    follow_payments(now=fund.place.now)
    case.refresh_from_db()
    assert case.state == "closed"


def test_what_comes_back_twice_waits_twice(fund: Fund, bounced: Bounced) -> None:
    _case, _party, actor = bounced
    held = Payment.objects.get(is_held=True)
    release_payment(payment=held, reason="账户无误", actor=fund.finance, now=fund.place.now)
    fund.answer(fund.send(), "失败", "账户冻结")
    follow_payments(now=fund.place.now)
    assert works(actor).count("open") == 1
    assert Payment.objects.get(is_held=True).retries == held
    with pytest.raises(Refused):
        fund.send()


def test_a_stopped_award_asks_for_no_account(fund: Fund, bounced: Bounced) -> None:
    case, _party, actor = bounced
    fund.place.move(case, "revoke", fund.leader, reason="材料不实")
    assert "open" not in works(actor)
    assert "暂不支付的款项" not in text_of(client_of(fund, fund.finance).get(reverse("ledger:batches")))
