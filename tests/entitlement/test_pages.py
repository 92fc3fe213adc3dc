"""Measures, search, one's own entitlements, the API, the demo, queries."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kaichuang.entitlement.queries.books import compiled
from kaichuang.facts.operations import Told, observe
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Membership, MembershipKind, Party
from kaichuang.parties.queries.actor import PARTY_KEY
from kaichuang.policy.models import PackVersion

from .conftest import NOW

API = "/api/entitlement"


def queries(client: Client, address: str) -> int:
    client.get(address)  # warm: compiled packs, sessions, content types
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


class TestMeasures:
    def test_every_measure_of_every_pack_has_a_page(self, ninghai: Any, lhasa: Any, qingdao: Any) -> None:
        client = Client()
        for version in (ninghai, lhasa, qingdao):
            for measure in compiled(version)[1].rules.measures:
                address = f"/entitlement/measures/{version.programme.slug}/{measure.id}/"
                for language in ("", "en", "zh-hant"):
                    client.cookies["kc_language"] = language
                    answer = client.get(address)
                    assert answer.status_code == 200, address

    def test_a_page_shows_figures_conditions_and_computed_examples(self, ninghai: Any) -> None:
        html = Client().get("/entitlement/measures/ninghai/NH-M4/").content.decode()
        for words in ("30%", "200,000 元", "例子（由规则算出）", "测算我能得多少", "发票"):
            assert words in html, words

    def test_the_list_is_filtered_by_beneficiary(self, ninghai: Any) -> None:
        page = Client().get("/entitlement/measures/?subject=mentor")
        assert [row.id for row in page.context["table"].rows] == ["NH-U2"]
        assert Client().get("/entitlement/measures/?priced=no").context["table"].total == 3

    def test_search_finds_them_in_both_languages(self, ninghai: Any) -> None:
        for text in ("仪器设备", "NH-M4", "equipment"):
            html = Client().get("/search/", {"q": text, "kind": "measures"}).content.decode()
            assert "/entitlement/measures/ninghai/NH-M4/" in html, text

    def test_of_places_that_are_not_public_are_hidden(self, ninghai: PackVersion) -> None:
        type(ninghai.programme).objects.update(is_public=False)
        assert Client().get("/entitlement/measures/ninghai/NH-M4/").status_code == 404


class TestMine:
    @pytest.fixture
    def owner(self, ninghai: PackVersion, sign_in: Any) -> Client:
        client: Client = sign_in(ninghai.programme, "operator")
        party = Party.objects.create(kind="organisation", name="星火众创空间", registered_on=date(2014, 5, 1))
        user_id = client.session["_auth_user_id"]
        Membership.objects.create(
            user_id=user_id, party=party, kind=MembershipKind.OWNER, since=date(2015, 1, 1)
        )
        observe(
            actor=Actor.system("test", programme_id=ninghai.programme.pk), now=NOW, programme=ninghai.programme,
            source="reported", kind="test", data_as_of=date(2017, 9, 1),
            told=[Told(party.pk, "space_level", "municipal", since=date(2016, 1, 1))],
        )  # fmt: skip
        session = client.session
        session[PARTY_KEY] = party.pk
        session.save()
        return client

    def test_is_filled_with_what_is_known_its_source_and_its_age(self, owner: Client) -> None:
        page = owner.get("/entitlement/mine/")
        line = next(one for one in page.context["result"].lines if one.id == "NH-M2")
        assert line.payable_fen == 30_000_000
        html = page.content.decode()
        assert "部门提供" in html
        assert "数据时点 2017-09-01" in html
        assert "约 3 个月前" in html

    def test_what_one_says_oneself_prevails_and_says_so(self, owner: Client) -> None:
        page = owner.get("/entitlement/mine/?open=space_level")
        data = {
            "told": page.context["page_token"], "asked": "space_level", "q-space_level": "national", "do": "next",
        }  # fmt: skip
        again = owner.post("/entitlement/mine/", data, follow=True)
        line = next(one for one in again.context["result"].lines if one.id == "NH-M2")
        assert line.payable_fen == 50_000_000
        assert "您改填（原为市级）" in again.content.decode()

    def test_never_leaks_into_somebody_elses_calculator(self, owner: Client) -> None:
        data = {"told": owner.get("/entitlement/mine/").context["page_token"], "mine": "1", "do": "json"}
        known = owner.post("/entitlement/calculator/save/", data).json()
        assert known["facts"]["space_level"] == "municipal"
        assert known["sources"]["space_level"] == {"source": "reported", "told_on": "2017-09-01"}
        stranger = Client().post("/entitlement/calculator/save/", data).json()
        assert stranger["facts"].get("space_level") is None


class TestApi:
    def post(self, path: str, **payload: Any) -> Any:
        return Client().post(f"{API}/{path}", payload, content_type="application/json")

    def test_evaluates_a_case_with_reasons(self, ninghai: Any) -> None:
        rows = [{"number": "A", "issued_on": "2017-02-01", "amount": "666666.66", "category": "software"}]
        facts = {"is_space_or_centre": True, "invoices": rows}
        answer = self.post("evaluate", programme="ninghai", facts=facts, as_of="2017-11-30").json()
        found = answer["results"]["NH-M4"]
        assert (found["status"], found["payable"]) == ("met", "199999.99")
        assert answer["total"] == "199999.99"
        assert answer["pack"]["sha256"] == ninghai.sha256

    def test_says_what_to_tell_next(self, ninghai: Any) -> None:
        answer = self.post("questions", programme="ninghai", who=["carrier"]).json()
        assert answer[0]["name"] == "is_space_or_centre"
        assert "NH-M4" in answer[0]["measures"]

    def test_refuses_wrong_facts_all_at_once(self, ninghai: Any) -> None:
        facts = {"staff_count": "many", "nonsense": 1, "space_level": "county", "invoices": [{"what": 1}]}
        answer = self.post("evaluate", programme="ninghai", facts=facts)
        assert answer.status_code == 422
        assert {one["field"] for one in answer.json()["problems"]} == {"staff_count", "nonsense", "invoices"}

    def test_refuses_facts_out_of_bounds(self, ninghai: Any) -> None:
        assert self.post("evaluate", programme="ninghai", facts={"claimed_year": 1}).status_code == 422

    def test_refuses_what_cannot_be_computed_exactly(self, ninghai: Any) -> None:
        rows = [
            {"number": str(n), "issued_on": "2017-02-01", "amount": "90000亿", "category": "software"}
            for n in range(500)
        ]
        facts = {"is_space_or_centre": True, "invoices": rows}
        assert self.post("evaluate", programme="ninghai", facts=facts).status_code in (200, 422)

    def test_counts_anonymous_calls(self, ninghai: Any, settings: Any) -> None:
        from kaichuang.entitlement import api

        limit = int(api.RATE.split("/")[0])
        codes = {self.post("questions", programme="ninghai").status_code for _n in range(limit + 1)}
        assert codes == {200, 429}

    def test_lists_measures_and_documents_itself(self, ninghai: Any) -> None:
        found = Client().get(f"{API}/measures?programme=ninghai").json()
        assert len(found) == 10
        paths = Client().get("/api/openapi.json").json()["paths"]
        assert f"{API}/evaluate" in paths


class TestBudgets:
    @pytest.mark.parametrize(
        ("address", "most"),
        [
            ("/entitlement/", 5),
            ("/entitlement/calculator/?who=carrier", 8),
            ("/entitlement/measures/", 5),
            ("/entitlement/measures/ninghai/NH-M4/", 6),
        ],
    )
    def test_pages_ask_little_of_the_database(self, ninghai: Any, address: str, most: int) -> None:
        assert queries(Client(), address) <= most


def test_the_demo_brings_a_population_and_one_simulation(ninghai: Any, lhasa: Any, settings: Any) -> None:
    from kaichuang.entitlement import demo
    from kaichuang.entitlement.models import Simulation
    from kaichuang.facts.models import Observation

    settings.DEMO = True
    demo.load(now=NOW)
    made = Simulation.objects.get()
    assert made.state == "done"
    assert made.results["total"]["winners"] > 0
    count = Observation.objects.count()
    assert count > 2000
    demo.load(now=NOW)
    assert (Observation.objects.count(), Simulation.objects.count()) == (count, 1)
