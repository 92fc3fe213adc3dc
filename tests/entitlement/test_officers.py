"""Settings, simulations, versions: what officers do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kaichuang.entitlement.models import Population, Simulation
from kaichuang.entitlement.operations import (
    ask_simulation,
    bring_population,
    change_settings,
    run_simulation,
)
from kaichuang.entitlement.operations import simulate as simulate_module
from kaichuang.entitlement.queries.books import current
from kaichuang.facts.operations import Told, observe
from kaichuang.journal.queries import history_of
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.parties.models import Party
from kaichuang.policy.models import PackVersion

from .conftest import NOW

LEVELS = {"甲": "county", "乙": "provincial", "丙": "national", "丁": "none"}
DAY = date(2017, 11, 30)


@pytest.fixture
def spaces(ninghai: PackVersion) -> dict[str, Party]:
    """Four spaces of which the level is known."""
    programme = ninghai.programme
    found = {
        name: Party.objects.create(kind="organisation", name=name, division=programme.place)
        for name in LEVELS
    }
    observe(
        actor=Actor.system("test", programme_id=programme.pk), now=NOW, programme=programme, source="reported",
        kind="test", told=[Told(found[n].pk, "space_level", level, since=date(2016, 1, 1)) for n, level in LEVELS.items()],
    )  # fmt: skip
    return found


class TestSettings:
    def test_become_a_version_with_a_reason_in_the_journal(self, ninghai: PackVersion, officer: Any) -> None:
        actor = officer(ninghai.programme)
        document = {"readings": {"A01": "cumulative"}}
        made = change_settings(actor=actor, now=NOW, version=ninghai, settings=document, reason="局务会 3 号")
        assert made.pk != ninghai.pk
        assert (made.is_current, made.sha256, made.settings) == (True, ninghai.sha256, document)
        assert history_of(made)[0].reason == "局务会 3 号"

    def test_are_refused_whole_with_every_reason(self, ninghai: PackVersion, officer: Any) -> None:
        wrong = {"readings": {"A01": "sideways", "A99": "x"}, "parameters": {"NH-U1.rate": "much"}}
        with pytest.raises(Refused) as refusal:
            change_settings(
                actor=officer(ninghai.programme), now=NOW, version=ninghai, settings=wrong, reason=" "
            )
        assert len(refusal.value.problems) == 4
        assert PackVersion.objects.count() == 1

    def test_are_for_clerks_officers_and_administrators(self, ninghai: PackVersion, officer: Any) -> None:
        with pytest.raises(NotAllowed):
            actor = officer(ninghai.programme, "finance")
            change_settings(actor=actor, now=NOW, version=ninghai, settings={}, reason="x")

    def test_that_no_longer_fit_the_pack_are_left_out_and_reported(self, ninghai: PackVersion) -> None:
        PackVersion.objects.filter(pk=ninghai.pk).update(
            settings={"readings": {"A01": "cumulative", "GONE": "x"}, "parameters": {"NH-U1.rate": "50%"}}
        )
        rules = current(ninghai.programme)
        assert rules is not None
        assert rules.settings["increments"] == "cumulative"
        assert len(rules.settings) == 2
        assert len(rules.ignored) == 1

    def test_page_previews_who_gains_before_it_saves(
        self, ninghai: PackVersion, spaces: Any, sign_in: Callable[..., Client]
    ) -> None:
        client = sign_in(ninghai.programme, "officer")
        page = client.get("/entitlement/settings/")
        data = filled(page.context["form"]) | {"s-A01": "cumulative", "s-reason": "试算", "do": "preview"}
        preview = client.post("/entitlement/settings/", data)
        assert preview.context["change_fen"] == (1 + 3) * 10_000_000
        assert preview.context["total"]["winners"] == 2
        assert PackVersion.objects.count() == 1
        saved = client.post("/entitlement/settings/", data | {"do": "save"})
        assert saved.status_code == 302
        assert PackVersion.objects.get(is_current=True).settings == {"readings": {"A01": "cumulative"}}

    def test_a_wrong_figure_is_told_at_its_field(self, ninghai: PackVersion, sign_in: Any) -> None:
        answer = sign_in(ninghai.programme, "officer").post(
            "/entitlement/settings/",
            {"s-NH-U1.rate": "-99", "s-NH-U1.ceiling": "-1", "s-reason": "x", "do": "save"},
        )
        assert answer.status_code == 422
        assert {"NH-U1.rate", "NH-U1.ceiling"} <= set(answer.context["form"].errors)
        assert "比例不能为负" in answer.content.decode()

    def test_of_open_figures_make_amounts_known(self, ninghai: PackVersion, officer: Any) -> None:
        document = {"parameters": {"NH-U4.rate": "20%", "NH-U4.ceiling": "5万"}}
        change_settings(
            actor=officer(ninghai.programme), now=NOW, version=ninghai, settings=document, reason="细则"
        )
        payload = {
            "programme": "ninghai",
            "who": ["platform"],
            "facts": {"platform_field": "testing", "platform_cost": "20万"},
        }
        answer = Client().post("/api/entitlement/evaluate", payload, content_type="application/json")
        assert answer.json()["results"]["NH-U4"]["payable"] == "40000"


def filled(form: Any) -> dict[str, Any]:
    """A form as the browser would send it back."""
    data: dict[str, str] = {}
    for bound in form:
        value = bound.value()
        if value is not None:
            plain = bound.field.widget.format_value(value)
            data[bound.html_name] = str(plain[0] if isinstance(plain, list) else plain)
    return data


class TestSimulations:
    def ask(self, version: PackVersion, actor: Actor, **more: Any) -> Simulation:
        values = {"title": "A01", "as_of": DAY, "changes": {"readings": {"A01": "cumulative"}}, **more}
        return ask_simulation(actor=actor, now=NOW, version=version, **values)

    def test_tell_cost_winners_and_groups_to_the_fen(
        self, ninghai: PackVersion, spaces: Any, officer: Any
    ) -> None:
        made = self.ask(ninghai, officer(ninghai.programme), group_by="space_level")
        total = made.results["total"]
        assert (made.state, made.population_rows, len(made.population_sha256)) == ("done", 4, 64)
        # county 20万, provincial 40 → 50 万, national 50 → 80 万
        assert (total["before"]["fen"], total["after"]["fen"]) == (110_000_000, 150_000_000)
        assert (total["winners"], total["losers"], total["gained"]) == (2, 0, 40_000_000)
        groups = {row["value"]: row["after"] - row["before"] for row in made.results["groups"]}
        assert groups == {"county": 0, "none": 0, "national": 30_000_000, "provincial": 10_000_000}

    def test_keep_the_settings_of_then(self, ninghai: PackVersion, spaces: Any, officer: Any) -> None:
        actor = officer(ninghai.programme)
        changed = change_settings(
            actor=actor, now=NOW, version=ninghai, settings={"readings": {"A01": "cumulative"}}, reason="x"
        )
        back = self.ask(changed, actor, changes={"readings": {"A01": None}})
        assert back.results["total"]["losers"] == 2

    def test_of_large_populations_run_in_the_background(
        self, ninghai: PackVersion, spaces: Any, officer: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(simulate_module, "AT_ONCE", 3)
        monkeypatch.setattr(simulate_module, "SLICE", 3)
        made = self.ask(ninghai, officer(ninghai.programme))
        assert made.state == "running"
        done = run_simulation(simulation_id=made.pk, now=NOW)
        assert done is not None
        assert (done.state, done.done, done.total) == ("done", 2, 2) or Simulation.objects.get().done == 2
        assert done.results["total"]["winners"] == 2
        assert run_simulation(simulation_id=made.pk, now=NOW) is None

    def test_are_compared_side_by_side_and_exported(
        self, ninghai: PackVersion, spaces: Any, officer: Any, sign_in: Any
    ) -> None:
        actor = officer(ninghai.programme)
        one, two = self.ask(ninghai, actor), self.ask(ninghai, actor, title="现状", changes={})
        client = sign_in(ninghai.programme, "leader")
        page = client.post("/entitlement/simulations/compare/", {"selected": [one.pk, two.pk]})
        assert dict(page.context["lines"])["NH-M2 众创空间认定补助"] == [150_000_000, 110_000_000]
        rows = client.get(f"/entitlement/simulations/{one.pk}/?export=effects.csv").getvalue().decode()
        assert "NH-M2 众创空间认定补助,3,1100000,1500000,400000,2,0,0" in rows.replace(".00", "")

    def test_preview_follows_the_knobs(self, ninghai: PackVersion, spaces: Any, sign_in: Any) -> None:
        client = sign_in(ninghai.programme, "officer")
        page = client.get("/entitlement/simulator/")
        data = filled(page.context["knobs"]) | filled(page.context["form"]) | {"s-NH-M2.county": "25万"}
        preview = client.post("/entitlement/simulator/preview/", data)
        assert preview.context["change_fen"] == 3 * 5_000_000
        assert preview.context["total"]["winners"] == 3
        kept = client.post("/entitlement/simulator/", data)
        assert kept.status_code == 302
        assert Simulation.objects.get().changes == {"parameters": {"NH-M2.county": "250000"}}

    def test_are_for_public_servants(self, ninghai: PackVersion, officer: Any) -> None:
        with pytest.raises(NotAllowed):
            self.ask(ninghai, officer(ninghai.programme, "founder"))


class TestPopulations:
    def bring(self, version: PackVersion, actor: Actor, text: str, name: str = "总体.csv") -> Population:
        return bring_population(actor=actor, now=NOW, version=version, name=name, content=text.encode())

    def test_are_read_by_title_and_by_code_as_people_write(self, ninghai: PackVersion, officer: Any) -> None:
        actor = officer(ninghai.programme)
        text = '编号,众创空间认定级别,nh_m4.cost,is_space_or_centre,街道\na,县级,20万,是,跃龙\nb,provincial,"1,000.50",否,桃源\n'
        brought = self.bring(ninghai, actor, text)
        table = pl.read_parquet(BytesIO(bytes(brought.content)))
        assert brought.columns == ["space_level", "nh_m4.cost", "is_space_or_centre"]
        assert brought.groups == ["街道"]
        assert table["nh_m4.cost"].to_list() == [20_000_000, 100_050]
        assert table["space_level"].to_list() == ["county", "provincial"]
        again = self.bring(ninghai, actor, text)
        assert again.pk == brought.pk

    def test_are_refused_with_every_wrong_column(self, ninghai: PackVersion, officer: Any) -> None:
        text = "case,space_level,staff_count,spce_level,registered_on\na,最高级,很多,x,2016-13-01\na,县级,-3,y,\n"
        with pytest.raises(Refused) as refusal:
            self.bring(ninghai, officer(ninghai.programme), text)
        told = str(refusal.value)
        for words in ("“case”", "“space_level”", "“staff_count”", "是否要写", "“registered_on”"):
            assert words in told, words

    @pytest.mark.parametrize("content", [b"", b"\x00\xff\x00", b"PAR1", b"case\n"])
    def test_that_are_no_tables_are_refused(self, ninghai: PackVersion, officer: Any, content: bytes) -> None:
        for name in ("x.csv", "x.parquet"):
            with pytest.raises(Refused):
                bring_population(
                    actor=officer(ninghai.programme), now=NOW, version=ninghai, name=name, content=content
                )

    def test_are_simulated_like_the_facts(self, ninghai: PackVersion, officer: Any, sign_in: Any) -> None:
        client = sign_in(ninghai.programme, "officer")
        file = SimpleUploadedFile("p.csv", b"case,space_level\n1,national\n2,county\n")
        answer = client.post("/entitlement/simulator/population/", {"file": file})
        assert answer.status_code == 302
        page = client.get(answer["Location"])
        assert page.context["rows"] == 2
        made = ask_simulation(
            actor=officer(ninghai.programme), now=NOW, version=ninghai, title="x", as_of=DAY,
            changes={"readings": {"A01": "cumulative"}}, population=Population.objects.get(),
        )  # fmt: skip
        assert made.results["total"]["gained"] == 30_000_000


class TestVersions:
    def test_are_redlined_with_who_gains(
        self, ninghai: PackVersion, spaces: Any, officer: Any, sign_in: Any
    ) -> None:
        document = {"readings": {"A01": "cumulative"}}
        made = change_settings(
            actor=officer(ninghai.programme), now=NOW, version=ninghai, settings=document, reason="x"
        )
        client = sign_in(ninghai.programme, "auditor")
        page = client.get(f"/entitlement/versions/redline/?selected={ninghai.pk}&selected={made.pk}")
        assert [row[0] for row in page.context["settings"]] == ["A01"]
        assert page.context["total"]["winners"] == 2

    def test_doubts_are_listed(self, ninghai: PackVersion, sign_in: Any) -> None:
        client = sign_in(ninghai.programme, "clerk")
        page = client.get(f"/entitlement/versions/{ninghai.pk}/doubts/")
        assert page.status_code == 200
