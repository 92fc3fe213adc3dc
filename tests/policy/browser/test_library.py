"""The library in a browser: every page in three languages and two sizes, and four journeys."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from kaichuang.kit.actor import Actor
from kaichuang.packs.loader import load_pack
from kaichuang.places.models import Programme
from kaichuang.policy.importing import parse_text
from kaichuang.policy.models import Book, Edition, PackVersion, Question
from kaichuang.policy.operations import (
    adopt_into,
    answer,
    ask,
    check_edition,
    import_document,
    publish,
    settle_doubts,
)
from kaichuang.policy.operations.bind_book import bind_book
from kaichuang.policy.queries.clauses import find_clause

from ...fixtures.browser import LANGUAGES
from ..conftest import TEXT

DESKTOP = {"width": 1366, "height": 900}
PHONE = {"width": 390, "height": 844}
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])

pytestmark = pytest.mark.django_db(transaction=True)


def put(programme: Programme, code: str, text: str) -> Edition:
    actor = Actor.system("test", programme_id=programme.pk)
    edition = import_document(actor=actor, now=NOW, programme=programme, code=code, parsed=parse_text(text))
    settle_doubts(actor=actor, now=NOW, edition=edition)
    return publish(actor=actor, now=NOW, edition=check_edition(actor=actor, now=NOW, edition=edition))


@pytest.fixture
def library(programme: Programme) -> Programme:
    """A pack's outline, one text in two editions, an answer, an open question."""
    actor = Actor.system("test", programme_id=programme.pk)
    adopt_into(actor=actor, now=NOW, programme=programme, pack=load_pack("ninghai-2016"))
    put(programme, "DH", TEXT.replace("对创客空间给予房租补贴", "对创 客空间给予房租补贴"))
    put(programme, "DH", TEXT.replace("最高10万元", "最高15万元").replace("2022年12月31日", "2023年12月31日"))
    clause = find_clause("DH 二(一)")
    assert clause is not None
    for text in ("租金发票可以跨年吗？", "押金算不算房租？"):
        asked = ask(actor=Actor.public(), now=NOW, programme=programme, clause=clause, text=text)
        if text.startswith("租金"):
            words = "按发票日期所在年度计算。"
            answer(actor=actor, now=NOW, question=asked, text=words, citations=["DH 二(一)"], is_public=True)
    return programme


def test_every_public_page_is_right_in_three_languages(visit: Any, library: Programme) -> None:
    window = visit()
    version = PackVersion.objects.get()
    unit = library.units.get(name="市科技局")
    ticket = Question.objects.filter(state="routed").get().ticket
    pages = {
        "library": "/policy/",
        "document": "/policy/DH/",
        "outline": "/policy/NH/",
        "clause": "/policy/DH/二(一)/",
        "clause-outline": "/policy/NH/三(二)/",
        "clause-old": "/policy/DH/二(一)/?edition=1",
        "source": "/policy/DH/source/",
        "compare": "/policy/DH/compare/",
        "search": "/policy/search/?q=补贴",
        "cited": "/policy/cited/?number=国发〔2019〕1号",
        "duties": "/policy/duties/?code=DH",
        "matrix": "/policy/duties/matrix/?code=DH",
        "unit": f"/policy/duties/units/{unit.pk}/",
        "questions": "/policy/questions/",
        "ask": "/policy/questions/ask/?clause=DH 二(一)",
        "track": f"/policy/questions/{ticket}/",
        "books": "/policy/books/",
        "packs": "/policy/packs/",
        "pack": f"/policy/packs/{version.pk}/",
    }
    for name, path in pages.items():
        window.survey(path, f"policy-{name}", LANGUAGES)


def test_every_page_of_a_clerk_is_right_in_three_languages(
    visit: Any, library: Programme, make_user: Any
) -> None:
    actor = Actor.system("test", programme_id=library.pk)
    damaged = TEXT.replace("东政办发〔2020〕7号", "东政办发(2020)7号号")
    edition = import_document(actor=actor, now=NOW, programme=library, code="DM", parsed=parse_text(damaged))
    question = Question.objects.get(state="routed")
    window = visit(user=make_user("clerk"))
    pages = {
        "making": "/policy/making/",
        "upload": "/policy/upload/",
        "edition": f"/policy/editions/{edition.pk}/",
        "describe": f"/policy/editions/{edition.pk}/describe/",
        "withdraw": f"/policy/editions/{edition.pk}/withdraw/",
        "desk": "/policy/questions/desk/",
        "handle": f"/policy/questions/desk/{question.pk}/",
        "new-book": "/policy/books/new/",
        "mine": "/policy/questions/mine/",
    }
    for name, path in pages.items():
        window.survey(path, f"policy-{name}", LANGUAGES)


@SIZES
def test_a_clerk_imports_a_document_end_to_end(
    visit: Any, programme: Programme, make_user: Any, size: dict[str, int], tmp_path: Path
) -> None:
    file = tmp_path / "东湖.txt"
    file.write_text(TEXT.replace("东政办发〔2020〕7号", "东政办发(2020)7号号"), encoding="utf-8")
    window = visit(size=size, user=make_user("clerk"))
    kind = "phone" if size is PHONE else "desktop"
    page = window.go("/policy/making/")
    page.get_by_role("link", name="上传文件").click()
    page.get_by_label("文件", exact=False).first.set_input_files(file)
    page.get_by_role("button", name="上传并预览").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("导入预览")
    expect(page.locator("main")).to_contain_text("购置设备按20%补贴，最高20万元。")
    window.check(f"policy-preview-{kind}")
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.locator("#id_code")).to_have_class("form-control is-invalid")
    page.locator("#id_code").fill("dh")
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.locator(".kp-doubt-row").first).to_be_visible()
    page.get_by_role("button", name="采纳", exact=True).first.click()
    expect(page.locator("main")).to_contain_text("采纳更正")
    remaining = page.get_by_role("button", name="采纳全部建议")
    if remaining.count():
        page.on("dialog", lambda dialog: dialog.accept())
        remaining.click()
    page.get_by_role("button", name="校对完成").click()
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page).to_have_url(f"{window.base}/policy/DH/")
    expect(page.locator("article.kc-document-text")).to_contain_text("购置设备按20%补贴，最高20万元。")
    window.check()


@SIZES
def test_a_visitor_reads_a_clause_and_asks_and_an_officer_answers(
    visit: Any, library: Programme, make_user: Any, size: dict[str, int]
) -> None:
    visitor = visit(size=size)
    page = visitor.go("/policy/")
    page.get_by_role("searchbox", name="条款中的词，或引用").fill("设备补贴")
    page.get_by_role("button", name="搜索条款").click()
    page.get_by_role("link", name="DH 二(二)").first.click()
    expect(page.locator("article.kc-document-text")).to_contain_text("购置设备按20%补贴")
    page.get_by_text("对本条提问").click()
    page.get_by_label("您的问题").fill("二手设备可以补贴吗？")
    page.get_by_role("button", name="提交问题").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的提问")
    address = page.url
    visitor.check()

    officer = visit(size=size, user=make_user("officer"))
    desk = officer.go("/policy/questions/desk/")
    desk.get_by_role("link", name="二手设备可以补贴吗？").click()
    desk.get_by_label("答复", exact=True).fill("条文没有限定新旧。")
    citations = desk.get_by_label("依据条款")
    citations.fill("")
    citations.press_sequentially("DH 二(")
    expect(desk.locator("#references option").first).to_have_attribute("value", "DH 二(一)")
    citations.fill("DH 二(二)")
    desk.get_by_role("button", name="提交答复").click()
    expect(desk.locator("main")).to_contain_text("条文没有限定新旧。")
    officer.check()

    page.goto(address)
    expect(page.locator("main")).to_contain_text("条文没有限定新旧。")
    visitor.check()


def test_two_editions_are_compared(visit: Any, library: Programme) -> None:
    window = visit()
    page = window.go("/policy/DH/")
    page.get_by_role("link", name="版本比较").click()
    expect(page.locator("del").first).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("建成创客空间20家")
    page.get_by_text("也显示未变的条款").click()
    page.get_by_role("button", name="比较").click()
    expect(page.locator("main")).to_contain_text("建成创客空间20家")
    window.check()


def test_a_book_is_made_and_downloaded(visit: Any, library: Programme, make_user: Any) -> None:
    window = visit(user=make_user("clerk"))
    page = window.go("/policy/books/new/")
    page.get_by_role("button", name="开始编制").click()
    expect(page.locator("progress")).to_be_visible()
    book = Book.objects.get()
    bind_book(book_id=book.pk, now=NOW)
    expect(page.get_by_role("link", name="下载 PDF")).to_be_visible()
    window.check("policy-book-desktop")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")


def test_the_library_is_read_without_scripts(visit: Any, library: Programme) -> None:
    library.business_date = date(2021, 1, 1)
    library.save()
    page = visit(scripts=False).go("/policy/?effect=in_force")
    page.get_by_role("link", name="东湖市人民政府办公室关于扶持创客空间的若干意见").click()
    page.locator("article.kc-document-text").get_by_role("link", name="房租补贴").click()
    expect(page.locator("article.kc-document-text")).to_contain_text("最高15万元")
    page.get_by_role("link", name="下一条").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("设备补贴")
