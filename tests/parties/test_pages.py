"""Pages of the ground floors: every route for every kind of visitor, and the main exchanges."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kaichuang.accounts.models import User
from kaichuang.clock.models import Calendar, Day
from kaichuang.journal.models import Entry
from kaichuang.parties.models import Admission, Membership, Party, Relation, Role, RoleGrant
from kaichuang.parties.operations import ask_to_join
from kaichuang.parties.queries.actor import STRONG_KEY
from kaichuang.places.models import Division, Programme

from .conftest import NOW, TODAY, Act, code, organisation, person

pytestmark = pytest.mark.django_db

ID = "33022619900307418X"
SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def plain_files(settings: LazySettings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.MIDDLEWARE = [
        name for name in settings.MIDDLEWARE if "StrongLogin" not in name and "whitenoise" not in name
    ]


@pytest.fixture
def sign_in(act: Act, ninghai: Programme) -> SignIn:
    """A browser, signed in as a user with roles (or as nobody), in the programme ninghai."""

    def build(name: str = "", *roles: str, programme: Programme = ninghai) -> Client:
        client = Client()
        if name:
            actor = act(name, *roles, programme=programme)
            client.force_login(User.objects.get(pk=actor.user_id))
        session = client.session
        session["programme"] = programme.slug
        session[STRONG_KEY] = True
        session.save()
        return client

    return build


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args)


@pytest.fixture
def world(act: Act, ninghai: Programme) -> dict[str, Any]:
    """A company of 甲 in Ninghai, with a member, a request, a relation."""
    place = Division.objects.get(code="330226")
    company = organisation("甲公司", division=place, phone="13800001234", registered_in=ninghai)
    owner = Membership.objects.create(
        party=company, user_id=act("甲").user_id, kind="owner", since=date(2026, 1, 1)
    )
    relation = Relation.objects.create(
        source=person("张三", identity_number=ID), target=company, kind="employee"
    )
    admission = ask_to_join(party=company, actor=act("乙"), now=NOW)
    grant = RoleGrant.objects.create(
        user_id=act("丑").user_id, programme=ninghai, role=Role.MENTOR, since=date(2026, 1, 1)
    )
    return {"company": company, "owner": owner, "relation": relation, "admission": admission, "grant": grant}


# route, arguments, then the status for: nobody, a stranger, the owner 甲, an officer, an administrator, an auditor,
# and an officer of another programme. 302 is the way to the login.
TABLE: list[tuple[str, Callable[[dict[str, Any]], list[Any]], tuple[int, ...]]] = [
    ("places:divisions", lambda w: [], (200, 200, 200, 200, 200, 200, 200)),
    ("places:division", lambda w: ["370282"], (200, 200, 200, 200, 200, 200, 200)),
    ("places:programme", lambda w: ["ninghai"], (200, 200, 200, 200, 200, 200, 200)),
    ("places:business_date", lambda w: ["ninghai"], (302, 403, 403, 200, 200, 403, 403)),
    ("places:settings", lambda w: ["ninghai"], (302, 403, 403, 403, 200, 403, 403)),
    ("places:new_programme", lambda w: ["ninghai"], (302, 403, 403, 403, 200, 403, 403)),
    ("clock:calendar", lambda w: [], (302, 302, 302, 302, 302, 302, 302)),
    ("clock:year", lambda w: ["cn", 2026], (200, 200, 200, 200, 200, 200, 200)),
    ("clock:year", lambda w: ["cn-54", 2027], (200, 200, 200, 200, 200, 200, 200)),
    ("clock:export", lambda w: ["cn", 2026], (200, 200, 200, 200, 200, 200, 200)),
    ("clock:edit", lambda w: ["cn", 2026], (302, 403, 403, 403, 200, 403, 403)),
    ("clock:import", lambda w: ["cn", 2027], (302, 403, 403, 403, 200, 403, 403)),
    ("clock:clear", lambda w: ["cn", 2026], (302, 405, 405, 405, 405, 405, 405)),
    ("clock:deadlines", lambda w: [], (302, 403, 403, 200, 200, 200, 200)),
    ("journal:entries", lambda w: [], (302, 403, 403, 403, 200, 200, 403)),
    ("journal:history", lambda w: ["parties.party", w["company"].pk], (302, 403, 403, 403, 200, 200, 403)),
    ("journal:verification", lambda w: [], (302, 403, 403, 403, 200, 200, 403)),
    ("parties:mine", lambda w: [], (302, 200, 200, 200, 200, 200, 200)),
    ("parties:register", lambda w: ["organisation"], (302, 200, 200, 200, 200, 200, 200)),
    ("parties:register", lambda w: ["person"], (302, 200, 200, 200, 200, 200, 200)),
    ("parties:register", lambda w: ["team"], (302, 200, 200, 200, 200, 200, 200)),
    ("parties:join", lambda w: [], (302, 200, 200, 200, 200, 200, 200)),
    ("parties:register_list", lambda w: [], (302, 200, 200, 200, 200, 200, 200)),
    ("parties:import", lambda w: [], (302, 403, 403, 200, 200, 403, 200)),
    ("parties:conflicts", lambda w: [], (302, 403, 403, 200, 200, 200, 200)),
    ("parties:roles", lambda w: [], (302, 200, 200, 200, 200, 200, 200)),
    ("parties:grant", lambda w: [], (302, 403, 403, 403, 200, 403, 403)),
    ("parties:revoke", lambda w: [w["grant"].pk], (302, 404, 404, 404, 200, 403, 404)),
    ("parties:answer", lambda w: [w["admission"].pk, "accept"], (302, 405, 405, 405, 405, 405, 405)),
    ("parties:member", lambda w: [w["owner"].pk], (302, 404, 200, 200, 200, 403, 404)),
    ("parties:leave", lambda w: [w["owner"].pk], (302, 405, 405, 405, 405, 405, 405)),
    ("parties:party", lambda w: [w["company"].pk], (302, 404, 200, 200, 200, 200, 404)),
    ("parties:edit", lambda w: [w["company"].pk], (302, 404, 200, 200, 200, 403, 404)),
    ("parties:close", lambda w: [w["company"].pk], (302, 404, 200, 200, 200, 403, 404)),
    ("parties:invite", lambda w: [w["company"].pk], (302, 404, 200, 200, 200, 403, 404)),
    ("parties:relate", lambda w: [w["company"].pk], (302, 404, 200, 200, 200, 403, 404)),
    ("parties:unrelate", lambda w: [w["company"].pk, w["relation"].pk], (302, 405, 405, 405, 405, 405, 405)),
    ("parties:reveal", lambda w: [w["company"].pk, "phone"], (302, 404, 200, 200, 200, 200, 404)),
]


@pytest.mark.parametrize(
    ("name", "arguments", "expected"), TABLE, ids=[f"{row[0]}-{n}" for n, row in enumerate(TABLE)]
)
def test_every_route_answers_each_visitor_as_the_table_says(
    name: str,
    arguments: Callable[[dict[str, Any]], list[Any]],
    expected: tuple[int, ...],
    sign_in: SignIn,
    world: dict[str, Any],
    nantong: Programme,
) -> None:
    Entry.objects.filter(subject_type="parties.party").exists()
    visitors = [
        sign_in(),
        sign_in("戊", "founder"),
        sign_in("甲", "founder"),
        sign_in("丙", "officer"),
        sign_in("管", "administrator"),
        sign_in("审", "auditor"),
        sign_in("丁", "officer", programme=nantong),
    ]
    answers = tuple(visitor.get(url(name, *arguments(world))).status_code for visitor in visitors)
    assert answers == expected


def test_the_table_names_every_route() -> None:
    from kaichuang.clock.web.urls import urlpatterns as clock
    from kaichuang.journal.web.urls import urlpatterns as journal
    from kaichuang.parties.web.urls import urlpatterns as parties
    from kaichuang.places.web.urls import urlpatterns as places

    named = {name for name, _arguments, _expected in TABLE}
    routes = {"places": places, "clock": clock, "journal": journal, "parties": parties}
    assert {f"{context}:{route.name}" for context, found in routes.items() for route in found} == named  # type: ignore[union-attr]  # no includes


def test_a_founder_registers_a_company_and_sees_what_is_wrong_first(sign_in: SignIn) -> None:
    client = sign_in("甲", "founder")
    wrong = client.post(
        url("parties:register", "organisation"), {"name": "某公司", "uscc": "9111", "division": "鼓楼区"}
    )
    assert wrong.status_code == 422
    assert "南京市鼓楼区" in wrong.content.decode()
    wrong = client.post(url("parties:register", "organisation"), {"name": "某公司", "uscc": "9111"})
    assert "应为18位" in wrong.content.decode()
    right = client.post(
        url("parties:register", "organisation"),
        {"name": "某公司", "uscc": code(), "division": "宁海"},
        follow=True,
    )
    assert "已登记" in right.content.decode()
    assert Party.objects.get(name="某公司").division_id == "330226"


def test_a_number_is_shown_after_a_reason_and_never_on_the_page_itself(
    sign_in: SignIn, world: dict[str, Any]
) -> None:
    client = sign_in("丙", "officer")
    page = client.get(url("parties:party", world["company"].pk)).content.decode()
    assert "138******34" in page
    assert "13800001234" not in page
    assert "13800001234" not in client.get(url("parties:edit", world["company"].pk)).content.decode()
    address = url("parties:reveal", world["company"].pk, "phone")
    assert client.post(address, {"reason": ""}).status_code == 422
    shown = client.post(address, {"reason": "核对材料"})
    assert "13800001234" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert Entry.objects.filter(kind="view").count() == 1


def test_a_request_to_join_is_accepted_on_the_page(sign_in: SignIn, world: dict[str, Any]) -> None:
    client = sign_in("甲", "founder")
    assert "同意" in client.get(url("parties:mine")).content.decode()
    client.post(url("parties:answer", world["admission"].pk, "accept"))
    assert Admission.objects.get().state == "accepted"
    refused = sign_in("戊", "founder").post(url("parties:answer", world["admission"].pk, "accept"))
    assert refused.status_code == 404


def test_the_conflict_page_tells_the_chain(sign_in: SignIn, world: dict[str, Any]) -> None:
    Party.objects.filter(name="张三").update(division="330226")
    page = sign_in("丙", "officer").get(
        url("parties:conflicts"), {"first": "张三", "second": "甲公司", "depth": "3"}
    )
    assert "张三是甲公司的员工" in page.content.decode()


def test_roles_are_granted_and_revoked_on_the_page(sign_in: SignIn, act: Act) -> None:
    client = sign_in("管", "administrator")
    act("新")
    client.post(url("parties:grant"), {"user": "新", "role": "expert", "since": str(timezone.localdate())})
    grant = RoleGrant.objects.get(user__username="新")
    assert "新" in client.get(url("parties:roles")).content.decode()
    client.post(url("parties:revoke", grant.pk), {"reason": "任满"})
    assert not RoleGrant.objects.filter(user__username="新").exists()


def test_a_list_is_imported_and_exported(sign_in: SignIn) -> None:
    client = sign_in("丙", "officer")
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["名称", "统一社会信用代码", "所在地"])
    sheet.write_row(1, 0, ["导入公司", code(), "宁海县"])
    book.close()
    out.seek(0)
    out.name = "名单.xlsx"
    client.post(url("parties:import"), {"table": out})
    exported = client.get(url("parties:register_list"), {"export": "parties.csv"})
    assert "导入公司" in b"".join(exported.streaming_content).decode()  # type: ignore[attr-defined]  # a stream


def test_the_calendar_is_edited_and_a_year_imported(sign_in: SignIn) -> None:
    client = sign_in("管", "administrator")
    client.post(url("clock:edit", "cn", 2026), {"day": "2026-03-05", "kind": "holiday", "source": "测试通知"})
    assert Day.objects.get(calendar="cn", date="2026-03-05").kind == "holiday"
    table = io.BytesIO("日期,类别,节日,依据\n2027-01-01,节假日,元旦,测试通知\n".encode())
    table.name = "2027.csv"
    done = client.post(url("clock:import", "cn", 2027), {"table": table, "fill": "on"}, follow=True)
    assert "已导入365天" in done.content.decode()
    day = Day.objects.create(calendar="cn-54", date=date(2026, 3, 3), kind="holiday", source="测试")
    client.post(url("clock:clear", "cn-54", 2026), {"day": day.pk})
    assert not Day.objects.filter(calendar="cn-54").exists()
    assert Calendar.objects.count() == 2


def test_the_business_date_is_set_on_the_page(sign_in: SignIn, ninghai: Programme) -> None:
    sign_in("丙", "officer").post(
        url("places:business_date", "ninghai"), {"on": "2018-06-01", "reason": "演练"}
    )
    ninghai.refresh_from_db()
    assert ninghai.business_date == date(2018, 6, 1)


def test_the_verification_page_runs(sign_in: SignIn) -> None:
    done = sign_in("审", "auditor").post(url("journal:verification"))
    assert "完好" in done.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_pages_speak_the_visitors_language(sign_in: SignIn, language: str) -> None:
    client = sign_in("甲", "founder")
    client.cookies["django_language"] = language
    title = {"zh-hans": "我的主体", "zh-hant": "我的主體", "en": "My parties"}[language]
    assert title in client.get(url("parties:mine")).content.decode()


@pytest.mark.parametrize(
    "name", ["parties:register_list", "parties:roles", "parties:mine", "journal:entries", "places:divisions"]
)
def test_a_list_costs_the_same_for_one_row_and_many(sign_in: SignIn, name: str) -> None:
    client = sign_in("管", "administrator", "auditor")
    place = Division.objects.get(code="330226")
    user = User.objects.get(username="管")
    costs = []
    client.get(url(name))  # what is kept per process is read now
    for count in (1, 12):
        for number in range(count):
            party = organisation(f"公司{count}-{number}", division=place)
            Membership.objects.create(party=party, user=user, kind="owner", since=date(2026, 1, 1))
            other = User.objects.create(username=f"u{count}-{number}", name="甲")
            RoleGrant.objects.create(
                user=other, programme=Programme.objects.get(), role="expert", since=TODAY
            )
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(name)).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert costs[1] <= 22, "the list itself, and a badge of each context in the side navigation"


def test_the_api_serves_divisions_working_days_codes_and_the_head(
    sign_in: SignIn, world: dict[str, Any]
) -> None:
    nobody, owner = sign_in(), sign_in("甲", "founder")
    found = nobody.get("/api/places/divisions/370282").json()
    assert [one["code"] for one in found["successors"]] == ["370215"]
    assert nobody.get("/api/places/divisions", {"q": "宁海"}).json()[0]["code"] == "330226"
    added = nobody.get("/api/clock/working-days/add", {"start": "2025-09-29", "days": 7})
    assert added.json() == {"date": "2025-10-15"}
    assert nobody.get("/api/clock/working-days/add", {"start": "2026-12-30", "days": 7}).status_code == 422
    assert nobody.get("/api/journal/head").status_code == 200
    assert nobody.get("/api/journal/entries").status_code == 401
    assert nobody.get("/api/parties/").status_code == 401
    assert [party["name"] for party in owner.get("/api/parties/").json()] == ["甲公司"]
    assert owner.get(f"/api/parties/{world['company'].pk}").json()["masked_phone"] == "138******34"
    assert sign_in("戊", "founder").get(f"/api/parties/{world['company'].pk}").status_code == 404
