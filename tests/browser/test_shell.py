"""The shell in a browser: three languages, desktop and phone, keyboard, and without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from ..fixtures.browser import DESKTOP, LANGUAGES, PHONE, SMALL_PHONE

PAGES = (
    "/",
    "/search/?q=创客",
    "/programmes/",
    "/areas/services/",
    "/areas/calculator/",
    "/accounts/login/",
    "/nowhere/",
)
SIGNED_IN = ("/workspace/", "/workspace/founder/", "/acting/")

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_public_page_is_right_in_three_languages(visit: Any, programme: Any) -> None:
    window = visit()
    for path in PAGES:
        name = path.split("?")[0].strip("/").replace("/", "-") or "home"
        window.survey(path, name, LANGUAGES)


def test_every_page_of_a_user_is_right_in_three_languages(visit: Any, make_user: Any) -> None:
    window = visit(user=make_user("officer", "leader", "founder"))
    for path in SIGNED_IN:
        window.survey(path, path.strip("/").replace("/", "-"), LANGUAGES)


@pytest.mark.parametrize(
    ("size", "language"),
    [(DESKTOP, "zh-hans"), (PHONE, "en")],
    ids=["desktop", "phone"],
)
def test_the_design_page_shows_every_component_right(
    visit: Any, programme: Any, language: str, size: dict[str, int]
) -> None:
    window = visit(size=size, language=language)
    page = window.go("/design/")
    expect(page.locator("[data-chart] svg").first).to_be_visible()
    expect(page.locator("#job_progress .kc-success").first).to_be_visible()
    window.check(f"design-{language}-{size['width']}")
    page.set_viewport_size(SMALL_PHONE)
    window.settle()
    window.fits()


def test_small_phones_show_every_page_without_sideways_scrolling(visit: Any, make_user: Any) -> None:
    window = visit(size=SMALL_PHONE, language="en", user=make_user("officer", "founder"))
    for path in (*PAGES, *SIGNED_IN):
        window.go(path)
        window.check()


def test_the_language_switch_keeps_the_page(visit: Any, programme: Any) -> None:
    page = visit().go("/search/?q=创客")
    page.locator(".kc-language summary").click()
    page.get_by_role("button", name="English").click()
    expect(page).to_have_url(f"{page.url.split('/search')[0]}/search/?q=%E5%88%9B%E5%AE%A2")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search")


def test_slash_focuses_the_search_and_escape_closes_menus(visit: Any, programme: Any) -> None:
    page = visit().go("/programmes/")
    page.keyboard.press("/")
    expect(page.locator("#site-search")).to_be_focused()
    page.keyboard.type("a/b")
    expect(page.locator("#site-search")).to_have_value("a/b")
    menu = page.locator(".kc-language")
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_the_first_tab_reaches_the_skip_link(visit: Any, programme: Any) -> None:
    page = visit().go("/programmes/")
    page.keyboard.press("Tab")
    expect(page.locator(".kc-skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_dialog_takes_the_focus_and_gives_it_back(visit: Any, programme: Any) -> None:
    page = visit().go("/design/")
    button = page.get_by_role("button", name="退回补正")
    button.click()
    dialog = page.locator("#sample-dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


def test_amounts_are_shown_in_wan_while_typing(visit: Any, programme: Any) -> None:
    page = visit().go("/design/")
    field = page.locator("#form_amount")
    field.fill("1,234,500")
    expect(page.locator("#form output").first).to_have_text("= 123.45 万元")


def test_rows_are_selected_all_at_once(visit: Any, programme: Any) -> None:
    page = visit().go("/design/")
    form = page.locator("form[data-bulk]").first
    form.locator("[data-select-all]").check()
    expect(form.locator("[data-selected-count]")).to_have_text("3 / 3")


def test_a_table_sorts_in_place_and_remembers_it_in_the_address(visit: Any, programme: Any) -> None:
    page = visit().go("/design/")
    page.locator("#table-samples").get_by_role("link", name="编号").click()
    expect(page.locator("#table-samples tbody td a").first).to_have_text("NH2015-0001")
    expect(page).to_have_url(f"{page.url.split('?')[0]}?samples-sort=number")


def test_pages_work_without_scripts(visit: Any, programme: Any) -> None:
    page = visit(scripts=False).go("/")
    page.locator(".kc-language summary").click()
    page.get_by_role("button", name="繁體中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")
    page.locator(".kc-programme").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("切換項目")
    page.goto(page.url.split("/programmes")[0] + "/design/")
    expect(page.locator("[data-print]")).to_be_hidden()
    expect(page.locator("#chart .kc-chart-table").first).to_be_visible()
