"""What the pages, the API and the files show, and to whom."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kaichuang.accounts.models import User
from kaichuang.accounts.strong import STRONG_KEY
from kaichuang.experts.drawing import check_record
from kaichuang.experts.models import Expert, Item, Panel, Seat
from kaichuang.experts.operations import accept, announce, close_panel, recuse
from kaichuang.files.operations import attach
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Party, RoleGrant
from kaichuang.places.models import Programme

from .conftest import NOW, as_expert, drawn, firm, give, make_expert, make_panel, person, score_of, seats_of

pytestmark = pytest.mark.filterwarnings("ignore:No directory at:UserWarning")
Scoring = Callable[..., tuple[Panel, list[Seat], list[Item]]]


def signed_in(programme: Programme, user: User, *roles: str) -> Client:
    for role in roles:
        RoleGrant.objects.get_or_create(
            user=user, programme=programme, role=role, defaults={"since": date(2015, 1, 1)}
        )
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session[STRONG_KEY] = True
    session["programme"] = programme.slug
    session.save()
    return client


def expert_browser(seat: Seat) -> Client:
    user = seat.expert.party.user
    assert user is not None
    return signed_in(seat.panel.programme, user)


@pytest.fixture
def office(programme: Programme, officer: Actor) -> Client:
    return signed_in(programme, User.objects.get(pk=officer.user_id), "officer")


def text(response: Any) -> str:
    return str(response.content.decode())


def numbers(page: str) -> set[str]:
    """Those that a reader sees; a token in an attribute has digits too."""
    return set(re.findall(r"\d+", re.sub("<[^>]*>", " ", page)))


def test_an_expert_declares_scores_and_hands_in(
    programme: Programme, officer: Actor, pool: list[Expert]
) -> None:
    panel = drawn(make_panel(programme, officer, [firm("甲公司"), firm("乙公司")], seats=1), officer)
    (seat,) = seats_of(panel)
    first, second = panel.items.order_by("number")
    browser = expert_browser(seat)
    page = text(browser.get(reverse("experts:mine")))
    assert "待答复的邀请" in page
    address = reverse("experts:seat", args=[seat.pk])
    assert "申报书01" in text(browser.get(address))
    missing = browser.post(address, {f"conflict_{first.pk}": "on"})
    assert missing.status_code == 422
    assert "请确认申明" in text(missing)
    no_reason = browser.post(address, {f"conflict_{first.pk}": "on", "declared": "on"})
    assert "请写明回避" in text(no_reason)
    done = browser.post(
        address, {f"conflict_{first.pk}": "on", f"reason_{first.pk}": "曾合作", "declared": "on"}
    )
    assert done.status_code == 302
    score = score_of(seat, second)
    sheet = reverse("experts:score", args=[score.pk])
    page = text(browser.get(sheet))
    assert "申报书02" in page
    assert "乙公司" not in page
    wrong = browser.post(sheet, {"p_novelty": "41", "p_market": "x", "p_team": "1.25", "action": "next"})
    assert wrong.status_code == 422
    assert text(wrong).count("最多一位小数") >= 2
    short = browser.post(sheet, {"p_novelty": "35.5", "action": "submit"})
    assert short.status_code == 422
    assert "未打分" in text(short)
    full = {"p_novelty": "35.5", "p_market": "25", "p_team": "20", "amount": "20万", "action": "submit"}
    assert browser.post(sheet, full).status_code == 302
    score.refresh_from_db()
    assert (score.state, score.points["novelty"], score.recommended_fen) == ("submitted", 355, 20_000_000)
    assert "80.5" in text(browser.get(sheet))


def test_autosave_keeps_what_is_right_and_names_what_is_wrong(scoring: Scoring) -> None:
    _panel, seats, items = scoring(items=1)
    score = score_of(seats[0], items[0])
    browser = expert_browser(seats[0])
    answer = browser.post(
        reverse("experts:autosave", args=[score.pk]), {"p_novelty": "30", "p_market": "99", "p_team": "10"}
    )
    assert answer.status_code == 200
    assert "<strong>40</strong>" in text(answer)
    assert "须在0到30分之间" in text(answer)
    score.refresh_from_db()
    assert score.points == {"novelty": 300, "team": 100}


def test_all_scores_are_handed_in_together_or_everything_missing_is_listed(scoring: Scoring) -> None:
    _panel, seats, items = scoring(items=2)
    browser = expert_browser(seats[0])
    address = reverse("experts:submit", args=[seats[0].pk])
    refused = browser.post(address)
    assert refused.status_code == 422
    assert text(refused).count("未打分") == 6
    for item in items:
        give(seats[0], item, 80, submit=False)
    assert browser.post(address).status_code == 302
    assert set(seats[0].scores.values_list("state", flat=True)) == {"submitted"}


def test_an_expert_sees_nothing_of_others_until_the_panel_is_closed(officer: Actor, scoring: Scoring) -> None:
    panel, seats, items = scoring(items=1)
    give(seats[1], items[0], 77)
    browser = expert_browser(seats[0])
    other = score_of(seats[1], items[0])
    for name in ("experts:score", "experts:score_detail", "experts:stand_back"):
        assert browser.get(reverse(name, args=[other.pk])).status_code == 404
    assert browser.get(reverse("experts:seat", args=[seats[1].pk])).status_code == 404
    assert browser.get(reverse("experts:panel", args=[panel.pk])).status_code == 404
    assert "77" not in numbers(text(browser.get(reverse("experts:seat", args=[seats[0].pk]))))
    give(seats[0], items[0], 81)
    give(seats[2], items[0], 83)
    close_panel(panel=panel, actor=officer, now=NOW)
    page = text(browser.get(reverse("experts:seat", args=[seats[0].pk])))
    assert {"77", "81", "83"} <= numbers(page)
    assert all(seat.expert.party.name not in page for seat in seats[1:])


def test_blind_files_lose_their_names(officer: Actor, scoring: Scoring) -> None:
    panel, seats, items = scoring(items=1)
    (file,) = attach(
        uploads=[SimpleUploadedFile("甲公司申报书.txt", "正文".encode())],
        actor=officer,
        now=NOW,
        programme=panel.programme,
        subject=items[0],
    )
    Item.objects.filter(pk=items[0].pk).update(attachments=[file.pk])
    score = score_of(seats[0], items[0])
    browser = expert_browser(seats[0])
    page = text(browser.get(reverse("experts:score", args=[score.pk])))
    assert "申报书01-1.txt" in page
    assert "甲公司" not in page
    answer = browser.get(reverse("experts:material", args=[score.pk, file.pk]))
    assert answer.status_code == 200
    assert "%E7%94%B2" not in answer["Content-Disposition"]
    assert browser.get(reverse("experts:material", args=[score.pk, file.pk + 1])).status_code == 404


def test_an_officer_runs_a_panel_on_the_web(
    programme: Programme, officer: Actor, pool: list[Expert], office: Client
) -> None:
    panel = make_panel(programme, officer, [firm(), firm()], seats=2, divergence_points=Decimal(10), quota=1)

    def post(name: str, **data: str) -> Any:
        return office.post(reverse(f"experts:{name}", args=[panel.pk]), data)

    assert post("announce").status_code == 302
    assert "种子哈希" in text(office.get(reverse("experts:panel", args=[panel.pk])))
    assert post("draw_panel").status_code == 302
    for seat in seats_of(panel):
        accept(seat=seat, actor=as_expert(seat.expert), now=NOW)
    first, second = panel.items.order_by("number")
    low, high = seats_of(panel)
    for seat, total in ((low, 60), (high, 90)):
        give(seat, first, total)
        give(seat, second, 70)
    page = text(office.get(reverse("experts:panel", args=[panel.pk])))
    assert "分歧较大" in page
    assert "排名预览" in page
    refused = post("close")
    assert refused.status_code == 422
    assert "尚未增加评委" in text(refused)
    assert post("another_reader", items=str(first.pk)).status_code == 302
    extra = seats_of(panel)[-1]
    accept(seat=extra, actor=as_expert(extra.expert), now=NOW)
    give(extra, first, 84)
    returned = score_of(high, second)
    answer = office.post(reverse("experts:score_detail", args=[returned.pk]), {"reason": "请复核"})
    assert answer.status_code == 302
    give(high, second, 72)
    assert post("close").status_code == 302
    page = text(office.get(reverse("experts:panel", args=[panel.pk])))
    assert "入围" in page
    assert "已增加评委" in page
    export = office.get(reverse("experts:panel", args=[panel.pk]), {"export": "ranking.csv"})
    body = b"".join(export.streaming_content) if export.streaming else export.content
    assert "78" in body.decode("utf-8-sig")
    made = post("pack")
    assert made.status_code == 302
    pdf = office.get(made["Location"])
    assert b"".join(pdf.streaming_content if pdf.streaming else [pdf.content]).startswith(b"%PDF")


def test_the_pool_is_kept_on_the_web(programme: Programme, officer: Actor, office: Client) -> None:
    candidate = person("罗静怡")
    Party.objects.filter(pk=candidate.pk).update(registered_in=programme)
    made = office.post(
        reverse("experts:nominate"),
        {"party": candidate.pk, "specialities": ["it", "law"], "most_panels": "2", "title": "教授"},
    )
    assert made.status_code == 302
    expert = Expert.objects.get(party=candidate)
    assert expert.specialities == ["it", "law"]
    assert "罗静怡" in text(office.get(reverse("experts:pool"), {"speciality": "law"}))
    assert "罗静怡" not in text(office.get(reverse("experts:pool"), {"speciality": "biomed"}))
    assert office.post(reverse("experts:admit", args=[expert.pk])).status_code == 302
    edited = office.post(
        reverse("experts:edit", args=[expert.pk]), {"specialities": ["law"], "most_panels": "0"}
    )
    assert edited.status_code == 422
    export = office.get(reverse("experts:pool"), {"export": "pool.xlsx"})
    assert export.status_code == 200
    assert (
        office.post(reverse("experts:move", args=[expert.pk, "end"]), {"reason": "退休"}).status_code == 302
    )
    page = text(office.get(reverse("experts:expert", args=[expert.pk])))
    assert "退休" in page


def test_a_person_applies_for_the_pool(programme: Programme) -> None:
    party = person("林晓")
    assert party.user is not None
    browser = signed_in(programme, party.user)
    empty = browser.post(reverse("experts:apply"), {})
    assert empty.status_code == 422
    sent = browser.post(reverse("experts:apply"), {"specialities": ["it"], "most_panels": "3"})
    assert sent.status_code == 302
    assert "待入库" in text(browser.get(reverse("experts:mine")))


def test_a_draw_is_public_and_names_nobody(
    programme: Programme, officer: Actor, pool: list[Expert], client: Client
) -> None:
    panel = make_panel(programme, officer, [firm()])
    announced = announce(panel=panel, actor=officer, now=NOW)
    client.session["programme"] = programme.slug
    panel = Panel.objects.get(pk=panel.pk)
    from kaichuang.experts.operations import draw

    draw(panel=panel, actor=officer, now=NOW)
    page = text(client.get(reverse("experts:draw", args=[panel.pk])))
    assert announced.commitment in page
    assert "结果与记录一致" in page
    assert all(expert.number in page and expert.party.name not in page for expert in pool)
    record = json.loads(client.get(reverse("experts:draw_record", args=[panel.pk])).content)
    assert check_record(record) == []
    assert client.get(f"/api/experts/draws/{panel.pk}").json() == record


def test_the_api_gives_the_same_as_the_pages(officer: Actor, scoring: Scoring, office: Client) -> None:
    panel, seats, items = scoring(items=1, seats=1)
    browser = expert_browser(seats[0])
    (own,) = browser.get("/api/experts/seats").json()
    (score,) = browser.get(f"/api/experts/seats/{own['id']}/scores").json()
    assert score["label"] == "申报书01"
    address = f"/api/experts/scores/{score['id']}"
    wrong = browser.put(
        address, {"points": {"novelty": "55", "market": "30"}}, content_type="application/json"
    )
    assert wrong.status_code == 422
    assert wrong.json()["problems"][0]["field"] == "novelty"
    points = {"novelty": "33.5", "market": "30", "team": "20"}
    kept = browser.put(address, {"points": points, "recommended_fen": 100}, content_type="application/json")
    assert kept.json()["points"] == points
    assert browser.post(f"/api/experts/seats/{own['id']}/submit").status_code == 200
    assert browser.post(f"/api/experts/seats/{own['id']}/submit").status_code == 409
    close_panel(panel=panel, actor=officer, now=NOW)
    (result,) = office.get(f"/api/experts/panels/{panel.pk}/results").json()
    assert (result["exact"], result["score"], result["recommended_fen"]) == ("167/2", "83.5", 100)
    assert browser.get(f"/api/experts/panels/{panel.pk}/results").status_code == 404
    assert items[0].subject_id == result["subject_id"]


def test_pages_speak_three_languages(officer: Actor, scoring: Scoring) -> None:
    _panel, seats, items = scoring(items=1)
    browser = expert_browser(seats[0])
    address = reverse("experts:score", args=[score_of(seats[0], items[0]).pk])
    browser.cookies["django_language"] = "en"
    page = text(browser.get(address))
    assert "Novelty" in page
    assert "评审材料" not in page
    browser.cookies["django_language"] = "zh-hant"
    assert "評審材料" in text(browser.get(address))


def _queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_lists_cost_the_same_with_few_and_many_rows(
    programme: Programme, officer: Actor, pool: list[Expert], scoring: Scoring, office: Client
) -> None:
    small, seats, items = scoring(items=2, seats=2)
    large, more, many = scoring(items=6, seats=5)
    for group, rows in ((seats, items), (more, many)):
        for seat in group:
            for item in rows:
                give(seat, item, 80)
    few = _queries(office, reverse("experts:panel", args=[small.pk]))
    assert _queries(office, reverse("experts:panel", args=[large.pk])) == few
    before = {name: _queries(office, reverse(name)) for name in ("experts:pool", "experts:panels")}
    for _ in range(4):
        make_expert(programme, officer)
        make_panel(programme, officer, [firm()])
    assert {name: _queries(office, reverse(name)) for name in before} == before
    mine = {
        seat.pk: _queries(expert_browser(seat), reverse("experts:seat", args=[seat.pk]))
        for seat in (seats[0], more[0])
    }
    assert len(set(mine.values())) == 1


def test_what_was_recused_shows_its_reason_to_officers_only(
    programme: Programme, officer: Actor, pool: list[Expert], office: Client
) -> None:
    panel = drawn(make_panel(programme, officer, [firm()]), officer)
    left = seats_of(panel)[0]
    recuse(seat=left, actor=as_expert(left.expert), now=NOW, reason="家属任职")
    assert "家属任职" in text(office.get(reverse("experts:panel", args=[panel.pk])))
    public = text(Client().get(reverse("experts:draw", args=[panel.pk])))
    assert "家属任职" not in public
