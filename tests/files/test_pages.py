"""Pages and API of files: for those who may, in three languages, with a fixed number of queries."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kaichuang.files.models import Attachment, Document
from kaichuang.files.operations import attach, issue_document
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Party
from kaichuang.places.models import Programme

from .conftest import MakeActor, Upload, docx_bytes, image_bytes, pdf_bytes
from .test_download import login

HAN = re.compile(r"[\u4e00-\u9fff]")


def main_of(answer: object) -> str:
    html = answer.content.decode()  # type: ignore[attr-defined]
    return str(
        html[
            html.index('<div class="kc-main"')
            if '<div class="kc-main"' in html
            else html.index("<main") : html.index("</main>")
        ]
    )


@pytest.fixture
def kept(owner: Actor, party: Party, programme: Programme, now: datetime) -> Attachment:
    [attachment] = attach(
        uploads=[Upload("a.pdf", pdf_bytes())], actor=owner, now=now, programme=programme, owner=party
    )
    return attachment


@pytest.fixture
def issued(officer: Actor, party: Party, programme: Programme, now: datetime) -> Document:
    return issue_document(
        actor=officer,
        now=now,
        programme=programme,
        template="files/notice",
        title="Notice",
        issuer="Bureau",
        data={"paragraphs": ["x"], "date": "2026"},
        recipient=party,
    )


@pytest.mark.parametrize(
    "path",
    [
        "/files/attachments/",
        "/files/attachments/upload/",
        "/files/attachments/{a}/",
        "/files/documents/",
        "/files/documents/{d}/",
        "/files/verify/",
    ],
)
@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_a_page_speaks_its_language(
    kept: Attachment, issued: Document, owner: Actor, party: Party, path: str, language: str
) -> None:
    Party.objects.filter(pk=party.pk).update(name="Spark Ltd")
    client = login(owner)
    client.cookies["django_language"] = language
    answer = client.get(path.format(a=kept.pk, d=issued.pk))
    assert answer.status_code == 200
    text = main_of(answer).replace("用户owner", "").replace("宁海县双创", "").replace("用户officer", "")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", text)
    found = "".join(HAN.findall(text))
    if language == "en":
        assert found == ""
    else:
        assert found
        wrong = {"zh-hans": "驗證碼類別書傳", "zh-hant": "验证码类书传"}[language]
        assert not set(wrong) & set(found)


def test_upload_and_withdraw_by_the_pages(owner: Actor, party: Party) -> None:
    client = login(owner)
    bad = client.post(
        "/files/attachments/upload/",
        {
            "files": [
                Upload("a.png", image_bytes("JPEG")),
                Upload("m.docx", docx_bytes({"word/vbaProject.bin": b"x"})),
            ]
        },
    )
    assert bad.status_code == 422
    assert "扩展名与内容不符" in main_of(bad)
    assert "含有宏" in main_of(bad)
    assert client.post("/files/attachments/upload/", {}).status_code == 422
    good = client.post(
        "/files/attachments/upload/",
        {"files": [Upload("a.png", image_bytes()), Upload("b.pdf", pdf_bytes())], "kind": "发票"},
    )
    assert good.status_code == 302
    assert {(row.name, row.owner_id, row.kind) for row in Attachment.objects.all()} == {
        ("a.png", party.pk, "发票"),
        ("b.pdf", party.pk, "发票"),
    }
    row = Attachment.objects.get(name="a.png")
    assert client.post(f"/files/attachments/{row.pk}/", {"reason": ""}).status_code == 422
    assert client.post(f"/files/attachments/{row.pk}/", {"reason": "重复"}).status_code == 302
    assert "a.png" not in main_of(client.get("/files/attachments/"))
    assert "a.png" in main_of(client.get("/files/attachments/?withdrawn=on"))
    assert "重复" in main_of(client.get(f"/files/attachments/{row.pk}/"))


def test_whoever_reads_a_document_can_download_its_pdf(
    issued: Document, owner: Actor, stranger: Actor, make_actor: MakeActor
) -> None:
    path = f"/files/attachments/{issued.attachment_id}/download/"
    colleague = make_actor("colleague", "officer")
    assert path in main_of(login(colleague).get(f"/files/documents/{issued.pk}/"))
    assert login(colleague).get(path).status_code == 200
    listed = main_of(login(colleague).get("/files/attachments/"))
    assert f"/files/attachments/{issued.attachment_id}/" not in listed, "what one may read is not one's own"
    assert login(owner).get(path).status_code == 200
    assert login(stranger).get(path).status_code == 404


def test_revoke_by_the_page_is_for_staff(
    issued: Document, owner: Actor, officer: Actor, stranger: Actor
) -> None:
    path = f"/files/documents/{issued.pk}/"
    assert login(stranger).get(path).status_code == 404
    assert "撤销文书" not in main_of(login(owner).get(path))
    assert login(owner).post(path, {"reason": "x"}).status_code == 422
    assert login(officer).post(path, {"reason": "有误"}).status_code == 302
    issued.refresh_from_db()
    assert issued.state == "revoked"


def test_nobody_without_login(kept: Attachment, issued: Document) -> None:
    client = Client()
    for path in (
        "/files/attachments/",
        "/files/attachments/upload/",
        f"/files/attachments/{kept.pk}/",
        "/files/documents/",
        f"/files/documents/{issued.pk}/",
    ):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")
    for path in ("/api/files/attachments", "/api/files/documents", f"/api/files/attachments/{kept.pk}"):
        assert client.get(path).status_code == 401


@pytest.mark.parametrize(
    "path", ["/files/attachments/", "/files/documents/", "/api/files/attachments", "/api/files/documents"]
)
def test_a_list_costs_the_same_for_one_and_for_many(
    owner: Actor, officer: Actor, party: Party, programme: Programme, now: datetime, path: str
) -> None:
    client, counts = login(owner), []
    for round_ in range(2):
        for number in range(1 if round_ == 0 else 3):
            attach(
                uploads=[Upload("a.png", image_bytes(size=(8, 9 + number)))],
                actor=owner,
                now=now,
                owner=party,
                programme=programme,
            )
            issue_document(
                actor=officer,
                now=now,
                programme=programme,
                template="files/statement",
                title=f"t{number}",
                issuer="i",
                data={"columns": ["c"], "rows": [["1"]]},
                recipient=party,
            )
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 20


def test_the_api_uploads_and_lists(owner: Actor, stranger: Actor) -> None:
    client = login(owner)
    answer = client.post(
        "/api/files/attachments", {"files": [Upload("a.png", image_bytes())], "kind": "照片"}
    )
    assert answer.status_code == 201, answer.content
    [row] = answer.json()
    assert (row["name"], row["media_type"], row["kind"]) == ("a.png", "image/png", "照片")
    assert client.get("/api/files/attachments").json()["count"] == 1
    assert login(stranger).get("/api/files/attachments").json()["count"] == 0
    assert client.get(row["download"]).status_code == 200


def test_a_list_can_be_exported(kept: Attachment, owner: Actor) -> None:
    answer = login(owner).get("/files/attachments/?export=attachments.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert text.splitlines()[0].startswith("文件名,材料类别,大小")
    assert "a.pdf" in text
