"""An officer and a leader at work in a browser: from the queue to the letter and the file that replays it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from kaichuang.accounts.models import User
from kaichuang.cases.cli import case as command
from kaichuang.cases.models import Case, Correction, Decision
from kaichuang.cases.operations.evidence import add_paper
from kaichuang.cases.operations.letters import issue_letters
from kaichuang.kit.actor import Actor
from kaichuang.publicity.operations.close import close_due

from ...support.conftest import Fund, fund, invoices, lhasa, ninghai, open_place, paper

__all__ = ["fund", "lhasa", "ninghai", "open_place"]

PHONE = {"width": 390, "height": 844}
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def user_of(actor: Actor) -> User:
    return User.objects.get(pk=actor.user_id)


def agree(page: Page) -> None:
    """Answer the browser's question with yes."""
    page.on("dialog", lambda dialog: dialog.accept())


def test_from_the_queue_to_the_letter(fund: Fund, visit: Any, tmp_path: Path) -> None:
    fund.round("NH-S4")
    _party, applicant = fund.applicant(name="宁海新芽众创空间")
    case = fund.submitted("NH-S4", applicant, invoices=invoices(400_000), is_space_or_centre=True)
    for number in range(3):
        _other, somebody = fund.applicant(name=f"宁海试点{number}号空间")
        fund.submitted(
            "NH-S4", somebody, invoices=invoices(90_000, number=f"Z{number}"), is_space_or_centre=True
        )
    fund.place.now = timezone.now()

    desk = visit(user=user_of(fund.officer))
    page = desk.go(reverse("cases:desk"))
    expect(page.get_by_text("宁海新芽众创空间")).to_be_visible()
    desk.check("desk-queue")
    page.get_by_role("link", name=case.number).click()
    desk.check("desk-case")

    page.get_by_role("link", name="一次性告知补正").click()
    page.get_by_label("关于").first.select_option(index=1)
    page.get_by_label("内容").first.fill("发票复印件不清晰，请重新上传")
    page.get_by_label("依据的条款").first.fill("NH 三(四)")
    desk.check("desk-correction")
    page.get_by_role("button", name="一次性告知补正").click()
    expect(page.get_by_text("等待补正")).to_be_visible()
    about = Correction.objects.get(case=case).items[0]["about"]
    add_paper(
        case=case, paper=about.removeprefix("paper:"), upload=paper(), actor=applicant, now=fund.place.now
    )
    fund.place.now = timezone.now()
    fund.place.move(case, "complete", applicant)

    agree(page)
    page.reload()
    page.get_by_role("button", name="受理", exact=True).click()
    expect(page.get_by_text("已办理：受理")).to_be_visible()
    page.get_by_role("button", name="审核通过", exact=True).click()
    expect(page.get_by_text("已办理：审核通过")).to_be_visible()
    page.get_by_role("link", name="提出支持意见").click()
    page.get_by_label("金额").fill("130000")
    expect(page.get_by_text("超过测算上限")).to_be_visible()
    desk.check("desk-propose")
    page.get_by_label("金额").fill("100000")
    expect(page.get_by_text("在上限之内")).to_be_visible()
    page.get_by_role("button", name="提出支持意见").click()
    expect(page.get_by_text("已办理：提出支持意见")).to_be_visible()
    page.get_by_role("link", name="列入公示").click()
    page.get_by_role("button", name="列入公示").click()
    expect(page.get_by_text("已办理：列入公示")).to_be_visible()
    fund.place.pass_days(14)
    fund.place.now = timezone.now()
    close_due(now=fund.place.now)
    case.refresh_from_db()
    assert case.state == "decision"

    lead = visit(user=user_of(fund.leader))
    page = lead.go(reverse("cases:desk_overview"))
    lead.check("desk-overview")
    page.get_by_role("link", name=case.number).click()
    page.get_by_role("link", name="批准", exact=True).click()
    page.get_by_role("button", name="批准", exact=True).click()
    expect(page.get_by_text("已办理：批准")).to_be_visible()
    assert Decision.objects.get(case=case).amount_fen == 100_000_00
    issue_letters(now=timezone.now())
    page.reload()
    letter = page.get_by_role("link", name="下载决定书").get_attribute("href")
    assert page.request.get(f"{lead.base}{letter}").body().startswith(b"%PDF")
    address = page.get_by_role("link", name="下载一户一档").get_attribute("href")
    kept = tmp_path / "case.zip"
    kept.write_bytes(page.request.get(f"{lead.base}{address}").body())
    ran = CliRunner().invoke(command, ["replay", str(kept)])
    assert ran.exit_code == 0, ran.output
    lead.check("desk-decided")


def test_pages_fit_a_phone_and_the_editor_works_without_scripts(fund: Fund, visit: Any) -> None:
    fund.round("NH-S4")
    _party, applicant = fund.applicant(name="宁海新芽众创空间")
    case = fund.submitted("NH-S4", applicant, invoices=invoices(400_000), is_space_or_centre=True)
    matter = fund.place.matter("NH-S9")
    addresses = {
        "queue": reverse("cases:desk"),
        "case": reverse("cases:desk_case", args=[case.pk]),
        "reject": reverse("cases:desk_move", args=[case.pk, "reject"]),
        "overview": reverse("cases:desk_overview"),
        "compare": f"{reverse('cases:desk_compare')}?id={case.pk}",
        "matters": reverse("cases:desk_matters"),
        "matter": reverse("cases:desk_matter", args=[matter.pk]),
        "editor": reverse("cases:desk_editor", args=[matter.pk]),
        "round": reverse("cases:desk_round", args=[matter.pk]),
        "bans": reverse("cases:desk_bans"),
    }
    phone = visit(size=PHONE, user=user_of(fund.officer))
    wide = visit(user=user_of(fund.officer), language="en")
    for name, address in addresses.items():
        phone.go(address)
        phone.check(f"desk-{name}-phone")
        wide.go(address)
        wide.check(f"desk-{name}-en")
    plain = visit(user=user_of(fund.officer), scripts=False)
    page = plain.page
    page.goto(plain.base + addresses["editor"])
    page.get_by_role("button", name="之后加一个环节").first.click()
    expect(page.get_by_text("新增环节1").first).to_be_attached()
    page.get_by_label("修改的依据或原因").fill("增加初审")
    page.get_by_role("button", name="保存为新版本").click()
    expect(page.get_by_text("增加初审")).to_be_visible()
    assert Case.objects.get(pk=case.pk).version.number == 1
