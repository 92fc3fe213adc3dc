"""Papers asked for row by row stay with their row: when rows are added, taken out or put in another order."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kaichuang.cases.models import Case, Evidence
from kaichuang.cases.operations.draft import save_draft
from kaichuang.cases.operations.evidence import add_paper
from kaichuang.cases.queries.computing import told_of
from kaichuang.cases.queries.papers import lacking, missing_papers, papers_of
from kaichuang.cases.queries.rows import keep_keys, row_keys
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Refused

from .test_apply import announce, begin, browser_of, paper, rows, stamp

FIRST, SECOND = "aaaa1111", "bbbb2222"


def invoice(number: str, amount: str = "40万") -> dict[str, str]:
    return {
        "number": number, "issued_on": "2017-03-01", "amount": amount, "category": "software", "necessary": "yes",
        "claimed_before": "no",
    }  # fmt: skip


def told(*given: tuple[str, str], initial: int = 0) -> dict[str, str]:
    """Rows as the form posts them: (key, number) each."""
    data = rows("invoices", *(invoice(number) for _key, number in given), initial=initial)
    return data | {f"t-invoices-{at}-key": key for at, (key, _number) in enumerate(given)}


@pytest.fixture
def space(ninghai: Any) -> tuple[Client, Actor, Any]:
    announce(ninghai, "NH-S4")
    _party, actor = ninghai.party("宁海创客空间")
    return browser_of(actor, ninghai), actor, ninghai


@pytest.fixture
def form(space: Any) -> tuple[Client, Case, str]:
    """A draft with two invoices; the first has its file."""
    client, _actor, place = space
    case = begin(client, place, "NH-S4")
    address = reverse("cases:apply", args=[case.pk])
    data = {"stamp": stamp(case), "q-is_space_or_centre": "yes", "do": "save"}
    sent = {**data, **told((FIRST, "A001"), (SECOND, "A002")), f"file-invoice:{FIRST}": paper("一.csv")}
    assert client.post(address, sent).status_code == 302
    case.refresh_from_db()
    return client, case, address


def files(case: Case, code: str = "invoice") -> dict[int, list[str]]:
    """The names of the files of each row."""
    case = Case.objects.get(pk=case.pk)
    needed = next(one for one in papers_of(case) if one.paper.code == code)
    return {row.number: [one.attachment.name for one in row.there] for row in needed.rows}


class TestForm:
    def test_each_row_shows_its_own_files_and_says_what_it_lacks(self, form: Any) -> None:
        client, case, address = form
        page = client.get(address).content.decode()
        first = page[page.index(f'id="id_paper:invoice:{FIRST}"') :][:1500]
        second = page[page.index(f'id="id_paper:invoice:{SECOND}"') :][:1500]
        assert "一.csv" in first.partition("</section>")[0] and "已提交" in first.partition("</section>")[0]
        assert (
            "一.csv" not in second.partition("</section>")[0] and "必交" in second.partition("</section>")[0]
        )
        review = client.get(reverse("cases:review", args=[case.pk])).content.decode()
        assert "第2行（A002）上传“发票”" in review and "第1行（A001）上传“发票”" not in review
        assert f"#id_paper:invoice:{SECOND}" in review
        for row in ("A001", "A002"):
            assert f"（{row}）上传“付款凭证”" in review
        assert files(case) == {1: ["一.csv"], 2: []}

    def test_a_file_stays_with_its_row_when_rows_are_taken_out_and_added(self, form: Any) -> None:
        client, case, address = form
        data = {"stamp": stamp(case), "q-is_space_or_centre": "yes", "do": "save"}
        upload = reverse("cases:upload", args=[case.pk, "invoice"])
        assert client.post(f"{upload}?row={SECOND}", {"file": paper("二.csv")}).status_code == 200
        without = {**told((FIRST, "A001"), (SECOND, "A002"), initial=2), "t-invoices-0-DELETE": "on"}
        assert client.post(address, {**data, **without}).status_code == 302
        case.refresh_from_db()
        assert row_keys(case, "invoices") == [SECOND] and files(case) == {1: ["二.csv"]}
        page = client.get(address).content.decode()
        assert "还没有对应到行的文件" in page and "一.csv" in page
        data["stamp"] = stamp(case)
        more = told((SECOND, "A002"), ("cccc3333", "A003"), initial=1)
        assert client.post(address, {**data, **more}).status_code == 302
        assert files(case) == {1: ["二.csv"], 2: []}
        lost = Evidence.objects.get(case=case, attachment__name="一.csv")
        case.refresh_from_db()
        place = {"stamp": stamp(case), f"row-of-{lost.pk}": "cccc3333", "do": f"place:invoice:{lost.pk}"}
        assert client.post(address, {**data, **told((SECOND, "A002"), ("cccc3333", "A003"), initial=2), **place}).status_code == 302  # fmt: skip
        assert files(case) == {1: ["二.csv"], 2: ["一.csv"]}

    def test_a_row_taken_out_by_mistake_comes_back_with_its_file(self, form: Any) -> None:
        client, case, _address = form
        data = {"stamp": stamp(case), "q-is_space_or_centre": "yes", "do": "save"}
        both = told((FIRST, "A001"), (SECOND, "A002"), initial=2)
        save = reverse("cases:autosave", args=[case.pk])
        assert client.post(save, {**data, **both, "t-invoices-0-DELETE": "on"}).status_code == 200
        assert files(case) == {1: []}
        data["stamp"] = stamp(case)
        assert client.post(save, {**data, **both}).status_code == 200
        assert files(case) == {1: ["一.csv"], 2: []}

    def test_a_file_may_go_up_before_its_row_is_saved(self, form: Any) -> None:
        client, case, address = form
        upload = reverse("cases:upload", args=[case.pk, "payment"])
        answer = client.post(f"{upload}?row=dddd4444", {"file": paper("新.csv")})
        assert answer.status_code == 200 and 'id="id_paper:payment:dddd4444"' in answer.content.decode()
        data = {"stamp": stamp(case), "q-is_space_or_centre": "yes", "do": "save"}
        more = told((FIRST, "A001"), (SECOND, "A002"), ("dddd4444", "A003"), initial=2)
        assert client.post(address, {**data, **more}).status_code == 302
        assert files(case, "payment") == {1: [], 2: [], 3: ["新.csv"]}

    def test_a_strange_key_is_not_taken(self, form: Any) -> None:
        client, case, _address = form
        upload = reverse("cases:upload", args=[case.pk, "invoice"])
        answer = client.post(f"{upload}?row=x'y", {"file": paper("三.csv")})
        assert answer.status_code == 200
        assert files(case) == {1: ["一.csv"], 2: ["三.csv"]}, "without a row it is the first that has none"
        with pytest.raises(Refused, match="找不到对应的行"):
            owner = Actor.system("t", programme_id=case.programme_id).acting_for(case.party_id)
            add_paper(
                case=case,
                paper="invoice",
                upload=paper("四.csv"),
                actor=owner,
                now=case.opened_at,
                row="../1",
            )

    def test_a_wrong_file_is_told_in_its_row(self, form: Any) -> None:
        client, case, address = form
        data = {"stamp": stamp(case), "q-is_space_or_centre": "yes", "do": "save"}
        bad = paper("病毒.exe")
        sent = {**data, **told((FIRST, "A001"), (SECOND, "A002"), initial=2), f"file-invoice:{SECOND}": bad}
        answer = client.post(address, sent)
        page = answer.content.decode()
        second = page[page.index(f'id="id_paper:invoice:{SECOND}"') :].partition("ca-upload")[0]
        assert answer.status_code == 422 and "病毒.exe" in second


class TestHandingIn:
    def test_each_file_goes_with_its_row_to_the_desk(self, form: Any, space: Any) -> None:
        _browser, case, _address = form
        _client, actor, place = space
        place.now = datetime.now(UTC)
        for lack in list(lacking(case)):
            assert lack.row is not None
            name = f"{lack.needed.paper.code}-{lack.row.label}.csv"
            add_paper(
                case=case, paper=lack.needed.paper.code, upload=paper(name), actor=actor, now=place.now,
                row=lack.row.key,
            )  # fmt: skip
        assert list(missing_papers(case)) == []
        case = place.move(case, "submit", actor)
        listed = {one["name"]: one["row"] for one in case.submissions.get().papers}
        assert listed["invoice-A002.csv"] == f"row:invoices:{SECOND}"
        desk = browser_of(place.staff("officer", "science"), place)
        page = desk.get(reverse("cases:desk_case", args=[case.pk])).content.decode()
        (row,) = re.findall(r"<tr><td>2</td>.*?</tr>", page, re.DOTALL)
        assert "invoice-A002.csv" in row and "payment-A002.csv" in row and "一.csv" not in row
        assert "第 1 行（A001）" in page

    def test_files_of_rows_that_are_gone_are_taken_off(self, form: Any, space: Any) -> None:
        _browser, case, _address = form
        _client, actor, place = space
        place.now = datetime.now(UTC)
        told_ = told_of(case)
        left = replace(told_, tables={"invoices": told_.tables["invoices"][1:]})
        case = save_draft(case=case, told=left, actor=actor, now=place.now)
        for code, _title in list(missing_papers(case)):
            add_paper(case=case, paper=code, upload=paper(f"{code}.csv"), actor=actor, now=place.now)
        place.move(case, "submit", actor)
        assert Evidence.objects.get(case=case, attachment__name="一.csv").removed_at == place.now


class TestKeys:
    BEFORE = {"t": {"i": [{"n": "1"}, {"n": "2"}, {"n": "3"}]}, "r": {"i": ["a" * 8, "b" * 8, "c" * 8]}}

    def kept(self, *numbers: str, given: tuple[str, ...] = ()) -> list[str]:
        return keep_keys(self.BEFORE, {"i": [{"n": number} for number in numbers]}, {"i": given})["i"]

    def test_rows_in_another_order_keep_their_keys(self) -> None:
        assert self.kept("3", "1", "2") == ["c" * 8, "a" * 8, "b" * 8]

    def test_a_row_that_changed_keeps_its_key_and_a_new_one_gets_its_own(self) -> None:
        assert self.kept("1", "9", "3") == ["a" * 8, "b" * 8, "c" * 8]
        keys = self.kept("1", "2", "3", "4")
        assert keys[:3] == ["a" * 8, "b" * 8, "c" * 8] and len(set(keys)) == 4

    def test_keys_that_a_form_sent_back_come_first(self) -> None:
        assert self.kept("9", "8", given=("c" * 8, "a" * 8)) == ["c" * 8, "a" * 8]
        assert self.kept("1", "2", given=("x", "y")) == ["a" * 8, "b" * 8]

    def test_equal_rows_have_keys_of_their_own(self) -> None:
        assert len(set(self.kept("1", "1"))) == 2


def test_a_paper_is_asked_for_where_its_condition_holds_with_or_without_a_measure(lhasa: Any) -> None:
    """LS-S1 rests on a scheme: the bureau's finding decides whether the recognition is asked for."""
    _party, actor = lhasa.party("拉萨中心")
    case = lhasa.draft("LS-S1", actor)

    def applies() -> bool | None:
        found = [one for one in papers_of(case) if one.paper.code == "recognition"]
        return found[0].applies if found else False

    assert applies() is None
    for value in (True, False):
        case.established = {"holds_municipal": {"value": value, "on": date(2019, 6, 3).isoformat()}}
        assert applies() is value
