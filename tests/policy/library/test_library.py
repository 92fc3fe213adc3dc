from __future__ import annotations

from datetime import date, timedelta

import pytest

from kaichuang.journal.queries import history_of
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.parties.models import Role
from kaichuang.places.models import Programme
from kaichuang.policy.importing import parse_text
from kaichuang.policy.models import Document, Edition, Question
from kaichuang.policy.operations import (
    accept_correction,
    answer,
    ask,
    check_edition,
    decline,
    import_document,
    publish,
    rate,
    renew,
    repeal,
    route,
)
from kaichuang.policy.queries.clauses import find_clause, passage_of, search_page
from kaichuang.policy.queries.compare import compare
from kaichuang.policy.queries.editions import current_for, editions_for, in_force

from ..conftest import NOW, TEXT

PUBLIC = Actor.public()


def publish_all(clerk: Actor, edition: Edition) -> Edition:
    for doubt in edition.doubts.exclude(proposed=""):
        accept_correction(actor=clerk, now=NOW, doubt=doubt)
    return publish(actor=clerk, now=NOW, edition=check_edition(actor=clerk, now=NOW, edition=edition))


class TestImport:
    def test_stores_metadata_clauses_units_and_references(self, edition: Edition) -> None:
        assert (edition.number, edition.effective_on, edition.expires_on) == (
            "东政办发〔2020〕7号",
            date(2020, 3, 1),
            date(2022, 12, 31),
        )
        assert list(edition.clauses.values_list("path", flat=True)) == ["一", "二", "二(一)", "二(二)", "三"]
        rent = edition.clauses.get(path="二(一)")
        duties = [(duty.unit.name, duty.role) for duty in rent.responsibilities.all()]
        assert duties == [("市科技局", "lead"), ("市财政局", "cooperating")]
        assert edition.references.get().number == "国发〔2019〕1号"
        assert edition.text == TEXT

    def test_the_same_text_is_refused_a_second_time(self, programme, clerk, edition) -> None:
        with pytest.raises(Refused) as refusal:
            import_document(actor=clerk, now=NOW, programme=programme, code="DH", parsed=parse_text(TEXT))
        assert refusal.value.codes == {"text_known"}

    def test_another_programme_cannot_take_the_code(self, programme, clerk, edition) -> None:
        other = Programme.objects.create(slug="other", name="别处", place=programme.place)
        actor = Actor(kind=ActorKind.USER, programme_id=other.pk, roles=frozenset({Role.CLERK}))
        with pytest.raises(Refused) as refusal:
            import_document(actor=actor, now=NOW, programme=other, code="DH", parsed=parse_text(TEXT + "。"))
        assert refusal.value.codes == {"code_taken"}

    def test_only_clerks_import(self, programme) -> None:
        founder = Actor(kind=ActorKind.USER, programme_id=programme.pk, roles=frozenset({Role.FOUNDER}))
        with pytest.raises(NotAllowed):
            import_document(actor=founder, now=NOW, programme=programme, code="DH", parsed=parse_text(TEXT))


class TestLifecycle:
    def test_is_invisible_until_published(self, clerk, edition) -> None:
        assert not editions_for(PUBLIC).exists()
        assert editions_for(clerk).count() == 1
        publish_all(clerk, edition)
        assert editions_for(PUBLIC).count() == 1

    def test_doubts_with_a_proposal_must_be_settled_first(self, programme, clerk) -> None:
        damaged = TEXT.replace("东政办发〔2020〕7号", "东政办发(2020)7号号")
        edition = import_document(
            actor=clerk, now=NOW, programme=programme, code="DM", parsed=parse_text(damaged)
        )
        assert edition.doubts.exclude(proposed="").exists()
        with pytest.raises(Refused) as refusal:
            check_edition(actor=clerk, now=NOW, edition=edition)
        assert refusal.value.codes == {"doubts_open"}
        assert publish_all(clerk, edition).state == "published"

    def test_the_last_day_is_in_force(self, clerk, edition) -> None:
        edition = publish_all(clerk, edition)
        for day, expected in (
            (date(2020, 2, 29), False),
            (date(2020, 3, 1), True),
            (date(2022, 12, 31), True),
            (date(2023, 1, 1), False),
        ):
            assert edition.in_force_on(day) is expected
            assert in_force(editions_for(PUBLIC), day).exists() is expected

    def test_a_repealed_text_stays_readable_and_out_of_force(self, clerk, edition) -> None:
        edition = publish_all(clerk, edition)
        with pytest.raises(Refused):
            repeal(actor=clerk, now=NOW, edition=edition, on=date(2021, 1, 1), reason="")
        edition = repeal(actor=clerk, now=NOW, edition=edition, on=date(2021, 1, 1), reason="新文件替代")
        assert (edition.in_force_on(date(2020, 12, 31)), edition.in_force_on(date(2021, 1, 1))) == (
            True,
            False,
        )
        assert find_clause("DH 二(一)") is not None

    def test_a_renewal_keeps_clauses_and_units_under_a_new_validity(self, clerk, edition) -> None:
        edition = publish_all(clerk, edition)
        renewed = renew(
            actor=clerk,
            now=NOW,
            edition=edition,
            effective_on=date(2023, 1, 1),
            expires_on=date(2026, 12, 31),
            reason="延续",
        )
        assert find_clause("DH 二(一)").edition == edition
        renewed = publish(actor=clerk, now=NOW, edition=check_edition(actor=clerk, now=NOW, edition=renewed))
        clause = find_clause("DH 二(一)")
        assert clause.edition == renewed
        assert [duty.unit.name for duty in clause.responsibilities.all()] == ["市科技局", "市财政局"]
        assert current_for(PUBLIC).get() == renewed
        assert all(difference.change == "same" for difference in compare(edition, renewed))

    def test_every_step_stands_in_the_journal(self, clerk, edition) -> None:
        publish_all(clerk, edition)
        assert [entry.action for entry in history_of(edition)] == ["import", "check", "publish"]


class TestFind:
    @pytest.mark.parametrize("reference", ["DH 二(一)", "DH二（一）", "DH 二(一)¶2"])
    def test_a_reference_finds_its_clause(self, clerk, edition, reference: str) -> None:
        publish_all(clerk, edition)
        assert find_clause(reference).heading == "房租补贴"

    @pytest.mark.parametrize("reference", ["", "DH", "DH 九", "XX 一", "没有", "DH #99"])
    def test_what_is_no_reference_finds_nothing(self, clerk, edition, reference: str) -> None:
        publish_all(clerk, edition)
        assert find_clause(reference) is None

    def test_two_characters_are_found_and_headings_come_first(self, clerk, edition) -> None:
        publish_all(clerk, edition)
        assert set(found("补贴")) == {"二(一)", "二(二)"}
        assert found("设备 20") == ["二(二)"]
        assert found("，。") == []
        assert found("租补设") == []

    def test_words_in_traditional_characters_find_the_simplified_text(self, clerk, edition) -> None:
        publish_all(clerk, edition)
        assert found("設備補貼") == ["二(二)"]

    def test_places_and_validity_narrow_the_search(self, clerk, edition) -> None:
        publish_all(clerk, edition)
        assert search_page(PUBLIC, "补贴", place="330226").total == 2
        assert search_page(PUBLIC, "补贴", place="320600").total == 0
        assert search_page(PUBLIC, "补贴", in_force_on=date(2021, 1, 1)).total == 2
        assert search_page(PUBLIC, "补贴", in_force_on=date(2023, 1, 1)).total == 0

    def test_a_page_of_hits_is_a_part_of_all(self, clerk, edition) -> None:
        publish_all(clerk, edition)
        page = search_page(PUBLIC, "补贴", limit=1, offset=1)
        assert (page.total, len(page.clauses), page.is_more) == (2, 1, False)

    def test_the_passage_shows_the_words(self, clerk, edition) -> None:
        publish_all(clerk, edition)
        (clause,) = search_page(PUBLIC, "最高20万元").clauses
        assert "最高20万元" in passage_of(clause, "最高20万元")

    def test_unpublished_text_is_not_found(self, edition) -> None:
        assert found("补贴") == []


def found(text: str) -> list[str]:
    return [clause.path for clause in search_page(PUBLIC, text).clauses]


class TestCompare:
    def test_says_what_changed_where(self, programme, clerk, edition) -> None:
        changed = TEXT.replace("最高10万元", "最高15万元").replace(
            "三、附则", "（三）电费补贴。对创客空间给予电费补贴。（市供电局负责）\n三、附则"
        )
        other = import_document(
            actor=clerk, now=NOW, programme=programme, code="DH", parsed=parse_text(changed)
        )
        found = {
            difference.new.path if difference.new else difference.old.path: difference.change
            for difference in compare(edition, other)
        }
        assert found == {
            "一": "same",
            "二": "same",
            "二(一)": "changed",
            "二(二)": "same",
            "二(三)": "added",
            "三": "same",
        }
        (rent,) = [difference for difference in compare(edition, other) if difference.change == "changed"]
        assert ("removed", "0") in rent.runs
        assert ("added", "5") in rent.runs


class TestQuestions:
    def test_goes_to_the_unit_that_leads_the_clause(self, programme, clerk, edition) -> None:
        publish_all(clerk, edition)
        question = ask(
            actor=PUBLIC,
            now=NOW,
            programme=programme,
            clause=find_clause("DH 二(一)"),
            text="租金发票可以跨年吗？",
        )
        assert (question.unit.name, question.state) == ("市科技局", "routed")
        officer = Actor(
            kind=ActorKind.USER,
            programme_id=programme.pk,
            unit_id=question.unit_id,
            roles=frozenset({Role.INSPECTOR}),
        )
        question = answer(
            actor=officer,
            now=NOW + timedelta(days=1),
            question=question,
            text="按发票日期所在年度计算。",
            citations=["DH 二(一)"],
            is_public=True,
        )
        assert question.state == "answered"

    def test_an_answer_must_cite_a_clause_that_exists(self, programme, clerk, edition) -> None:
        publish_all(clerk, edition)
        question = ask(
            actor=PUBLIC,
            now=NOW,
            programme=programme,
            clause=find_clause("DH 二(一)"),
            text="租金发票可以跨年吗？",
        )
        for citations, code in (([], "citation_required"), (["DH 九"], "citation_unknown")):
            with pytest.raises(Refused) as refusal:
                answer(actor=clerk, now=NOW, question=question, text="可以。", citations=citations)
            assert refusal.value.codes == {code}

    def test_without_a_clause_a_clerk_routes_it(self, programme, clerk, edition) -> None:
        question = ask(actor=PUBLIC, now=NOW, programme=programme, text="我想问一下场地怎么申请？")
        assert question.state == "asked"
        unit = programme.units.get(name="市财政局")
        assert route(actor=clerk, now=NOW, question=question, unit=unit).unit == unit
        with pytest.raises(NotAllowed):
            route(actor=PUBLIC, now=NOW, question=question, unit=unit)

    def test_too_short_a_question_is_refused_in_words(self, programme) -> None:
        with pytest.raises(Refused, match="具体"):
            ask(actor=PUBLIC, now=NOW, programme=programme, text="？")
        assert not Question.objects.exists()

    def test_only_the_asker_rates(self, programme, clerk, edition, django_user_model) -> None:
        publish_all(clerk, edition)
        user = django_user_model.objects.create(username="asker", name="提问人", email="a@example.org")
        asker = Actor(kind=ActorKind.USER, user_id=user.pk, programme_id=programme.pk)
        question = ask(
            actor=asker,
            now=NOW,
            programme=programme,
            clause=find_clause("DH 二(一)"),
            text="租金发票可以跨年吗？",
        )
        with pytest.raises(NotAllowed):
            rate(actor=clerk, now=NOW, question=question, stars=5)
        rate(actor=asker, now=NOW, question=question, stars=4)
        question.refresh_from_db()
        assert question.rating == 4

    def test_declining_needs_a_reason(self, programme, clerk) -> None:
        question = ask(actor=PUBLIC, now=NOW, programme=programme, text="今天天气怎么样啊？")
        with pytest.raises(Refused):
            decline(actor=clerk, now=NOW, question=question, reason="")
        assert decline(actor=clerk, now=NOW, question=question, reason="与政策无关").state == "declined"


def test_documents_are_known_by_full_number_only(programme, clerk, edition) -> None:
    citing = (
        TEXT.replace("国发〔2019〕1号", "东政办发〔2020〕7号")
        .replace("若干意见", "补充意见")
        .replace("〔2020〕7号\n", "〔2021〕9号\n", 1)
    )
    other = import_document(actor=clerk, now=NOW, programme=programme, code="DX", parsed=parse_text(citing))
    assert other.references.get(number="东政办发〔2020〕7号").target == Document.objects.get(code="DH")
