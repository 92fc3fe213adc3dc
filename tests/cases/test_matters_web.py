"""Bureaus change their matters on the web: the tables, every flaw at its row, versions, rounds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from kaichuang.cases.models import Case, Matter, Round
from kaichuang.cases.operations.matters import read_matter, revise_matter
from kaichuang.cases.operations.stays import desks_of
from kaichuang.cases.web.desk.editing import differences, drop_step, edited, insert_step, removable
from kaichuang.kit.problems import Refused
from kaichuang.packs.flow import flaws
from kaichuang.packs.schema.matters import MatterFile
from kaichuang.parties.models import Party
from kaichuang.places.models import Division

from .conftest import Place
from .test_desk import client_of
from .test_filing import submitted


@pytest.fixture
def officer(lhasa: Place) -> Client:
    return client_of(lhasa, lhasa.staff("officer"))


def url(name: str, matter: Matter) -> str:
    return reverse(f"cases:{name}", args=[matter.pk])


def page_data(answer: Any) -> dict[str, Any]:
    """What the browser would send back."""
    return {"content": answer.context["content"], "based_on": answer.context["based_on"]}


class TestTables:
    def test_a_step_can_be_added_and_taken_out_again(self, lhasa: Place) -> None:
        matter = lhasa.matter("LS-S2")
        content = matter.current.content
        made = insert_step(content, "propose")
        file = MatterFile.model_validate(made)
        assert flaws(file.workflow) == []
        assert file.workflow.move("propose").to == "step1" and file.workflow.move("pass1").to == "listed"
        assert "step1" in removable(made)
        again = drop_step(made, "step1")
        assert MatterFile.model_validate(again) == MatterFile.model_validate(content)

    def test_a_step_with_consequences_stays(self, lhasa: Place) -> None:
        content = lhasa.matter("LS-S2").current.content
        assert not {"draft", "submitted", "proposal", "decision", "payment"} & removable(content)
        assert drop_step(content, "decision") == content

    def test_differences_are_told_in_words(self, lhasa: Place) -> None:
        content = lhasa.matter("LS-S2").current.content
        made = edited(content, QueryDict("s1-days=3&publicity-days=7"))
        told = {(one.where, one.then, one.now) for one in differences(content, made)}
        assert ("状态“待受理” days", "5", "3") in told and ("公示 days", "5", "7") in told
        assert differences(content, content) == []


class TestEditor:
    def test_it_is_saved_as_a_new_version_for_later_cases_only(self, qinghai: Place) -> None:
        case = submitted(qinghai, qinghai.party()[1])
        matter = qinghai.matter("QH-S3")
        client = client_of(qinghai, qinghai.staff("officer"))
        page = client.get(url("desk_editor", matter))
        given = {
            **page_data(page),
            "do": "save",
            "reason": "局长办公会决定",
            "s1-days": "3",
            "s1-title": "待受理（窗口）",
        }
        assert client.post(url("desk_editor", matter), given).status_code == 302
        matter.refresh_from_db()
        assert matter.current.number == 2 and matter.current.own
        state = matter.current.file.workflow.states[1]
        assert (state.days, state.title.zh, state.title.en) == (3, "待受理（窗口）", "Submitted")
        case.refresh_from_db()
        assert case.version.number == 1
        shown = client.get(url("desk_matter", matter)).content.decode()
        assert "局长办公会决定" in shown and "待受理（窗口）" in shown

    def test_every_flaw_stands_at_its_row_and_nothing_is_kept(self, lhasa: Place, officer: Client) -> None:
        matter = lhasa.matter("LS-S2")
        page = officer.get(url("desk_editor", matter))
        at = next(one["at"] for one in page.context["moves"] if one["row"]["id"] == "send_back")
        given = {
            **page_data(page),
            "do": "save",
            "reason": "x",
            f"m{at}-shown": "1",
            f"m{at}-by": "leader",
            f"m{at}-to": "closed",
        }
        answer = officer.post(url("desk_editor", matter), given)
        assert answer.status_code == 422
        row = next(one for one in answer.context["moves"] if one["row"]["id"] == "send_back")
        assert row["flaws"] and row["flaws"][0] in answer.content.decode()
        matter.refresh_from_db()
        assert matter.current.number == 1

    def test_checking_draws_the_picture_anew_without_saving(self, lhasa: Place, officer: Client) -> None:
        matter = lhasa.matter("LS-S2")
        page = officer.get(url("desk_editor", matter))
        answer = officer.post(url("desk_editor", matter), {**page_data(page), "do": "insert:propose"})
        assert answer.status_code == 200 and "新增环节1" in answer.context["picture"]
        assert any("新增环节1" in one.where for one in answer.context["differences"])
        matter.refresh_from_db()
        assert matter.current.number == 1

    def test_whoever_was_slower_loses_nothing(self, lhasa: Place, officer: Client) -> None:
        matter = lhasa.matter("LS-S2")
        given = {**page_data(officer.get(url("desk_editor", matter))), "do": "save", "reason": "第一人"}
        assert officer.post(url("desk_editor", matter), {**given, "s1-days": "4"}).status_code == 302
        late = officer.post(url("desk_editor", matter), {**given, "s1-days": "9", "reason": "第二人"})
        assert late.status_code == 422 and "第二人" in late.content.decode()
        assert late.context["states"][1]["days"] == 9

    def test_experts_papers_and_desks_are_changed(self, lhasa: Place, officer: Client) -> None:
        matter = lhasa.matter("LS-S2")
        unit = lhasa.programme.units.exclude(key="").order_by("pk").last()
        given = {
            **page_data(officer.get(url("desk_editor", matter))),
            "do": "save",
            "reason": "增加评审",
            "review-shown": "1",
            "review-on": "on",
            "review-seats": "7",
            "review-aggregate": "trimmed",
            "review-days": "8",
            "c0-title": "创新性",
            "c0-most": "60",
            "papers-shown": "1",
            "paper-add": "plan",
            "publicity-days": "7",
            "desk-leader": unit.key,
        }
        assert officer.post(url("desk_editor", matter), given).status_code == 302
        matter.refresh_from_db()
        spec = matter.current.file.matter
        assert spec.review is not None and (spec.review.seats, spec.review.aggregate) == (7, "trimmed")
        assert spec.review.criteria[0].title.zh == "创新性" and spec.review.criteria[0].most == 60
        assert spec.publicity.days == 7 and spec.desks["leader"] == unit.key
        assert "plan" in {paper.code for paper in spec.all_papers}

    def test_a_file_goes_into_the_editor_first(self, lhasa: Place, officer: Client) -> None:
        matter = lhasa.matter("LS-S2")
        file = officer.get(url("desk_matter_json", matter))
        document = json.loads(file.content)
        document["matter"]["promise"] = 12
        upload = SimpleUploadedFile("m.json", json.dumps(document).encode(), content_type="application/json")
        answer = officer.post(url("desk_import", matter), {"file": upload})
        assert answer.status_code == 200 and answer.context["promise"] == 12
        assert answer.context["differences"][0].now == "12"
        broken = SimpleUploadedFile("m.json", b"{", content_type="application/json")
        assert officer.post(url("desk_import", matter), {"file": broken}).status_code == 422

    @pytest.mark.parametrize(
        ("part", "words"),
        [
            ({"keys": [{"kind": "invoice", "table": "nowhere", "name": "number"}]}, "没有明细表“nowhere”"),
            ({"asks": ["contract_numbr"]}, "没有事实或明细表“contract_numbr”"),
            ({"days": {"closed": 3}}, "“closed”是终点，没有时限"),
            ({"papers": [{"code": "plan", "per_row": "invoices"}]}, "申请人不会被问到“invoices”"),
            ({"shortfall": "by_score"}, "按得分分配，但事项没有评审"),
        ],
    )
    def test_what_could_not_work_is_not_taken_over_from_a_file(
        self, lhasa: Place, part: dict[str, Any], words: str
    ) -> None:
        matter = lhasa.matter("LS-S2")
        document = matter.current.file.model_dump(mode="json", by_alias=True)
        document["matter"] |= part
        with pytest.raises(Refused) as refused:
            revise_matter(
                matter=matter,
                content=read_matter(document),
                reason="x",
                actor=lhasa.staff("officer"),
                now=lhasa.now,
            )
        assert any(words in str(problem) for problem in refused.value.problems)

    @pytest.mark.parametrize(
        ("division", "unit"), [("540110", "dagze"), ("540111", "quxu"), ("540112", "science")]
    )
    def test_a_case_goes_to_the_unit_of_the_applicants_own_division(
        self, lhasa: Place, division: str, unit: str
    ) -> None:
        """A code that ends in 0 is not the beginning of its neighbours'; elsewhere it goes to the lead."""
        matter = lhasa.matter("LS-S10")
        document = matter.current.file.model_dump(mode="json", by_alias=True)
        document["matter"] |= {"districts": {"540110": "dagze", "540111": "quxu"}}
        document["matter"]["desks"] |= {"lead": "science"}
        officer = lhasa.staff("officer")
        revise_matter(matter=matter, content=read_matter(document), reason="x", actor=officer, now=lhasa.now)
        party, actor = lhasa.party()
        place, _made = Division.objects.get_or_create(code=division, defaults={"name": division, "level": 3})
        Party.objects.filter(pk=party.pk).update(division=place)
        case = Case.objects.select_related("party", "version").get(pk=lhasa.draft("LS-S10", actor).pk)
        state = next(one for one in case.version.file.workflow.states if one.desk == "recommender")
        (found,) = desks_of([case], state)
        assert found is not None and found.key == unit

    def test_auditors_look_and_cannot_change(self, lhasa: Place) -> None:
        matter = lhasa.matter("LS-S2")
        auditor = client_of(lhasa, lhasa.staff("auditor"))
        assert auditor.get(url("desk_matter", matter)).status_code == 200
        assert auditor.get(url("desk_editor", matter)).status_code == 403
        assert auditor.get(url("desk_round", matter)).status_code == 403
        assert auditor.post(url("desk_offer", matter), {"reason": "x"}).status_code == 403


class TestRounds:
    def test_a_round_is_opened_with_its_rule(self, lhasa: Place, officer: Client) -> None:
        matter = lhasa.matter("LS-S2")
        page = officer.get(url("desk_round", matter))
        assert "同一比例" in page.content.decode()
        given = {
            "title": "2199 年第一批",
            "opens_at": "2199-06-10T09:00",
            "closes_at": "2199-07-10T17:00",
            "year": "2199",
            "pot_fen": "300万",
            "quota": "10",
            "shortfall": "by_score",
        }
        wrong = officer.post(url("desk_round", matter), {**given, "closes_at": "2199-06-01T09:00"})
        assert wrong.status_code == 422 and "截止时间应晚于开始时间" in wrong.content.decode()
        assert officer.post(url("desk_round", matter), given).status_code == 302
        made = Round.objects.get(matter=matter)
        assert (made.pot_fen, made.quota, made.shortfall) == (300_000_000, 10, "by_score")

    def test_offering_is_switched_with_a_reason(self, lhasa: Place, officer: Client) -> None:
        matter = lhasa.matter("LS-S2")
        assert officer.post(url("desk_offer", matter), {"reason": ""}).status_code == 422
        assert officer.post(url("desk_offer", matter), {"reason": "资金已用完"}).status_code == 302
        matter.refresh_from_db()
        assert not matter.is_offered
        assert officer.get(reverse("cases:desk_matters") + "?closed=on").context["table"].total == 1
