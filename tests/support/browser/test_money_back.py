"""Money that is stopped, appealed for, claimed back or bounced, in a browser: each side sees where it stands."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from kaichuang.cases.models import Case
from kaichuang.cases.operations.batch import publicise_cases
from kaichuang.kit.actor import Actor
from kaichuang.ledger.models import Batch, Payment
from kaichuang.publicity.models import Announcement, Objection
from kaichuang.publicity.operations.close import close_due
from kaichuang.support.models import Recovery
from kaichuang.support.operations.follow import follow_payments
from kaichuang.support.operations.recover import tell_overdue_instalments

from ..conftest import WAN, Fund, fund, invoices, lhasa, ninghai, open_place
from .windows import PHONE, Hands

__all__ = ["fund", "lhasa", "ninghai", "open_place"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def hands(fund: Fund, visit: Any) -> Hands:
    fund.round("NH-S4")
    return Hands(fund, visit)


def wanting(fund: Fund, name: str, number: str) -> tuple[Actor, Case]:
    """A space that was accepted for 120,000 yuan."""
    _party, actor = fund.applicant(name=name)
    return actor, fund.accepted(
        "NH-S4", actor, invoices=invoices(400_000, number=number), is_space_or_centre=True
    )


def own(hands: Hands, actor: Actor, case: Case) -> Page:
    """The applicant's page of a case, on a phone."""
    page: Page = hands.window(actor, PHONE).go(reverse("cases:case", args=[case.pk]))
    return page


def object_to(window: Any, row: Announcement, line: int, text: str) -> Objection:
    """Somebody with a name objects to one line."""
    page = window.go(reverse("publicity:announcement", args=[row.pk]))
    page.get_by_role("link", name=f"对第{line}项提出异议").click()
    page.get_by_label("真实姓名或单位全称").fill("周文博")
    page.get_by_label("联系电话").fill("13800138000")
    page.get_by_label("异议内容").fill(text)
    page.get_by_role("button", name="提交异议").click()
    expect(page.locator(".pb-code")).to_be_visible()
    return Objection.objects.latest("pk")


def test_an_objection_stops_its_line_and_both_answers_reach_the_applicant(hands: Hands, visit: Any) -> None:
    fund = hands.fund
    people = [wanting(fund, f"宁海{name}众创空间", name) for name in ("甲", "乙", "丙")]
    officer = fund.officer
    for _actor, case in people:
        fund.place.move(case, "check", officer)
        fund.place.move(case, "propose", officer)
    cases = [Case.objects.get(pk=case.pk) for _actor, case in people]
    fund.place.now = timezone.now()
    row = publicise_cases(cases=cases, title="设备补助拟支持名单", actor=officer, now=fund.place.now)
    public = visit(size=PHONE)
    groundless = object_to(public, row, 2, "听说该空间去年没有开展活动，请核实其是否仍在运营。")
    founded = object_to(public, row, 3, "第三项发票上的仪器购买方另有其人，请核对发票原件。")

    desk = hands.window(officer)
    for objection in (groundless, founded):
        page = desk.go(reverse("publicity:objections"))
        page.get_by_role("link", name=objection.reference).click()
        page.get_by_role("button", name="受理核查").click()
        desk.settle()
    page = own(hands, people[1][0], people[1][1])
    expect(page.locator("main")).to_contain_text("异议核查")
    hands.window(people[1][0]).check("objection-applicant-stopped-phone")

    fund.place.pass_days(14)
    fund.place.now = timezone.now()
    close_due(now=fund.place.now)
    states = list(Case.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["decision", "disputed", "disputed"]
    public.go(reverse("publicity:announcement", args=[row.pk]))
    public.check("objection-list-closed-phone")

    answers = (
        (groundless, "异议不成立，该项继续", "经现场核查，该空间运营正常。"),
        (founded, "异议成立，该项撤下", "经核对原件，发票购买方不符，该项撤下。"),
    )
    for objection, answer, reason in answers:
        page = desk.go(reverse("publicity:objection", args=[objection.pk]))
        page.get_by_role("link", name="作出处理").click()
        page.get_by_label(answer).check()
        page.get_by_label("理由").fill(reason)
        page.get_by_role("button", name="确定并出具答复书").click()
        expect(page.get_by_role("link", name="公示异议答复书")).to_be_visible()
        desk.check()
    states = list(Case.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["decision", "decision", "proposal"]
    page = own(hands, people[1][0], people[1][1])
    expect(page.locator("main")).to_contain_text("异议不成立")
    hands.window(people[1][0]).check("objection-applicant-dismissed-phone")
    page = own(hands, people[2][0], people[2][1])
    expect(page.locator("main")).to_contain_text("经核对原件，发票购买方不符")
    hands.window(people[2][0]).check("objection-applicant-upheld-phone")


def test_an_upheld_appeal_opens_the_case_again_and_its_money_is_held(hands: Hands) -> None:
    fund = hands.fund
    actor, case = wanting(fund, "宁海新芽众创空间", "A")
    fund.place.now = timezone.now()
    desk = hands.desk(fund.officer, case)
    desk.get_by_role("link", name="不予支持", exact=True).click()
    desk.get_by_label("理由").last.fill("发票与设备清单不符。")
    desk.get_by_role("button", name="不予支持", exact=True).click()
    expect(desk.get_by_text("已办理：不予支持")).to_be_visible()
    assert sum(claim.reserved for claim in fund.claims(case)) == 0

    page = own(hands, actor, case)
    expect(page.locator("main")).to_contain_text("发票与设备清单不符")
    hands.window(actor).check("appeal-refused-phone")
    page.get_by_label("申诉理由").fill("清单第二页有全部设备，发票号逐一对应，附说明。")
    page.get_by_role("button", name="提出申诉").click()
    expect(page.locator(".ca-turn")).to_contain_text("申诉复核")
    expect(page.locator(".ca-turn")).to_contain_text("领导")
    hands.window(actor).check("appeal-made-phone")

    lead = hands.desk(fund.leader, case)
    expect(lead.locator("main")).to_contain_text("发票号逐一对应")
    hands.window(fund.leader).check("appeal-leader")
    lead.get_by_role("link", name="申诉成立，重新审核").click()
    lead.get_by_label("理由").fill("核对清单第二页，设备与发票相符。")
    lead.get_by_role("button", name="申诉成立，重新审核").click()
    expect(lead.get_by_text("已办理：申诉成立")).to_be_visible()
    assert sum(claim.reserved for claim in fund.claims(case)) == 12 * WAN
    page = own(hands, actor, case)
    expect(page.locator(".ca-turn")).to_contain_text("审核中")
    expect(page.locator(".ca-turn")).to_contain_text("业务经办")
    hands.window(actor).check("appeal-upheld-phone")
    hands.press(hands.desk(fund.officer, case), "审核通过")


def test_money_is_claimed_back_in_three_instalments_one_of_them_late(hands: Hands, visit: Any) -> None:
    fund = hands.fund
    actor, case = wanting(fund, "宁海新芽众创空间", "A")
    fund.decided(fund.to_decision(case))
    fund.pay()
    fund.place.pass_days(365)
    fund.place.now = timezone.now()
    lead = hands.desk(fund.leader, case)
    lead.get_by_role("link", name="追回资金", exact=True).click()
    lead.get_by_label("年利率").fill("3.45")
    lead.get_by_label("理由").fill("设备购置后转卖，未用于众创空间。")
    hands.window(fund.leader).check("back-demand")
    lead.get_by_role("button", name="追回资金", exact=True).click()
    expect(lead.get_by_text("已办理：追回资金")).to_be_visible()
    found = Recovery.objects.get()
    assert (found.principal_fen, found.interest_fen) == (12 * WAN, 414_000)

    finance = hands.window(fund.finance)
    page = finance.go(reverse("support:recoveries"))
    finance.check("back-recoveries")
    page.get_by_role("link", name=case.number).click()
    page.get_by_role("link", name="还款计划").click()
    days = [fund.today + timedelta(days=days) for days in (30, 60, 90)]
    lines = [
        f"{day.isoformat()}，{amount}"
        for day, amount in zip(days, ("40,000", "40,000", "44,140"), strict=True)
    ]
    page.get_by_label("还款计划").fill("\n".join(lines[:2]))
    page.get_by_label("理由").fill("企业申请分期，已约谈。")
    page.get_by_role("button", name="还款计划").click()
    expect(page.locator("main")).to_contain_text("124,140")
    finance.errors.clear()  # the browser reports the answer 422 of the form itself
    finance.check("back-plan-wrong")
    page.get_by_label("还款计划").fill("\n".join(lines))
    page.get_by_role("button", name="还款计划").click()
    expect(page.get_by_text("还款计划已更新")).to_be_visible()
    finance.check("back-planned")
    mine = hands.window(actor, PHONE)
    owing = mine.go(reverse("support:my_money"))
    expect(owing.locator("main")).to_contain_text("需要退回的资金")
    mine.check("back-party-owes-phone")

    fund.place.pass_days(40)
    fund.place.now = timezone.now()
    assert tell_overdue_instalments(now=fund.place.now) == 1
    mine.go(reverse("support:my_money"))
    expect(owing.get_by_text("已逾期")).to_be_visible()
    expect(owing.locator("main")).to_contain_text("下一期")
    mine.check("back-party-late-phone")
    for number, amount in enumerate(("40000", "40000", "44140")):
        page = finance.go(reverse("support:recovery", args=[found.pk]))
        page.get_by_role("link", name="登记收款").click()
        page.get_by_label("到账金额").fill(amount)
        page.get_by_label("银行流水号").fill(f"2018-{number}")
        page.get_by_role("button", name="登记收款").click()
        expect(page.get_by_text("收款已登记")).to_be_visible()
        if number == 0:
            finance.check("back-first-received")
            mine.go(reverse("support:my_money"))
            mine.check("back-party-paid-one-phone")
    finance.check("back-all-received")
    page = hands.desk(fund.finance, case)
    hands.form(page, "已全额追回", 理由="本息收齐")
    case.refresh_from_db()
    assert case.state == "revoked"
    public = visit()
    page = public.go(reverse("support:awards"))
    expect(page.get_by_role("row", name="宁海新芽众创空间")).to_contain_text("已追回")
    public.check("back-register")


def answer(batch: Batch, failed: Payment) -> bytes:
    """The bank's file with one payment that could not be made."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["支付编号", "结果", "日期", "说明"])
    for payment in batch.payments.order_by("pk"):
        wrong = payment.pk == failed.pk
        day = payment.due_on.isoformat()
        writer.writerow([payment.pk, "失败" if wrong else "成功", day, "账号户名不符" if wrong else ""])
    return out.getvalue().encode("gb18030")


def test_a_failed_payment_goes_to_the_corrected_account(hands: Hands, tmp_path: Path) -> None:
    fund = hands.fund
    people = [wanting(fund, f"宁海{name}众创空间", name) for name in ("甲", "乙")]
    for _actor, case in people:
        fund.decided(fund.to_decision(case))
    fund.place.now = timezone.now()
    finance = hands.window(fund.finance)
    page = finance.go(reverse("ledger:batches"))
    expect(page.get_by_text("有2笔款项待编入批次")).to_be_visible()
    page.get_by_role("link", name="编制支付批次").first.click()
    page.get_by_role("button", name="编制支付批次").click()
    expect(page.get_by_text("批次已编制")).to_be_visible()
    finance.check("pay-batch-made")
    batch = Batch.objects.get()
    expect(page.get_by_role("button", name="复核通过")).to_be_disabled()
    other = hands.window(fund.checker)
    check = other.go(reverse("ledger:batch", args=[batch.pk]))
    check.get_by_role("button", name="复核通过").click()
    expect(check.get_by_text("已办理").first).to_be_visible()
    page.reload()
    with page.expect_download() as sent:
        page.get_by_role("button", name="发送银行").click()
    file = tmp_path / "bank.csv"
    sent.value.save_as(file)
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert [row["收款人户名"] for row in rows] == ["宁海甲众创空间", "宁海乙众创空间"]
    failed = batch.payments.get(payee="宁海乙众创空间")
    page.reload()
    page.get_by_role("link", name="导入银行结果").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "results.csv", "mimeType": "text/csv", "buffer": answer(batch, failed)}
    )
    page.get_by_role("button", name="导入银行结果").click()
    expect(page.get_by_text("成功1笔，失败1笔")).to_be_visible()
    finance.check("pay-reconciled")

    follow_payments(now=timezone.now())
    actor, case = people[1]
    mine = hands.window(actor, PHONE)
    money = mine.go(reverse("support:my_money"))
    expect(money.locator("main")).to_contain_text("账号户名不符")
    mine.check("pay-bounced-phone")
    money.get_by_role("link", name="更正收款账户").click()
    money.get_by_label("开户行").fill("农业银行宁海支行")
    money.locator("#id_number").fill("622848 0012 3456 7890")
    money.locator("#id_again").fill("622848 0012 3456 7890")
    money.get_by_role("button", name="确认收款账户").click()
    expect(money.get_by_text("收款账户已确认")).to_be_visible()
    expect(money.locator("main")).to_contain_text("账户已更正")
    page = hands.pay().page
    batch = Batch.objects.latest("pk")
    assert batch.payments.get().account_number == "622848001234567890"
    expect(page.locator("main")).to_contain_text("重付，账户已更正")
    finance.check("pay-again")
    mine.go(reverse("support:my_money"))
    expect(money.locator("main")).to_contain_text("已付")
    mine.check("pay-paid-phone")
    case.refresh_from_db()
    assert case.state == "closed"
