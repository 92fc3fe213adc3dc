"""Awards in a browser, from the applicant's phone to the money: caps, levels, highest only, once, earmarks, open figures."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from ..conftest import Fund, fund, lhasa, ninghai, open_place
from .windows import Hands, choose, seen, typed

__all__ = ["fund", "lhasa", "ninghai", "open_place"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def hands(fund: Fund, visit: Any) -> Hands:
    return Hands(fund, visit)


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
    window.go(reverse("support:my_money"))
    expect(window.page.locator("main")).to_contain_text("已付")
    window.check("awards-cap-money-first")

    window = hands.begin(actor, "NH-S4")
    buy(window.page, "B001", "40万")
    results = window.page.locator("#results")
    expect(results).to_contain_text("80,000")
    seen(window, "awards-cap-second-apply")
    second = hands.hand_in(window, "awards-cap-second-review")
    window.check("awards-cap-second-submitted")
    desk = hands.desk(fund.officer, second)
    hands.window(fund.officer).check("awards-cap-second-desk")
    hands.grant(second)
    assert second.granted_fen == 80_000_00
    hands.pay()
    page = window.go(reverse("cases:case", args=[second.pk]))
    window.check("awards-cap-second-paid")
    window.go(reverse("support:my_money"))
    window.check("awards-cap-money-second")
