"""Official PDFs: the same bytes for the same input, users' text never markup, verifiable by anybody."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from kaichuang.files import store
from kaichuang.files.models import Document
from kaichuang.files.operations import (
    issue_document,
    revoke_document,
    supersede_document,
    withdraw_attachment,
)
from kaichuang.files.pdf import render_pdf
from kaichuang.files.pdf.render import TemplateMissing
from kaichuang.files.queries import documents_for
from kaichuang.journal.models import Entry
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import NotAllowed, Refused, Stale
from kaichuang.parties.models import Party
from kaichuang.places.models import Programme

from .conftest import NOW

Issue = Callable[..., Document]
MARKUP = '#image("/settings.py") #read("/settings.py") #sys.inputs $x^2$ *粗* _斜_ @ref <label> \\ `raw` // x #panic("no") "])} '


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        parts = []
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            parts.append(text.get_text_range())
            text.close()
            page.close()
        return "\n".join(parts)
    finally:
        document.close()


def notice(**more: object) -> dict[str, object]:
    data: dict[str, object] = {
        "issuer": "宁海县科学技术局",
        "title": "关于认定结果的通知",
        "number": "宁科发〔2026〕7号",
        "addressee": "宁海星火众创空间有限公司",
        "paragraphs": ["根据第三条第（二）项，现将认定结果通知如下。"],
        "date": "2026年3月2日",
    }
    return {**data, **more}


@pytest.fixture
def issue(officer: Actor, programme: Programme, party: Party) -> Issue:
    def make(**more: object) -> Document:
        values: dict[str, object] = {
            "actor": officer,
            "now": NOW,
            "programme": programme,
            "template": "files/notice",
            "title": "关于认定结果的通知",
            "issuer": "宁海县科学技术局",
            "data": {
                "addressee": party.name,
                "paragraphs": ["现将认定结果通知如下。"],
                "date": "2026年3月2日",
            },
            "facts": [("认定单位", "宁海星火众创空间有限公司")],
            "recipient": party,
        }
        return issue_document(**{**values, **more})  # type: ignore[arg-type]

    return make


@pytest.mark.parametrize("template", ["files/notice", "files/certificate", "files/statement"])
def test_the_same_input_gives_the_same_bytes(template: str) -> None:
    data = notice(holder="甲公司", columns=["序号", "金额"], rows=[["1", "20.00"]], total=["", "20.00"])
    first, second = (render_pdf(template, data, created=NOW) for _ in range(2))
    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()
    other = render_pdf(template, data, created=NOW + timedelta(days=1))
    assert other != first
    assert b"D:20260302" in first
    assert b"pdfaid" in first


def test_an_official_notice_keeps_the_margins_and_fonts(tmp_path: Path) -> None:
    pdf = render_pdf("files/notice", notice(paragraphs=["正" * 28 * 30]), created=NOW)
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    assert (round(page.get_width()), round(page.get_height())) == (595, 842)
    lines: dict[int, list[tuple[float, float]]] = {}
    text = page.get_textpage()
    for index in range(text.count_chars()):
        if text.get_text_range(index, 1) == "正":
            left, bottom, right, _top = text.get_charbox(index, loose=True)
            lines.setdefault(round(bottom), []).append((left, right))
    text.close()
    page.close()
    assert len(document) == 2
    document.close()
    whole = max(lines.values(), key=len)
    assert len(whole) == 28, "28 characters a line"
    assert min(left for left, _ in whole) == pytest.approx(28 / 25.4 * 72, abs=1.5), "28 mm at the binding"
    heights = sorted(lines, reverse=True)
    pitch = (heights[0] - heights[5]) / 5
    assert pitch == pytest.approx(225 / 22 / 25.4 * 72, abs=0.4), "22 lines in 225 mm"


def test_text_of_users_is_never_markup() -> None:
    pdf = render_pdf("files/notice", notice(paragraphs=[MARKUP], title=MARKUP, addressee=MARKUP), created=NOW)
    flat = "".join(text_of(pdf).split())
    assert flat.count('#image("/settings.py")#read("/settings.py")#sys.inputs$x^2$') == 3
    assert "SECRET_KEY" not in flat


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
def test_no_text_breaks_a_template(text: str) -> None:
    data = {"title": text, "columns": [text], "rows": [[text]], "facts": [[text, text]], "notes": [text]}
    assert render_pdf("files/statement", data, created=NOW, standards=()).startswith(b"%PDF-")


@pytest.mark.parametrize(
    "name", ["nothing", "files/nothing", "files/../settings", "../files/notice", "/etc/passwd", ""]
)
def test_only_templates_of_contexts_are_rendered(name: str) -> None:
    with pytest.raises(TemplateMissing):
        render_pdf(name, {}, created=NOW)


def test_a_document_is_kept_as_it_was_issued(issue: Issue, officer: Actor, party: Party) -> None:
    document = issue(number="宁科发〔2026〕7号")
    pdf = store.open_content(document.attachment.content_id).read()
    assert document.printed_code in text_of(pdf).replace("\n", "")
    assert "宁海星火众创空间有限公司" in "".join(text_of(pdf).split())
    assert document.data["number"] == "宁科发〔2026〕7号"
    entry = Entry.objects.get(action="issue")
    assert entry.payload["sha256"] == hashlib.sha256(pdf).hexdigest()
    for sql in (
        "DELETE FROM files_document",
        "UPDATE files_document SET data = '{}'",
        "UPDATE files_document SET state = 'revoked', ended_at = now()",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_number_is_used_once(issue: Issue) -> None:
    issue(number="宁科发〔2026〕7号")
    with pytest.raises(Refused, match="文号已使用"):
        issue(number="宁科发〔2026〕7号")
    issue()
    issue()


def test_who_issues_and_who_reads(
    issue: Issue, owner: Actor, stranger: Actor, officer: Actor, auditor: Actor
) -> None:
    for actor in (owner, stranger, Actor.public(), auditor):
        with pytest.raises(NotAllowed):
            issue(actor=actor)
    document = issue()
    readers = [
        actor
        for actor in (owner, stranger, officer, auditor, Actor.public())
        if document in documents_for(actor)
    ]
    assert readers == [owner, officer, auditor]
    with pytest.raises(NotAllowed, match="已签发的文书"):
        withdraw_attachment(attachment=document.attachment, actor=owner, now=NOW, reason="x")
    with pytest.raises(NotAllowed):
        revoke_document(document=document, actor=owner, now=NOW, reason="x")


def verify(client: Client, **data: object) -> tuple[str, str]:
    page = client.post("/files/verify/", data).content.decode()
    verdict = page.partition('data-verdict="')[2].partition('"')[0]
    return verdict, page


def test_anybody_can_verify_by_code_and_by_file(issue: Issue, client: Client) -> None:
    document = issue(number="宁科发〔2026〕7号")
    verdict, page = verify(client, code=document.printed_code.lower().replace("-", " "))
    assert verdict == "genuine"
    for shown in (
        "真实有效",
        "关于认定结果的通知",
        "宁科发〔2026〕7号",
        "宁海县科学技术局",
        "认定单位",
        "宁海星火众创空间有限公司",
    ):
        assert shown in page
    pdf = store.open_content(document.attachment.content_id).read()
    assert verify(client, file=SimpleUploadedFile("x.pdf", pdf))[0] == "genuine"
    scanned = client.get("/files/verify/", {"code": document.code}).content.decode()
    assert 'data-verdict="genuine"' in scanned


def test_a_changed_file_is_called_altered(issue: Issue, client: Client) -> None:
    document = issue()
    pdf = store.open_content(document.attachment.content_id).read()
    verdict, page = verify(client, file=SimpleUploadedFile("x.pdf", pdf + b"\n% more"))
    assert verdict == "altered"
    assert "请勿采信" in page
    other = render_pdf(
        "files/notice", notice(paragraphs=["奖金五千万元。", document.printed_code]), created=NOW
    )
    assert verify(client, file=SimpleUploadedFile("x.pdf", other))[0] == "altered"


def test_a_foreign_file_and_a_wrong_code_are_told_apart(issue: Issue, client: Client) -> None:
    document = issue()
    foreign = render_pdf("files/notice", notice(), created=NOW)
    assert verify(client, file=SimpleUploadedFile("x.pdf", foreign))[0] == "unknown"
    assert verify(client, file=SimpleUploadedFile("x.pdf", b"not a pdf"))[0] == "unknown"
    wrong = ("0" if document.code[0] != "0" else "1") + document.code[1:]
    assert verify(client, code=wrong)[0] == "mistyped"
    assert client.post("/files/verify/", {}).status_code == 422


def test_revoked_and_superseded_documents_say_so(issue: Issue, officer: Actor, client: Client) -> None:
    first, second, third = issue(), issue(number="二号"), issue()
    revoke_document(document=first, actor=officer, now=NOW, reason="提供虚假材料")
    supersede_document(document=third, successor=second, actor=officer, now=NOW, reason="更正金额")
    verdict, page = verify(client, code=first.code)
    assert verdict == "revoked"
    assert "提供虚假材料" in page
    verdict, page = verify(client, code=third.code)
    assert verdict == "superseded"
    assert "关于认定结果的通知 二号" in page
    with pytest.raises(Stale):
        revoke_document(document=first, actor=officer, now=NOW, reason="x")
    with pytest.raises(Refused):
        supersede_document(document=second, successor=second, actor=officer, now=NOW, reason="x")


def test_guessing_codes_is_limited(issue: Issue, client: Client) -> None:
    document = issue()
    statuses = [client.post("/files/verify/", {"code": document.code}).status_code for _ in range(25)]
    assert statuses.count(200) == 20
    assert statuses[-1] == 429
    assert client.get(f"/api/files/verify/{document.code}").status_code == 429
    assert client.get("/files/verify/").status_code == 200, "the empty form is free"


def test_the_api_verifies_too(issue: Issue, client: Client) -> None:
    document = issue()
    answer = client.get(f"/api/files/verify/{document.printed_code}").json()
    assert (answer["verdict"], answer["facts"]) == ("genuine", [["认定单位", "宁海星火众创空间有限公司"]])
    assert client.get("/api/files/verify/x").json()["verdict"] == "mistyped"
    assert json.dumps(answer).count("addressee") == 0
