"""The calculator through its pages."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from kaichuang.entitlement.models import Calculation
from kaichuang.entitlement.queries.answers import BrokenLink, Told, read_token

PAGE = "/entitlement/calculator/"


def field(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


class Visitor:
    """Somebody who fills in the page as it stands and presses a button."""

    def __init__(self, client: Client, programme: str, *who: str, page: str = PAGE) -> None:
        self.client, self.page = client, page
        query = "&".join([f"programme={programme}", *(f"who={one}" for one in who)])
        self.html = self._read(client.get(f"{page}?{query}"))

    def _read(self, answer: Any) -> str:
        assert answer.status_code == 200, answer.content.decode()[:2000]
        self.response = answer
        return answer.content.decode()

    @property
    def asked(self) -> list[str]:
        return field(self.html, "asked").split(",")

    def form(self, **answers: Any) -> dict[str, Any]:
        data = {"told": field(self.html, "told"), "asked": field(self.html, "asked")}
        for name in re.findall(r'name="(t-[a-z_]+-(?:TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS)"', self.html):
            data[name] = field(self.html, name)
        return data | {
            ("q-" + k if not k.startswith("t-") and k != "do" else k): v for k, v in answers.items()
        }

    def press(self, do: str = "next", **answers: Any) -> str:
        answer = self.client.post(self.page, {**self.form(**answers), "do": do}, follow=True)
        self.html = self._read(answer)
        return self.html

    def result(self, id_: str) -> Any:
        return next(line for line in self.response.context["result"].lines if line.id == id_)


@pytest.fixture
def maker(ninghai: Any) -> Visitor:
    return Visitor(Client(), "ninghai", "carrier")


def invoices(*rows: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {"t-invoices-TOTAL_FORMS": str(len(rows)), "invoices:have": "rows"}
    for at, row in enumerate(rows):
        plain = {
            "issued_on": "2017-03-01",
            "category": "software",
            "necessary": "yes",
            "claimed_before": "no",
        }
        data |= {f"t-invoices-{at}-{name}": value for name, value in {**plain, **row}.items()}
    return data


class TestAsking:
    def test_asks_first_what_settles_most_measures(self, maker: Visitor) -> None:
        assert maker.asked[0] == "is_space_or_centre"
        assert len(maker.asked) <= 4

    def test_says_why_it_asks_and_by_which_clause(self, maker: Visitor) -> None:
        assert "用于判断" in maker.html
        assert "NH-M4 研发软件与仪器设备购置补助" in maker.html
        assert "三(二)" in maker.html

    def test_stops_asking_about_what_cannot_apply_any_more(self, maker: Visitor) -> None:
        maker.press(is_space_or_centre="no", space_level="county")
        assert "invoices" not in maker.asked
        assert maker.result("NH-M4").standing == "no"

    def test_who_has_not_said_who_they_are_is_told_so(self, ninghai: Any) -> None:
        for query in ("?programme=ninghai&pack=ninghai-2016", "?programme=ninghai&who=nobody&as_of=abc"):
            answer = Client().get(PAGE + query, follow=True)
            assert answer.redirect_chain == [("/entitlement/", 302)]
            assert "请先选择您是谁" in answer.content.decode()
        assert "请先选择" not in Client().get(PAGE, follow=True).content.decode()

    def test_takes_i_do_not_know_for_an_answer(self, maker: Visitor) -> None:
        maker.press(
            **{name: "?" for name in maker.asked if name not in ("invoices", "selections", "expenses")}
        )
        line = maker.result("NH-M4")
        assert "is_space_or_centre" not in maker.asked
        assert line.standing == "open"
        assert any(missing.said_unknown for missing in line.missing)

    def test_asks_nothing_that_only_the_bureau_can_settle(self, ninghai: Any) -> None:
        visitor = Visitor(Client(), "ninghai", "platform")
        visitor.press(platform_field="testing", platform_cost="20万")
        assert visitor.response.context["questions"] == []
        line = visitor.result("NH-U4")
        assert (line.standing, line.priced, line.payable_fen) == ("yes", False, None)
        assert "标准由主管部门确定" in visitor.html

    def test_every_wrong_field_is_told_at_once_and_the_right_ones_are_kept(self, lhasa: Any) -> None:
        visitor = Visitor(Client(), "lhasa", "enterprise")
        answers = {"staff_count": "-3", "small_or_micro": "perhaps", "in_centre": "yes"}
        data = visitor.form(**answers) | {"asked": ",".join(answers), "do": "next"}
        answer = visitor.client.post(PAGE, data)
        html = answer.content.decode()
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"staff_count", "small_or_micro"}
        assert read_token(field(html, "told")).facts == {"in_centre": True}


class TestAnswering:
    def test_pays_thirty_per_cent_of_the_invoices_up_to_the_ceiling(self, maker: Visitor) -> None:
        maker.press(is_space_or_centre="yes")
        maker.press("open:invoices")
        maker.press(**invoices({"number": "A1", "amount": "40万"}, {"number": "A2", "amount": "10万"}))
        line = maker.result("NH-M4")
        assert (line.standing, line.payable_fen) == ("yes", 15_000_000)
        assert any("30%" in step for step in line.steps)

    def test_the_same_invoice_counts_once(self, maker: Visitor) -> None:
        maker.press(is_space_or_centre="yes")
        maker.press("open:invoices")
        maker.press(**invoices({"number": "A1", "amount": "40万"}, {"number": "A1", "amount": "40万"}))
        assert maker.result("NH-M4").payable_fen == 12_000_000

    def test_a_total_may_stand_for_the_rows(self, lhasa: Any) -> None:
        visitor = Visitor(Client(), "lhasa", "enterprise")
        visitor.press("open:hires")
        visitor.press(
            **{"hires:have": "rows", "ls_m4.new_hires": "8", "small_or_micro": "yes", "staff_count": "40"}
        )
        told = visitor.response.context["told"]
        assert told.facts["ls_m4.new_hires"] == 8

    def test_says_how_little_is_lacking_and_what_it_would_be_worth(self, lhasa: Any) -> None:
        visitor = Visitor(Client(), "lhasa", "enterprise")
        visitor.press("open:staff_count")
        visitor.press(staff_count="40")
        visitor.press("open:small_or_micro")
        visitor.press(small_or_micro="yes")
        visitor.press("open:hires")
        visitor.press(**{"hires:have": "rows", "ls_m4.new_hires": "8"})
        line = visitor.result("LS-M4")
        assert line.standing == "no"
        assert [near.payable_fen for near in line.near] == [300_000_000]
        assert "再增加 2 人" in line.near[0].sentence
        failed = line.failed[0]
        assert {value.value for value in failed.found} >= {"8 人", "10 人"}

    def test_an_answer_can_be_taken_back(self, maker: Visitor) -> None:
        maker.press(is_space_or_centre="yes")
        maker.press("drop:is_space_or_centre")
        assert "is_space_or_centre" in maker.asked

    def test_live_results_follow_without_the_page(self, maker: Visitor) -> None:
        answer = maker.client.post("/entitlement/calculator/live/", maker.form(space_level="county"))
        assert answer.content.decode().lstrip().startswith('<div id="results"')
        line = next(one for one in answer.context["result"].lines if one.id == "NH-M2")
        assert line.payable_fen == 20_000_000

    def test_the_session_brings_one_back_to_where_one_was(self, maker: Visitor) -> None:
        maker.press(space_level="county")
        again = maker.client.get(PAGE)
        assert again.context["told"].facts["space_level"] == "county"


class TestNonsense:
    VALUES = (
        "",
        "?",
        "-1",
        "9" * 40,
        "1e400",
        "0001-01-01",
        "9999-12-31",
        "1/0",
        "90000000亿",
        "\x00",
        "是",
        "x" * 500,
    )

    @pytest.mark.parametrize("value", VALUES)
    def test_in_any_field_is_refused_in_words_and_never_breaks_the_page(self, lhasa: Any, value: str) -> None:
        from kaichuang.entitlement.queries.books import compiled

        book = compiled(lhasa)[1]
        visitor = Visitor(Client(), "lhasa", "enterprise")
        names = [*book.facts, *book.collections]
        data = visitor.form() | {"asked": ",".join(names), "do": "next"}
        data |= {f"q-{name}": value for name in book.compiled.fields}
        for code, collection in book.collections.items():
            data |= {f"t-{code}-TOTAL_FORMS": "2", f"t-{code}-INITIAL_FORMS": "0", f"q-{code}:have": "rows"}
            data |= {f"t-{code}-{at}-{c.code}": value for c in collection.columns for at in (0, 1)}
        for path in (PAGE, "/entitlement/calculator/live/"):
            assert visitor.client.post(path, data).status_code in (200, 302, 422)
        assert visitor.client.get(PAGE).status_code == 200


class TestDocumentsNoLongerInForce:
    def test_offers_a_day_on_which_it_was_and_computes_by_it(self, qingdao: Any) -> None:
        visitor = Visitor(Client(), "qingdao", "enterprise")
        assert "文件已于 2018-12-31 失效" in visitor.html
        assert visitor.result("QD-M5").out_of_force
        assert "没有要问的了" not in visitor.html, "nothing was asked, so nothing is settled"
        data = visitor.form() | {"do": "valid:QD", "valid_on_QD": "2017-05-01"}
        visitor.html = visitor._read(visitor.client.post(PAGE, data, follow=True))
        assert visitor.response.context["asked"].as_of == date(2017, 5, 1)
        assert visitor.result("QD-M5").standing == "open"


class TestSharing:
    def test_a_link_shows_the_same_answers_to_somebody_else(self, maker: Visitor) -> None:
        maker.press(space_level="provincial")
        share = maker.response.context["share"]
        answer = Client().get(share)
        line = next(one for one in answer.context["result"].lines if one.id == "NH-M2")
        assert line.payable_fen == 40_000_000

    def test_a_link_that_was_cut_says_so(self, ninghai: Any) -> None:
        answer = Client().get(PAGE, {"a": "nonsense"})
        assert answer.status_code == 400
        assert "不完整" in answer.content.decode()

    def test_tokens_keep_every_kind_of_value(self) -> None:
        from fractions import Fraction

        told = Told(
            "g", "p", ("carrier",), date(2017, 1, 1),
            {"a": 1, "b": True, "c": Fraction(1, 3), "d": date(2016, 2, 29), "e": "x"},
            {"t": [{"n": "1", "v": Fraction(3, 10)}], "empty": []}, frozenset({"u"}),
        )  # fmt: skip
        assert read_token(told.token()) == told
        with pytest.raises(BrokenLink):
            read_token(told.token()[:-3])


class TestKeeping:
    def keep(self, maker: Visitor) -> Calculation:
        maker.press(space_level="county")
        token = maker.response.context["token"]
        answer = maker.client.post("/entitlement/calculator/save/", {"told": token, "do": "save"})
        assert answer.status_code == 302
        return Calculation.objects.get()

    def test_is_found_by_its_code_with_version_and_hash(self, maker: Visitor, ninghai: Any) -> None:
        kept = self.keep(maker)
        html = Client().get(f"/entitlement/results/{kept.code}/").content.decode()
        assert kept.grouped in html
        assert ninghai.sha256 in html
        assert "200,000 元" in html

    def test_comes_as_pdf(self, maker: Visitor) -> None:
        kept = self.keep(maker)
        answer = Client().get(f"/entitlement/results/{kept.code}/answer.pdf")
        assert answer.content.startswith(b"%PDF")

    def test_asked_again_it_is_the_same(self, maker: Visitor) -> None:
        kept = self.keep(maker)
        again = Client().post("/entitlement/replay/", {"code": kept.grouped.lower()})
        assert again.context["again"].then.same
        assert "结果一致" in again.content.decode()

    def test_an_uploaded_file_is_asked_again_and_a_touched_one_refused(self, maker: Visitor) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        document = Client().get(f"/entitlement/results/{self.keep(maker).code}/answer.json").json()

        def replay(content: bytes) -> Any:
            return Client().post("/entitlement/replay/", {"file": SimpleUploadedFile("a.json", content)})

        assert replay(json.dumps(document).encode()).context["again"].then.same
        document["results"]["NH-M2"]["payable"] = "999999"
        touched = replay(json.dumps(document).encode())
        assert touched.status_code == 422
        assert "被改动过" in touched.content.decode()
        for nonsense in (
            b"{}",
            b"[]",
            b"\xff",
            b'{"format": "kaichuang-answer/1"}',
            b'{"a": 1.5}',
            b"[" * 100_000,
        ):
            assert replay(nonsense).status_code == 422

    def test_never_changes(self, maker: Visitor) -> None:
        from django.db import DatabaseError, transaction

        kept = self.keep(maker)
        with pytest.raises(DatabaseError), transaction.atomic():
            Calculation.objects.filter(pk=kept.pk).update(as_of=date(2000, 1, 1))


def test_a_stranger_token_never_opens_the_form(ninghai: Any) -> None:
    answer = Client().post(PAGE, {"told": "x", "do": "next"})
    assert answer.status_code == 400


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_speaks_the_readers_language(maker: Visitor, language: str) -> None:
    maker.client.cookies["django_language"] = language
    from django.conf import settings

    maker.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    html = maker.client.get(f"{PAGE}?who=carrier").content.decode()
    expected = {"en": "Subsidy for R&amp;D software and equipment", "zh-hant": "研發軟體與儀器裝置購置補助"}
    assert expected[language] in html or "研發軟件與儀器設備購置補助" in html
