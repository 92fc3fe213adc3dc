"""What the pages, panels and the API show, and to whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kaichuang.accounts.models import User
from kaichuang.accounts.strong import STRONG_KEY
from kaichuang.cases.models import Case
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Party
from kaichuang.support.models import OUTSIDE, PayeeAccount, ReportState, TrancheState, UseReport
from kaichuang.support.operations.follow import follow_payments

from .conftest import WAN, Fund, invoices, paper
from .test_use_and_recovery import centre, city, establish

__all__ = ["city"]

pytestmark = pytest.mark.filterwarnings("ignore:No directory at:UserWarning")


def client_of(fund: Fund, actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session[STRONG_KEY] = True
    session["programme"] = fund.place.programme.slug
    if actor.party_id is not None:
        session["party"] = actor.party_id
    session.save()
    return client


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.content.decode()[:500]
    return str(answer.content.decode())


@pytest.fixture
def paid(fund: Fund) -> tuple[Case, Party, Actor]:
    fund.round("NH-S4")
    party, actor = fund.applicant(name="海湾创客空间")
    case = fund.granted("NH-S4", actor, invoices=invoices(400_000), is_space_or_centre=True)
    fund.pay()
    case.refresh_from_db()
    return case, party, actor


def test_everybody_sees_who_got_what(fund: Fund, paid: tuple[Case, Party, Actor]) -> None:
    page = text_of(Client().get(reverse("support:awards")))
    assert "海湾创客空间" in page and "120,000" in page and "NH 三(二)" in page
    assert "海湾创客空间" not in text_of(Client().get(reverse("support:awards") + "?year=2003"))
    assert "海湾创客空间" in text_of(
        Client().get(reverse("support:awards") + "?party=海湾&measure=NH-M4&programme=ninghai&clause=三")
    )
    csv = Client().get(reverse("support:awards") + "?export=awards.csv")
    assert "海湾创客空间" in b"".join(csv).decode("utf-8-sig")
    rows = Client().get("/api/support/awards?year=2017").json()
    assert [(row["measure"], row["granted"], row["paid"]) for row in rows] == [("NH-M4", 12 * WAN, 12 * WAN)]
    totals = Client().get("/api/support/awards/totals").json()
    assert [(row["count"], row["granted"]) for row in totals] == [(1, 12 * WAN)]


def test_names_of_persons_are_masked(fund: Fund, paid: tuple[Case, Party, Actor]) -> None:
    Party.objects.filter(pk=paid[1].pk).update(kind="person", name="欧阳明月")
    page = text_of(Client().get(reverse("support:awards")))
    assert "欧阳明月" not in page and "欧" in page
    assert Client().get("/api/support/awards?party=欧阳明月").json() == []


def test_a_party_confirms_its_account_and_sees_its_money(fund: Fund) -> None:
    fund.round("NH-S4")
    party, actor = fund.applicant(account=False, name="北岸空间")
    case = fund.granted("NH-S4", actor, invoices=invoices(400_000), is_space_or_centre=True)
    client = client_of(fund, actor)
    assert "未确认" in text_of(client.get(reverse("support:my_money")))
    form = {"holder": "别人", "bank": "工行", "number": "622202020011", "again": "622202020012"}
    wrong = client.post(reverse("support:account"), form)
    assert wrong.status_code == 422
    form = {"holder": "北岸空间", "bank": "工行", "number": "622202020011", "again": "622202020011"}
    assert client.post(reverse("support:account"), form).status_code == 302
    assert PayeeAccount.objects.get(party=party).number == "622202020011"
    page = text_of(client.get(reverse("support:my_money")))
    assert "****0011" in page and "622202020011" not in page and "支付中" in page
    tranche = client.get("/api/support/my-tranches").json()
    assert [(row["case"], row["amount"]) for row in tranche] == [(case.pk, 12 * WAN)]


def test_finance_sees_the_money_and_who_waits_for_it(fund: Fund, paid: tuple[Case, Party, Actor]) -> None:
    fund.round("NH-S5")
    _party, actor = fund.applicant(name="缺钱空间")
    from kaichuang.ledger.operations import supplement_budget

    budget = fund.place.programme.budgets.get()
    supplement_budget(
        budget=budget, amounts={"L2": -288 * WAN}, document="收回", key="x", actor=fund.finance,
        now=fund.place.now, reason="收回",
    )  # fmt: skip
    case = fund.accepted("NH-S4", actor, invoices=invoices(300_000, number="Q"), is_space_or_centre=True)
    assert not case.holdings.exists()
    client = client_of(fund, fund.finance)
    assert "NH-M4" in text_of(client.get(reverse("support:money")))
    assert "缺钱空间" in text_of(client.get(reverse("support:waiting")))
    assert client.get("/api/support/money/waiting").json()[0]["lacks"] == 9 * WAN
    assert client.get("/api/support/money").json()[0]["paid"] == 12 * WAN
    desk = text_of(client_of(fund, fund.officer).get(reverse("cases:desk_case", args=[case.pk])))
    assert "等待资金" in desk and "90,000" in desk
    assert client.post(reverse("support:caps")).status_code == 302


def test_a_recovery_is_planned_received_and_shown(fund: Fund, paid: tuple[Case, Party, Actor]) -> None:
    case, _party, actor = paid
    fund.place.move(case, "claw_back", fund.leader, reason="违规")
    recovery = case.recoveries.get()
    client = client_of(fund, fund.finance)
    assert case.number in text_of(client.get(reverse("support:recoveries")))
    plan = f"{fund.today + timedelta(30)}，50,000\n{fund.today + timedelta(60)}，70,000"
    answer = client.post(reverse("support:plan", args=[recovery.pk]), {"plan": plan, "reason": "协商"})
    assert answer.status_code == 302
    answer = client.post(reverse("support:plan", args=[recovery.pk]), {"plan": "x", "reason": "协商"})
    assert answer.status_code == 422
    form = {"amount": "50000", "received_on": "2017-12-14", "reference": "R1"}
    assert client.post(reverse("support:receipt", args=[recovery.pk]), form).status_code == 302
    assert "70,000" in text_of(client.get(reverse("support:recovery", args=[recovery.pk])))
    assert "需要退回的资金" in text_of(client_of(fund, actor).get(reverse("support:my_money")))
    leader = client_of(fund, fund.leader)
    assert (
        leader.post(reverse("support:write_off", args=[recovery.pk]), {"reason": "破产"}).status_code == 302
    )
    assert client_of(fund, actor).get("/api/support/recoveries").json()[0]["received"] == 5 * WAN


def test_the_report_is_written_in_the_browser(city: Fund) -> None:
    _party, actor = city.applicant()
    case = city.submitted("LS-S2", actor, centre_tier="standard", last_result="pass", delisted=False)
    establish(city, case, centre_tier="standard", last_result="pass")
    case = city.decided(city.to_decision(city.place.move(case, "accept", city.officer)))
    city.pay()
    client = client_of(city, actor)
    tranche = case.tranches.get(number=2)
    form = {"paper": "use_report", "file": paper()}
    assert client.post(reverse("support:paper", args=[tranche.pk]), form).status_code == 302
    desk = client_of(city, city.finance)
    assert "材料齐全" in text_of(desk.get(reverse("cases:desk_case", args=[case.pk])))
    assert desk.post(reverse("support:check", args=[tranche.pk])).status_code == 302
    tranche.refresh_from_db()
    assert tranche.state == TrancheState.ORDERED
    city.pay()
    url = reverse("support:report", args=[case.pk])
    assert "孵化能力建设" in text_of(client.get(url))
    rows = {"l-TOTAL_FORMS": "2", "l-INITIAL_FORMS": "0", "l-0-category": "operation", "l-0-what": "水电",
            "l-0-amount": "150000", "l-0-spent_on": city.today.isoformat(), "l-1-category": "operation"}  # fmt: skip
    assert client.post(url, {**rows, "summary": "好", "save": "1"}).status_code == 302
    assert UseReport.objects.get(case=case).spent_fen == 15 * WAN
    late = {**rows, "l-0-spent_on": "2031-01-01", "hand_in": "1"}
    refused = client.post(url, late)
    assert refused.status_code == 422 and "#id_l-0-spent_on" in refused.content.decode()
    more = {"l-1-what": "网络", "l-1-amount": "10000", "l-1-spent_on": city.today.isoformat()}
    # Line 1 is sent again as it was saved: it counts all the same.
    assert client.post(url, {**rows, "l-0-spent_on": "2031-01-01", **more, "save": "1"}).status_code == 302
    assert UseReport.objects.get(case=case).spent_fen == 16 * WAN
    assert client.post(url, {**rows, "summary": "好", "hand_in": "1"}).status_code == 302
    assert UseReport.objects.get(case=case).state == ReportState.HANDED_IN
    assert "水电" in text_of(desk.get(reverse("cases:desk_case", args=[case.pk])))
    assert date(2019, 6, 3) < city.today
    follow_payments(now=city.place.now)


def test_spending_outside_the_earmark_is_written_shown_and_ruled_in_the_browser(city: Fund) -> None:
    case, actor = centre(city)
    client, desk = client_of(city, actor), client_of(city, city.officer)
    url, ruling = reverse("support:report", args=[case.pk]), reverse("support:ruling", args=[case.pk])
    assert desk.get(ruling).status_code == 404
    rows = {"l-TOTAL_FORMS": "1", "l-INITIAL_FORMS": "0", "l-0-category": OUTSIDE, "l-0-what": "购置轿车",
            "l-0-amount": "40000", "l-0-spent_on": city.today.isoformat(), "hand_in": "1"}  # fmt: skip
    assert "请说明原因" in client.post(url, rows).content.decode()
    assert client.post(url, {**rows, "l-0-why": "接送入驻团队"}).status_code == 302
    page = text_of(desk.get(reverse("cases:desk_case", args=[case.pk])))
    assert "专项以外" in page and "接送入驻团队" in page and ruling in page and "决定追回多少" in page
    assert client.get(ruling).status_code == 403
    assert desk.post(ruling, {"reclaim": "5万", "reason": "x"}).status_code == 422
    interest = {"reclaim": "4万", "reason": "轿车不属于专项用途", "rate": "3.45"}
    assert "写明依据的条款" in desk.post(ruling, interest).content.decode()
    assert desk.post(ruling, interest | {"rate_clause": "LS 五"}).status_code == 302
    assert "年利率3.45%" in desk.get(reverse("cases:desk_case", args=[case.pk])).content.decode()
    page = text_of(desk.get(reverse("cases:desk_case", args=[case.pk])))
    assert "轿车不属于专项用途" in page and "更改处理" in page
    city.place.now = timezone.now()
    city.place.move(case, "accept_report", city.officer)
    page = text_of(client.get(reverse("support:my_money")))
    assert "轿车不属于专项用途" in page and "40,000" in page
