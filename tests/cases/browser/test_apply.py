"""Applying in a browser: from the catalogue to the letter's desk, on a desktop and on a phone."""

from __future__ import annotations

import runpy
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kaichuang.accounts.models import User
from kaichuang.cases.models import Case
from kaichuang.cases.operations.matters import open_round
from kaichuang.parties.models import Membership, Party

DESKTOP = {"width": 1366, "height": 900}
PHONE = {"width": 390, "height": 844}
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
expect.set_options(timeout=20_000)
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
_PLACES = runpy.run_path(str(Path(__file__).parents[1] / "conftest.py"))


@pytest.fixture
def open_place(transactional_db: None) -> Any:
    """The places of tests/cases, committed, so that the server sees them."""
    return _PLACES["open_place"].__wrapped__(None)


def applicant(name: str) -> User:
    party = Party.objects.create(kind="organisation", name=name)
    user = User.objects.create_user(username=f"a{party.pk}", name="陈一", password="x")
    Membership.objects.create(party=party, user=user, kind="owner", since=date(2010, 1, 1))
    return user


def announce(place: Any, code: str) -> None:
    open_round(
        matter=place.matter(code), title="第一批", opens_at=datetime(2017, 1, 1, tzinfo=UTC),
        closes_at=datetime(2099, 1, 1, tzinfo=UTC), year=2017, shortfall="queue", actor=place.system, now=place.now,
    )  # fmt: skip


def kind(size: dict[str, int]) -> str:
    return "phone" if size is PHONE else "desktop"


def seen(window: Any, name: str) -> None:
    """Look at the page, then open it anew: axe leaves empty style attributes, which htmx would copy."""
    window.check(name)
    window.page.reload()
    window.settle()


def begin(window: Any, place: Any, code: str) -> Page:
    page: Page = window.go(f"/cases/matters/{place.matter(code).pk}/")
    if page.get_by_role("link", name="选择主体并申报").count():
        page.get_by_role("link", name="选择主体并申报").click()
        page.get_by_role("button", name=Party.objects.get().name).click()
        window.settle()
    page.get_by_role("button", name="申报", exact=True).click()
    window.settle()
    return page


def typed(page: Page, field: str, value: str) -> None:
    """Fill in a field; the saved time shows that it went up."""
    with page.expect_response(lambda answer: answer.url.endswith("/apply/save/")):
        box = page.locator(field)
        box.fill(value)
        box.blur()


def choose(page: Page, name: str, value: str = "yes") -> None:
    with page.expect_response(lambda answer: answer.url.endswith("/apply/save/")):
        page.locator(f'[name="q-{name}"][value="{value}"]').check()


def upload(page: Page, paper: str, name: str) -> None:
    with page.expect_response(lambda answer: f"/papers/{paper}/" in answer.url):
        page.locator(f"#file-{paper}").set_input_files({"name": name, "mimeType": "text/csv", "buffer": f"{name},1\n".encode()})  # fmt: skip
    expect(page.locator(f'[id="id_paper:{paper}"]')).to_contain_text(name)


def upload_to_row(page: Page, table: str, row: int, paper: str, name: str) -> None:
    """A file into the row to which it belongs."""
    part = page.locator(f'[data-rows="{table}"] [data-row]').nth(row).locator(f'[id^="id_paper:{paper}:"]')
    place = part.get_attribute("id")
    with page.expect_response(lambda answer: f"/papers/{paper}/" in answer.url):
        part.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": f"{name},1\n".encode()})  # fmt: skip
    expect(page.locator(f'[id="{place}"]')).to_contain_text(name)


@SIZES
def test_a_space_in_ninghai_applies_for_its_equipment(visit: Any, open_place: Any, size: Any) -> None:
    place = open_place("ninghai", "330226", "宁海县", "ninghai-2016", date(2017, 11, 30))
    announce(place, "NH-S4")
    window = visit(size=size, user=applicant("宁海创客空间"))
    window.go("/cases/matters/?programme=ninghai")
    seen(window, f"matters-{kind(size)}")
    window.go(f"/cases/matters/{place.matter('NH-S4').pk}/")
    seen(window, f"matter-{kind(size)}")
    page = begin(window, place, "NH-S4")
    seen(window, f"apply-empty-{kind(size)}")
    choose(page, "is_space_or_centre")
    page.locator("#id_t-invoices-0-category").select_option("software")
    page.locator("#id_t-invoices-0-number").fill("A001")
    page.locator("#id_t-invoices-0-issued_on").fill("2017-03-01")
    typed(page, "#id_t-invoices-0-amount", "40万")
    expect(page.locator("#results")).to_contain_text("120,000")
    page.get_by_role("button", name="再加一行").click()
    page.locator("#id_t-invoices-1-number").fill("A002")
    page.locator("#id_t-invoices-1-issued_on").fill("2017-05-01")
    page.locator("#id_t-invoices-1-category").select_option("instrument")
    typed(page, "#id_t-invoices-1-amount", "50万")
    expect(page.locator("#results")).to_contain_text("受此限制")
    expect(page.locator("#results")).to_contain_text("200,000")
    expect(page.locator("#saved")).to_contain_text("已保存于")
    page.reload()
    window.settle()
    expect(page.locator("#id_t-invoices-1-number")).to_have_value("A002")
    upload_to_row(page, "invoices", 0, "invoice", "发票一.csv")
    page.get_by_role("button", name="再加一行").click()
    upload_to_row(page, "invoices", 2, "invoice", "发票三.csv")
    page.locator("#id_t-invoices-2-number").fill("A003")
    typed(page, "#id_t-invoices-2-amount", "1万")
    seen(window, f"apply-filled-{kind(size)}")
    expect(page.locator('[data-rows="invoices"] [data-row]').nth(2)).to_contain_text("发票三.csv")
    page.locator('[name="t-invoices-1-DELETE"]').check()
    page.get_by_role("button", name="保存草稿").click()
    window.settle()
    rows = page.locator('[data-rows="invoices"] [data-row]')
    expect(rows.nth(0)).to_contain_text("发票一.csv")
    expect(rows.nth(1)).to_contain_text("发票三.csv")
    page.locator("#id_t-invoices-1-issued_on").fill("2017-06-01")
    page.locator("#id_t-invoices-1-category").select_option("instrument")
    typed(page, "#id_t-invoices-1-amount", "50万")
    upload_to_row(page, "invoices", 0, "payment", "付款一.csv")
    page.get_by_role("button", name="核对并提交").click()
    window.settle()
    expect(page.locator(".kc-problems")).to_contain_text("第2行（A003）上传“付款凭证”")
    seen(window, f"apply-review-problems-{kind(size)}")
    page.locator(".kc-problems a").first.click()
    window.settle()
    upload_to_row(page, "invoices", 1, "payment", "付款三.csv")
    page.get_by_role("button", name="核对并提交").click()
    window.settle()
    seen(window, f"apply-review-{kind(size)}")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="提交申请").click()
    window.settle()
    expect(page.locator("main")).to_contain_text("还剩 5 个工作日")
    window.check(f"case-submitted-{kind(size)}")
    case = Case.objects.get()
    assert (case.state, case.ceiling_fen) == ("submitted", 20_000_000)
    officer = place.staff("officer")
    desk = visit(size=size, user=User.objects.get(pk=officer.user_id))
    page = desk.go(f"/cases/desk/{case.pk}/")
    row = page.locator("tr").filter(has_text="A003")
    expect(row).to_contain_text("发票三.csv")
    expect(row).to_contain_text("付款三.csv")
    desk.check(f"desk-rows-{kind(size)}")
    place.now = datetime.now(UTC)
    place.move(case, "ask", officer, items=[{"about": "paper:invoice", "text": "发票缺少发票联，请补交。", "clause": "NH 三(二)"}])  # fmt: skip
    page = window.go(f"/cases/{case.pk}/")
    expect(page.locator("#correction")).to_contain_text("发票缺少发票联")
    window.check(f"case-correction-{kind(size)}")
    window.go("/cases/mine/")
    window.check(f"mine-{kind(size)}")
    window.go("/cases/performance/?programme=ninghai")
    window.check(f"performance-{kind(size)}")


@SIZES
def test_a_firm_registered_elsewhere_is_refused_with_the_clause(
    visit: Any, open_place: Any, size: Any
) -> None:
    place = open_place("lhasa", "540100", "拉萨市", "lhasa-2019", date(2019, 6, 3))
    window = visit(size=size, user=applicant("成都某科技公司"))
    page = begin(window, place, "LS-S7")
    for name in ("financed", "in_centre"):
        choose(page, name)
    choose(page, "registered_here", "no")
    expect(page.locator("#results")).to_contain_text("不符合条件")
    expect(page.locator("#results .ent-failed .kc-clause").first).to_be_visible()
    seen(window, f"apply-refused-{kind(size)}")
    typed(page, "#id_q-contract_number", "RZ-2019-001")
    case = Case.objects.get()
    for paper in [one.code for one in case.version.file.matter.all_papers if one.required]:
        if page.locator(f"#file-{paper}").count():
            upload(page, paper, f"{paper}.csv")
    page.get_by_role("button", name="核对并提交").click()
    window.settle()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="提交申请").click()
    window.settle()
    case.refresh_from_db()
    place.now = datetime.now(UTC)
    place.move(case, "reject", place.staff("officer"), reason="注册地不在拉萨市。")
    page = window.go(f"/cases/{case.pk}/")
    expect(page.locator("main")).to_contain_text("申诉理由")
    window.check(f"case-refused-{kind(size)}")
    page.locator("textarea[name=reason]").fill("公司已于上月迁入拉萨，附新的营业执照。")
    page.get_by_role("button", name="提出申诉").click()
    window.settle()
    case.refresh_from_db()
    assert case.state == "appeal"


def test_a_space_in_qinghai_applies_for_its_deduction(visit: Any, open_place: Any) -> None:
    place = open_place("qinghai", "630000", "青海省", "qinghai-2017", date(2018, 6, 4))
    announce(place, "QH-S2")
    window = visit(user=applicant("青海众创空间"))
    page = begin(window, place, "QH-S2")
    choose(page, "is_space")
    choose(page, "technology_enterprise")
    typed(page, "#id_q-extra_deduction", "100万")
    typed(page, "#id_q-tax_saved", "25万")
    expect(page.locator("#results")).to_contain_text("还缺什么")
    expect(page.locator("#results")).to_contain_text("不用您填")
    seen(window, "apply-qinghai")


@pytest.mark.parametrize("day", [date(2018, 12, 31), date(2019, 1, 1)])
def test_the_day_decides_whether_the_document_of_qingdao_applies(
    visit: Any, open_place: Any, day: date
) -> None:
    place = open_place("qingdao", "370200", "青岛市", "qingdao-2015", day)
    announce(place, "QD-S3")
    window = visit(user=applicant("青岛创客实验室"))
    page = begin(window, place, "QD-S3")
    choose(page, "operates_laboratory")
    choose(page, "shares_equipment")
    results = page.locator("#results")
    if day.year == 2018:
        expect(results).not_to_contain_text("不符合条件")
    else:
        expect(results).to_contain_text("不符合条件")
        expect(results).to_contain_text("2018-12-31")
    seen(window, f"apply-qingdao-{day}")


def test_without_scripts_everything_works_by_buttons(visit: Any, open_place: Any) -> None:
    place = open_place("ninghai", "330226", "宁海县", "ninghai-2016", date(2017, 11, 30))
    announce(place, "NH-S4")
    window = visit(scripts=False, user=applicant("宁海创客空间"))
    page = begin(window, place, "NH-S4")
    page.locator('[name="q-is_space_or_centre"][value="yes"]').check()
    page.locator("#id_t-invoices-0-number").fill("A001")
    page.locator("#id_t-invoices-0-issued_on").fill("2017-03-01")
    page.locator("#id_t-invoices-0-amount").fill("40万")
    page.locator("#id_t-invoices-0-category").select_option("software")
    page.get_by_role("button", name="再加一行").click()
    expect(page.locator("#results")).to_contain_text("120,000")
    for paper in ("invoice", "payment"):
        page.locator(f'[id^="file-{paper}:"]').first.set_input_files({"name": f"{paper}.csv", "mimeType": "text/csv", "buffer": paper.encode()})  # fmt: skip
    page.get_by_role("button", name="核对并提交").click()
    expect(page.locator("h1")).to_contain_text("核对并提交")
    page.get_by_role("button", name="提交申请").click()
    assert Case.objects.get().state == "submitted"
