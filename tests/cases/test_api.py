"""Cases for programs: the whole way of an application, and everything wrong told at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kaichuang.accounts.models import User
from kaichuang.accounts.strong import STRONG_KEY
from kaichuang.kit.actor import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at:UserWarning")]


def caller(actor: Actor, place: Any) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session[STRONG_KEY], session["programme"] = True, place.programme.slug
    if actor.party_id is not None:
        session["party"] = actor.party_id
    session.save()
    return client


def sent(client: Client, method: str, path: str, body: Any = None) -> Any:
    answer = client.generic(
        method, f"/api/cases{path}", json.dumps(body or {}), content_type="application/json"
    )
    return answer.status_code, answer.json()


def test_matters_say_what_they_ask_and_how_long_they_take(lhasa: Any) -> None:
    status, matters = sent(Client(), "GET", "/matters?programme=lhasa")
    found = {matter["code"]: matter for matter in matters}
    assert status == 200 and found["LS-S7"]["when"] == "open"
    assert set(found["LS-S7"]["asks"]) >= {"financed", "in_centre", "registered_here"}
    assert found["LS-S7"]["promised_days"] == sum(
        s["days"] or 0 for s in found["LS-S7"]["steps"] if s["unit"]
    )
    status, one = sent(Client(), "GET", f"/matters/{found['LS-S7']['id']}")
    assert status == 200 and one == found["LS-S7"]
    assert sent(Client(), "GET", "/matters?programme=nowhere")[0] == 404


def test_an_application_goes_its_way(lhasa: Any) -> None:
    _party, actor = lhasa.party("拉萨某公司")
    client = caller(actor, lhasa)
    matter = lhasa.matter("LS-S7")
    assert sent(Client(), "POST", f"/matters/{matter.pk}/begin")[0] == 401
    status, case = sent(client, "POST", f"/matters/{matter.pk}/begin")
    assert status == 200 and case["state"] == "draft"
    assert {problem["field"] for problem in case["problems"]} >= {"financed", "in_centre", "registered_here"}
    path = f"/{case['id']}"
    status, refused = sent(client, "PUT", f"{path}/draft", {"facts": {"financed": "maybe", "nonsense": 1}})
    assert status == 422 and {p["field"] for p in refused["problems"]} == {"financed", "nonsense"}
    facts = {"financed": True, "in_centre": True, "registered_here": True, "contract_number": "无"}
    status, saved = sent(client, "PUT", f"{path}/draft", {"facts": facts, "requested_fen": 100})
    assert status == 200 and all(p["field"].startswith("paper:") for p in saved["problems"])
    status, stale = sent(client, "PUT", f"{path}/draft", {"facts": facts, "based_on": case["changed_at"]})
    assert status == 409 and stale["problems"][0]["code"] == "stale"
    status, refused = sent(client, "POST", f"{path}/submit")
    assert status == 422 and len(refused["problems"]) == len(saved["problems"])
    for problem in refused["problems"]:
        paper = problem["field"].removeprefix("paper:")
        file = SimpleUploadedFile("材料.csv", f"{paper},1\n".encode())
        answer = client.post(f"/api/cases{path}/papers/{paper}", {"file": file})
        assert answer.status_code == 200, answer.content
    status, submitted = sent(client, "POST", f"{path}/submit")
    assert (
        status == 200
        and submitted["state"] == "submitted"
        and submitted["ceiling_fen"]
        and submitted["due_on"]
    )
    assert [one["number"] for one in sent(client, "GET", "/mine")[1]] == [submitted["number"]]
    stranger = caller(lhasa.party("别家")[1], lhasa)
    assert sent(stranger, "GET", path)[0] == 404 and sent(stranger, "POST", f"{path}/submit")[0] == 404
    assert sent(client, "POST", f"{path}/moves/reject", {"reason": "x"})[0] == 403
    officer = caller(lhasa.staff("officer"), lhasa)
    grounds = [{"text": "注册地不在拉萨市。", "clause": "LS 三(六)"}]
    status, moved = sent(
        officer, "POST", f"{path}/moves/reject", {"reason": "不符合条件", "grounds": grounds}
    )
    assert status == 200 and moved["state"] == "rejected"
    status, (decision,) = sent(client, "GET", f"{path}/decisions")
    assert decision["kind"] == "refused" and decision["document"]["digest"] == decision["digest"]
    assert sent(client, "POST", f"{path}/moves/appeal", {})[0] == 422, "an appeal says why"
    status, appealed = sent(client, "POST", f"{path}/moves/appeal", {"reason": "已迁入"})
    assert status == 200 and appealed["state"] == "appeal"
    status, rows = sent(Client(), "GET", "/performance?programme=lhasa")
    assert status == 200 and {row["state"] for row in rows} >= {"submitted", "appeal"}
