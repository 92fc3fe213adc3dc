"""The way of a case that ends in a registration: Qinghai's leave of researchers (QH-M3)."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from PIL import Image

from kaichuang.cases.models import Case, Decision, Submission
from kaichuang.cases.operations.draft import begin_case, save_draft
from kaichuang.cases.operations.establish import establish_fact
from kaichuang.cases.operations.evidence import add_paper, reuse_paper
from kaichuang.cases.operations.lapse import lapse_due
from kaichuang.cases.operations.letters import issue_letters
from kaichuang.cases.operations.matters import revise_matter
from kaichuang.cases.operations.sanctions import ban_party, lift_ban
from kaichuang.cases.queries.cases import cases_for, desk_of_actor
from kaichuang.cases.queries.computing import told_of
from kaichuang.cases.queries.papers import missing_papers
from kaichuang.entitlement.queries.books import compiled
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import NotAllowed, Refused, Stale
from kaichuang.notices.models import WorkItem
from kaichuang.packs.freeze import replay
from kaichuang.parties.models import Membership

from .conftest import Place


def paper(name: str = "agreement.png", size: int = 8) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (size, size), "white").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


def ready(place: Place, applicant: Actor) -> Case:
    """A draft that can be handed in."""
    case = place.draft("QH-S3", applicant, eligible_staff=True)
    add_paper(case=case, paper="agreement", upload=paper(), actor=applicant, now=place.now)
    return case


def submitted(place: Place, applicant: Actor) -> Case:
    """Handed in, and the home unit's approval was confirmed to the bureau."""
    case = place.move(ready(place, applicant), "submit", applicant)
    officer = place.staff("officer")
    return establish_fact(
        case=case, fact="leave_approved", value=True, note="原单位函复", actor=officer, now=place.now
    )


class TestDrafts:
    def test_there_is_one_and_it_is_kept(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party(kind="person")
        first = qinghai.draft("QH-S3", applicant, eligible_staff=True)
        again = begin_case(matter=qinghai.matter("QH-S3"), actor=applicant, now=qinghai.now)
        assert again == first
        assert told_of(again).facts == {"eligible_staff": True}

    def test_a_second_draft_is_refused_by_the_database(self, qinghai: Place) -> None:
        party, applicant = qinghai.party()
        case = qinghai.draft("QH-S3", applicant)
        with pytest.raises(IntegrityError, match="cases_case_one_draft"), transaction.atomic():
            Case.objects.create(
                programme=case.programme, matter=case.matter, version=case.version, party=party, state="draft",
                stage="draft", opened_at=qinghai.now, changed_at=qinghai.now, as_of=case.as_of,
            )  # fmt: skip

    def test_nobody_else_reads_or_writes_it(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        _other, stranger = qinghai.party()
        officer = qinghai.staff("officer")
        case = qinghai.draft("QH-S3", applicant)
        assert [case in cases_for(actor) for actor in (applicant, stranger, officer, Actor.public())] == [
            True,
            False,
            False,
            False,
        ]
        with pytest.raises(NotAllowed):
            save_draft(case=case, told=told_of(case), actor=stranger, now=qinghai.now)
        with pytest.raises(NotAllowed):
            qinghai.move(case, "submit", stranger)

    def test_everything_missing_is_told_at_once(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        case = qinghai.draft("QH-S3", applicant)
        with pytest.raises(Refused) as refused:
            qinghai.move(case, "submit", applicant)
        assert {problem.field for problem in refused.value.problems} == {"eligible_staff", "paper:agreement"}
        case.refresh_from_db()
        assert (case.state, case.number) == ("draft", "")


class TestTheWay:
    def test_from_draft_to_registered_with_letter_and_replay(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party(kind="person")
        officer = qinghai.staff("officer")
        case = submitted(qinghai, applicant)
        assert case.number == "QH-S3-2018-00001"
        assert case in desk_of_actor(officer)
        assert Submission.objects.get(case=case).papers[0]["paper"] == "agreement"
        case = qinghai.move(case, "accept", officer)
        case = qinghai.move(case, "decide", officer)
        assert (case.state, case.stage) == ("registered", "closed")
        decision = Decision.objects.get(case=case)
        assert decision.kind == "granted" and len(decision.digest) == 64
        book = compiled(case.version.pack_version)[1]
        assert replay(decision.document, book).same
        assert issue_letters(now=qinghai.now) == 1
        assert issue_letters(now=qinghai.now) == 0
        assert decision.letter.document is not None
        assert not WorkItem.objects.filter(
            subject_type="cases.case", subject_id=str(case.pk), state="open"
        ).exists()

    def test_each_stay_is_timed_and_lateness_is_settled_on_leaving(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        officer = qinghai.staff("officer")
        case = submitted(qinghai, applicant)
        qinghai.pass_days(30)
        case = qinghai.move(case, "accept", officer)
        stays = list(case.stays.values_list("state", "left_by", "late"))
        assert stays == [("draft", "submit", None), ("submitted", "accept", True), ("decision", "", None)]

    def test_states_change_through_the_one_door_only(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        case = submitted(qinghai, applicant)
        with pytest.raises(DatabaseError, match="changes only"), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(state="registered")

    def test_a_case_that_has_moved_on_is_stale(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        officer = qinghai.staff("officer")
        case = submitted(qinghai, applicant)
        qinghai.move(case, "accept", officer)
        with pytest.raises(Stale):
            qinghai.move(case, "accept", officer)

    def test_who_may_not(self, qinghai: Place) -> None:
        party, applicant = qinghai.party()
        case = submitted(qinghai, applicant)
        other_desk = qinghai.staff("officer", "u02")
        with pytest.raises(NotAllowed, match="不在您的单位"):
            qinghai.move(case, "accept", other_desk)
        with pytest.raises(NotAllowed):
            qinghai.move(case, "accept", qinghai.staff("auditor"))
        related = qinghai.staff("officer")
        Membership.objects.create(party=party, user_id=related.user_id, kind="member", since=case.as_of)
        with pytest.raises(NotAllowed, match="回避"):
            qinghai.move(case, "accept", related)


class TestCorrections:
    def test_are_listed_once_answered_and_counted(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        officer = qinghai.staff("officer")
        case = submitted(qinghai, applicant)
        items = [{"about": "paper:agreement", "text": "协议缺少盖章页", "clause": case.matter.clause}]
        with pytest.raises(Refused, match="补正"):
            qinghai.move(case, "ask", officer, items=[])
        case = qinghai.move(case, "ask", officer, items=items)
        assert case.state == "correction"
        with pytest.raises(Refused, match="盖章页"):
            qinghai.move(case, "complete", applicant)
        add_paper(
            case=case,
            paper="agreement",
            upload=paper("b.png", 9),
            actor=applicant,
            now=qinghai.now,
        )
        case = qinghai.move(case, "complete", applicant)
        assert case.submissions.count() == 2
        with pytest.raises(Refused, match="一次告知"):
            qinghai.move(case, "ask", officer, items=items)
        case = qinghai.move(case, "ask", officer, items=items, why_later="漏看")
        assert list(case.corrections.values_list("avoidable", flat=True)) == [False, True]

    def test_lapse_when_nobody_answers(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        case = submitted(qinghai, applicant)
        case = qinghai.move(case, "ask", qinghai.staff("officer"), items=[{"about": "x", "text": "说明"}])
        assert lapse_due(now=qinghai.now) == 0
        qinghai.pass_days(40)
        assert lapse_due(now=qinghai.now) == 1
        assert lapse_due(now=qinghai.now) == 0
        case.refresh_from_db()
        assert case.state == "lapsed"


class TestWhoSaysWhat:
    def test_an_applicant_cannot_speak_for_the_home_unit_or_the_ledger(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        officer = qinghai.staff("officer")
        case = qinghai.tell(ready(qinghai, applicant), applicant, leave_approved=True)
        case = qinghai.move(case, "submit", applicant)
        with pytest.raises(Refused, match="尚不清楚"):
            qinghai.move(case, "accept", officer)
        with pytest.raises(Refused) as refused:
            establish_fact(
                case=case, fact="leave_approved", value="yes", note="", actor=officer, now=qinghai.now
            )
        assert refused.value.codes == {"value", "note_required"}
        with pytest.raises(NotAllowed):
            establish_fact(
                case=case, fact="leave_approved", value=True, note="自称", actor=applicant, now=qinghai.now
            )
        establish_fact(
            case=case, fact="leave_approved", value=True, note="原单位函复", actor=officer, now=qinghai.now
        )
        assert qinghai.move(case, "accept", officer).state == "decision"


class TestRefusals:
    def test_are_reasoned_by_clause_and_can_be_appealed_once(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        officer, leader = qinghai.staff("officer"), qinghai.staff("leader")
        case = submitted(qinghai, applicant)
        with pytest.raises(Refused, match="理由"):
            qinghai.move(case, "reject", officer)
        case = qinghai.move(case, "reject", officer, reason="协议与单位批复不一致")
        decision = case.decisions.get()
        assert decision.kind == "refused" and decision.grounds[0]["clause"] == case.matter.clause
        case = qinghai.move(case, "appeal", applicant, reason="已更换协议")
        case = qinghai.move(case, "dismiss_appeal", leader, reason="核查属实，维持")
        assert case.state == "rejected"
        with pytest.raises(Refused, match="最多1次"):
            qinghai.move(case, "appeal", applicant, reason="再次申诉")

    def test_what_the_rules_rule_out_cannot_be_accepted(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        case = ready(qinghai, applicant)
        case = qinghai.tell(case, applicant, eligible_staff=False)
        case = qinghai.move(case, "submit", applicant)
        with pytest.raises(Refused) as refused:
            qinghai.move(case, "accept", qinghai.staff("officer"))
        assert all(problem.clause for problem in refused.value.problems)

    def test_decisions_are_never_changed(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        case = qinghai.move(submitted(qinghai, applicant), "reject", qinghai.staff("officer"), reason="不符")
        for statement in ("UPDATE cases_decision SET reason = 'x'", "DELETE FROM cases_decision"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        assert case.decisions.get().reason == "不符"


class TestBars:
    def test_keep_a_party_out_until_lifted(self, qinghai: Place) -> None:
        party, applicant = qinghai.party()
        officer, leader = qinghai.staff("officer"), qinghai.staff("leader")
        case = submitted(qinghai, applicant)
        ban = ban_party(
            programme=qinghai.programme, party=party, since=case.as_of, until=case.as_of.replace(year=2021),
            clause="QH 四(一)5", reason="虚报", actor=leader, now=qinghai.now,
        )  # fmt: skip
        with pytest.raises(Refused):
            qinghai.move(case, "accept", officer)
        lift_ban(ban=ban, on=case.as_of, reason="信用修复", actor=leader, now=qinghai.now)
        assert qinghai.move(case, "accept", officer).state == "decision"


class TestPapers:
    def test_are_used_again(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        first = submitted(qinghai, applicant)
        second = begin_case(matter=qinghai.matter("QH-S1"), actor=applicant, now=qinghai.now)
        reused = reuse_paper(
            case=second, paper="agreement", evidence=first.evidence.get(), actor=applicant, now=qinghai.now
        )
        assert reused.attachment.content == first.evidence.get().attachment.content

    def test_of_others_are_out_of_reach(self, qinghai: Place) -> None:
        _party, applicant = qinghai.party()
        _other, stranger = qinghai.party()
        first = submitted(qinghai, applicant)
        draft = begin_case(matter=qinghai.matter("QH-S3"), actor=stranger, now=qinghai.now)
        with pytest.raises(Refused, match="重新上传"):
            reuse_paper(
                case=draft, paper="agreement", evidence=first.evidence.get(), actor=stranger, now=qinghai.now
            )


class TestOldCasesKeepTheirTable:
    def test_a_new_version_concerns_drafts_only(self, qinghai: Place) -> None:
        matter = qinghai.matter("QH-S3")
        _party, applicant = qinghai.party()
        _other, second = qinghai.party()
        old = submitted(qinghai, applicant)
        draft = ready(qinghai, second)
        file = matter.current.file
        changed = file.model_copy(
            update={"matter": file.matter.model_copy(update={"days": {"submitted": 2}})}
        )
        administrator = qinghai.staff("administrator")
        revise_matter(matter=matter, content=changed, reason="压缩时限", actor=administrator, now=qinghai.now)
        new = qinghai.move(draft, "submit", second)
        old.refresh_from_db()
        assert (old.version.number, new.version.number) == (1, 2)

    def test_a_table_that_could_trap_a_case_is_refused(self, qinghai: Place) -> None:
        matter = qinghai.matter("QH-S3")
        file = matter.current.file
        moves = tuple(move for move in file.workflow.moves if move.id not in ("decide", "reject"))
        changed = file.model_copy(update={"workflow": file.workflow.model_copy(update={"moves": moves})})
        with pytest.raises(Refused) as refused:
            revise_matter(
                matter=matter,
                content=changed,
                reason="试",
                actor=qinghai.staff("administrator"),
                now=qinghai.now,
            )
        assert refused.value.codes == {"workflow"}


class TestNumbersThatTellASecondClaim:
    FACTS = {"financed": True, "in_centre": True, "registered_here": True}

    def missing(self, place: Place, number: str) -> tuple[Case, set[str]]:
        _party, applicant = place.party()
        case = place.draft("LS-S7", applicant, contract_number=number, **self.FACTS)
        for code, _title in missing_papers(case):
            add_paper(case=case, paper=code, upload=paper(size=9), actor=applicant, now=place.now)
        try:
            return place.move(case, "submit", applicant), set()
        except Refused as refused:
            return case, refused.codes

    def test_a_blank_is_refused(self, lhasa: Place) -> None:
        case, codes = self.missing(lhasa, " ")
        assert codes == {"key_missing"}
        assert case.state == "draft"

    def test_none_is_an_answer_but_no_number(self, lhasa: Place) -> None:
        for _applicant in range(2):
            case, codes = self.missing(lhasa, "无")
            assert not codes
            assert not case.keys.filter(kind="contract").exists()

    def test_the_same_number_in_another_spelling_is_refused(self, lhasa: Place) -> None:
        assert not self.missing(lhasa, "融资-2019(01)号")[1]
        assert self.missing(lhasa, "融资 2019（01）")[1] == {"claimed_before"}
