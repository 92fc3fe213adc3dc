"""Asking and answering, through the pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from kaichuang.clock.models import Deadline
from kaichuang.places.models import Programme
from kaichuang.policy.models import Edition, Question

from .conftest import SignIn

WORDS = "租金发票可以跨年吗？"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def ask(client: Client, **more: str) -> Question:
    answer = client.post("/policy/questions/ask/", {"text": WORDS, "clause": "DH 二(一)", **more})
    assert answer.status_code == 302, answer.content.decode()
    return Question.objects.get(ticket=answer["Location"].strip("/").rsplit("/", 1)[1])


def test_anybody_asks_and_follows_by_the_ticket(published: Edition) -> None:
    question = ask(Client(), contact="13800000000")
    assert (question.unit.name, question.state) == ("市科技局", "routed")
    html = Client().get(f"/policy/questions/{question.ticket}/").content.decode()
    assert WORDS in html
    assert "已转交市科技局" in html
    assert "13800000000" not in html
    found = Client().get("/policy/questions/track/", {"ticket": question.ticket})
    assert found["Location"].endswith(f"/{question.ticket}/")
    assert Client().get("/policy/questions/track/", {"ticket": "x"}).status_code == 422


def test_every_problem_is_said_and_the_words_stay(published: Edition) -> None:
    answer = Client().post("/policy/questions/ask/", {"text": "？", "clause": "DH 二(一)"})
    assert answer.status_code == 422
    assert "请把问题写得具体一些" in answer.content.decode()


def test_asking_without_end_is_stopped_and_the_words_stay(published: Edition) -> None:
    client = Client()
    for _n in range(10):
        ask(client)
    answer = client.post("/policy/questions/ask/", {"text": WORDS, "clause": "DH 二(一)"})
    assert answer.status_code == 429
    assert WORDS in answer.content.decode()


def test_the_unit_answers_with_a_citation_and_everybody_may_read_it(
    published: Edition, programme: Programme, sign_in: SignIn
) -> None:
    question = ask(Client())
    officer = sign_in("inspector", unit=question.unit)
    assert WORDS in officer.get("/policy/questions/desk/").content.decode()
    address = reverse("policy:handle", args=[question.pk])
    refused = officer.post(address, {"action": "answer", "text": "", "citations": "DH 九"})
    assert refused.status_code == 422
    body = refused.content.decode()
    assert "请填写答复" in body and "政策库中没有条款" in body
    done = officer.post(
        address,
        {
            "action": "answer",
            "text": "按发票日期所在年度计算。",
            "citations": "DH 二(一)；DH 三",
            "is_public": "on",
        },
    )
    assert done.status_code == 302
    question.refresh_from_db()
    assert (question.state, question.citations) == ("answered", ["DH 二(一)", "DH 三"])
    for path in ("/policy/questions/", "/policy/DH/二(一)/", f"/policy/questions/{question.ticket}/"):
        html = Client().get(path).content.decode()
        assert "按发票日期所在年度计算。" in html, path


def test_only_those_in_charge_see_it(published: Edition, programme: Programme, sign_in: SignIn) -> None:
    question = ask(Client())
    address = reverse("policy:handle", args=[question.pk])
    other = sign_in("inspector", unit=programme.units.get(name="市财政局"))
    assert other.get(address).status_code == 404
    assert sign_in("founder").get("/policy/questions/desk/").status_code == 403
    assert Client().get(address).status_code == 302


def test_a_clerk_routes_or_declines(published: Edition, programme: Programme, desk: Client) -> None:
    question = ask(Client(), clause="")
    assert question.unit is None
    address = reverse("policy:handle", args=[question.pk])
    assert desk.post(address, {"action": "route", "unit": ""}).status_code == 422
    unit = programme.units.get(name="市财政局")
    assert desk.post(address, {"action": "route", "unit": unit.pk}).status_code == 302
    question.refresh_from_db()
    assert question.unit == unit
    assert desk.post(address, {"action": "decline", "reason": ""}).status_code == 422
    assert desk.post(address, {"action": "decline", "reason": "与政策无关"}).status_code == 302
    assert "与政策无关" in Client().get(f"/policy/questions/{question.ticket}/").content.decode()


def test_overdue_ones_stand_out(published: Edition, programme: Programme, desk: Client) -> None:
    question = ask(Client())
    deadline = Deadline.objects.get(subject_type="policy.question", subject_id=str(question.pk))
    programme.business_date = deadline.due_on
    programme.save()
    assert WORDS not in desk.get("/policy/questions/desk/?view=overdue").content.decode()
    programme.business_date = deadline.due_on + timedelta(days=1)
    programme.save()
    assert WORDS in desk.get("/policy/questions/desk/?view=overdue").content.decode()
    assert WORDS in desk.get("/workspace/clerk/").content.decode()


def test_the_asker_rates_once_answered(published: Edition, desk: Client, sign_in: SignIn) -> None:
    asker = sign_in()
    question = ask(asker)
    desk.post(
        reverse("policy:handle", args=[question.pk]),
        {"action": "answer", "text": "可以。", "citations": "DH 二(一)"},
    )
    address = f"/policy/questions/{question.ticket}/"
    assert "这个答复有帮助吗" not in Client().get(address).content.decode()
    assert Client().post(address, {"stars": "5"}).status_code in {302, 403}
    assert asker.post(address, {"stars": "4"}).status_code == 302
    question.refresh_from_db()
    assert question.rating == 4
    assert WORDS in asker.get("/policy/questions/mine/").content.decode()
    assert "已有答复" in asker.get("/notices/inbox/").content.decode()


def test_lists_need_the_same_number_of_queries_for_one_and_three(published: Edition, desk: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = {}
    for count in (1, 3):
        while Question.objects.count() < count:
            question = ask(Client())
            desk.post(
                reverse("policy:handle", args=[question.pk]),
                {"action": "answer", "text": "可以。", "citations": "DH 二(一)", "is_public": "on"},
            )
        for path in ("/policy/questions/", "/policy/questions/desk/?view=closed", "/policy/DH/二(一)/"):
            desk.get(path)
            with CaptureQueriesContext(connection) as queries:
                desk.get(path)
            counts.setdefault(path, []).append(len(queries))
    assert all(one == three for one, three in counts.values()), counts
