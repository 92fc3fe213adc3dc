"""A report from its opening to its correction."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from kaichuang.clock.operations import find_overdue
from kaichuang.facts.evaluation import evaluate
from kaichuang.facts.models import Form, Observation, Report, Respondent
from kaichuang.facts.operations import (
    Told,
    accept_report,
    check_report,
    end_respondent,
    freeze_report,
    observe,
    open_correction,
    open_due,
    open_reports,
    publish_forms,
    return_report,
    save_cells,
    sign_report,
)
from kaichuang.facts.queries import known_about
from kaichuang.facts.queries.reports import last_values, reports_for
from kaichuang.journal.models import Entry
from kaichuang.kit.problems import NotAllowed, Refused, Stale
from kaichuang.notices.models import Notice, WorkItem
from kaichuang.notices.operations import remind_due
from kaichuang.packs import load_pack

from .conftest import BUREAU, GOOD, OPENING, World, at, fill_in

SPRING = date(2026, 4, 1)


def first(world: World) -> Report:
    """The report on the last quarter of 2025, opened on 2026-01-05."""
    now = at(world.programme, date(2026, 1, 5))
    open_reports(actor=BUREAU, now=now, form=world.form)
    return Report.objects.get(starts_on=date(2025, 10, 1))


def spring(world: World) -> Report:
    """The report on the first quarter of 2026; the one before is accepted."""
    report = first(world)
    now = at(world.programme, date(2026, 1, 6))
    accept_report(actor=world.statistician, now=now, report=fill_in(world, report, now))
    open_reports(actor=BUREAU, now=at(world.programme, SPRING), form=world.form)
    return Report.objects.get(starts_on=date(2026, 1, 1))


class TestOpening:
    def test_opens_what_has_ended_once_with_a_deadline_in_working_days(self, world: World) -> None:
        report = first(world)
        assert (report.ends_on, report.state) == (date(2025, 12, 31), "due")
        # Ten working days after 31 December: 1–3 January are off, 4 January (Sunday) is worked.
        assert report.due_on == date(2026, 1, 15)
        assert WorkItem.objects.get(kind="facts.fill").party_id == world.centre.pk
        assert open_reports(actor=BUREAU, now=at(world.programme, date(2026, 1, 6)), form=world.form) == []

    def test_a_scan_that_stood_still_catches_up(self, world: World) -> None:
        now = at(world.programme, date(2026, 8, 1))
        assert open_due(now=now) == 3
        assert open_due(now=now) == 0

    def test_nothing_is_opened_after_a_respondent_has_ended(self, world: World) -> None:
        now = at(world.programme, date(2026, 8, 1))
        end_respondent(
            actor=world.statistician, now=now, respondent=Respondent.objects.get(), until=date(2026, 3, 31)
        )
        open_due(now=now)
        assert set(Report.objects.values_list("ends_on", flat=True)) == {
            date(2025, 12, 31),
            date(2026, 3, 31),
        }

    def test_the_rule_of_the_form_finds_respondents_by_what_is_known(self, world: World, firm) -> None:
        spec = {**world.form.spec, "who": "t_is_centre"}
        form = Form.objects.create(
            programme=world.programme,
            code="T-WHO",
            version=1,
            title="规则",
            clause="LS 二(三)",
            period="quarter",
            spec={**spec, "id": "T-WHO"},
            pack="test",
            published_at=at(world.programme, date(2026, 1, 5)),
        )
        told = [Told(firm.pk, "t_is_centre", True), Told(world.centre.pk, "t_is_centre", False)]
        observe(
            actor=BUREAU,
            now=at(world.programme, date(2026, 1, 5)),
            programme=world.programme,
            source="reported",
            kind="import",
            told=told,
        )
        opened = open_reports(actor=BUREAU, now=at(world.programme, date(2026, 1, 5)), form=form)
        assert {report.party_id for report in opened} == {firm.pk}

    def test_cells_are_filled_from_facts_and_the_last_report_with_their_lineage(self, world: World) -> None:
        now = at(world.programme, date(2026, 3, 20))
        observe(
            actor=BUREAU,
            now=now,
            programme=world.programme,
            source="reported",
            kind="import",
            reference="科技局《在孵企业名单》",
            data_as_of=date(2026, 3, 15),
            told=[Told(world.centre.pk, "t_incubating", 22, since=SPRING - timedelta(days=90), until=SPRING)],
        )
        report = spring(world)
        assert report.entries == {"incubating.end": "22", "small.end": "5"}
        source = report.filled["incubating.end"]
        assert (source["how"], source["origin"], source["as_of"]) == (
            "fact",
            "科技局《在孵企业名单》",
            "2026-03-15",
        )
        assert report.filled["small.end"]["how"] == "last"


class TestFilling:
    def test_nothing_typed_is_lost_and_two_people_do_not_overwrite_each_other(self, world: World) -> None:
        report = first(world)
        now = at(world.programme, date(2026, 1, 6))
        stale = Report.objects.get(pk=report.pk)
        save_cells(actor=world.editor, now=now, report=report, entries={"incubating.end": "二十"})
        save_cells(actor=world.owner, now=now, report=stale, entries={"small.end": "3"})
        report.refresh_from_db()
        assert report.entries == {"incubating.end": "二十", "small.end": "3"}
        assert report.state == "drafting"

    def test_all_problems_come_at_once_and_each_at_its_cell(self, world: World) -> None:
        report = first(world)
        now = at(world.programme, date(2026, 1, 6))
        save_cells(
            actor=world.editor,
            now=now,
            report=report,
            entries={"incubating.end": "许多", "small.end": "-1", "tech.quarter": "1.234"},
        )
        with pytest.raises(Refused) as refusal:
            check_report(actor=world.editor, now=now, report=report)
        fields = {problem.field for problem in refusal.value.problems}
        assert fields == {
            "incubating.end", "small.end", "tech.quarter", "other.quarter", "tech.year", "other.year"
        }  # fmt: skip

    def test_parts_stay_within_their_whole(self, world: World) -> None:
        report = first(world)
        now = at(world.programme, date(2026, 1, 6))
        report = save_cells(
            actor=world.editor, now=now, report=report, entries={**GOOD, **OPENING, "small.end": "21"}
        )
        with pytest.raises(Refused) as refusal:
            check_report(actor=world.editor, now=now, report=report)
        assert refusal.value.codes == {"part-small-end"}

    def test_a_finding_that_can_be_explained_passes_with_a_real_reason(self, world: World) -> None:
        report = spring(world)
        now = at(world.programme, date(2026, 4, 2))
        cells = {**GOOD, "incubating.end": "40"}
        report = save_cells(actor=world.editor, now=now, report=report, entries=cells)
        (finding,) = evaluate(report, last_values(report)).open
        assert finding.id == "swing-incubating-end"
        for reason, passes in (("属实", False), ("一季度新增两栋孵化楼，集中入驻二十家", True)):
            report = save_cells(
                actor=world.editor, now=now, report=report, entries={}, explanations={finding.id: reason}
            )
            assert evaluate(report, last_values(report)).is_sound is passes
        assert check_report(actor=world.editor, now=now, report=report).state == "checked"

    def test_a_figure_that_differs_from_the_platforms_is_explained(self, world: World) -> None:
        now = at(world.programme, date(2026, 1, 4))
        told = [Told(world.centre.pk, "t_incubating", 20, since=date(2025, 10, 1), until=date(2026, 1, 1))]
        observe(actor=BUREAU, now=now, programme=world.programme, source="reported", kind="import", told=told)
        report = first(world)
        report = save_cells(
            actor=world.editor, now=now, report=report, entries={**GOOD, **OPENING, "incubating.end": "19"}
        )
        assert [finding.id for finding in evaluate(report, {}).open] == ["differs:incubating.end"]

    def test_an_unknown_cell_is_refused(self, world: World) -> None:
        with pytest.raises(Refused):
            save_cells(
                actor=world.editor,
                now=at(world.programme, date(2026, 1, 6)),
                report=first(world),
                entries={"nowhere.end": "1"},
            )

    def test_only_the_partys_own_people_fill_in_and_only_its_owner_signs(self, world: World) -> None:
        report = first(world)
        now = at(world.programme, date(2026, 1, 6))
        for actor in (world.stranger, world.statistician):
            with pytest.raises(NotAllowed):
                save_cells(actor=actor, now=now, report=report, entries={"small.end": "1"})
        report = save_cells(actor=world.editor, now=now, report=report, entries={**GOOD, **OPENING})
        report = check_report(actor=world.editor, now=now, report=report)
        with pytest.raises(NotAllowed):
            sign_report(actor=world.editor, now=now, report=report)
        with pytest.raises(Refused):
            sign_report(actor=world.owner, now=now, report=report, confirmed=False)

    def test_changing_a_signed_report_takes_it_back_to_drafting(self, world: World) -> None:
        report = first(world)
        now = at(world.programme, date(2026, 1, 6))
        report = save_cells(actor=world.editor, now=now, report=report, entries={**GOOD, **OPENING})
        report = check_report(actor=world.editor, now=now, report=report)
        report = sign_report(actor=world.owner, now=now, report=report)
        assert save_cells(actor=world.editor, now=now, report=report, entries=GOOD).state == "signed"
        report = save_cells(actor=world.editor, now=now, report=report, entries={"small.end": "6"})
        assert report.state == "drafting"


class TestReview:
    def test_a_submitted_report_is_closed_for_the_party(self, world: World) -> None:
        now = at(world.programme, date(2026, 1, 6))
        report = fill_in(world, first(world), now)
        assert (report.state, report.late) == ("submitted", False)
        with pytest.raises(Stale):
            save_cells(actor=world.editor, now=now, report=report, entries={"small.end": "1"})
        assert WorkItem.objects.filter(state="open").get().kind == "facts.review"

    def test_returned_with_notes_it_comes_back_and_stays_on_time(self, world: World) -> None:
        report = first(world)
        report = fill_in(world, report, at(world.programme, date(2026, 1, 14)))
        later = at(world.programme, date(2026, 1, 20))
        report = return_report(
            actor=world.statistician,
            now=later,
            report=report,
            reason="请核对收入。",
            notes={"tech.quarter": "与税务数据不符", "nowhere": "x", "small.end": " "},
        )
        assert (report.state, report.notes) == ("returned", {"tech.quarter": "与税务数据不符"})
        assert Notice.objects.filter(kind="facts.returned").count() == 1
        report = fill_in(world, report, later, {"tech.quarter": "900000"})
        assert (report.late, report.notes) == (False, {})

    def test_a_report_cannot_be_returned_without_a_reason(self, world: World) -> None:
        now = at(world.programme, date(2026, 1, 6))
        report = fill_in(world, first(world), now)
        with pytest.raises(Refused):
            return_report(actor=world.statistician, now=now, report=report, reason=" ")

    def test_accepted_cells_become_facts_in_the_same_transaction(self, world: World) -> None:
        now = at(world.programme, date(2026, 1, 6))
        report = fill_in(world, first(world), now)
        assert (
            known_about(world.programme, world.centre.pk, on=date(2025, 11, 1), codes=["t_incubating"]) == {}
        )
        report = accept_report(actor=world.statistician, now=now, report=report)
        known = known_about(
            world.programme, world.centre.pk, on=date(2025, 11, 1), codes=["t_incubating", "t_revenue"]
        )
        assert known == {"t_incubating": 20, "t_revenue": 120_000_050}
        assert report.origin is not None
        assert (report.origin.kind, report.origin.data_as_of) == ("report", date(2025, 12, 31))
        assert (
            known_about(world.programme, world.centre.pk, on=date(2026, 1, 1), codes=["t_incubating"]) == {}
        )

    def test_if_accepting_fails_nothing_is_known(self, world: World) -> None:
        now = at(world.programme, date(2026, 1, 6))
        report = fill_in(world, first(world), now)
        with pytest.raises(NotAllowed):
            accept_report(actor=world.owner, now=now, report=report)
        assert Observation.objects.count() == 0

    def test_nobody_reviews_the_report_of_their_own_party(self, world: World) -> None:
        now = at(world.programme, date(2026, 1, 6))
        report = fill_in(world, first(world), now)
        from .conftest import user_of

        both = user_of(world.programme, "both", "statistician", party=world.centre)
        with pytest.raises(NotAllowed):
            accept_report(actor=both, now=now, report=report)

    def test_a_frozen_report_is_changed_only_by_a_correction_with_a_reason(self, world: World) -> None:
        report = first(world)
        now = at(world.programme, date(2026, 1, 6))
        report = accept_report(actor=world.statistician, now=now, report=fill_in(world, report, now))
        report = freeze_report(actor=world.statistician, now=now, report=report)
        with pytest.raises(Refused):
            open_correction(actor=world.owner, now=now, report=report, reason="")
        later = at(world.programme, date(2026, 2, 2))
        fresh = open_correction(actor=world.owner, now=later, report=report, reason="漏报一家")
        assert (fresh.version, fresh.entries) == (2, report.entries)
        with pytest.raises(Stale):
            open_correction(actor=world.owner, now=later, report=report, reason="再来")
        on = date(2025, 12, 31)
        assert known_about(world.programme, world.centre.pk, on=on, codes=["t_incubating"]) == {
            "t_incubating": 20
        }
        fresh = fill_in(world, fresh, later, {"incubating.end": "21"})
        accept_report(actor=world.statistician, now=later, report=fresh)
        report.refresh_from_db()
        assert report.state == "corrected"
        assert known_about(world.programme, world.centre.pk, on=on, codes=["t_incubating"]) == {
            "t_incubating": 21
        }
        assert known_about(
            world.programme, world.centre.pk, on=on, codes=["t_incubating"], known_at=now + timedelta(days=1)
        ) == {"t_incubating": 20}

    def test_the_journal_tells_the_whole_way(self, world: World) -> None:
        now = at(world.programme, date(2026, 1, 6))
        report = accept_report(actor=world.statistician, now=now, report=fill_in(world, first(world), now))
        moves = Entry.objects.filter(subject_type="facts.report", subject_id=str(report.pk), kind="move")
        assert list(moves.order_by("id").values_list("action", flat=True)) == [
            "start", "check", "sign", "submit", "accept"
        ]  # fmt: skip


class TestTime:
    def test_a_report_that_nobody_handed_in_is_found_overdue_once(self, world: World) -> None:
        first(world)
        now = at(world.programme, date(2026, 1, 19))
        assert len(find_overdue(now=now)) == 1
        assert find_overdue(now=now) == []
        assert Notice.objects.filter(kind="facts.overdue").count() == 1

    def test_the_party_is_reminded_before_and_after(self, world: World) -> None:
        first(world)
        assert remind_due(now=at(world.programme, date(2026, 1, 13))) > 0
        assert remind_due(now=at(world.programme, date(2026, 1, 16))) > 0
        assert Notice.objects.filter(kind="notices.work_overdue").exists()

    def test_a_late_report_is_marked(self, world: World) -> None:
        report = fill_in(world, first(world), at(world.programme, date(2026, 1, 16)))
        assert report.late

    def test_punctuality_is_a_derived_fact(self, world: World) -> None:
        report = spring(world)
        fill_in(world, report, at(world.programme, date(2026, 4, 30)))
        codes = ["reports_due", "reports_on_time"]
        known = known_about(world.programme, world.centre.pk, on=date(2026, 4, 30), codes=codes)
        assert known == {"reports_due": 1, "reports_on_time": 0}
        known = known_about(world.programme, world.centre.pk, on=date(2025, 12, 31), codes=codes)
        assert known == {"reports_due": 1, "reports_on_time": 1}


class TestDatabase:
    def test_cells_of_a_report_that_is_handed_in_are_fixed(self, world: World) -> None:
        report = fill_in(world, first(world), at(world.programme, date(2026, 1, 6)))
        for column in ("entries", "figures", "explanations"):
            with pytest.raises(IntegrityError), transaction.atomic():
                Report.objects.filter(pk=report.pk).update(**{column: {"small.end": "99"}})

    def test_states_change_through_the_one_door_only(self, world: World) -> None:
        report = first(world)
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(state="accepted")

    def test_one_report_a_party_and_period_is_open(self, world: World) -> None:
        report = first(world)
        copy = Report.objects.get(pk=report.pk)
        copy.pk, copy.version, copy.corrects, copy.reason = None, 2, report, "x"
        with pytest.raises(IntegrityError, match="one_open"), transaction.atomic():
            copy.save(force_insert=True)


class TestReading:
    def test_a_party_sees_its_own_reports_and_other_programmes_see_none(self, world: World) -> None:
        first(world)
        on = date(2026, 1, 6)
        assert reports_for(world.editor, on=on).count() == 1
        assert reports_for(world.statistician, on=on).count() == 1
        assert reports_for(world.stranger, on=on).count() == 0
        from dataclasses import replace

        elsewhere = replace(world.statistician, programme_id=world.programme.pk + 1)
        assert reports_for(elsewhere, on=on).count() == 0


class TestPack:
    def test_the_form_of_lhasa_is_published_once_and_versioned(self, world: World) -> None:
        pack = load_pack("lhasa-2019")
        now = at(world.programme, date(2026, 1, 6))
        (form,) = publish_forms(actor=BUREAU, now=now, programme=world.programme, pack=pack)
        assert (form.code, form.version) == ("LS-Q1", 1)
        assert publish_forms(actor=BUREAU, now=now, programme=world.programme, pack=pack) == [form]
        assert len(form.sheet.entered) == 25

    def test_a_fact_that_no_pack_has_is_named(self) -> None:
        from kaichuang.facts.operations import forms_in

        with pytest.raises(Refused) as refusal:
            forms_in(load_pack("lhasa-2019"), facts=["enterprises_filed"])
        assert "fact_unknown" in refusal.value.codes


def test_the_grid_costs_no_query_a_cell(world: World, django_assert_max_num_queries) -> None:
    report = spring(world)
    report = Report.objects.select_related("form", "party").get(pk=report.pk)
    with django_assert_max_num_queries(2):
        evaluate(report, last_values(report))
