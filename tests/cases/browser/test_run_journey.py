"""A run without application in the browser: matched, offered, confirmed on a phone, publicised, granted, paid."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from kaichuang.accounts.models import User
from kaichuang.cases.models import Case, Run
from kaichuang.cases.operations.matching import make_offers, match_run, start_run
from kaichuang.cases.operations.matters import revise_matter
from kaichuang.cases.operations.running import actor_of_job, decide_in_parts
from kaichuang.entitlement.queries.books import compiled
from kaichuang.kit.actor import Actor
from kaichuang.packs.freeze import replay
from kaichuang.packs.loader import load_pack
from kaichuang.parties.models import Party
from kaichuang.publicity.operations.close import close_due

from ...support.conftest import WAN, Fund, open_place
from ..test_matching import know

__all__ = ["open_place"]

PHONE = {"width": 390, "height": 844}
FIRMS = 40
EARNED: dict[str, Any] = {
    "is_producer": True,
    "new_build_awards_running": False,
    "tax_paid": 620 * WAN,
    "local_contribution": 230 * WAN,
    "prior_contribution": 180 * WAN,
    "other_award": 0,
}
"""Twenty per cent of the growth: 100,000 yuan."""
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def user_of(actor: Actor) -> User:
    return User.objects.get(pk=actor.user_id)


def agree(page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.accept())


@pytest.fixture
def county(open_place: Any) -> Fund:
    """Liuhe gives its award for growing contribution (LH 二(五)12) to whoever the tax office knows to have earned it."""
    place = open_place("liuhe", "220524", "柳河县", "liuhe-2023", date(2024, 6, 3))
    matter = place.matter("LH-M7-S")
    flow = next(one for one in load_pack("_common").all.workflows if one.id == "automatic")
    file = matter.current.file
    spec = file.matter.model_copy(update={"workflow": "automatic", "window": "none"})
    changed = file.model_copy(update={"matter": spec, "workflow": flow})
    revise_matter(matter=matter, content=changed, reason="免申即享", actor=place.system, now=place.now)
    fund = Fund(place)
    fund.budget("LH-B1", 10_000 * WAN, {"industries": 10_000 * WAN})
    return fund


@pytest.fixture
def firms(county: Fund) -> list[tuple[Party, Actor]]:
    """Forty firms: eight entitled, eight that paid 200,000 yuan of tax too little, and of the rest too little is known."""
    made = [county.place.party(f"柳河长白{number:02d}号药业有限公司") for number in range(FIRMS)]
    for number, (party, _actor) in enumerate(made):
        facts = dict(EARNED)
        if number % 5 == 1:
            facts["tax_paid"] = 480 * WAN
        if number % 5 > 1:
            del facts["tax_paid"]
        know(county.place, party, **facts)
    return made


def test_everybody_is_matched_and_told_apart_and_the_entitled_are_asked(
    county: Fund, firms: list[Any], visit: Any
) -> None:
    place = county.place
    desk = visit(user=user_of(county.officer))
    page = desk.go(reverse("cases:runs"))
    page.get_by_role("link", name="开始匹配").first.click()
    page.get_by_label("事项").select_option(label="地方贡献增长奖励")
    page.get_by_label("批次名称").fill("2024年地方贡献增长奖励")
    desk.check("run-new")
    page.get_by_role("button", name="开始匹配").click()
    expect(page.get_by_text("正在逐户匹配")).to_be_visible()
    run = Run.objects.get()
    Run.objects.filter(pk=run.pk).update(total=FIRMS, done=17)
    expect(page.get_by_text("17 / 40")).to_be_visible()
    desk.check("run-matching")
    Run.objects.filter(pk=run.pk).update(total=0, done=0)
    match_run(run_id=run.pk, now=place.now)
    expect(page.get_by_text("下一步：告知企业确认")).to_be_visible()
    desk.check("run-matched")
    snapshot = run.matches.filter(status="met").first()
    assert replay(snapshot.document, compiled(run.version.pack_version)[1]).same

    page.get_by_label("结论").select_option("near")
    page.get_by_role("button", name="筛选").click()
    desk.settle()
    expect(page.get_by_text(firms[1][0].name)).to_be_visible()
    expect(page.get_by_text(firms[0][0].name)).to_have_count(0)
    desk.check("run-near")
    near = visit(size=PHONE, user=user_of(firms[1][1]))
    near.go(reverse("entitlement:mine"))
    expect(near.page.get_by_text("差一点").first).to_be_visible()
    near.check("run-near-party-phone")

    page.get_by_role("button", name="告知企业确认").click()
    expect(page.get_by_text("正在建立办件并告知企业")).to_be_visible()
    desk.check("run-offering")
    make_offers(run_id=run.pk, actor=place.system, now=place.now)
    expect(page.get_by_text("已告知企业确认").first).to_be_visible()
    assert Case.objects.count() == 8


def test_who_confirms_is_publicised_granted_and_paid(county: Fund, firms: list[Any], visit: Any) -> None:
    place = county.place
    run = start_run(matter=place.matter("LH-M7-S"), title="2024年奖励", actor=county.officer, now=place.now)
    match_run(run_id=run.pk, now=place.now)
    make_offers(run_id=run.pk, actor=place.system, now=place.now)
    _party, actor = firms[0]
    phone = visit(size=PHONE, user=user_of(actor))
    mine = phone.go(reverse("cases:mine"))
    phone.check("run-mine-phone")
    mine.get_by_role("link", name="地方贡献增长奖励").first.click()
    phone.check("run-offer-phone")
    mine.get_by_role("button", name="确认享受").click()
    phone.settle()
    phone.check("run-consented-phone")
    mine.get_by_role("link", name="确认收款账户").click()
    mine.get_by_label("开户行").fill("工行柳河支行")
    mine.locator("#id_number").fill("6222020200112233445")
    mine.locator("#id_again").fill("6222020200112233445")
    phone.check("run-account-phone")
    mine.get_by_role("button", name="确认收款账户").click()
    phone.settle()
    for party, somebody in firms[5::5]:
        place.move(Case.objects.get(party=party), "consent", somebody)
        if party != firms[5][0]:
            county.account(party, somebody)

    desk = visit(user=user_of(county.officer))
    page = desk.go(reverse("cases:run", args=[run.pk]))
    expect(page.get_by_text("下一步：公示")).to_be_visible()
    desk.check("run-consented")
    page.get_by_role("button", name="列入公示").click()
    expect(page.get_by_text("8 家企业已列入公示")).to_be_visible()
    desk.check("run-list")
    place.pass_days(14)
    place.now = timezone.now()
    assert len(close_due(now=place.now).closed) == 1

    lead = visit(user=user_of(county.leader))
    page = lead.go(reverse("cases:run", args=[run.pk]))
    expect(page.get_by_text("下一步：批准")).to_be_visible()
    lead.check("run-cleared")
    agree(page)
    page.get_by_role("button", name="全部批准").click()
    expect(page.get_by_text("正在逐件批准")).to_be_visible()
    assert county.leader.user_id is not None
    decider = actor_of_job(run, county.leader.user_id, place.now)
    assert decide_in_parts(run=run, actor=decider, now=place.now).moved == 8
    expect(page.get_by_text("已批准")).to_be_visible()
    county.pay()
    lead.go(reverse("cases:run", args=[run.pk]))
    lead.check("run-paid")
    assert sorted(Case.objects.values_list("state", flat=True)) == ["closed"] * 7 + ["payment"]

    phone.go(reverse("support:my_money"))
    expect(mine.get_by_text("已付").first).to_be_visible()
    phone.check("run-money-phone")
    other = visit(size=PHONE, user=user_of(firms[5][1]))
    other.go(reverse("support:my_money"))
    expect(other.page.get_by_text("待确认收款账户").first).to_be_visible()
    other.check("run-no-account-phone")
