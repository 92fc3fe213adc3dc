"""The windows of those around an award, and what each of them does there by clicking."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from kaichuang.accounts.models import User
from kaichuang.cases.models import Case
from kaichuang.kit.actor import Actor
from kaichuang.ledger.models import Batch, Payment
from kaichuang.parties.models import Party
from kaichuang.publicity.operations.close import close_due
from kaichuang.support.operations.follow import follow_payments

from ..conftest import Fund

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1366, "height": 900}
expect.set_options(timeout=20_000)


def settled(page: Page) -> None:
    page.wait_for_load_state("networkidle")


def seen(window: Any, name: str) -> None:
    """Look at the page, then open it anew: axe leaves empty style attributes, which htmx would copy."""
    window.check(name)
    window.page.reload()
    window.settle()


@dataclass
class Hands:
    """A fund, and a window for each of its people."""

    fund: Fund
    visit: Any
    windows: dict[str, Any] = field(default_factory=dict)

    def window(self, actor: Actor, size: dict[str, int] = DESKTOP) -> Any:
        """The window of a person, opened once; every question of the browser is answered with yes."""
        assert actor.user_id is not None
        user = User.objects.get(pk=actor.user_id)
        if user.username not in self.windows:
            window = self.visit(user=user, size=size)
            window.page.on("dialog", lambda dialog: dialog.accept())
            self.windows[user.username] = window
        return self.windows[user.username]

    # -- the applicant ------------------------------------------------------------------------------------------

    def begin(self, actor: Actor, code: str) -> Any:
        """A new application, open to be filled in, on a phone."""
        assert actor.party_id is not None
        window = self.window(actor, PHONE)
        page = window.go(reverse("cases:matter", args=[self.fund.place.matter(code).pk]))
        if page.get_by_role("link", name="选择主体并申报").count():
            page.get_by_role("link", name="选择主体并申报").click()
            page.get_by_role("button", name=Party.objects.get(pk=actor.party_id).name).click()
            window.settle()
        page.get_by_role("button", name="申报", exact=True).click()
        window.settle()
        return window

    def hand_in(self, window: Any, name: str = "") -> Case:
        """Every paper that is asked for, then the review page, then off it goes."""
        page = window.page
        wanted = page.locator("[data-paper]", has=page.get_by_text("必交", exact=True)).locator(
            "input[type=file]"
        )
        for box in wanted.evaluate_all("all => all.map(one => one.id)"):
            upload(page, str(box).removeprefix("file-"))
        page.get_by_role("button", name="核对并提交").click()
        window.settle()
        if name:
            seen(window, name)
        page.get_by_role("button", name="提交申请").click()
        window.settle()
        case = Case.objects.order_by("-pk").first()
        assert case is not None and case.state == "submitted"
        return case

    # -- the bureau ---------------------------------------------------------------------------------------------

    def desk(self, actor: Actor, case: Case) -> Page:
        page: Page = self.window(actor).go(reverse("cases:desk_case", args=[case.pk]))
        return page

    def establish(self, case: Case, fact: str, value: str) -> None:
        """The officer writes down what is so, from the list of what is known and lacking."""
        page = self.desk(self.fund.officer, case)
        page.locator(f'a[href="{reverse("cases:desk_establish", args=[case.pk, fact])}"]').click()
        page.locator("select[name=value]").select_option(value)
        page.get_by_label("数据来源或核查依据").fill("科技局认定文件")
        page.get_by_role("button", name="核定", exact=True).click()
        expect(page.get_by_text("已核定，测算结果已更新")).to_be_visible()

    def press(self, page: Page, title: str) -> None:
        """One move that needs only a click."""
        page.get_by_role("button", name=title, exact=True).click()
        expect(page.get_by_text(f"已办理：{title}")).to_be_visible()

    def form(self, page: Page, title: str, **fields: str) -> None:
        """One move that asks for something."""
        page.get_by_role("link", name=title, exact=True).click()
        for label, value in fields.items():
            page.get_by_label(label).first.fill(value)
        page.get_by_role("button", name=title, exact=True).click()
        expect(page.get_by_text(f"已办理：{title}")).to_be_visible()

    def to_publicity(self, case: Case) -> None:
        """The officer accepts, checks, proposes and publicises."""
        page = self.desk(self.fund.officer, case)
        self.press(page, "受理")
        self.press(page, "审核通过")
        self.form(page, "提出支持意见")
        self.form(page, "列入公示")

    def after_publicity(self, case: Case) -> None:
        """Time passes, nobody objects."""
        self.fund.place.pass_days(14)
        self.fund.place.now = timezone.now()
        close_due(now=self.fund.place.now)
        case.refresh_from_db()
        assert case.state == "decision"

    def approve(self, case: Case) -> None:
        """The leader's yes."""
        self.form(self.desk(self.fund.leader, case), "批准")
        case.refresh_from_db()
        assert case.state == "payment"

    def grant(self, case: Case) -> None:
        """From the queue to the decision."""
        self.to_publicity(case)
        self.after_publicity(case)
        self.approve(case)

    # -- the money ----------------------------------------------------------------------------------------------

    def paid_off(self) -> None:
        """What is due is paid, away from the windows."""
        self.fund.place.now = timezone.now()
        self.fund.pay()

    def pay(self) -> Any:
        """One makes the batch, another checks it, it goes to the bank, whose results come in."""
        window = self.window(self.fund.finance)
        page = window.go(reverse("ledger:batches"))
        page.get_by_role("link", name="编制支付批次").first.click()
        page.get_by_role("button", name="编制支付批次").click()
        expect(page.get_by_text("批次已编制")).to_be_visible()
        batch = Batch.objects.latest("pk")
        other = self.window(self.fund.checker).go(reverse("ledger:batch", args=[batch.pk]))
        other.get_by_role("button", name="复核通过").click()
        expect(other.get_by_text("已办理").first).to_be_visible()
        page.reload()
        with page.expect_download():
            page.get_by_role("button", name="发送银行").click()
        page.reload()
        page.get_by_role("link", name="导入银行结果").click()
        page.locator("input[type=file]").set_input_files(
            {"name": "results.csv", "mimeType": "text/csv", "buffer": self._results(batch)}
        )
        page.locator("main form button[type=submit]").first.click()
        expect(page.get_by_text("已对账：")).to_be_visible()
        follow_payments(now=timezone.now())
        return window

    def _results(self, batch: Batch) -> bytes:
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["支付编号", "结果", "日期", "说明"])
        for payment in Payment.objects.filter(batch=batch):
            writer.writerow([payment.pk, "成功", self.fund.today.isoformat(), ""])
        return out.getvalue().encode()


def typed(page: Page, selector: str, value: str) -> None:
    """Fill in a field; the saved time shows that it went up."""
    with page.expect_response(lambda answer: answer.url.endswith("/apply/save/")):
        box = page.locator(selector)
        box.fill(value)
        box.blur()


def choose(page: Page, name: str, value: str = "yes") -> None:
    with page.expect_response(lambda answer: answer.url.endswith("/apply/save/")):
        page.locator(f'[name="q-{name}"][value="{value}"]').check()


def upload(page: Page, place: str) -> None:
    """A file to where a paper is asked for: `invoice`, or `invoice:key` for that of one row."""
    paper = place.split(":", maxsplit=1)[0]
    name = f"{paper}.csv"
    with page.expect_response(lambda answer: f"/papers/{paper}/" in answer.url):
        page.locator(f'[id="file-{place}"]').set_input_files(
            {"name": name, "mimeType": "text/csv", "buffer": f"{place},{timezone.now()}\n".encode()}
        )
    expect(page.locator(f'[id="id_paper:{place}"]')).to_contain_text(name)
