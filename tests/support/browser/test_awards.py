"""Awards in a browser, from the applicant's phone to the money: caps, levels, highest only, once, earmarks, open figures."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from ..conftest import WAN, Fund, fund, lhasa, ninghai, open_place, paper
from .windows import Hands, choose, seen, typed

__all__ = ["fund", "lhasa", "ninghai", "open_place"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def hands(fund: Fund, visit: Any) -> Hands:
    return Hands(fund, visit)


def picture() -> Any:
    """A paper as a picture."""
    found = paper()
    return {"name": str(found.name), "mimeType": "image/png", "buffer": found.read()}


def buy(page: Page, number: str, yuan: str) -> None:
    """One invoice of an instrument."""
    choose(page, "is_space_or_centre")
    page.locator("#id_t-invoices-0-category").select_option("instrument")
    page.locator("#id_t-invoices-0-number").fill(number)
    page.locator("#id_t-invoices-0-issued_on").fill("2017-06-01")
    typed(page, "#id_t-invoices-0-amount", yuan)


def test_the_second_application_for_equipment_gets_what_is_left_of_the_year(hands: Hands) -> None:
    fund = hands.fund
    fund.round("NH-S4", days=9999)
    _party, actor = fund.applicant(name="宁海创客空间")
    window = hands.begin(actor, "NH-S4")
    buy(window.page, "A001", "40万")
    expect(window.page.locator("#results")).to_contain_text("120,000")
    first = hands.hand_in(window)
    hands.grant(first)
    finance = hands.pay()
    finance.check("awards-cap-batch")
    page = window.go(reverse("support:my_money"))
    expect(page.locator("main")).to_contain_text("12 万元")
    window.check("awards-cap-money-first")

    window = hands.begin(actor, "NH-S4")
    buy(window.page, "B001", "40万")
    results = window.page.locator("#results")
    expect(results).to_contain_text("上限 200,000 元，此前已用 120,000 元，尚可 80,000 元")
    expect(results).to_contain_text("受此限制")
    seen(window, "awards-cap-second-apply")
    second = hands.hand_in(window, "awards-cap-second-review")
    window.check("awards-cap-second-submitted")
    hands.desk(fund.officer, second)
    hands.window(fund.officer).check("awards-cap-second-desk")
    hands.grant(second)
    assert second.granted_fen == 80_000_00
    hands.paid_off()
    window.go(reverse("cases:case", args=[second.pk]))
    window.check("awards-cap-second-paid")
    page = window.go(reverse("support:my_money"))
    expect(page.locator("main")).to_contain_text("20 万元")


def set_figures(hands: Hands, reason: str, name: str, readings: tuple[str, ...] = (), **figures: str) -> None:
    """The bureau settles on its page what the text leaves open, looks at what it does, and saves."""
    window = hands.window(hands.fund.officer)
    page = window.go(reverse("entitlement:settings"))
    for answer in readings:
        page.get_by_label(answer).check()
    for label, value in figures.items():
        page.get_by_label(label, exact=True).first.fill(value)
    page.get_by_role("button", name="预览影响").click()
    window.settle()
    expect(page.get_by_text("保存后的变化")).to_be_visible()
    window.check(name)
    page.get_by_label("修改理由").fill(reason)
    page.get_by_role("button", name="保存为新版本").click()
    expect(page.get_by_text("本地设定已保存")).to_be_visible()


@pytest.mark.parametrize(("reading", "paid"), [("highest", [20, 10, 10]), ("cumulative", [20, 10, 20])])
def test_a_space_that_rises_is_paid_the_difference(hands: Hands, reading: str, paid: list[int]) -> None:
    fund = hands.fund
    if reading == "cumulative":
        set_figures(hands, "局务会议定", "awards-rise-settings", readings=("逐级累加各级增加额",))
    _party, actor = fund.applicant(name="宁海创客空间")
    for level, wan in zip(("county", "municipal", "provincial"), paid, strict=True):
        window = hands.begin(actor, "NH-S2")
        choose(window.page, "space_level", level)
        results = window.page.locator("#results")
        expect(results).to_contain_text(f"{wan}0,000 元")
        if level != "county":
            expect(results).to_contain_text("此前已用")
        if level == "provincial":
            seen(window, f"awards-rise-{reading}-{level}-apply")
        case = hands.hand_in(window)
        hands.establish(case, "space_level", level)
        if level == "provincial":
            hands.grant(case)
            hands.paid_off()
        else:  # the way over the desks is the same for every level
            fund.place.now = timezone.now()
            case = fund.decided(fund.to_decision(fund.place.move(case, "accept", fund.officer)))
            fund.pay()
        assert case.granted_fen == wan * WAN
    page = window.go(reverse("support:my_money"))
    expect(page.locator("main")).to_contain_text(f"{sum(paid)} 万元")
    window.check(f"awards-rise-{reading}-money")


def select(page: Page, at: int, **cells: str) -> None:
    """One row of people whom a talent programme has selected."""
    for name, value in cells.items():
        box = page.locator(f"#id_t-selections-{at}-{name}")
        if box.evaluate("one => one.tagName") == "SELECT":
            box.select_option(value)
        elif name == "letter_number":
            typed(page, f"#id_t-selections-{at}-{name}", value)
        else:
            box.fill(value)


def test_of_two_awards_for_one_person_the_higher_is_paid(hands: Hands) -> None:
    fund = hands.fund
    _party, actor = fund.applicant(name="宁海创客空间")
    window = hands.begin(actor, "NH-S6")
    page = window.page
    choose(page, "is_space_or_centre")
    select(page, 0, talent="张工", unit="张工", programme="national_1000", kind="person", letter_number="甲1")
    expect(page.locator("#results")).to_contain_text("200,000")
    page.get_by_role("button", name="再加一行").click()
    select(
        page, 1, talent="张工", unit="张工", programme="municipal_3315", kind="person", letter_number="甲2"
    )
    expect(page.locator("#results")).to_contain_text("第2行（50,000元）不另计")
    expect(page.locator("#results")).to_contain_text("已按第1行的200,000元计算")
    seen(window, "awards-talent-apply")
    case = hands.hand_in(window, "awards-talent-review")
    hands.desk(fund.officer, case)
    hands.window(fund.officer).check("awards-talent-desk")
    hands.grant(case)
    assert case.granted_fen == 200_000_00
    window.go(reverse("cases:case", args=[case.pk]))
    window.check("awards-talent-decided")


def test_a_laboratory_is_awarded_once_and_refused_the_second_time(open_place: Any, visit: Any) -> None:
    fund = Fund(open_place("qingdao", "370200", "青岛市", "qingdao-2015", date(2016, 5, 10)))
    fund.budget("QD-B", 500 * WAN, {"QD-M2": 500 * WAN})
    fund.round("QD-S3", days=9999)
    hands = Hands(fund, visit)
    _party, actor = fund.applicant(name="青岛创客实验室")

    def apply() -> Any:
        window = hands.begin(actor, "QD-S3")
        choose(window.page, "operates_laboratory")
        choose(window.page, "shares_equipment")
        return window

    window = apply()
    first = hands.hand_in(window)
    hands.establish(first, "laboratory_qualifies", "yes")
    hands.grant(first)
    assert first.granted_fen == 50 * WAN
    hands.paid_off()
    fund.place.pass_days(400)
    fund.place.now = timezone.now()

    window = apply()
    results = window.page.locator("#results")
    expect(results).to_contain_text("此前已经享受过，本项只给一次")
    expect(results.locator(".ent-failed .kc-clause").first).to_contain_text("QDA 四")
    seen(window, "awards-once-apply")
    second = hands.hand_in(window, "awards-once-review")
    page = hands.desk(fund.officer, second)
    hands.window(fund.officer).check("awards-once-desk")
    hands.form(page, "不予支持")
    page = window.go(reverse("cases:case", args=[second.pk]))
    expect(page.locator("main")).to_contain_text("此前已经享受过，本项只给一次 QDA 四")
    expect(page.get_by_role("heading", name="不予支持")).to_be_visible()
    window.check("awards-once-refused")


def test_a_centre_reports_the_use_of_its_earmarked_money(open_place: Any, visit: Any) -> None:
    fund = Fund(open_place("lhasa", "540100", "拉萨市", "lhasa-2019", date(2019, 6, 3)))
    fund.budget("LS-B1", 500 * WAN, {"LS-M1": 500 * WAN})
    fund.round("LS-S2", days=9999)
    hands = Hands(fund, visit)
    _party, actor = fund.applicant(name="拉萨双创中心")
    window = hands.begin(actor, "LS-S2")
    page = window.page
    seen(window, "awards-tier-begun")
    choose(page, "centre_tier", "professional")
    expect(page.locator("#results")).to_contain_text("300,000")
    choose(page, "centre_tier", "standard")
    expect(page.locator("#results")).to_contain_text("200,000")
    seen(window, "awards-tier-apply")
    case = hands.hand_in(window)
    hands.establish(case, "centre_tier", "standard")
    hands.establish(case, "last_result", "pass")
    hands.grant(case)
    hands.paid_off()
    page = window.go(reverse("support:my_money"))
    window.check("awards-tier-money-first")
    page.get_by_role("link", name="提交材料").click()
    page.locator("input[type=file]").set_input_files(picture())
    window.check("awards-tier-paper")
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_text("材料已提交，核对后支付")).to_be_visible()
    desk = hands.desk(fund.finance, case)
    hands.window(fund.finance).check("awards-tier-desk-papers")
    desk.get_by_role("button", name="材料齐全").click()
    expect(desk.get_by_text("材料已核对")).to_be_visible()
    hands.paid_off()

    page = window.go(reverse("support:my_money"))
    page.get_by_role("link", name="填写使用报告").click()
    window.check("awards-tier-report-empty")

    def line(number: int, what: str, yuan: str, day: str) -> None:
        page.locator(f"#id_l-{number}-what").fill(what)
        page.locator(f"#id_l-{number}-amount").fill(yuan)
        page.locator(f"#id_l-{number}-spent_on").fill(day)

    spent = fund.today.isoformat()
    line(0, "孵化场地水电", "15万", spent)
    page.locator("#id_l-0-category").select_option("operation")
    line(1, "检测设备", "8万", "2031-01-01")
    page.get_by_role("button", name="报送").click()
    expect(page.locator(".kc-problems")).to_contain_text("第2行的支出日期应在")
    expect(page.locator(".kc-problems")).to_contain_text("支出合计230,000元超过已收金额200,000元")
    expect(page.locator("main")).to_contain_text("超出已收金额")
    expect(page.locator("main")).to_contain_text("孵化能力建设等运行费用")
    window.check("awards-tier-report-wrong")
    page.locator("#id_l-1-amount").fill("4万")
    page.locator("#id_l-1-spent_on").fill(spent)
    page.locator("#id_l-1-category").select_option("operation")
    page.get_by_label("成效说明").fill("新增入驻团队12个。")
    page.get_by_role("button", name="报送").click()
    expect(page.get_by_text("使用报告已报送")).to_be_visible()
    desk = hands.desk(fund.officer, case)
    expect(desk.locator("main")).to_contain_text("检测设备")
    hands.window(fund.officer).check("awards-tier-desk-report")
    hands.press(desk, "核查通过")
    page = window.go(reverse("support:my_money"))
    expect(page.locator("main")).to_contain_text("需要退回的资金")
    expect(page.locator("main")).to_contain_text("10,000")
    window.check("awards-tier-money-back")


def test_rent_is_relieved_after_the_bureau_has_entered_its_figures(open_place: Any, visit: Any) -> None:
    fund = Fund(open_place("nantong", "320600", "南通市", "nantong-2015", date(2016, 11, 30)))
    fund.budget("NT-B1", 100 * WAN, {"spaces": 100 * WAN})
    fund.round("NT-S4", days=9999)
    hands = Hands(fund, visit)
    _party, actor = fund.applicant(name="南通众创空间")
    window = hands.begin(actor, "NT-S4")
    page = window.page
    choose(page, "is_new_incubator")
    page.locator("#id_t-space_costs-0-number").fill("R1")
    page.locator("#id_t-space_costs-0-paid_on").fill("2016-01-01")
    page.locator("#id_t-space_costs-0-item").select_option("rent")
    typed(page, "#id_t-space_costs-0-amount", "12万")
    results = page.locator("#results")
    expect(results).to_contain_text("标准由主管部门确定")
    expect(results).to_contain_text("房租补贴比例")
    seen(window, "awards-rent-unpriced")
    set_figures(
        hands, "实施细则", "awards-rent-settings",
        房租补贴比例="30%", 宽带补贴比例="50%", 软件和工具补贴比例="20%", 每家每年上限="5万",
    )  # fmt: skip
    page.reload()
    window.settle()
    expect(results).to_contain_text("36,000")
    seen(window, "awards-rent-priced")
    case = hands.hand_in(window)
    assert case.ceiling_fen == 36_000_00
    hands.grant(case)
    assert case.granted_fen == 36_000_00
    window.go(reverse("cases:case", args=[case.pk]))
    window.check("awards-rent-granted")
