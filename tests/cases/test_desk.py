"""What public servants see and do: the queue, the page of a case, moves, notes, batches."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kaichuang.accounts.models import User
from kaichuang.accounts.strong import STRONG_KEY
from kaichuang.cases.models import Case, Correction, Decision, Note
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Membership, Party

from .conftest import Place
from .test_filing import ready, submitted

pytestmark = pytest.mark.filterwarnings("ignore:No directory at:UserWarning")


def client_of(place: Place, actor: Actor) -> Client:
    """The browser of somebody who works in the place."""
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session[STRONG_KEY] = True
    session["programme"] = place.programme.slug
    session.save()
    return client


def case_url(case: Case) -> str:
    return reverse("cases:desk_case", args=[case.pk])


def move_url(case: Case, move: str) -> str:
    return reverse("cases:desk_move", args=[case.pk, move])


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


class TestQueue:
    def test_it_lists_what_lies_at_the_desk_with_its_due_date(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party("青海新芽科技")
        case = submitted(qinghai, applicant)
        page = client_of(qinghai, qinghai.staff("officer")).get(reverse("cases:desk"))
        assert page.status_code == 200
        assert case.number in text_of(page) and "青海新芽科技" in text_of(page)
        assert page.context["table"].rows[0].due_on is not None

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("?stage=acceptance", 1),
            ("?stage=decision", 0),
            ("?q=新芽", 1),
            ("?q=nothing", 0),
            ("?due=overdue", 0),
            ("?due=soon", 0),
            ("?least_fen=1", 0),
            ("?status=met", 1),
            ("?scope=ended", 0),
            ("?cols=number,party,state,score", 1),
        ],
    )
    def test_filters_narrow_it(self, qinghai: Place, query: str, found: int) -> None:
        _party, applicant = qinghai.party("青海新芽科技")
        case = submitted(qinghai, applicant)
        Case.objects.filter(pk=case.pk).update(status="met")
        page = client_of(qinghai, qinghai.staff("officer")).get(reverse("cases:desk") + query)
        assert page.context["table"].total == found

    def test_the_overdue_come_first_and_are_found(self, qinghai: Place) -> None:
        _party, one = qinghai.party()
        old = submitted(qinghai, one)
        qinghai.pass_days(30)
        _party, two = qinghai.party()
        new = submitted(qinghai, two)
        client = client_of(qinghai, qinghai.staff("officer"))
        assert [row.pk for row in client.get(reverse("cases:desk")).context["table"].rows] == [old.pk, new.pk]
        late = client.get(reverse("cases:desk") + "?due=overdue")
        assert [row.pk for row in late.context["table"].rows] == [old.pk]
        assert "已超期" in text_of(late)

    def test_columns_are_chosen_and_exported(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party("青海新芽科技")
        submitted(qinghai, applicant)
        client = client_of(qinghai, qinghai.staff("officer"))
        moved = client.get(reverse("cases:desk_columns") + "?col=score&col=status&q=新芽")
        assert moved.status_code == 302
        page = client.get(moved["Location"])
        assert [column.name for column in page.context["table"].table.columns] == [
            "number",
            "party",
            "status",
            "score",
        ]
        assert page.context["table"].total == 1
        file = client.get(reverse("cases:desk") + "?export=cases.csv")
        rows = list(csv.reader(io.StringIO(b"".join(file).decode("utf-8-sig"))))
        assert rows[1][1] == "青海新芽科技"

    def test_strangers_and_other_programmes_see_nothing(self, qinghai: Place, lhasa: Place) -> None:
        _party, applicant = qinghai.party()
        case = submitted(qinghai, applicant)
        assert Client().get(case_url(case)).status_code == 302
        assert client_of(qinghai, applicant).get(reverse("cases:desk")).status_code == 403
        assert client_of(lhasa, lhasa.staff("officer")).get(case_url(case)).status_code == 404
        assert client_of(lhasa, lhasa.staff("officer")).get(reverse("cases:desk")).context["table"].total == 0

    def test_a_draft_is_nobody_elses(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        case = ready(qinghai, applicant)
        assert client_of(qinghai, qinghai.staff("officer")).get(case_url(case)).status_code == 404


class TestPage:
    def test_it_shows_the_reasons_the_papers_and_the_moves(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party("青海新芽科技")
        case = submitted(qinghai, applicant)
        page = client_of(qinghai, qinghai.staff("officer")).get(case_url(case))
        assert page.status_code == 200
        shown = text_of(page)
        assert "agreement.png" in shown and "原单位函复" in shown and "QH" in shown
        offers = {offer.move.id: offer for offer in page.context["offers"]}
        assert offers["accept"].is_open and offers["reject"].is_open
        assert "withdraw" not in offers

    def test_what_cannot_be_done_says_why(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        case = qinghai.move(ready(qinghai, applicant), "submit", applicant)
        page = client_of(qinghai, qinghai.staff("officer")).get(case_url(case))
        accept = next(offer for offer in page.context["offers"] if offer.move.id == "accept")
        assert not accept.is_open and "请由" in str(accept.problems[0])
        auditor = client_of(qinghai, qinghai.staff("auditor")).get(case_url(case))
        assert not any(offer.is_open for offer in auditor.context["offers"])
        assert auditor.context["may_note"].allowed is False

    def test_a_fact_is_established_on_the_page(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        case = qinghai.move(ready(qinghai, applicant), "submit", applicant)
        client = client_of(qinghai, qinghai.staff("officer"))
        address = reverse("cases:desk_establish", args=[case.pk, "leave_approved"])
        assert address in text_of(client.get(case_url(case)))
        assert client.post(address, {"value": "yes", "note": ""}).status_code == 422
        assert client.post(address, {"value": "yes", "note": "原单位 6 月 4 日函复"}).status_code == 302
        page = client.get(case_url(case))
        assert next(offer for offer in page.context["offers"] if offer.move.id == "accept").is_open
        assert page.context["changes"], "the answer is not the one handed in"

    def test_members_of_the_applicant_step_aside(self, qinghai: Place) -> None:
        party, applicant = qinghai.party()
        case = submitted(qinghai, applicant)
        officer = qinghai.staff("officer")
        Membership.objects.create(
            party=party, user_id=officer.user_id, kind="member", since=qinghai.programme.business_date
        )
        client = client_of(qinghai, officer)
        page = client.get(case_url(case))
        assert all("回避" in str(offer.problems[0]) for offer in page.context["offers"])
        assert client.post(move_url(case, "accept"), {}).status_code == 403

    def test_another_unit_is_told_whose_desk_it_is(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        case = submitted(qinghai, applicant)
        assert case.desk is not None
        other = qinghai.programme.units.exclude(pk=case.desk_id).exclude(key="").first()
        client = client_of(qinghai, qinghai.staff("officer", other.key))
        page = client.get(case_url(case))
        assert all("不在您的单位" in str(offer.problems[0]) for offer in page.context["offers"])
        assert client.get(reverse("cases:desk")).context["table"].total == 0
        assert client.get(reverse("cases:desk") + "?scope=open").context["table"].total == 1

    def test_notes_are_for_colleagues(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        case = submitted(qinghai, applicant)
        client = client_of(qinghai, qinghai.staff("officer"))
        address = reverse("cases:desk_note", args=[case.pk])
        assert client.post(address, {"text": " "}).status_code == 422
        assert client.post(address, {"text": "已电话核实"}).status_code == 302
        assert Note.objects.get(case=case).text == "已电话核实"
        auditor = client_of(qinghai, qinghai.staff("auditor"))
        assert "已电话核实" in text_of(auditor.get(case_url(case)))
        assert auditor.post(address, {"text": "x"}).status_code == 403

    def test_it_keeps_its_query_budget(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        case = submitted(qinghai, applicant)
        client = client_of(qinghai, qinghai.staff("officer"))
        client.get(case_url(case))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(case_url(case))
        assert len(seen) <= 75, len(seen)


class TestMoves:
    def test_accept_and_register_by_buttons(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        case = submitted(qinghai, applicant)
        client = client_of(qinghai, qinghai.staff("officer"))
        assert client.post(move_url(case, "accept"), {}).status_code == 302
        case.refresh_from_db()
        assert case.state == "decision"
        assert client.post(move_url(case, "decide"), {"reason": "齐全"}).status_code == 302
        assert Decision.objects.get(case=case).kind == "granted"

    def test_whoever_was_slower_keeps_what_he_typed(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        case = submitted(qinghai, applicant)
        client = client_of(qinghai, qinghai.staff("officer"))
        form = client.get(move_url(case, "reject")).context["form"]
        qinghai.pass_days(1)
        qinghai.move(case, "accept", qinghai.staff("officer"))
        answer = client.post(
            move_url(case, "reject"),
            {"seen": form["seen"].initial, "reason": "离岗前单位不同意", "rows": "3"},
        )
        assert answer.status_code == 422
        assert "离岗前单位不同意" in text_of(answer) and "已被他人办理" in text_of(answer)
        assert not Decision.objects.exists()

    def test_the_list_of_what_is_missing_is_made_by_ticks_and_words(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        case = qinghai.move(ready(qinghai, applicant), "submit", applicant)
        client = client_of(qinghai, qinghai.staff("officer"))
        form = client.get(move_url(case, "ask")).context["form"]
        assert [one["about"] for one in form.findings] == ["leave_approved"]
        given = {
            "seen": form["seen"].initial,
            "rows": "3",
            "found": ["0"],
            "about_0": "paper:agreement",
            "text_0": "协议缺少公章",
            "clause_0": "QH 一(三)",
        }
        more = client.post(move_url(case, "ask"), {**given, "more": "1"})
        assert more.status_code == 200 and more.context["form"].row_count == 6
        assert "协议缺少公章" in text_of(more) and not Correction.objects.exists()
        assert client.post(move_url(case, "ask"), given).status_code == 302
        items = Correction.objects.get(case=case).items
        assert [item["about"] for item in items] == ["leave_approved", "paper:agreement"]
        assert items[1] == {"about": "paper:agreement", "text": "协议缺少公章", "clause": "QH 一(三)"}

    def test_an_empty_list_is_refused(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        case = submitted(qinghai, applicant)
        answer = client_of(qinghai, qinghai.staff("officer")).post(move_url(case, "ask"), {"rows": "3"})
        assert answer.status_code == 422 and "请列出需要补正的全部内容" in text_of(answer)

    def test_a_refusal_names_its_grounds_by_clause(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        case = submitted(qinghai, applicant)
        client = client_of(qinghai, qinghai.staff("officer"))
        given = {"rows": "3", "text_0": "所附协议已过期", "clause_0": "QH 一(三)"}
        assert client.post(move_url(case, "reject"), given).status_code == 302
        decision = Decision.objects.get(case=case)
        assert decision.kind == "refused"
        assert {"clause": "QH 一(三)", "text": "所附协议已过期"} in decision.grounds


class TestBatches:
    def test_each_case_on_its_own_with_the_reason(self, qinghai: Place) -> None:
        good = submitted(qinghai, qinghai.party()[1])
        bad = qinghai.move(ready(qinghai, qinghai.party()[1]), "submit", qinghai.system.acting_for(None))
        client = client_of(qinghai, qinghai.staff("officer"))
        address = reverse("cases:desk_batch", args=["accept"])
        assert client.post(address, {}).status_code == 422
        asked = client.post(address, {"selected": [good.pk, bad.pk]})
        assert asked.status_code == 200 and "form" in asked.context
        done = client.post(address, {"selected": [good.pk, bad.pk], "sure": "1", "reason": ""})
        assert [case.pk for case, _state in done.context["moved"]] == [good.pk]
        assert [one.case.pk for one in done.context["refused"]] == [bad.pk]
        assert "请由" in text_of(done)

    def test_an_auditor_moves_nothing(self, qinghai: Place) -> None:
        case = submitted(qinghai, qinghai.party()[1])
        client = client_of(qinghai, qinghai.staff("auditor"))
        assert not client.get(reverse("cases:desk")).context["table"].table.bulk
        done = client.post(
            reverse("cases:desk_batch", args=["accept"]), {"selected": [case.pk], "sure": "1", "reason": ""}
        )
        assert done.status_code == 403 or not done.context["moved"]
        case.refresh_from_db()
        assert case.state == "submitted"


def make_party(number: int) -> Party:
    return Party.objects.create(kind="organisation", name=f"队列公司{number}")
