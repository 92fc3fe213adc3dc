"""The pages of facts in a browser, with the demo's data; and filling in a report by keyboard, paste and without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kaichuang.accounts import demo as logins
from kaichuang.accounts.models import User
from kaichuang.facts import demo as facts
from kaichuang.facts.models import Report
from kaichuang.parties import demo as subjects
from kaichuang.parties.models import Party
from kaichuang.places import demo as programmes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def demo(settings: Any, transactional_db: None) -> None:
    settings.DEMO = True
    for part in (logins, programmes, subjects, facts):
        part.load(now=timezone.now())


def newest(state: str) -> Report:
    return Report.objects.filter(state=state).order_by("-starts_on").first()


def test_every_page_is_right_in_two_languages(visit: Any, demo: None) -> None:
    space = Party.objects.get(name__contains="星火", registered_in__slug="lhasa")
    pages = {
        "statistician": {
            "overview": "/facts/reports/overview/",
            "review": f"/facts/reports/{newest('submitted').pk}/review/",
            "accepted": f"/facts/reports/{newest('accepted').pk}/",
            "about": f"/facts/parties/{space.pk}/",
            "history": f"/facts/parties/{space.pk}/incubated_revenue/",
            "definitions": "/facts/",
            "definition": "/facts/definitions/incubated_revenue/",
            "respondents": "/facts/forms/LS-Q1/respondents/",
            "imports": "/facts/imports/",
            "upload": "/facts/imports/new/",
        },
        "operator": {
            "reports": "/facts/reports/",
            "mine": "/facts/mine/",
            "fill": f"/facts/reports/{newest('returned').pk}/fill/",
            "empty": f"/facts/reports/{newest('due').pk}/fill/",
            "workbook": f"/facts/reports/{newest('returned').pk}/workbook/",
            "correct": f"/facts/reports/{newest('accepted').pk}/correct/",
        },
    }
    for role, found in pages.items():
        window = visit(user=User.objects.get(username=f"{role}-lhasa"))
        window.go("/?programme=lhasa")
        for name, path in found.items():
            window.survey(path, f"facts-{name}", ("zh-hans", "en"))


def sheet(visit: Any, **options: Any) -> Page:
    window = visit(user=User.objects.get(username="operator-lhasa"), **options)
    window.go("/?programme=lhasa")
    return window.go(f"/facts/reports/{newest('due').pk}/fill/")


def test_a_report_is_filled_in_by_keyboard_and_kept_cell_by_cell(visit: Any, demo: None) -> None:
    page = sheet(visit)
    page.locator("#c-incubating-end").fill("40")
    page.keyboard.press("Enter")
    expect(page.locator("#c-small_tech-end")).to_be_focused()
    page.keyboard.type("41")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#c-incubating-end")).to_be_focused()
    expect(page.locator("#c-small_tech-end")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#findings")).to_contain_text("不能大于")
    page.locator("#c-small_tech-end").fill("4")
    page.keyboard.press("Tab")
    expect(page.locator("#c-small_tech-end")).not_to_have_attribute("aria-invalid", "true")
    page.locator("#c-revenue_tech-quarter").fill("20万")
    page.locator("#c-revenue_other-quarter").fill("1")
    page.keyboard.press("Tab")
    expect(page.locator("#v-revenue-quarter")).to_have_text("200,001")
    page.reload()
    expect(page.locator("#c-incubating-end")).to_have_value("40")
    expect(page.locator("#c-revenue_tech-quarter")).to_have_value("20万")


def test_a_block_from_a_spreadsheet_is_pasted_as_a_block(visit: Any, demo: None) -> None:
    page = sheet(visit)
    page.locator("#c-entered-quarter").focus()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text/plain", "7\\n2\\n1\\n");
            const options = {clipboardData: data, bubbles: true, cancelable: true};
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", options));
        }"""
    )
    for name, value in (("entered", "7"), ("graduated", "2"), ("exited", "1")):
        expect(page.locator(f"#c-{name}-quarter")).to_have_value(value)
    expect(page.locator("#findings")).to_contain_text("21 格尚未填写")
    page.reload()
    expect(page.locator("#c-exited-quarter")).to_have_value("1")


def test_an_explanation_that_is_being_typed_survives_the_next_check(visit: Any, demo: None) -> None:
    page = sheet(visit)
    page.locator("#c-incubating-end").fill("400")
    page.keyboard.press("Tab")
    why = page.locator("#findings textarea").first
    why.fill("新增两栋孵化楼，企业集中入驻")
    page.locator("#c-mentors-end").fill("9")
    page.keyboard.press("Tab")
    expect(page.locator("#findings")).to_contain_text("22 格尚未填写")
    expect(why).to_have_value("新增两栋孵化楼，企业集中入驻")


def test_it_works_without_scripts(visit: Any, demo: None) -> None:
    page = sheet(visit, scripts=False)
    page.locator("#c-incubating-end").fill("40")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#c-incubating-end")).to_have_value("40")
    page.get_by_role("button", name="提交校验").click()
    expect(page.locator("#findings details")).to_have_attribute("open", "")
