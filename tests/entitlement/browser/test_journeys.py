"""The calculator and the simulator in a browser: four journeys, on a desktop and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kaichuang.facts.operations import Told, observe
from kaichuang.kit.actor import Actor
from kaichuang.packs.loader import load_pack
from kaichuang.parties.models import Party, RoleGrant
from kaichuang.places.models import Division, Programme
from kaichuang.policy.models import PackVersion
from kaichuang.policy.operations.adopt_pack import adopt_into

from ...fixtures.browser import DESKTOP, LANGUAGES, PHONE

NOW = datetime(2017, 11, 30, 2, 0, tzinfo=UTC)
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def adopt(transactional_db: None) -> Callable[..., PackVersion]:
    def make(slug: str, code: str, name: str, pack: str, on: date) -> PackVersion:
        place, _made = Division.objects.get_or_create(code=code, defaults={"name": name, "level": 3})
        programme = Programme.objects.create(slug=slug, name=f"{name}双创项目", place=place, business_date=on)
        actor = Actor.system("test", programme_id=programme.pk)
        return adopt_into(actor=actor, now=NOW, programme=programme, pack=load_pack(pack))

    return make


@pytest.fixture
def ninghai(adopt: Any) -> PackVersion:
    found: PackVersion = adopt("ninghai", "330226", "宁海县", "ninghai-2016", date(2017, 11, 30))
    return found


def kind(size: dict[str, int]) -> str:
    return "phone" if size is PHONE else "desktop"


def checked(window: Any, name: str) -> None:
    """Look at the page, then open it anew: axe leaves empty style attributes, which htmx would copy."""
    window.check(name)
    window.page.reload()
    window.settle()


def press(page: Page, name: str) -> None:
    """A button of the calculator, until the page that follows is there."""
    with page.expect_response(
        lambda answer: answer.request.method == "GET" and "/entitlement/" in answer.url
    ):
        page.get_by_role("button", name=name).first.click()
    settled(page)


def settled(page: Page) -> None:
    page.wait_for_load_state("networkidle")


@SIZES
def test_a_space_in_ninghai_adds_invoices_and_keeps_the_result(visit: Any, ninghai: Any, size: Any) -> None:
    window = visit(size=size)
    page = window.go("/entitlement/?programme=ninghai")
    window.check(f"calculator-start-{kind(size)}")
    press(page, "开始测算")
    checked(window, f"calculator-ninghai-asks-{kind(size)}")
    page.get_by_label("是", exact=True).first.check()
    settled(page)
    press(page, "继续")
    expect(page.get_by_text("购置发票").first).to_be_visible()
    page.locator("#id_t-invoices-0-number").fill("A001")
    page.locator("#id_t-invoices-0-issued_on").fill("2017-03-01")
    page.locator("#id_t-invoices-0-amount").fill("40万")
    page.locator("#id_t-invoices-0-category").select_option("software")
    expect(page.locator("#results")).to_contain_text("研发软件与仪器设备购置补助")
    press(page, "再加一行")
    page.locator("#id_t-invoices-1-number").fill("A002")
    page.locator("#id_t-invoices-1-issued_on").fill("2017-05-01")
    page.locator("#id_t-invoices-1-amount").fill("50万")
    page.locator("#id_t-invoices-1-category").select_option("instrument")
    press(page, "继续")
    line = page.locator(".ent-line", has_text="NH-M4")
    expect(line.locator("> summary")).to_contain_text("20 万元")
    window.check(f"calculator-ninghai-invoices-{kind(size)}")
    page.get_by_role("button", name="保存结果，取得编号和 PDF").click()
    settled(page)
    expect(page.locator(".ent-code")).to_be_visible()
    window.check(f"calculator-result-{kind(size)}")
    page.get_by_role("link", name="重新核算").click()
    settled(page)
    expect(page.get_by_text("按当时的规则重算，结果一致")).to_be_visible()
    window.check(f"calculator-replay-{kind(size)}")


@SIZES
def test_a_firm_in_lhasa_misses_the_loan_by_two_employees(visit: Any, adopt: Any, size: Any) -> None:
    adopt("lhasa", "540100", "拉萨市", "lhasa-2019", date(2019, 6, 1))
    window = visit(size=size)
    page = window.go("/entitlement/calculator/?programme=lhasa&who=enterprise&open=staff_count")
    page.locator("#id_q-staff_count").fill("40")
    press(page, "继续")
    page.goto(f"{window.base}/entitlement/calculator/?open=small_or_micro")
    settled(page)
    page.locator("#id_q-small_or_micro_0").check()
    press(page, "继续")
    page.goto(f"{window.base}/entitlement/calculator/?open=hires")
    settled(page)
    page.get_by_text("不想逐条填？直接填合计").click()
    page.get_by_label("当年新招用的合格人员").fill("8")
    page.get_by_label("当年新招用的合格人员").blur()
    expect(page.locator("#results")).to_contain_text("再增加 2 人")
    press(page, "继续")
    expect(page.locator("#results .ent-near").first).to_contain_text("3,000,000 元")
    window.check(f"calculator-lhasa-near-{kind(size)}")


def test_an_expired_document_is_computed_by_a_day_of_its_time(visit: Any, adopt: Any) -> None:
    adopt("qingdao", "370200", "青岛市", "qingdao-2015", date(2024, 3, 1))
    for size, language in product((DESKTOP, PHONE), ("zh-hans", "en")):
        by_a_day_of_its_time(visit(size=size, language=language), size)


def by_a_day_of_its_time(window: Any, size: dict[str, int]) -> None:
    language = window.language
    page = window.go("/entitlement/calculator/?programme=qingdao&who=enterprise")
    checked(window, f"calculator-qingdao-expired-{language}-{kind(size)}")
    page.locator(".ent-validity input[type=date]").fill("2017-05-01")
    with page.expect_response(
        lambda answer: answer.request.method == "GET" and "/entitlement/" in answer.url
    ):
        page.locator(".ent-validity button").click()
    settled(page)
    expect(page.locator(".ent-basis")).to_contain_text("2017-05-01")
    expect(page.locator(".ent-question").first).to_be_visible()
    window.check(f"calculator-qingdao-as-of-{language}-{kind(size)}")


@SIZES
def test_an_officer_changes_reading_a01_and_sees_what_it_costs(
    visit: Any, ninghai: PackVersion, make_officer: Any, size: Any
) -> None:
    spaces(ninghai.programme)
    window = visit(size=size, user=make_officer(ninghai.programme))
    page = window.go("/entitlement/simulator/?programme=ninghai")
    page.get_by_label("逐级累加各级增加额").check()
    expect(page.locator("#effects")).to_contain_text("+")
    settled(page)
    expect(page.locator("#effects [data-chart] svg").first).to_be_visible()
    window.check(f"simulator-live-{kind(size)}")
    page.get_by_role("button", name="运行并保存").click()
    settled(page)
    expect(page.locator("[data-chart] svg").first).to_be_visible()
    window.check(f"simulation-{kind(size)}")
    page = window.go("/entitlement/settings/")
    page.get_by_label("逐级累加各级增加额").check()
    page.get_by_role("button", name="预览影响").click()
    settled(page)
    expect(page.get_by_text("保存后的变化")).to_be_visible()
    window.check(f"settings-preview-{kind(size)}")
    page.get_by_label("修改理由").fill("局务会议定")
    page.get_by_role("button", name="保存为新版本").click()
    settled(page)
    expect(page.get_by_text("本地设定已保存")).to_be_visible()
    page = window.go("/entitlement/versions/")
    window.check(f"versions-{kind(size)}")
    for box in page.locator("input[name=selected]").all():
        box.check()
    page.get_by_role("button", name="比较所选两个版本").click()
    settled(page)
    window.check(f"redline-{kind(size)}")


def test_pages_of_measures_are_right_in_three_languages(visit: Any, ninghai: Any) -> None:
    window = visit()
    for path in (
        "measures/",
        "measures/ninghai/NH-M4/",
        "measures/ninghai/NH-U1/",
        "replay/",
        "calculator/?who=carrier",
    ):
        name = path.split("?")[0].strip("/").replace("/", "-")
        window.survey(f"/entitlement/{path}", f"entitlement-{name}", LANGUAGES)


def test_without_scripts_questions_are_answered_all_the_same(visit: Any, ninghai: Any) -> None:
    page = visit(scripts=False).go("/entitlement/calculator/?programme=ninghai&who=carrier")
    page.locator("#id_q-is_space_or_centre_0").check()
    page.locator("#id_q-space_level_1").check()
    page.get_by_role("button", name="继续").click()
    line = page.locator(".ent-line", has_text="NH-M2")
    expect(line.locator("> summary")).to_contain_text("20 万元")


@pytest.fixture
def make_officer() -> Callable[[Programme], Any]:
    from kaichuang.accounts.models import User

    def make(programme: Programme) -> Any:
        user = User.objects.create_user(username="officer", name="林晓", password="x")
        RoleGrant.objects.create(user=user, programme=programme, role="officer", since=date(2015, 1, 1))
        return user

    return make


def spaces(programme: Programme) -> None:
    """Forty spaces on all levels."""
    levels = ("none", "county", "municipal", "provincial", "national")
    told = []
    for number in range(40):
        party = Party.objects.create(kind="organisation", name=f"众创空间{number}", division=programme.place)
        told.append(Told(party.pk, "space_level", levels[number % 5], since=date(2016, 1, 1)))
    actor = Actor.system("test", programme_id=programme.pk)
    observe(actor=actor, now=NOW, programme=programme, source="reported", kind="test", told=told)
