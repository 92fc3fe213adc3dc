"""What everybody can read, through the pages."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from kaichuang.kit.actor import Actor
from kaichuang.places.models import Programme
from kaichuang.policy.importing import parse_text
from kaichuang.policy.models import Edition
from kaichuang.policy.operations import import_document, repeal

from ..conftest import NOW, TEXT
from .conftest import publish_all

HAN = re.compile(r"[\u4e00-\u9fff]")
_HIDDEN = re.compile(r'<span class="visually-hidden">.*?</span>')


def words_of(html: str) -> str:
    """What a reader sees in the main part."""
    main = _HIDDEN.sub("", html[html.index("<main") : html.index("</main>")])
    return unescape(re.sub(r"<[^>]+>", "", main))


def page(path: str, client: Client | None = None, *, status: int = 200, language: str = "zh-hans") -> str:
    answer = (client or Client()).get(path, headers={"accept-language": language})
    assert answer.status_code == status, f"{path}: {answer.status_code}"
    return b"".join(answer).decode()


class TestLibrary:
    def test_lists_what_is_published_with_its_validity(
        self, published: Edition, programme: Programme
    ) -> None:
        programme.business_date = date(2021, 1, 1)
        programme.save()
        html = page("/policy/")
        assert "东湖市人民政府办公室关于扶持创客空间的若干意见" in html
        assert "现行有效" in html
        programme.business_date = date(2023, 1, 1)
        programme.save()
        assert "失效" in page("/policy/")

    @pytest.mark.parametrize(
        ("query", "is_shown"),
        [
            ("q=创客空间", True),
            ("q=DH", True),
            ("q=没有的词", False),
            ("place=330226", True),
            ("place=320600", True),  # no such choice: counts as not given
            ("issuer=东湖", True),
            ("issuer=西湖", False),
            ("year=2020", True),
            ("effect=in_force", False),
            ("effect=future", False),
            ("effect=ended", True),
        ],
    )
    def test_filters_narrow_the_list(self, published: Edition, query: str, is_shown: bool) -> None:
        assert ("/policy/DH/" in page(f"/policy/?{query}")) is is_shown

    def test_drafts_and_unpublished_texts_are_not_there(self, edition: Edition) -> None:
        assert "/policy/DH/" not in page("/policy/")
        page("/policy/DH/", status=404)

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_can_be_taken_out(self, published: Edition, kind: str) -> None:
        answer = Client().get(f"/policy/?export=policies.{kind}")
        body = b"".join(answer)
        if kind == "csv":
            assert "东政办发〔2020〕7号" in body.decode("utf-8-sig")
        else:
            rows = CalamineWorkbook.from_filelike(BytesIO(body)).get_sheet_by_index(0).to_python()
            assert rows[1][:3] == ["DH", published.title, "东政办发〔2020〕7号"]

    def test_needs_the_same_number_of_queries_for_one_and_three(
        self, published: Edition, clerk: Actor, programme: Programme
    ) -> None:
        page("/policy/")
        with CaptureQueriesContext(
            connection,
        ) as one:
            page("/policy/")
        for number in (8, 9):
            text = TEXT.replace("〔2020〕7号", f"〔2020〕{number}号")
            more = import_document(
                actor=clerk, now=NOW, programme=programme, code=f"D{number}", parsed=parse_text(text)
            )
            publish_all(clerk, more)
        with CaptureQueriesContext(connection) as three:
            assert "/policy/D9/" in page("/policy/")
        assert len(three) == len(one)
        assert len(one) <= 8

    @pytest.mark.parametrize("name", ["rss", "atom"])
    def test_new_policies_come_as_a_feed(self, published: Edition, name: str) -> None:
        feed = page(f"/policy/feed.{name}")
        assert published.title in feed
        assert "/policy/DH/" in feed


class TestDocument:
    def test_shows_every_word_of_every_clause(self, published: Edition) -> None:
        html = page("/policy/DH/")
        for words in (
            "到2022年，建成创客空间20家。",
            "购置设备按20%补贴，最高20万元。",
            "东政办发〔2020〕7号",
            "市财政局",
        ):
            assert words in html
        assert "/policy/DH/%E4%BA%8C(%E4%B8%80)/" in html

    def test_says_when_it_ended_and_when_it_was_repealed(self, published: Edition, clerk: Actor) -> None:
        assert "有效期至2022年12月31日，现已失效" in page("/policy/DH/")
        repeal(actor=clerk, now=NOW, edition=published, on=date(2021, 5, 1), reason="新文件替代")
        assert "自2021年5月1日起废止" in page("/policy/DH/")

    @pytest.mark.parametrize(
        ("day", "words"),
        [
            (date(2020, 1, 1), "自2020年3月1日起施行，目前尚未施行"),
            (date(2021, 1, 1), "现行有效，有效期至2022年12月31日"),
            (date(2022, 12, 31), "将于2022年12月31日到期"),
        ],
    )
    def test_validity_follows_the_business_date(
        self, published: Edition, programme: Programme, day: date, words: str
    ) -> None:
        programme.business_date = day
        programme.save()
        assert words in page("/policy/DH/")

    def test_a_citation_leads_to_all_who_cite_it(self, published: Edition) -> None:
        html = page("/policy/DH/")
        found = re.search(r'href="(/policy/cited/\?number=[^"]+)"', html)
        assert found is not None
        cited = page(found[1].replace("&amp;", "&"))
        assert "国发〔2019〕1号" in cited
        assert "尚未收录" in cited
        assert "/policy/DH/" in cited

    def test_a_citation_leads_to_the_document_once_it_is_there(
        self, published: Edition, clerk: Actor, programme: Programme
    ) -> None:
        basis = TEXT.replace("东政办发〔2020〕7号", "国发〔2019〕1号").replace(
            "国发〔2019〕1号）", "国发〔2018〕9号）"
        )
        other = import_document(
            actor=clerk, now=NOW, programme=programme, code="GF", parsed=parse_text(basis)
        )
        publish_all(clerk, other)
        assert 'href="/policy/GF/"' in page("/policy/DH/")

    def test_source_lines_stand_beside_the_clauses(self, published: Edition) -> None:
        html = page("/policy/DH/source/")
        assert "（一）房租补贴。对创客空间给予房租补贴，最高10万元。（市科技局、市财政局负责）" in html
        assert 'id="line-8"' in html


class TestClause:
    @pytest.mark.parametrize("path", ["二（一）", "二(一)¶2"])
    def test_other_ways_of_writing_lead_to_the_permanent_address(self, published: Edition, path: str) -> None:
        answer = Client().get(f"/policy/DH/{path}/")
        assert answer.status_code == 302
        assert answer["Location"] == "/policy/DH/%E4%BA%8C(%E4%B8%80)/"

    def test_shows_words_units_and_neighbours(self, published: Edition) -> None:
        html = page("/policy/DH/二(一)/")
        assert "对创客空间给予房租补贴，最高10万元。" in html
        assert "市科技局" in html and "市财政局" in html
        assert 'rel="prev"' in html and 'rel="next"' in html

    def test_what_is_not_there_is_not_found(self, published: Edition) -> None:
        page("/policy/DH/九/", status=404)
        page("/policy/XX/一/", status=404)

    def test_an_older_edition_keeps_its_address_and_says_so(
        self, published: Edition, clerk: Actor, programme: Programme
    ) -> None:
        newer = import_document(
            actor=clerk,
            now=NOW,
            programme=programme,
            code="DH",
            parsed=parse_text(TEXT.replace("10万元", "15万元")),
        )
        assert Client().get("/policy/DH/二(一)/?edition=2").status_code == 404
        publish_all(clerk, newer)
        assert "15万元" in page("/policy/DH/二(一)/")
        old = page("/policy/DH/二(一)/?edition=1")
        assert "10万元" in old
        assert "这不是现行版本的条款" in old

    def test_damage_is_printed_and_corrected_side_by_side(self, clerk: Actor, programme: Programme) -> None:
        damaged = TEXT.replace("对创客空间给予房租补贴", "对创 客空间给予房租补贴")
        edition = import_document(
            actor=clerk, now=NOW, programme=programme, code="DM", parsed=parse_text(damaged)
        )
        if not edition.doubts.filter(proposed__gt="").exists():
            pytest.fail("the importer should doubt the stray space")
        publish_all(clerk, edition)
        html = page("/policy/DM/二(一)/")
        assert "对创 客空间" in html
        assert "原文与更正" in html

    @pytest.mark.parametrize(
        ("reference", "goal"),
        [
            ("DH 二(一)", "/policy/DH/%E4%BA%8C(%E4%B8%80)/"),
            ("DH二（一）", "/policy/DH/%E4%BA%8C(%E4%B8%80)/"),
            ("DH", "/policy/DH/"),
            ("胡言", "/policy/"),
        ],
    )
    def test_a_typed_reference_leads_there(self, published: Edition, reference: str, goal: str) -> None:
        assert Client().get("/policy/go/", {"ref": reference})["Location"] == goal

    def test_references_are_completed(self, published: Edition) -> None:
        options = page("/policy/references/?citations=DH 一；DH 二(")
        assert "DH 一；DH 二(一)" in options
        found = Client().get("/policy/references/?q=设备&format=json").json()
        assert found["references"] == [{"reference": "DH 二(二)", "heading": "设备补贴"}]


class TestComparison:
    def test_shows_what_changed(self, published: Edition, clerk: Actor, programme: Programme) -> None:
        changed = TEXT.replace("最高10万元", "最高15万元").replace("2022年12月31日", "2023年12月31日")
        other = import_document(
            actor=clerk, now=NOW, programme=programme, code="DH", parsed=parse_text(changed)
        )
        page("/policy/DH/compare/", status=404)
        publish_all(clerk, other)
        html = page("/policy/DH/compare/")
        assert "<del>" in html
        assert "最高1015万元" in words_of(html)  # struck out and put in, side by side
        assert "有效期至20222023年12月31日" in words_of(html)
        assert "到2022年，建成创客空间20家" not in html
        assert "到2022年，建成创客空间20家" in page("/policy/DH/compare/?all=1")


class TestDuties:
    def test_lists_and_matrix_name_the_units(self, published: Edition) -> None:
        assert "市科技局" in page("/policy/duties/?code=DH")
        html = page("/policy/duties/matrix/?code=DH")
        table = html[html.index("<tbody") :]
        assert (table.count("●"), table.count("○")) == (2, 1)

    def test_the_matrix_is_a_spreadsheet_too(self, published: Edition) -> None:
        body = b"".join(Client().get("/policy/duties/matrix/?code=DH&export=matrix.xlsx"))
        rows = CalamineWorkbook.from_filelike(BytesIO(body)).get_sheet_by_index(0).to_python()
        assert rows[0] == ["条款", "内容", "市科技局", "市财政局"]
        assert rows[1] == ["DH 二(一)", "房租补贴", "牵头", "配合"]

    def test_a_unit_has_its_page(self, published: Edition, programme: Programme) -> None:
        unit = programme.units.get(name="市财政局")
        assert "DH 二(一)" in page(reverse("policy:unit", args=[unit.pk]))

    def test_needs_the_same_number_of_queries_for_one_and_three(
        self, published: Edition, clerk: Actor, programme: Programme
    ) -> None:
        page("/policy/duties/")
        with CaptureQueriesContext(connection) as one:
            page("/policy/duties/")
        for number in (8, 9):
            text = TEXT.replace("〔2020〕7号", f"〔2020〕{number}号").replace("市财政局", f"市财政{number}局")
            more = import_document(
                actor=clerk, now=NOW, programme=programme, code=f"D{number}", parsed=parse_text(text)
            )
            publish_all(clerk, more)
        with CaptureQueriesContext(connection) as three:
            assert "市财政9局" in page("/policy/duties/")
        assert len(three) == len(one)


class TestSearch:
    def test_marks_the_words_and_names_the_clause(self, published: Edition) -> None:
        html = page("/policy/search/?q=补贴")
        assert "<mark>补贴</mark>" in html
        assert "DH 二(一)" in html

    def test_a_reference_goes_straight_to_its_clause(self, published: Edition) -> None:
        assert Client().get("/policy/search/?q=DH 二(一)").status_code == 302

    def test_the_search_of_the_site_finds_clauses_and_documents(self, published: Edition) -> None:
        html = page("/search/?q=创客空间")
        assert "政策条款" in html and "政策文件" in html
        assert "/policy/DH/" in html

    def test_nothing_found_says_what_to_do(self, published: Edition) -> None:
        assert "请换一个更短的词" in page("/policy/search/?q=没有这样的词")


NASTY = ("\x00", "%00", "'; DROP", "\\", "١٢", "①", "😀", "a" * 3000)


class TestEverywhere:
    @pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
    @pytest.mark.parametrize(
        "path",
        [
            "/policy/", "/policy/search/", "/policy/go/", "/policy/references/", "/policy/cited/", "/policy/duties/",
            "/policy/duties/matrix/", "/policy/questions/", "/policy/questions/track/", "/policy/DH/", "/policy/DH/二(一)/",
            "/policy/DH/compare/", "/search/", "/api/policy/documents", "/api/policy/search", "/api/policy/clauses",
            "/api/policy/citations", "/api/policy/responsibilities", "/api/policy/questions", "/api/policy/documents/DH",
        ],
    )  # fmt: skip
    def test_no_input_breaks_a_page(self, published: Edition, path: str, text: str) -> None:
        names = ("q", "ref", "number", "title", "place", "effect", "issuer", "year", "edition", "old", "new", "page", "code",
                 "unit", "role", "ticket", "citations", "limit", "offset")  # fmt: skip
        answer = Client().get(path, dict.fromkeys(names, text))
        assert answer.status_code < 500

    def test_no_address_breaks_a_page(self, published: Edition) -> None:
        for address in ("/policy/DH/%00/", "/policy/questions/%00/", "/policy/DH/二(一)%00/", "/api/policy/documents/%00",
                        "/api/policy/questions/%00", "/policy/DH/" + "一" * 3000 + "/"):  # fmt: skip
            assert Client().get(address).status_code < 500, address

    def test_the_front_page_counts_and_lists_policies(self, published: Edition, programme: Programme) -> None:
        programme.business_date = date(2021, 1, 1)
        programme.save()
        html = page("/")
        assert "现行有效政策" in html
        assert published.title in html

    @pytest.mark.parametrize("code", ["DH"])
    def test_an_english_page_has_english_words_around_the_printed_ones(
        self, published: Edition, code: str
    ) -> None:
        html = page("/policy/packs/", language="en")
        assert not HAN.search(words_of(html))


SHARED = Path(__file__).parents[4] / "shared" / "policies"


@pytest.mark.parametrize("file", sorted(SHARED.glob("*.txt"))[:5], ids=lambda file: file.name[:3])
def test_the_five_documents_can_be_read_clause_by_clause(
    file: Path, clerk: Actor, programme: Programme
) -> None:
    from kaichuang.policy.importing import parse_file

    edition = import_document(actor=clerk, now=NOW, programme=programme, code="ZZ", parsed=parse_file(file))
    publish_all(clerk, edition)
    for clause in edition.clauses.select_related("part"):
        shown = words_of(page(f"/policy/{clause.part.code}/{clause.path}/"))
        for text in [*clause.paragraphs, *clause.items]:
            assert text in shown
    page("/policy/ZZ/")
    page("/policy/ZZ/source/")
