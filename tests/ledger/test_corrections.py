"""Finance claims money back in the browser, receives it in instalments, reverses what was wrong, sets limits."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from kaichuang.journal.models import Entry
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import NotAllowed
from kaichuang.kit.problems import Refused
from kaichuang.ledger.models import Claim, Limit, Transfer
from kaichuang.ledger.operations import Pool, commit, correct_transfer, order, pay, receive_back, reserve
from kaichuang.parties.models import Party
from kaichuang.places.models import Programme

from .conftest import WAN, sound
from .test_pages import signed_in

DAY = date(2026, 3, 2)
SYSTEM = Actor.system("test")
pytestmark = pytest.mark.filterwarnings("ignore:No directory at:UserWarning")


@pytest.fixture
def payment(line2: Pool, party: Party, now: datetime) -> Transfer:
    """100,000 yuan paid to the party."""
    facts = {"amount": 10 * WAN, "at": DAY, "actor": SYSTEM}
    claim = Claim.objects.get(
        pk=reserve(pool=line2, key="r", party_id=party.pk, measure="NH-M4", clause="NH 三(二)", **facts).id
    )
    commit(claim=claim, key="c", now=now, **facts)
    order(claim=claim, key="o", **facts)
    return Transfer.objects.get(pk=pay(claim=claim, key="p", **facts).id)


def _posted(answer: object) -> Transfer:
    """The voucher to which a form that was accepted leads."""
    assert answer.status_code == 302, answer.content.decode()  # type: ignore[attr-defined]  # a response
    return Transfer.objects.get(pk=int(answer.url.rstrip("/").split("/")[-1]))  # type: ignore[attr-defined]  # as above


def _demand(client: Client, payment: Transfer, **more: str) -> object:
    form = {
        "principal": "10万",
        "rate": "3.65",
        "until": "2026-04-01",
        "clause": "NH 八",
        "reason": "迁出",
        "key": "d1",
    }
    return client.post(reverse("ledger:demand", args=[payment.pk]), form | more)


def test_paid_money_is_claimed_back_with_interest_and_received_in_instalments(
    payment: Transfer, programme: Programme
) -> None:
    client = signed_in(programme, "finance")
    page = client.get(reverse("ledger:transfer", args=[payment.pk])).content.decode()
    assert reverse("ledger:demand", args=[payment.pk]) in page
    assert _demand(client, payment, until="2026-03-01").status_code == 422  # type: ignore[attr-defined]  # a response
    assert _demand(client, payment, principal="10.01万").status_code == 422  # type: ignore[attr-defined]  # as above
    demand = _posted(_demand(client, payment))
    again = _posted(_demand(client, payment))  # the form sent twice demands once
    assert again == demand
    claim = Claim.objects.get()
    assert (claim.paid, claim.receivable) == (0, 10 * WAN + 30_000)  # 30 days at 3.65 %
    address = reverse("ledger:receive", args=[demand.pk])
    assert "100,300" in client.get(address).content.decode()
    _posted(client.post(address, {"amount": "6万", "key": "i1"}))
    _posted(client.post(address, {"amount": "40000", "key": "i2"}))
    assert client.post(address, {"amount": "300.01", "key": "i3"}).status_code == 422
    _posted(client.post(address, {"amount": "300", "key": "i4"}))
    claim.refresh_from_db()
    assert claim.receivable == 0
    assert list(Entry.objects.filter(action="claw_back").values_list("reason", flat=True)) == ["迁出"]
    assert Entry.objects.filter(action="receive_back").count() == 3
    assert sound()


def test_a_demand_is_reversed_once_and_what_a_process_owns_is_not(
    payment: Transfer, programme: Programme
) -> None:
    client = signed_in(programme, "finance")
    demand = _posted(_demand(client, payment))
    address = reverse("ledger:reverse", args=[demand.pk])
    assert client.post(address, {"reason": "", "key": "v0"}).status_code == 422
    mirror = _posted(client.post(address, {"reason": "误操作", "key": "v1"}))
    assert mirror.reverses_id == demand.pk
    assert client.post(address, {"reason": "误操作", "key": "v2"}).status_code == 422
    page = client.get(reverse("ledger:transfer", args=[demand.pk])).content.decode()
    assert address not in page
    owned = client.post(reverse("ledger:reverse", args=[payment.pk]), {"reason": "x", "key": "v3"})
    assert owned.status_code == 422
    assert "原流程" in owned.content.decode()
    claim = Claim.objects.get()
    assert (claim.paid, claim.receivable) == (10 * WAN, 0)
    assert sound()


def test_only_finance_corrects(payment: Transfer, programme: Programme, now: datetime) -> None:
    auditor = signed_in(programme, "auditor")
    for name in ("reverse", "demand", "receive"):
        assert auditor.get(reverse(f"ledger:{name}", args=[payment.pk])).status_code == 403
    assert (
        reverse("ledger:demand", args=[payment.pk])
        not in auditor.get(reverse("ledger:transfer", args=[payment.pk])).content.decode()
    )
    nobody = Actor(kind=SYSTEM.kind.USER, programme_id=programme.pk)
    with pytest.raises(NotAllowed):
        correct_transfer(transfer=payment, reason="x", key="k", actor=nobody, now=now)
    with pytest.raises(Refused):
        receive_back(demand=payment, amount=1, key="k", actor=SYSTEM, now=now)


def test_a_new_limit_counts_what_is_there(payment: Transfer, programme: Programme, line2: Pool) -> None:
    client = signed_in(programme, "finance")
    address = reverse("ledger:new_limit")
    assert address in client.get(reverse("ledger:limits")).content.decode()
    form = {
        "code": "per-party",
        "name": "每单位每年上限",
        "dimension": "party",
        "period": "year",
        "ceiling": "9万",
        "clause": "NH 五",
        "pool": line2.code,
    }
    assert client.post(address, form).status_code == 422  # 100,000 are used already
    assert client.post(address, form | {"pool": "no-such"}).status_code == 422
    assert client.post(address, form | {"ceiling": "12万"}).status_code == 302
    assert client.post(address, form | {"ceiling": "12万"}).status_code == 422  # the code is taken
    limit = Limit.objects.get()
    assert [row.total for row in limit.sums.all()] == [10 * WAN]
