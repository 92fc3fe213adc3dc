"""Publicity in a browser: somebody objects, an officer decides, the line is struck, the list closes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from kaichuang.clock.operations import load_calendar
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Unit
from kaichuang.places.models import Programme
from kaichuang.publicity.columns import ColumnSpec, LineSpec
from kaichuang.publicity.models import Announcement, Objection
from kaichuang.publicity.operations import announce, close_due, lodge_objection, open_announcement

from ...fixtures.browser import LANGUAGES

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
NOW = datetime(2015, 11, 20, 2, 0, tzinfo=UTC)
COLUMNS = (
    ColumnSpec("party", "申请主体", "Applicant"),
    ColumnSpec("person", "负责人", "Person in charge", mask="name"),
    ColumnSpec("amount", "拟支持金额", "Amount", kind="money"),
)
TEXT = "该公司申报的仪器发票去年已在另一个项目中申领补助，请核对发票号码。"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def row(programme: Programme) -> Announcement:
    """Three awards, open since the 20th of November 2015, a Friday; the last day is the 27th."""
    load_calendar()
    actor = Actor.system("test", programme_id=programme.pk)
    cells = (
        ("宁海甲公司", "张小三", 10_000_00),
        ("宁海乙公司", "李思远", 20_000_00),
        ("宁海丙公司", "王晓东", 5_000_50),
    )
    made = announce(
        programme=programme,
        kind="award",
        title="关于扶持资金拟安排情况的公示",
        text="经申报、审核，现将扶持资金拟安排情况予以公示。",
        columns=COLUMNS,
        lines=[
            LineSpec(subject=None, cells={"party": party, "person": person, "amount": fen})
            for party, person, fen in cells
        ],
        days=5,
        clause="NH 三(二)",
        unit=Unit.objects.create(programme=programme, name="宁海县科学技术局"),
        contact="综合科 0574-00000000",
        actor=actor,
        now=NOW,
    )
    return open_announcement(announcement=made, actor=actor, now=NOW)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_somebody_objects_and_the_line_is_struck(
    visit: Any, make_user: Any, row: Announcement, programme: Programme, size: dict[str, int]
) -> None:
    kind = "phone" if size is PHONE else "desktop"
    public = visit(size=size)
    page = public.go("/publicity/")
    public.check(f"publicity-list-{kind}")
    page.get_by_role("link", name=row.title).click()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".pb-today")).to_contain_text("今天")
    public.check(f"publicity-page-{kind}")
    page.get_by_role("link", name="对第2项提出异议").click()
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="提交异议").click()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".is-invalid").first).to_be_visible()
    public.errors.clear()  # the browser reports the answer 422 of the form itself
    public.check(f"publicity-object-wrong-{kind}")
    page.get_by_label("真实姓名或单位全称").fill("周文博")
    page.get_by_label("联系电话").fill("13800138000")
    page.get_by_label("异议内容").fill(TEXT)
    page.get_by_role("button", name="提交异议").click()
    page.wait_for_load_state("networkidle")
    made = Objection.objects.get()
    expect(page.locator(".pb-code")).to_contain_text(made.printed_code)
    public.check(f"publicity-receipt-{kind}")

    officer = visit(size=size, user=make_user("officer"))
    desk = officer.go("/publicity/queue/")
    officer.check(f"publicity-queue-{kind}")
    desk.get_by_role("link", name=made.reference).click()
    desk.get_by_role("button", name="受理核查").click()
    desk.wait_for_load_state("networkidle")
    officer.check(f"publicity-objection-{kind}")
    public.go(f"/publicity/{row.pk}/")
    expect(page.get_by_text("异议核查中", exact=True).last).to_be_visible()
    desk.get_by_role("link", name="作出处理").click()
    desk.get_by_label("异议成立，该项撤下").check()
    desk.get_by_label("理由").fill("经核查，发票重复申报，不予支持。")
    officer.check(f"publicity-decide-{kind}")
    desk.get_by_role("button", name="确定并出具答复书").click()
    desk.wait_for_load_state("networkidle")
    expect(desk.get_by_role("link", name="公示异议答复书")).to_be_visible()
    expect(desk.get_by_text("提出人选择电话告知")).to_be_visible()
    officer.check(f"publicity-call-{kind}")
    desk.get_by_role("button", name="登记已告知").click()
    expect(desk.get_by_text("已登记电话告知。")).to_be_visible()
    officer.check()

    Programme.objects.filter(pk=programme.pk).update(business_date=date(2015, 11, 28))
    assert close_due(now=NOW).closed == (row.pk,)
    public.go(f"/publicity/{row.pk}/")
    expect(page.get_by_text("经核查，发票重复申报，不予支持。")).to_be_visible()
    expect(page.get_by_text("公示通过", exact=True).last).to_be_visible()
    expect(page.get_by_role("link", name="公示结果记录")).to_be_visible()
    public.check(f"publicity-closed-{kind}")
    assert "周文博" not in page.content()


def test_every_page_is_right_in_three_languages(visit: Any, make_user: Any, row: Announcement) -> None:
    made = lodge_objection(
        announcement=row,
        line=row.lines.get(position=1),
        text=TEXT,
        name="周文博",
        phone="13800138000",
        actor=Actor.public(programme_id=row.programme_id),
        now=NOW,
    )
    officer = visit(size=DESKTOP, user=make_user("officer"))
    for path in (
        "/publicity/",
        f"/publicity/{row.pk}/",
        f"/publicity/{row.pk}/object/?line=1",
        "/publicity/objections/",
        f"/publicity/objections/{made.code}/",
        "/publicity/office/",
        "/publicity/office/new/",
        f"/publicity/office/{row.pk}/",
        f"/publicity/office/{row.pk}/withdraw/",
        "/publicity/queue/",
        f"/publicity/queue/{made.pk}/",
        f"/publicity/queue/{made.pk}/refuse/",
    ):
        officer.survey(path, path.split("?")[0].strip("/").replace("/", "-"), LANGUAGES)
