"""Pages of facts: who sees what, what is said, how many queries it takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kaichuang.accounts.models import User
from kaichuang.accounts.strong import STRONG_KEY
from kaichuang.facts.models import Feed, ImportRun, Observation, Report, Respondent
from kaichuang.facts.operations import Told, accept_report, observe, open_reports, run_import
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Party
from kaichuang.places.models import Programme

from .conftest import BUREAU, GOOD, NOW, OPENING, World, at, fill_in, user_of
from .test_imports import code, xlsx_of
from .test_workbook import exported, line_of, rewritten

pytestmark = pytest.mark.filterwarnings("ignore:No directory at:UserWarning")
DAY = date(2026, 1, 6)
SignIn = Callable[[Actor], Client]


@pytest.fixture
def sign_in() -> SignIn:
    def build(actor: Actor) -> Client:
        client = Client()
        client.force_login(
            User.objects.get(pk=actor.user_id), backend=django_settings.AUTHENTICATION_BACKENDS[0]
        )
        session = client.session
        session[STRONG_KEY] = True
        session["programme"] = Programme.objects.get(pk=actor.programme_id).slug
        session["party"] = actor.party_id
        session.save()
        return client

    return build


@pytest.fixture
def report(world: World) -> Report:
    open_reports(actor=BUREAU, now=at(world.programme, DAY), form=world.form)
    return Report.objects.select_related("form", "party").get()


def url(name: str, *args: Any) -> str:
    return reverse(f"facts:{name}", args=args)


def text(response: Any) -> str:
    return str(response.content.decode())


def told(world: World, value: int, *, now: Any = NOW, as_of: date = date(2026, 1, 2)) -> None:
    observe(
        actor=BUREAU,
        now=now,
        programme=world.programme,
        source="reported",
        kind="import",
        reference="科技局《名单》",
        data_as_of=as_of,
        told=[Told(world.centre.pk, "t_incubating", value, since=date(2025, 10, 1), until=date(2026, 1, 1))],
    )


class TestKnown:
    def test_shows_value_unit_source_period_and_age(self, world: World, sign_in: SignIn) -> None:
        at(world.programme, DAY)
        told(world, 20)
        page = text(sign_in(world.editor).get(url("about", world.centre.pk), {"on": "2025-12-01"}))
        for words in (
            "在孵企业数",
            "20",
            "家",
            "部门提供",
            "科技局《名单》",
            "2026-01-02",
            "4 天前",
            "2025-12-31",
        ):
            assert words in page

    def test_asks_what_was_known_on_a_day(self, world: World, sign_in: SignIn) -> None:
        at(world.programme, DAY)
        told(world, 20)
        told(world, 21, now=NOW.replace(month=4))
        client = sign_in(world.statistician)
        address = url("about", world.centre.pk)
        now = text(client.get(address, {"on": "2025-12-01"}))
        then = text(client.get(address, {"on": "2025-12-01", "known_at": "2026-03-15"}))
        before = text(client.get(address, {"on": "2025-12-01", "known_at": "2026-01-01"}))
        assert ("21" in now, "截至2026-03-15所知" in then) == (True, True)
        assert "在孵企业数" not in before

    def test_the_history_keeps_what_was_superseded(self, world: World, sign_in: SignIn) -> None:
        told(world, 20)
        told(world, 21, now=NOW.replace(month=4))
        page = text(sign_in(world.owner).get(url("history", world.centre.pk, "t_incubating")))
        assert page.count("现行有效") == 1
        assert page.count("已被取代") == 1

    def test_a_figure_told_for_several_periods_has_a_trend(self, world: World, sign_in: SignIn) -> None:
        told(world, 20)
        observe(
            actor=BUREAU,
            now=NOW,
            programme=world.programme,
            source="reported",
            kind="import",
            told=[Told(world.centre.pk, "t_incubating", 25, since=date(2026, 1, 1), until=date(2026, 4, 1))],
        )
        page = text(sign_in(world.owner).get(url("history", world.centre.pk, "t_incubating")))
        assert "2025-Q4" in page
        assert "2026-Q1" in page
        page = text(sign_in(world.statistician).get(url("definition", "t_incubating")))
        assert "2025-Q4" in page
        assert "2025-Q4" not in text(sign_in(world.owner).get(url("definition", "t_incubating")))

    def test_nobody_sees_the_data_of_others(self, world: World, sign_in: SignIn) -> None:
        told(world, 20)
        elsewhere = Programme.objects.create(slug="other", name="别处", place=world.programme.place)
        Party.objects.filter(pk=world.centre.pk).update(division=None)
        for actor in (world.stranger, user_of(elsewhere, "o", "officer")):
            for name in ("about", "history"):
                extra = ("t_incubating",) if name == "history" else ()
                assert sign_in(actor).get(url(name, world.centre.pk, *extra)).status_code == 404
        clerk = user_of(world.programme, "c", "clerk")
        assert sign_in(clerk).get(url("about", world.centre.pk)).status_code == 403

    def test_my_data_leads_to_the_party_i_act_for(self, world: World, sign_in: SignIn) -> None:
        answer = sign_in(world.editor).get(url("mine"))
        assert answer.headers["Location"] == url("about", world.centre.pk)
        assert "还没有代表任何主体" in text(sign_in(world.stranger).get(url("mine")))

    def test_the_catalogue_names_the_rules_that_use_a_fact(self, world: World) -> None:
        world.programme.packs = ["lhasa-2019"]
        world.programme.save()
        from kaichuang.facts.operations import definitions_in, publish_definitions
        from kaichuang.packs import load_pack

        publish_definitions(
            actor=BUREAU, now=NOW, pack="lhasa-2019", definitions=definitions_in(load_pack("lhasa-2019"))
        )
        client = Client()
        session = client.session
        session["programme"] = world.programme.slug
        session.save()
        assert "LS-M1" in text(client.get(url("definition", "centre_tier")))
        assert "T-Q1" in text(client.get(url("definition", "t_incubating")))
        assert "t_incubating" in text(client.get(url("definitions"), {"q": "在孵"}))


class TestFilling:
    def test_a_cell_is_kept_and_checked_as_it_is_left(
        self, world: World, report: Report, sign_in: SignIn
    ) -> None:
        client = sign_in(world.editor)
        answer = client.post(
            url("cells", report.pk), {"c:tech.quarter": "20万"}, headers={"hx-request": "true"}
        )
        assert answer.status_code == 200
        client.post(url("cells", report.pk), {"c:other.quarter": "5"})
        page = text(client.post(url("cells", report.pk), {"c:incubating.end": "很多"}))
        assert "无法识别" in page
        assert 'id="v-revenue-quarter" hx-swap-oob="true">200,005<' in page
        report.refresh_from_db()
        assert report.entries == {"tech.quarter": "20万", "other.quarter": "5", "incubating.end": "很多"}

    def test_without_scripts_only_what_was_changed_is_written(
        self, world: World, report: Report, sign_in: SignIn
    ) -> None:
        client = sign_in(world.editor)
        client.post(url("cells", report.pk), {"c:small.end": "3"})  # somebody else, after the page was drawn
        client.post(
            url("fill", report.pk), {"c:incubating.end": "20", "c:small.end": "", "base": json.dumps({})}
        )
        report.refresh_from_db()
        assert report.entries == {"incubating.end": "20", "small.end": "3"}

    def test_asking_for_the_check_shows_every_problem_with_a_link_to_its_cell(
        self, world: World, report: Report, sign_in: SignIn
    ) -> None:
        answer = sign_in(world.editor).post(
            url("fill", report.pk), {"c:incubating.end": "3", "c:small.end": "5", "base": "{}", "check": "1"}
        )
        page = text(answer)
        assert answer.status_code == 422
        assert 'href="#c-small-end"' in page
        assert 'id="c-small-end"' in page
        assert "4 格尚未填写" in page

    def test_from_draft_to_accepted_through_the_pages(
        self, world: World, report: Report, sign_in: SignIn
    ) -> None:
        editor, owner, bureau = (sign_in(one) for one in (world.editor, world.owner, world.statistician))
        cells = {f"c:{name}": value for name, value in {**GOOD, **OPENING}.items()}
        editor.post(url("fill", report.pk), {**cells, "base": "{}", "check": "1"})
        assert "等待负责人签署" in text(editor.get(url("report", report.pk)))
        unsigned = owner.post(url("move", report.pk, "sign"), {})
        assert unsigned.status_code == 422
        assert "请确认所报数据真实、准确、完整" in unsigned.content.decode()
        owner.post(url("move", report.pk, "sign"), {"confirmed": "on"})
        editor.post(url("move", report.pk, "submit"))
        page = text(bureau.get(url("review", report.pk)))
        assert 'name="n:tech.quarter"' in page
        answer = bureau.post(
            url("review", report.pk), {"return": "1", "reason": "", "n:tech.quarter": "请核对"}
        )
        assert answer.status_code == 422
        assert "请核对" in text(answer)  # a note that was written is not lost
        bureau.post(url("review", report.pk), {"return": "1", "reason": "见批注", "n:tech.quarter": "请核对"})
        for name in ("fill", "report"):
            assert "见批注" in text(editor.get(url(name, report.pk))).partition("办理经过")[0]
        assert "请核对" in text(editor.get(url("fill", report.pk)))
        editor.post(url("fill", report.pk), {"base": "{}", "check": "1"})
        owner.post(url("move", report.pk, "sign"), {"confirmed": "on"})
        editor.post(url("move", report.pk, "submit"))
        bureau.post(url("review", report.pk), {"accept": "1"})
        report.refresh_from_db()
        assert report.state == "accepted"
        assert Observation.objects.filter(definition__code="t_revenue").exists()

    def test_a_workbook_comes_back_with_errors_by_cell(
        self, world: World, report: Report, sign_in: SignIn
    ) -> None:
        client = sign_in(world.editor)
        data = client.get(url("export", report.pk)).content
        line = line_of(data, "incubating")
        upload = SimpleUploadedFile("x.xlsx", rewritten(data, {(line, 3): "二十"}))
        answer = client.post(url("workbook", report.pk), {"workbook": upload})
        assert answer.status_code == 422
        assert f"D{line + 1}：" in text(answer)
        assert client.get(url("export", report.pk), {"unit": "千元"}).status_code == 200
        assert client.get(url("export", report.pk), {"unit": "美元"}).status_code == 404

    def test_another_partys_workbook_is_refused(self, world: World, report: Report, sign_in: SignIn) -> None:
        data = rewritten(exported(report), {(2, 2): "T-Q1 2025-10-01 0"})
        answer = sign_in(world.editor).post(
            url("workbook", report.pk), {"workbook": SimpleUploadedFile("x.xlsx", data)}
        )
        assert answer.status_code == 422
        assert "另一份报表" in text(answer)

    def test_a_correction_is_opened_with_its_reason(
        self, world: World, report: Report, sign_in: SignIn
    ) -> None:
        now = at(world.programme, DAY)
        accept_report(actor=world.statistician, now=now, report=fill_in(world, report, now))
        client = sign_in(world.owner)
        assert client.post(url("correct", report.pk), {"reason": ""}).status_code == 422
        answer = client.post(url("correct", report.pk), {"reason": "漏报一家"}, follow=True)
        assert "第 2 版" in text(answer)


class TestRoles:
    """Every page of a report × everybody who may come by."""

    PAGES = ("report", "fill", "export", "workbook", "correct")

    def test_reports(self, world: World, report: Report, sign_in: SignIn) -> None:
        elsewhere = replace(
            user_of(
                Programme.objects.create(slug="other", name="别处", place=world.programme.place),
                "o",
                "officer",
            )
        )
        expected = {
            "editor": (200, 200, 200, 200, 200),
            "statistician": (200, 403, 200, 403, 200),
            "leader": (200, 403, 200, 403, 403),
            "stranger": (404,) * 5,
            "elsewhere": (404,) * 5,
        }
        people = {
            "editor": world.editor,
            "statistician": world.statistician,
            "leader": user_of(world.programme, "leader", "leader"),
            "stranger": world.stranger,
            "elsewhere": elsewhere,
        }
        found = {
            name: tuple(sign_in(actor).get(url(page, report.pk)).status_code for page in self.PAGES)
            for name, actor in people.items()
        }
        assert found == expected
        assert Client().get(url("report", report.pk)).status_code == 302

    def test_a_viewer_of_the_party_reads_but_does_not_fill_in(
        self, world: World, report: Report, sign_in: SignIn
    ) -> None:
        viewer = user_of(world.programme, "viewer", party=world.centre, kind="viewer")
        client = sign_in(viewer)
        assert client.get(url("report", report.pk)).status_code == 200
        assert client.get(url("fill", report.pk)).status_code == 403
        assert client.post(url("cells", report.pk), {"c:small.end": "1"}).status_code == 403


class TestCollecting:
    def test_the_overview_says_who_has_reported(self, world: World, report: Report, sign_in: SignIn) -> None:
        at(world.programme, date(2026, 2, 20))
        client = sign_in(world.statistician)
        page = text(client.get(url("overview")))
        assert "星火双创中心" in page
        assert "已超期" in page
        assert "星火双创中心" in text(client.get(url("overview"), {"state": "overdue"}))
        assert "没有报表" in text(client.get(url("overview"), {"state": "accepted"}))

    def test_respondents_are_added_by_credit_code_and_ended(
        self, world: World, report: Report, sign_in: SignIn
    ) -> None:
        client = sign_in(world.statistician)
        address = url("respondents", "T-Q1")
        unknown = client.post(address, {"uscc": code(9), "since": "2026-01-01"})
        assert unknown.status_code == 422
        assert "没有登记" in text(unknown)
        Party.objects.create(kind="organisation", name="新中心", uscc=code(9))
        client.post(address, {"uscc": code(9), "since": "2025-12-01"})
        row = Respondent.objects.get(party__name="新中心")
        assert "已是填报单位" in text(client.post(address, {"uscc": code(9), "since": "2025-12-05"}))
        client.post(url("open", "T-Q1"))
        assert Report.objects.filter(party__name="新中心").count() == 1
        assert client.post(url("end", row.pk), {"until": "2020-01-01"}).status_code == 422
        client.post(url("end", row.pk), {"until": "2026-01-06"})
        row.refresh_from_db()
        assert row.until == DAY

    def test_the_wizard_from_upload_to_applied(self, world: World, definitions: Any, sign_in: SignIn) -> None:
        at(world.programme, date(2026, 3, 2))
        Party.objects.create(kind="organisation", name="公司0", uscc=code(0))
        client = sign_in(world.statistician)
        table = xlsx_of([["公司0", code(0), 7, "1", ""], ["陌生", code(5), "x", "1", ""]])
        wrong = client.post(url("new_import"), {"name": "", "table": table})
        assert wrong.status_code == 422
        table.seek(0)
        posted = {"name": "用工", "supplier": "人社局", "data_as_of": "2026-03-01", "table": table}
        answer = client.post(url("new_import"), posted)
        run = ImportRun.objects.get()
        assert answer.headers["Location"] == url("mapping", run.pk)
        page = client.post(url("mapping", run.pk), {"column_0": "name"})
        assert page.status_code == 422
        chosen = {"column_0": "name", "column_1": "uscc", "column_2": "t_staff"}
        client.post(url("mapping", run.pk), chosen)
        page = text(client.get(url("import", run.pk)))
        assert "陌生" in page
        assert "未登记的单位" in page
        client.post(url("import", run.pk), {})
        assert "正在导入" in text(client.get(url("progress", run.pk)))
        run_import(run_id=run.pk, now=NOW)
        assert "导入完成" in text(client.get(url("progress", run.pk)))
        assert Feed.objects.get().mapping["职工人数"] == "t_staff"

    def test_a_file_can_be_left(self, world: World, definitions: Any, sign_in: SignIn) -> None:
        at(world.programme, date(2026, 3, 2))
        client = sign_in(world.statistician)
        posted = {
            "name": "用工",
            "supplier": "人社局",
            "data_as_of": "2026-03-01",
            "table": xlsx_of([["公司0", code(0), 7, "1", ""]]),
        }
        client.post(url("new_import"), posted)
        run = ImportRun.objects.get()
        client.post(url("drop", run.pk))
        run.refresh_from_db()
        assert run.state == "dropped"


class TestApi:
    def test_tells_what_the_pages_tell(self, world: World, report: Report, sign_in: SignIn) -> None:
        told(world, 20)
        client = sign_in(world.editor)
        (row,) = [
            one
            for one in client.get(f"/api/facts/parties/{world.centre.pk}?on=2025-12-01").json()
            if one["code"] == "t_incubating"
        ]
        assert (row["value"], row["data_as_of"], row["until"]) == (20, "2026-01-02", "2026-01-01")
        assert sign_in(world.stranger).get(f"/api/facts/parties/{world.centre.pk}").status_code == 404
        assert [one["state"] for one in client.get("/api/facts/reports").json()] == ["due"]
        now = at(world.programme, DAY)
        fill_in(world, report, now)
        figures = client.get(f"/api/facts/reports/{report.pk}").json()["figures"]
        assert figures["revenue.quarter"] == 120_000_050
        assert any(one["code"] == "t_revenue" for one in Client().get("/api/facts/definitions").json())


class TestQueries:
    """Pages ask the store the same number of times, however much is known and however many have reported.

    Only questions to our own tables are counted: the frame of the page belongs to others.
    """

    def count(self, client: Client, address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return sum('"facts_' in query["sql"] for query in queries)

    def test_of_a_report(self, world: World, report: Report, sign_in: SignIn) -> None:
        assert self.count(sign_in(world.editor), url("fill", report.pk)) <= 4
        assert self.count(sign_in(world.editor), url("report", report.pk)) <= 5

    def test_of_lists(self, world: World, report: Report, sign_in: SignIn) -> None:
        client = sign_in(world.statistician)
        few = self.count(client, url("overview"))
        for number in range(10):
            party = Party.objects.create(kind="organisation", name=f"中心{number}")
            Respondent.objects.create(
                programme=world.programme, form_code="T-Q1", party=party, since=date(2025, 12, 1)
            )
        open_reports(actor=BUREAU, now=at(world.programme, DAY), form=world.form)
        assert self.count(client, url("overview")) == few <= 7

    def test_of_what_is_known(self, world: World, definitions: Any, sign_in: SignIn) -> None:
        client = sign_in(world.editor)
        empty = self.count(client, url("about", world.centre.pk))
        observe(
            actor=BUREAU,
            now=NOW,
            programme=world.programme,
            source="reported",
            kind="import",
            told=[Told(world.centre.pk, name, 1) for name in ("t_staff", "t_cost", "t_incubating")],
        )
        assert self.count(client, url("about", world.centre.pk)) == empty <= 5


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_pages_speak_the_readers_language(
    world: World, report: Report, sign_in: SignIn, language: str
) -> None:
    client = sign_in(world.editor)
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language
    page = text(client.get(url("fill", report.pk)))
    words = {"en": ("Submit for checking", "In incubation"), "zh-hant": ("提交校驗", "在孵企业")}[language]
    for word in words:
        assert word in page
