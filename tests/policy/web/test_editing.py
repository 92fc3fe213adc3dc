"""The clerk's way: upload, look over, import, settle doubts, check, publish, renew, end."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kaichuang.journal.queries import history_of
from kaichuang.places.models import Programme
from kaichuang.policy.models import Document, Draft, Edition

from ..conftest import TEXT
from .conftest import SignIn

DAMAGED = TEXT.replace("东政办发〔2020〕7号", "东政办发(2020)7号号")


def upload(desk: Client, data: bytes, *, code: str = "DM", name: str = "dm.txt") -> Draft:
    answer = desk.post("/policy/upload/", {"file": SimpleUploadedFile(name, data), "code": code})
    assert answer.status_code == 302, answer.content.decode()
    return Draft.objects.get(pk=answer["Location"].strip("/").rsplit("/", 1)[1])


def take(desk: Client, text: str, code: str = "DM") -> Edition:
    draft = upload(desk, text.encode(), code=code)
    answer = desk.post(reverse("policy:preview", args=[draft.pk]), {"code": code})
    assert answer.status_code == 302, answer.content.decode()
    return Edition.objects.get(pk=answer["Location"].strip("/").rsplit("/", 1)[1])


def docx_of(text: str) -> bytes:
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def html_of(text: str) -> bytes:
    return f"<html><body>{''.join(f'<p>{line}</p>' for line in text.splitlines())}</body></html>".encode()


class TestUpload:
    @pytest.mark.parametrize(
        ("name", "make"),
        [
            ("a.txt", str.encode),
            ("a.html", html_of),
            ("a.docx", docx_of),
            ("a.txt", lambda text: text.encode("gb18030")),
        ],
        ids=["txt", "html", "docx", "gb18030"],
    )
    def test_previews_before_anything_is_in_the_library(self, desk: Client, name: str, make: object) -> None:
        draft = upload(desk, make(TEXT), name=name)  # type: ignore[operator]
        html = desk.get(reverse("policy:preview", args=[draft.pk])).content.decode()
        for words in ("东政办发〔2020〕7号", "2022-12-31", "房租补贴", "市财政局", "国发〔2019〕1号"):
            assert words in html
        assert not Document.objects.exists()

    def test_an_unreadable_file_is_refused_in_words(self, desk: Client) -> None:
        answer = desk.post(
            "/policy/upload/", {"file": SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n123"), "code": "DM"}
        )
        assert answer.status_code == 422
        assert "先做文字识别" in answer.content.decode()

    def test_a_file_without_words_is_refused(self, desk: Client) -> None:
        answer = desk.post("/policy/upload/", {"file": SimpleUploadedFile("a.txt", b"  \n \n"), "code": "DM"})
        assert answer.status_code == 422

    @pytest.mark.parametrize(
        ("code", "words"), [("", "请填写引用代号"), ("宁海", "大写字母和数字"), ("A" * 13, "最多12个字符")]
    )
    def test_a_wrong_code_does_not_lose_the_upload(self, desk: Client, code: str, words: str) -> None:
        draft = upload(desk, TEXT.encode(), code="")
        answer = desk.post(reverse("policy:preview", args=[draft.pk]), {"code": code})
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert Draft.objects.filter(pk=draft.pk).exists()
        assert "dm.txt" in desk.get("/policy/making/").content.decode()

    def test_a_code_in_small_letters_is_understood(self, desk: Client) -> None:
        draft = upload(desk, TEXT.encode(), code="")
        assert desk.post(reverse("policy:preview", args=[draft.pk]), {"code": "dm"}).status_code == 302
        assert Document.objects.get().code == "DM"

    def test_the_same_text_twice_is_refused_and_kept_as_a_draft(self, desk: Client) -> None:
        take(desk, TEXT)
        draft = upload(desk, TEXT.encode())
        answer = desk.post(reverse("policy:preview", args=[draft.pk]), {"code": "DM"})
        assert answer.status_code == 422
        assert "同样的原文已经导入过" in answer.content.decode()

    def test_the_preview_says_that_it_becomes_a_new_edition(self, desk: Client) -> None:
        take(desk, TEXT)
        draft = upload(desk, TEXT.replace("10万", "15万").encode())
        assert "导入后成为它的新版本" in desk.get(reverse("policy:preview", args=[draft.pk])).content.decode()

    def test_a_draft_can_be_thrown_away(self, desk: Client) -> None:
        draft = upload(desk, TEXT.encode())
        assert desk.get(reverse("policy:discard", args=[draft.pk])).status_code == 405
        desk.post(reverse("policy:discard", args=[draft.pk]))
        assert not Draft.objects.exists()

    def test_others_neither_upload_nor_see_drafts(self, desk: Client, sign_in: SignIn) -> None:
        draft = upload(desk, TEXT.encode())
        founder = sign_in("founder")
        assert founder.get("/policy/upload/").status_code == 403
        assert founder.get(reverse("policy:preview", args=[draft.pk])).status_code == 403
        assert Client().get("/policy/making/").status_code == 302


class TestDoubts:
    def test_one_by_one(self, desk: Client) -> None:
        edition = take(desk, DAMAGED)
        doubt = edition.doubts.exclude(proposed="").first()
        address = reverse("policy:doubts", args=[edition.pk])
        page = desk.get(reverse("policy:edition", args=[edition.pk])).content.decode()
        assert doubt.message in page
        empty = desk.post(address, {"action": "own", "doubt": doubt.pk, "text": " "})
        assert empty.status_code == 422
        assert "请填写采用的文字" in empty.content.decode()
        for action, text, state, decided in (
            ("own", "东政办发〔2020〕8号", "accepted", "东政办发〔2020〕8号"),
            ("keep", "", "kept", ""),
            ("accept", "", "accepted", doubt.proposed),
        ):
            assert desk.post(address, {"action": action, "doubt": doubt.pk, "text": text}).status_code == 302
            doubt.refresh_from_db()
            assert (doubt.state, doubt.decided) == (state, decided)

    def test_all_at_once(self, desk: Client) -> None:
        edition = take(desk, DAMAGED)
        check = reverse("policy:move", args=[edition.pk, "check"])
        refused = desk.post(check)
        assert refused.status_code == 422
        assert "更正建议的疑点未处理" in refused.content.decode()
        desk.post(reverse("policy:doubts", args=[edition.pk]), {"action": "all"})
        assert not edition.doubts.filter(state="open").exclude(proposed="").exists()
        assert desk.post(check).status_code == 302

    def test_nobody_else_decides(self, desk: Client, sign_in: SignIn) -> None:
        edition = take(desk, DAMAGED)
        address = reverse("policy:doubts", args=[edition.pk])
        assert sign_in("founder").post(address, {"action": "all"}).status_code == 404
        assert Client().post(address, {"action": "all"}).status_code == 302
        assert edition.doubts.filter(state="open").exclude(proposed="").exists()


def publish(desk: Client, edition: Edition) -> None:
    desk.post(reverse("policy:doubts", args=[edition.pk]), {"action": "all"})
    for move in ("check", "publish"):
        assert desk.post(reverse("policy:move", args=[edition.pk, move])).status_code == 302


class TestLife:
    def test_from_file_to_everybody(self, desk: Client) -> None:
        edition = take(desk, TEXT)
        assert Client().get("/policy/DM/").status_code == 404
        assert edition.title in desk.get("/policy/making/").content.decode()
        publish(desk, edition)
        assert Client().get("/policy/DM/二(一)/").status_code == 200
        assert [entry.action for entry in history_of(edition)][-2:] == ["check", "publish"]

    def test_metadata_can_be_corrected_before_publishing(self, desk: Client) -> None:
        edition = take(desk, TEXT)
        address = reverse("policy:describe", args=[edition.pk])
        values = {
            "title": "更好的标题",
            "issuer": "东湖市",
            "number": edition.number,
            "effective_on": "2021-01-01",
        }
        wrong = desk.post(address, {**values, "title": "", "expires_on": "2020-01-01"})
        assert wrong.status_code == 422
        edition.refresh_from_db()
        assert edition.effective_on == date(2020, 3, 1)
        assert desk.post(address, values).status_code == 302
        edition.refresh_from_db()
        assert (edition.title, edition.effective_on, edition.expires_on) == (
            "更好的标题",
            date(2021, 1, 1),
            None,
        )
        publish(desk, edition)
        assert desk.post(address, {**values, "title": "太晚"}).status_code == 422

    def test_a_renewal_has_a_new_validity(self, desk: Client, programme: Programme) -> None:
        edition = take(desk, TEXT)
        publish(desk, edition)
        address = reverse("policy:renew", args=[edition.pk])
        assert desk.post(address, {"effective_on": "2023-01-01", "reason": ""}).status_code == 422
        answer = desk.post(
            address,
            {"effective_on": "2023-01-01", "expires_on": "2030-12-31", "reason": "东政办发〔2022〕30号"},
        )
        renewed = Edition.objects.get(ordinal=2)
        assert answer["Location"] == reverse("policy:edition", args=[renewed.pk])
        publish(desk, renewed)
        programme.business_date = date(2024, 1, 1)
        programme.save()
        assert "有效期至2030年12月31日" in Client().get("/policy/DM/").content.decode()
        assert "东政办发〔2022〕30号" in Client().get("/policy/DM/").content.decode()

    def test_repealing_needs_a_day_and_a_reason(self, desk: Client) -> None:
        edition = take(desk, TEXT)
        publish(desk, edition)
        address = reverse("policy:move", args=[edition.pk, "repeal"])
        wrong = desk.post(address, {"on": "", "reason": ""})
        assert wrong.status_code == 422
        assert (
            wrong.content.decode().count("invalid-feedback") >= 2
            or wrong.content.decode().count("errorlist") >= 2
        )
        assert desk.post(address, {"on": "2021-01-01", "reason": "新文件替代"}).status_code == 302
        assert "已废止" in Client().get("/policy/DM/").content.decode()

    def test_a_withdrawn_text_is_gone(self, desk: Client) -> None:
        edition = take(desk, TEXT)
        publish(desk, edition)
        address = reverse("policy:move", args=[edition.pk, "withdraw"])
        assert desk.post(address, {"reason": "传错文件"}).status_code == 302
        assert Client().get("/policy/DM/").status_code == 404
        assert Client().get("/policy/DM/二(一)/").status_code == 404

    def test_lists_need_the_same_number_of_queries_for_one_and_three(self, desk: Client) -> None:
        first = take(desk, TEXT, code="D1")
        upload(desk, TEXT.encode(), code="E1")
        desk.get("/policy/making/")
        with CaptureQueriesContext(connection) as one:
            desk.get("/policy/making/")
        for number in (2, 3):
            take(desk, TEXT.replace("7号", f"{number}号"), code=f"D{number}")
            upload(desk, TEXT.encode(), code=f"E{number}")
        with CaptureQueriesContext(connection) as three:
            desk.get("/policy/making/")
        assert len(three) == len(one)
        assert first.state == "imported"


SAMPLES = Path(__file__).parents[4] / "shared" / "policies" / "samples"


@pytest.mark.parametrize("file", sorted(SAMPLES.glob("*.txt")), ids=lambda file: file.name[:2])
def test_documents_of_other_shapes_go_through(file: Path, desk: Client) -> None:
    draft = upload(desk, file.read_bytes(), name=file.name)
    assert desk.get(reverse("policy:preview", args=[draft.pk])).status_code == 200
    assert desk.post(reverse("policy:preview", args=[draft.pk]), {"code": "DM"}).status_code == 302
    edition = Edition.objects.get()
    addresses = [
        f"/policy/{clause.part.code}/{clause.path}/" for clause in edition.clauses.select_related("part")
    ]
    assert len(addresses) == len(set(addresses)), "two clauses share an address"
    if addresses:
        publish(desk, edition)
        for address in addresses[:: max(1, len(addresses) // 12)]:
            assert Client().get(address).status_code == 200, address
        assert Client().get("/policy/DM/").status_code == 200
        assert Client().get("/policy/DM/source/").status_code == 200
