"""Compilations, packs, the API, the command."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from kaichuang.kit.actor import Actor
from kaichuang.places.models import Programme
from kaichuang.policy.models import Book, ClauseUse, Edition, PackVersion
from kaichuang.policy.operations.bind_book import bind_book

from ..conftest import NOW


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


class TestBooks:
    def test_from_choice_to_download(
        self, published: Edition, desk: Client, django_capture_on_commit_callbacks: object
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            answer = desk.post(
                "/policy/books/new/",
                {"title": "政策汇编", "editions": [published.pk], "preface": "为便于查阅，编印本书。"},
            )
        book = Book.objects.get()
        assert answer["Location"] == reverse("policy:book", args=[book.pk])
        assert ProcrastinateJob.objects.filter(task_name="policy.make_book").exists()
        assert "hx-get" in desk.get(reverse("policy:book_progress", args=[book.pk])).content.decode()
        assert Client().get(answer["Location"]).status_code == 404
        bind_book(book_id=book.pk, now=NOW)
        book.refresh_from_db()
        assert (book.state, book.done, book.total) == ("ready", 2, 2)
        assert "hx-get" not in desk.get(reverse("policy:book_progress", args=[book.pk])).content.decode()
        assert desk.post(reverse("policy:book_move", args=[book.pk, "release"])).status_code == 302
        assert "政策汇编" in Client().get("/policy/books/").content.decode()
        pdf = b"".join(Client().get(reverse("policy:book_download", args=[book.pk])))
        words = "".join(text_of(pdf).split())
        for piece in (
            "目录",
            "为便于查阅，编印本书。",
            "设备补贴",
            "购置设备按20%补贴，最高20万元。",
            "责任单位索引",
            "市财政局",
        ):
            assert piece in words
        assert book.pages == len(pypdfium2.PdfDocument(pdf))

    def test_every_problem_is_said_at_once(self, published: Edition, desk: Client) -> None:
        answer = desk.post("/policy/books/new/", {"title": "", "preface": ""})
        body = answer.content.decode()
        assert answer.status_code == 422
        assert "请填写书名" in body and "请至少选择一份文件" in body

    def test_a_book_is_made_once(self, published: Edition, desk: Client) -> None:
        desk.post("/policy/books/new/", {"title": "汇编", "editions": [published.pk]})
        book = Book.objects.get()
        assert bind_book(book_id=book.pk, now=NOW) is not None
        assert bind_book(book_id=book.pk, now=NOW) is None

    def test_only_clerks_make_books(self, published: Edition, sign_in: object) -> None:
        assert sign_in("founder").get("/policy/books/new/").status_code == 403  # type: ignore[operator]
        assert Client().get("/policy/books/new/").status_code == 302


class TestPacks:
    @pytest.fixture
    def version(self, programme: Programme) -> PackVersion:
        from kaichuang.packs.loader import load_pack
        from kaichuang.policy.operations import adopt_into

        actor = Actor.system("test", programme_id=programme.pk)
        return adopt_into(actor=actor, now=NOW, programme=programme, pack=load_pack("ninghai-2016"))

    def test_an_adopted_pack_shows_outlines_and_says_that_they_are_outlines(
        self, version: PackVersion
    ) -> None:
        html = Client().get("/policy/NH/").content.decode()
        assert "目前只有提纲" in html
        clause = Client().get("/policy/NH/三(二)/").content.decode()
        assert "全文尚未导入" in clause
        assert "研发软件与仪器设备购置补助" in clause
        assert "NH-M4" in clause

    def test_clauses_know_their_measures_and_readings(self, version: PackVersion) -> None:
        uses = ClauseUse.objects.filter(code="NH", path="三(二)")
        assert {"measures", "readings"} <= set(uses.values_list("section", flat=True))

    def test_the_page_of_a_pack_shows_how_open_questions_are_read(self, version: PackVersion) -> None:
        assert version.sha256[:12] in Client().get("/policy/packs/").content.decode()
        html = Client().get(reverse("policy:pack", args=[version.pk])).content.decode()
        assert "A01" in html
        assert "默认" in html
        assert version.sha256 in html

    def test_a_version_can_be_loaded_again_from_what_was_kept(self, version: PackVersion) -> None:
        from kaichuang.policy.queries.packs import pack_of

        assert pack_of(version).hash == version.sha256

    def test_the_full_text_keeps_the_gist_and_the_units_of_the_pack(
        self, version: PackVersion, programme: Programme, clerk: Actor
    ) -> None:
        from kaichuang.policy.importing import parse_text
        from kaichuang.policy.operations import import_document

        text = "宁海县关于众创空间的意见\n一、总体要求\n（一）目标。做好。\n三、政策\n（二）资金。每年安排资金。\n"
        edition = import_document(
            actor=clerk, now=NOW, programme=programme, code="NH", parsed=parse_text(text)
        )
        clause = edition.clauses.get(path="三(二)")
        assert "500 万元" in clause.gist
        assert clause.responsibilities.filter(role="lead", is_read=True).exists()

    def test_the_command_names_what_is_missing(self, programme: Programme) -> None:
        from kaichuang.policy.pack_cli import pack

        result = CliRunner().invoke(pack, ["load", "ninghai-2016", "--programme", "nowhere"])
        assert result.exit_code == 1
        assert programme.slug in result.output
        done = CliRunner().invoke(pack, ["load", "ninghai-2016", "--programme", programme.slug])
        assert done.exit_code == 0, done.output
        programme.refresh_from_db()
        assert programme.packs == ["ninghai-2016"]
        again = CliRunner().invoke(pack, ["load", "ninghai-2016", "--programme", programme.slug])
        assert "already current" in again.output


class TestDemo:
    def test_a_fresh_installation_shows_every_sound_pack(self, programme: Programme) -> None:
        from kaichuang.policy.demo import load

        said: list[str] = []
        load(now=NOW, progress=said.append)
        assert "/policy/NH/" in Client().get("/policy/").content.decode()
        assert "购置二手仪器设备" in Client().get("/policy/NH/三(二)/").content.decode()
        before = PackVersion.objects.count()
        load(now=NOW)
        assert PackVersion.objects.count() == before

    def test_original_texts_are_imported_where_there_are_some(
        self, programme: Programme, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from kaichuang.policy.demo import load

        folder = Path(__file__).parents[4] / "shared" / "policies"
        if not folder.is_dir():
            pytest.skip("no original texts beside the project")
        monkeypatch.setenv("KAICHUANG_DEMO_DOCUMENTS", str(folder))
        load(now=NOW)
        html = Client().get("/policy/NH/三(二)/").content.decode()
        assert "每年安排500万元资金" in html
        assert "要点（编者概括，非原文）" in html


class TestApi:
    @pytest.fixture(autouse=True)
    def _fresh_limits(self) -> None:
        cache.clear()

    def get(self, path: str, status: int = 200) -> object:
        answer = Client().get(f"/api/policy{path}")
        assert answer.status_code == status, answer.content
        return answer.json()

    def test_documents_and_their_clauses(self, published: Edition) -> None:
        listed = self.get("/documents")
        assert [row["code"] for row in listed["items"]] == ["DH"]  # type: ignore[index]
        whole = self.get("/documents/DH")
        body = whole["parts"][-1]  # type: ignore[index]
        assert [clause["number"] for clause in body["clauses"]] == ["一", "二", "三"]
        assert body["clauses"][1]["children"][0]["responsible"][0]["unit"] == "市科技局"
        assert whole["cites"][0]["number"] == "国发〔2019〕1号"  # type: ignore[index]
        self.get("/documents/XX", 404)

    def test_clauses_by_reference_and_by_words(self, published: Edition) -> None:
        assert self.get("/clauses?ref=DH 二(一)")["heading"] == "房租补贴"  # type: ignore[index]
        self.get("/clauses?ref=DH 九", 404)
        found = self.get("/search?q=补贴")
        assert found["total"] == 2  # type: ignore[index]
        assert self.get("/search?q=补贴&in_force=true")["total"] == 0  # type: ignore[index]

    def test_citations_and_responsibilities(self, published: Edition) -> None:
        assert self.get("/citations?number=国发〔2019〕1号")["items"][0]["document"] == "DH"  # type: ignore[index]
        rows = self.get("/responsibilities?unit=财政")["items"]  # type: ignore[index]
        assert [(row["reference"], row["role"]) for row in rows] == [("DH 二(一)", "cooperating")]

    def test_questions_are_asked_and_followed(self, published: Edition) -> None:
        def post(**body: str) -> object:
            return Client().post("/api/policy/questions", json.dumps(body), content_type="application/json")

        asked = post(text="租金发票可以跨年吗？", clause="DH 二(一)")
        assert asked.status_code == 201  # type: ignore[attr-defined]
        ticket = asked.json()["ticket"]  # type: ignore[attr-defined]
        assert self.get(f"/questions/{ticket}")["state"] == "routed"  # type: ignore[index]
        assert post(text="？", clause="DH 二(一)").status_code == 422  # type: ignore[attr-defined]
        assert post(text="可以吗可以吗？", clause="DH 九").status_code == 404  # type: ignore[attr-defined]
        for _n in range(7):
            post(text="？", clause="DH 二(一)")
        assert post(text="租金发票可以跨年吗？", clause="DH 二(一)").status_code == 429  # type: ignore[attr-defined]
