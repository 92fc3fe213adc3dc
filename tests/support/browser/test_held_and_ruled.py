"""Money that is held, spent on something else, lifted from its cap or put on paper: how each side sees it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from kaichuang.accounts.models import User
from kaichuang.ledger.models import Account, Limit, Payment
from kaichuang.support.models import OUTSIDE
from kaichuang.support.operations.follow import follow_payments
from kaichuang.support.operations.recover import enter_receipt

from ..conftest import WAN, Fund, fund, invoices, lhasa, ninghai, open_place
from ..test_caps import read
from ..test_use_and_recovery import centre, city
from .windows import PHONE, Hands

__all__ = ["city", "fund", "lhasa", "ninghai", "open_place"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def english(hands: Hands, actor: Any) -> Any:
    return hands.visit(user=User.objects.get(pk=actor.user_id), language="en")


def test_a_returned_payment_is_held_until_finance_has_looked_into_it(fund: Fund, visit: Any) -> None:
    hands = Hands(fund, visit)
    fund.round("NH-S4")
    _party, actor = fund.applicant(name="海湾创客空间")
    fund.granted("NH-S4", actor, invoices=invoices(400_000), is_space_or_centre=True)
    fund.answer(fund.send(), "失败", "账户户名与开户行预留信息不一致")
    fund.place.now = timezone.now()
    follow_payments(now=fund.place.now)
    finance, mine = hands.window(fund.finance), hands.window(actor, PHONE)
    finance.survey(reverse("ledger:batches"), "held-batches")
    mine.survey(reverse("support:my_money"), "held-my-money")
    mine.survey(reverse("notices:work"), "held-my-work")
    english(hands, fund.finance).survey(reverse("ledger:batches"), "held-batches-en")
    english(hands, actor).survey(reverse("support:my_money"), "held-my-money-en")
    held = Payment.objects.get(is_held=True)
    finance.survey(reverse("ledger:release_payment", args=[held.pk]), "held-release")
    page = finance.go(reverse("ledger:batches"))
    page.get_by_role("link", name="核实后放行").click()
    page.get_by_label("核实情况和放行理由").fill("银行系统故障，经核实账户无误")
    page.get_by_role("button", name="放行退回的款项").click()
    expect(page.get_by_text("已放行，下一批次支付")).to_be_visible()
    expect(page.get_by_text("有1笔款项待编入批次")).to_be_visible()
    mine.go(reverse("support:my_money"))
    expect(mine.page.locator("main")).to_contain_text("财政部门已核实放行")


def test_spending_on_something_else_is_reported_ruled_and_claimed_back(city: Fund, visit: Any) -> None:
    hands = Hands(city, visit)
    case, actor = centre(city)
    city.place.now = timezone.now()
    window = hands.window(actor, PHONE)
    page = window.go(reverse("support:report", args=[case.pk]))
    for number, category, what, yuan in (
        (0, "operation", "孵化场地水电", "15万"),
        (1, OUTSIDE, "购置轿车", "4万"),
    ):
        page.locator(f"#id_l-{number}-category").select_option(category)
        page.locator(f"#id_l-{number}-what").fill(what)
        page.locator(f"#id_l-{number}-amount").fill(yuan)
        page.locator(f"#id_l-{number}-spent_on").fill(city.today.isoformat())
    page.get_by_role("button", name="报送").click()
    expect(page.locator("main")).to_contain_text("用于其他方面的支出，请说明原因")
    window.check("outside-report-wrong-phone")
    page.locator("#id_l-1-why").fill("接送入驻团队和来访专家")
    page.get_by_role("button", name="保存并增加行").click()
    window.survey(reverse("support:report", args=[case.pk]), "outside-report")
    page.get_by_role("button", name="报送").click()
    expect(page.get_by_text("使用报告已报送")).to_be_visible()
    officer = hands.window(city.officer)
    desk = hands.desk(city.officer, case)
    expect(desk.locator("main")).to_contain_text("接送入驻团队和来访专家")
    officer.survey(reverse("cases:desk_case", args=[case.pk]), "outside-desk")
    english(hands, city.officer).survey(reverse("cases:desk_case", args=[case.pk]), "outside-desk-en")
    officer.survey(reverse("support:ruling", args=[case.pk]), "outside-ruling")
    desk = hands.desk(city.officer, case)
    desk.get_by_role("link", name="专项以外支出的处理").click()
    desk.get_by_label("追回金额").fill("4万")
    desk.get_by_label("理由和依据").fill("轿车不属于运行费用（LS 三(一)）")
    desk.get_by_role("button", name="专项以外支出的处理").click()
    expect(desk.get_by_text("已决定，核查通过时执行")).to_be_visible()
    hands.press(desk, "核查通过")
    officer.survey(reverse("cases:desk_case", args=[case.pk]), "outside-desk-after")
    window.survey(reverse("support:my_money"), "outside-my-money")
    expect(window.page.locator("main")).to_contain_text("轿车不属于运行费用")


def test_part_of_an_award_comes_back_and_the_books_are_put_on_paper(fund: Fund, visit: Any) -> None:
    hands = Hands(fund, visit)
    fund.round("NH-S4")
    party, actor = fund.applicant(name="海湾创客空间")
    case = fund.granted("NH-S4", actor, invoices=invoices(400_000), is_space_or_centre=True)
    fund.pay()
    case.refresh_from_db()
    fund.place.now = timezone.now()
    fund.place.move(case, "claw_back", fund.leader, reason="多付", clause="NH 三(四)", amount_fen=2 * WAN)
    enter_receipt(
        recovery=case.recoveries.get(), amount=2 * WAN, received_on=fund.today, reference="R1",
        actor=fund.finance, now=fund.place.now,
    )  # fmt: skip
    finance, mine = hands.window(fund.finance), hands.window(actor, PHONE)
    page = hands.desk(fund.finance, case)
    finance.survey(reverse("cases:desk_case", args=[case.pk]), "part-desk-recovery")
    page = hands.desk(fund.finance, case)
    page.get_by_role("link", name="已部分追回，其余有效").click()
    page.get_by_label("理由").fill("款已收齐")
    page.get_by_role("button", name="已部分追回，其余有效").click()
    expect(page.get_by_text("已办理：已部分追回，其余有效")).to_be_visible()
    finance.survey(reverse("cases:desk_case", args=[case.pk]), "part-desk-closed")
    mine.survey(reverse("cases:case", args=[case.pk]), "part-mine")
    visit().survey(reverse("support:awards"), "part-awards")
    years = "?since=2017-01-01&until=2027-12-31"
    address = reverse("ledger:party_statement", args=[party.pk]) + years
    finance.survey(address, "statement-finance")
    english(hands, actor).survey(address, "statement-en")
    mine.survey(address, "statement-mine")
    with mine.page.expect_download() as told:
        mine.page.get_by_role("button", name="下载PDF对账单").click()
    assert told.value.suggested_filename == "资金对账单.pdf"
    account = Account.objects.get(programme=fund.place.programme, kind="treasury")
    finance.survey(reverse("ledger:account", args=[account.pk]) + years, "statement-account")


def test_a_lifted_cap_shows_the_reading(fund: Fund, visit: Any) -> None:
    hands = Hands(fund, visit)
    read(fund, "invoice")
    finance = hands.window(fund.finance)
    finance.survey(reverse("ledger:limits"), "lifted-limits")
    english(hands, fund.finance).survey(reverse("ledger:limits"), "lifted-limits-en")
    finance.survey(reverse("ledger:limit", args=[Limit.objects.get(code="NH-M4.year").pk]), "lifted-limit")
