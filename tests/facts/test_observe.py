from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from kaichuang.facts.models import Definition, Observation
from kaichuang.facts.operations import Told, observe, publish_definitions, withdraw
from kaichuang.facts.queries import frame, history_of, known_about, observations_for
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.parties.models import Party, Role
from kaichuang.places.models import Division, Programme

from .conftest import BUREAU, FACTS, NOW


def tell(programme: Programme, *told: Told, now: datetime = NOW) -> None:
    observe(actor=BUREAU, now=now, programme=programme, source="reported", kind="import", told=told)


class TestObserve:
    def test_what_is_told_is_known(self, programme, definitions, firm) -> None:
        tell(
            programme,
            Told(firm.pk, "t_staff", 40),
            Told(firm.pk, "t_cost", 12_345_678_90, since=date(2025, 1, 1), until=date(2026, 1, 1)),
            Told(firm.pk, "t_in_park", True),
            Told(firm.pk, "t_share", (1, 3)),
            Told(firm.pk, "t_level", "county"),
            Told(firm.pk, "t_opened_on", date(2020, 2, 29)),
        )
        known = known_about(programme, firm.pk, on=date(2025, 12, 31), codes=[fact["code"] for fact in FACTS])
        assert known == {
            "t_staff": 40,
            "t_cost": 12_345_678_90,
            "t_in_park": True,
            "t_share": (1, 3),
            "t_level": "county",
            "t_opened_on": date(2020, 2, 29),
        }
        assert "t_cost" not in known_about(programme, firm.pk, on=date(2026, 1, 1))

    def test_a_correction_supersedes_and_the_past_knowledge_stays(self, programme, definitions, firm) -> None:
        tell(programme, Told(firm.pk, "t_staff", 40))
        later = NOW + timedelta(days=10)
        tell(programme, Told(firm.pk, "t_staff", 41), now=later)
        on = date(2026, 3, 1)
        assert known_about(programme, firm.pk, on=on)["t_staff"] == 41
        assert known_about(programme, firm.pk, on=on, known_at=NOW + timedelta(days=9))["t_staff"] == 40
        assert known_about(programme, firm.pk, on=on, known_at=NOW - timedelta(seconds=1)) == {}
        assert [row.value for row in history_of(programme, firm.pk, "t_staff")] == [41, 40]

    def test_a_partial_correction_keeps_the_rest_of_the_period(self, programme, definitions, firm) -> None:
        tell(programme, Told(firm.pk, "t_staff", 40, since=date(2025, 1, 1), until=date(2026, 1, 1)))
        tell(
            programme,
            Told(firm.pk, "t_staff", 50, since=date(2025, 4, 1), until=date(2025, 7, 1)),
            now=NOW + timedelta(days=1),
        )
        values = [
            known_about(programme, firm.pk, on=day)["t_staff"]
            for day in (date(2025, 3, 31), date(2025, 4, 1), date(2025, 6, 30), date(2025, 7, 1))
        ]
        assert values == [40, 50, 50, 40]

    def test_telling_the_same_again_changes_nothing(self, programme, definitions, firm) -> None:
        for days in range(3):
            tell(programme, Told(firm.pk, "t_staff", 40), now=NOW + timedelta(days=days))
        assert Observation.objects.count() == 1

    def test_a_value_of_the_wrong_type_is_a_mistake_of_the_caller(self, programme, definitions, firm) -> None:
        with pytest.raises(TypeError):
            tell(programme, Told(firm.pk, "t_staff", "forty"))

    def test_a_withdrawn_value_is_unknown(self, programme, definitions, firm) -> None:
        tell(programme, Told(firm.pk, "t_staff", 40))
        observation = Observation.objects.get()
        with pytest.raises(Refused):
            withdraw(actor=BUREAU, now=NOW, observation=observation, reason="")
        withdraw(actor=BUREAU, now=NOW + timedelta(days=1), observation=observation, reason="填错单位")
        assert "t_staff" not in known_about(programme, firm.pk, on=date(2026, 3, 1))

    def test_programmes_do_not_see_each_others_observations(self, programme, definitions, firm) -> None:
        other = Programme.objects.create(slug="elsewhere", name="别处", place=programme.place)
        tell(programme, Told(firm.pk, "t_staff", 40))
        assert known_about(other, firm.pk, on=date(2026, 3, 1), codes=["t_staff"]) == {}


class TestDatabase:
    def test_rows_cannot_be_changed_or_deleted(self, programme, definitions, firm) -> None:
        tell(programme, Told(firm.pk, "t_staff", 40))
        for attempt in (
            lambda: Observation.objects.update(number=99),
            lambda: Observation.objects.all().delete(),
            lambda: Observation.objects.update(known=(NOW - timedelta(days=1), None)),
        ):
            with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
                attempt()

    def test_two_truths_at_once_are_refused(self, programme, definitions, firm) -> None:
        tell(programme, Told(firm.pk, "t_staff", 40))
        row = Observation.objects.get()
        row.pk, row.number = None, 41
        with pytest.raises(IntegrityError, match="one_truth"), transaction.atomic():
            row.save(force_insert=True)

    def test_a_value_stands_in_the_column_of_its_type(self, programme, definitions, firm) -> None:
        tell(programme, Told(firm.pk, "t_staff", 40))
        row = Observation.objects.get()
        row.pk, row.number, row.text, row.valid = None, None, "四十", (date(2000, 1, 1), date(2000, 1, 2))
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


class TestAccess:
    def test_a_party_reads_only_about_itself(self, programme, definitions, firm) -> None:
        stranger = Party.objects.create(kind="organisation", name="别人")
        tell(programme, Told(firm.pk, "t_staff", 40))

        def seen_by(party: Party, *roles: Role) -> int:
            actor = Actor(
                kind=ActorKind.USER, programme_id=programme.pk, party_id=party.pk, roles=frozenset(roles)
            )
            return observations_for(actor).count()

        assert (seen_by(firm), seen_by(stranger), seen_by(stranger, Role.OFFICER)) == (1, 0, 1)
        assert observations_for(Actor.public(programme_id=programme.pk)).count() == 0

    def test_a_founder_cannot_tell_the_bureaus_store(self, programme, definitions, firm) -> None:
        actor = Actor(
            kind=ActorKind.USER, programme_id=programme.pk, party_id=firm.pk, roles=frozenset({Role.FOUNDER})
        )
        with pytest.raises(NotAllowed):
            observe(
                actor=actor,
                now=NOW,
                programme=programme,
                source="declared",
                kind="form",
                told=[Told(firm.pk, "t_staff", 1)],
            )


class TestDefinitions:
    def test_a_type_cannot_change_under_values(self, programme, definitions, firm) -> None:
        tell(programme, Told(firm.pk, "t_staff", 40))
        changed = [{**FACTS[0], "type": "money"}]
        with pytest.raises(Refused) as refusal:
            publish_definitions(actor=BUREAU, now=NOW, pack="test", definitions=changed)
        assert refusal.value.codes == {"definition_in_use"}
        publish_definitions(
            actor=BUREAU, now=NOW, pack="test", definitions=[{**FACTS[0], "title": "在职职工人数"}]
        )
        assert Definition.objects.get(code="t_staff").title == "在职职工人数"


class TestFrame:
    def test_says_the_same_as_asking_one_by_one(self, programme, definitions) -> None:
        firms = [
            Party.objects.create(kind="organisation", name=f"公司{n}", registered_on=date(2020, 1, n + 1))
            for n in range(20)
        ]
        tell(programme, *(Told(firm.pk, "t_staff", n * 10) for n, firm in enumerate(firms) if n % 3))
        tell(programme, *(Told(firm.pk, "t_in_park", n % 2 == 0) for n, firm in enumerate(firms)))
        tell(programme, *(Told(firm.pk, "t_share", (n, 7)) for n, firm in enumerate(firms) if n % 5))
        codes = ["t_staff", "t_in_park", "t_share", "registered_on"]
        on = date(2026, 3, 1)
        rows = {row["id"]: row for row in frame(programme, codes=codes, on=on).to_dicts()}
        for firm in firms:
            one = known_about(programme, firm.pk, on=on, codes=codes)
            row = {code: value for code, value in rows[firm.pk].items() if value is not None and code != "id"}
            if "t_share" in row:
                row["t_share"] = tuple(int(part) for part in row["t_share"].split("/"))
            assert row == one

    def test_an_unknown_code_is_named(self, programme) -> None:
        with pytest.raises(KeyError, match="nonsense"):
            frame(programme, codes=["nonsense"], on=date(2026, 1, 1))


periods = st.tuples(st.integers(0, 30), st.integers(1, 12)).map(
    lambda pair: (date(2026, 1, 1) + timedelta(days=pair[0]), date(2026, 1, 1) + timedelta(days=sum(pair)))
)


class TestAgainstAPlainModel(TestCase):
    """Any sequence of tellings gives, for every day and every moment of knowledge, what a plain dictionary gives."""

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(periods, st.integers(0, 3)), min_size=1, max_size=8))
    def test_any_history(self, tellings: list[tuple[tuple[date, date], int]]) -> None:
        place, _ = Division.objects.get_or_create(code="330226", defaults={"name": "宁海县", "level": 3})
        programme = Programme.objects.create(slug="plain", name="对照", place=place)
        publish_definitions(actor=BUREAU, now=NOW, pack="test", definitions=FACTS)
        firm = Party.objects.create(kind="organisation", name="对照公司")
        model: dict[date, int] = {}
        snapshots: list[tuple[datetime, dict[date, int]]] = []
        for step, ((since, until), value) in enumerate(tellings):
            now = NOW + timedelta(hours=step)
            tell(programme, Told(firm.pk, "t_staff", value, since=since, until=until), now=now)
            day = since
            while day < until:
                model[day] = value
                day += timedelta(days=1)
            snapshots.append((now, dict(model)))
        # What is known changes on the first day of a telling and on the day after its last: between them all is alike.
        turns = {
            day for (since, until), _value in tellings for day in (since, until - timedelta(days=1), until)
        }
        for moment, full in snapshots:
            found = {}
            expected = {day: value for day, value in full.items() if day in turns}
            for day in turns:
                found.update(
                    (day, value)
                    for value in known_about(
                        programme, firm.pk, on=day, codes=["t_staff"], known_at=moment
                    ).values()
                )
            assert found == expected
