"""What becomes of a list: opened, objected to, decided, closed, settled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kaichuang.clock.models import Deadline
from kaichuang.clock.operations.find_overdue import find_overdue
from kaichuang.clock.problems import CalendarMissing
from kaichuang.files.models import Attachment, Document
from kaichuang.journal.models import Entry
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import NotAllowed, Refused, Stale
from kaichuang.notices.models import Notice, WorkItem
from kaichuang.parties.models import Role
from kaichuang.places.models import Programme
from kaichuang.publicity import effects
from kaichuang.publicity.columns import ColumnSpec, LineSpec
from kaichuang.publicity.models import Announcement, Objection
from kaichuang.publicity.operations import (
    accept_objection,
    announce,
    close_due,
    decide_objection,
    lodge_objection,
    open_announcement,
    refuse_objection,
    retract_objection,
    reveal_author,
    revise_draft,
    withdraw_announcement,
)
from kaichuang.publicity.operations.lines import ranges
from kaichuang.publicity.operations.open import digest_of
from kaichuang.publicity.queries.lists import announcements_for, lines_for, objections_for, settled

from .conftest import AFTER, COLUMNS, LAST, OPENED, TEXT, at, make_party, person, specs, states

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]


def decide(objection: Objection, officer: Actor, *, upheld: bool, now: Any = OPENED) -> Objection:
    return decide_objection(
        objection=objection,
        upheld=upheld,
        reason="经核查发票，情况如上。",
        clause="NH 三(四)",
        actor=officer,
        now=now,
    )


def test_a_draft_is_seen_by_public_servants_only(draft: Make, officer: Actor, public: Actor) -> None:
    announcement = draft()
    assert announcements_for(officer).get() == announcement
    assert not announcements_for(public).exists() and not lines_for(public, announcement).exists()
    opened = open_announcement(announcement=announcement, actor=officer, now=OPENED)
    assert announcements_for(public).get() == opened
    assert lines_for(public, opened).count() == 3
    assert (opened.number, opened.opens_on, opened.closes_on) == (
        "公示〔2026〕1号",
        date(2026, 3, 2),
        date(2026, 3, 9),
    )
    assert opened.digest == digest_of(opened)


def test_numbers_run_on_without_gaps(opened: Make, draft: Make, officer: Actor) -> None:
    dropped = draft()
    withdraw_announcement(announcement=dropped, reason="重复起草", actor=officer, now=OPENED)
    assert [opened().number for _ in range(3)] == [f"公示〔2026〕{n}号" for n in (1, 2, 3)]


def test_a_withdrawn_draft_is_never_shown(draft: Make, officer: Actor, public: Actor) -> None:
    withdraw_announcement(announcement=draft(), reason="重复起草", actor=officer, now=OPENED)
    assert not announcements_for(public).exists()


@pytest.mark.parametrize("role", [Role.CLERK, Role.ADMINISTRATOR])
def test_what_a_clerk_drafts_another_pair_of_eyes_opens(
    draft: Make, programme: Programme, role: Role, officer: Actor
) -> None:
    clerk = person(programme, role)
    announcement = draft(actor=clerk)
    assert WorkItem.objects.get(kind="publicity.open", state="open").role == Role.OFFICER
    with pytest.raises(NotAllowed):
        open_announcement(announcement=announcement, actor=clerk, now=OPENED)
    open_announcement(announcement=announcement, actor=officer, now=OPENED)
    assert not WorkItem.objects.filter(state="open").exists()


@pytest.mark.parametrize("role", [Role.FOUNDER, Role.EXPERT, Role.AUDITOR, None])
def test_others_do_not_announce(draft: Make, programme: Programme, role: Role | None) -> None:
    actor = person(programme, role) if role else Actor.public(programme_id=programme.pk)
    with pytest.raises(NotAllowed):
        draft(actor=actor)


def test_an_officer_of_elsewhere_does_not_announce_here(draft: Make, officer: Actor) -> None:
    from dataclasses import replace

    with pytest.raises(NotAllowed):
        draft(actor=replace(officer, programme_id=(officer.programme_id or 0) + 999))


def test_everything_wrong_with_a_list_is_told_at_once(
    programme: Programme, unit: Any, officer: Actor
) -> None:
    party = make_party()
    lines = [
        LineSpec(subject=party, cells={"name": "张三", "amount": "10"}),
        LineSpec(subject=party, cells={"note": "x"}, amount_fen=-1),
    ]
    with pytest.raises(Refused) as error:
        announce(
            programme=programme,
            kind="nonsense",
            title=" ",
            columns=COLUMNS,
            lines=lines,
            days=0,
            clause="",
            unit=unit,
            actor=officer,
            now=OPENED,
        )
    assert error.value.codes == {"kind", "title", "days", "cell", "cell_unknown", "line_twice", "line_amount"}
    assert not Announcement.objects.exists()


def test_an_empty_list_is_refused(draft: Make) -> None:
    with pytest.raises(Refused) as error:
        draft(lines=[])
    assert error.value.codes == {"no_lines"}


def test_a_draft_can_be_corrected_and_an_open_list_cannot(draft: Make, officer: Actor) -> None:
    announcement = draft()
    values = {
        "title": "改正后的标题",
        "text": "说明",
        "contact": "0574-1",
        "days": 7,
        "opens_on": date(2026, 3, 4),
    }
    revised = revise_draft(announcement=announcement, actor=officer, now=OPENED, **values)
    assert revised.title == "改正后的标题"
    opened = open_announcement(announcement=revised, actor=officer, now=OPENED)
    assert (opened.opens_on, opened.closes_on) == (date(2026, 3, 4), date(2026, 3, 13))
    with pytest.raises(Stale):
        revise_draft(announcement=opened, actor=officer, now=OPENED, **values)
    with pytest.raises(Stale):
        open_announcement(announcement=opened, actor=officer, now=OPENED)


def test_a_year_without_calendar_is_refused(draft: Make, officer: Actor) -> None:
    announcement = draft(days=30)
    with pytest.raises(CalendarMissing):
        open_announcement(announcement=announcement, actor=officer, now=at(date(2026, 12, 1)))
    announcement.refresh_from_db()
    assert announcement.state == "draft" and announcement.number == ""


def test_a_quiet_list_closes_once_with_its_record(opened: Make, heard: Any, public: Actor) -> None:
    announcement = opened()
    assert close_due(now=LAST).closed == ()
    assert states(announcement) == ["listed"] * 3
    assert close_due(now=AFTER).closed == (announcement.pk,)
    announcement.refresh_from_db()
    assert announcement.state == "closed" and announcement.settled_on == announcement.closed_on
    assert states(announcement) == ["cleared"] * 3
    assert heard == [("cleared", [1, 2, 3])]
    assert all(settled(line) for line in announcement.lines.all())
    assert close_due(now=AFTER).closed == () and Document.objects.count() == 1
    facts = dict(announcement.record.facts)
    assert "列入3项，通过3项" in facts["名单"]


def test_a_worker_that_slept_three_days_closes_each_list_once(opened: Make, heard: Any) -> None:
    lists = [opened(), opened(days=3), opened(days=60)]
    done = close_due(now=at(date(2026, 3, 12)))
    assert set(done.closed) == {lists[0].pk, lists[1].pk} and not done.failed
    assert Document.objects.count() == 2 and [outcome for outcome, _ in heard] == ["cleared"] * 2


def test_one_list_whose_handler_fails_does_not_hold_up_the_others(opened: Make) -> None:
    bad, good = opened(), opened(lines=[LineSpec(subject=None, cells={"name": "某某"})])

    @effects.on_lines("parties.party")
    def fail(*args: Any) -> None:
        raise RuntimeError("broken")

    try:
        done = close_due(now=AFTER)
    finally:
        effects._handlers["parties.party"].remove(fail)
    assert (done.closed, done.failed) == ((good.pk,), (bad.pk,))
    assert states(bad) == ["listed"] * 3
    assert close_due(now=AFTER).closed == (bad.pk,)


def test_an_accepted_objection_stops_its_line_and_the_others_go_on(
    opened: Make, lodge: Make, officer: Actor, heard: Any
) -> None:
    announcement = opened()
    objection = lodge(announcement, 2)
    assert states(announcement) == ["listed"] * 3
    accept_objection(objection=objection, actor=officer, now=OPENED)
    assert states(announcement) == ["listed", "contested", "listed"]
    close_due(now=AFTER)
    assert states(announcement) == ["cleared", "contested", "cleared"]
    announcement.refresh_from_db()
    assert announcement.state == "closed" and announcement.settled_on is None
    assert "核查中或待处理1项" in dict(announcement.record.facts)["名单"]
    assert heard == [("contested", [2]), ("cleared", [1, 3])]
    party = announcement.lines.get(position=2).party
    assert Notice.objects.filter(kind="publicity.contested", audience=f"party:{party.pk}").exists()


def test_upheld_strikes_the_line_with_its_reason(
    opened: Make, lodge: Make, officer: Actor, heard: Any
) -> None:
    announcement = opened()
    objection = accept_objection(objection=lodge(announcement, 2), actor=officer, now=OPENED)
    decided = decide(objection, officer, upheld=True)
    assert states(announcement) == ["listed", "struck", "listed"]
    line = announcement.lines.get(position=2)
    assert line.reason == "经核查发票，情况如上。" and line.clause == "NH 三(四)"
    assert decided.letter.recipient is None and decided.letter.number == "公示〔2026〕1号-1答复"
    close_due(now=AFTER)
    assert states(announcement) == ["cleared", "struck", "cleared"]
    assert [outcome for outcome, _ in heard] == ["contested", "struck", "cleared"]


def test_dismissed_before_the_end_the_line_goes_on_with_the_rest(
    opened: Make, lodge: Make, officer: Actor, heard: Any
) -> None:
    announcement = opened()
    objection = accept_objection(objection=lodge(announcement, 2), actor=officer, now=OPENED)
    decide(objection, officer, upheld=False)
    assert states(announcement) == ["listed"] * 3
    close_due(now=AFTER)
    assert [outcome for outcome, _ in heard] == ["contested", "relisted", "cleared"]


def test_dismissed_after_the_end_the_line_is_cleared_at_once(
    opened: Make, lodge: Make, officer: Actor, heard: Any
) -> None:
    announcement = opened()
    objection = accept_objection(objection=lodge(announcement, 2), actor=officer, now=OPENED)
    close_due(now=AFTER)
    first = Document.objects.get(title="公示期满记录")
    decide(objection, officer, upheld=False, now=AFTER)
    assert states(announcement) == ["cleared"] * 3
    assert heard[-2:] == [("relisted", [2]), ("cleared", [2])]
    assert close_due(now=AFTER).settled == (announcement.pk,)
    announcement.refresh_from_db()
    first.refresh_from_db()
    assert announcement.settled_on and announcement.record.title == "公示结果记录"
    assert first.state == "superseded" and first.successor_id == announcement.record_id
    assert close_due(now=AFTER).settled == ()


def test_with_restart_days_a_dismissed_line_is_shown_again(
    opened: Make, lodge: Make, officer: Actor, heard: Any
) -> None:
    announcement = opened(restart_days=3)
    objection = accept_objection(objection=lodge(announcement, 2), actor=officer, now=OPENED)
    close_due(now=AFTER)
    decide(objection, officer, upheld=False, now=AFTER)
    line = announcement.lines.get(position=2)
    assert line.state == "listed" and line.until == date(2026, 3, 13)
    again = lodge(announcement, 2, now=at(date(2026, 3, 13)))
    assert not again.is_late
    close_due(now=at(date(2026, 3, 14)))
    assert announcement.lines.get(position=2).state == "listed", "an objection in time waits for its answer"
    refuse_objection(
        objection=again, refusal="repeated", reason="与前次相同。", actor=officer, now=at(date(2026, 3, 16))
    )
    assert announcement.lines.get(position=2).state == "cleared"
    assert lodge(announcement, 2, now=at(date(2026, 3, 16))).is_late


def test_an_unanswered_objection_holds_its_line_beyond_the_end(
    opened: Make, lodge: Make, officer: Actor
) -> None:
    announcement = opened()
    objection = lodge(announcement, 1, now=LAST)
    close_due(now=AFTER)
    assert states(announcement) == ["listed", "cleared", "cleared"]
    accept_objection(objection=objection, actor=officer, now=AFTER)
    assert states(announcement) == ["contested", "cleared", "cleared"]


def test_a_late_objection_is_kept_and_answered_and_stops_nothing(
    opened: Make, lodge: Make, officer: Actor, heard: Any
) -> None:
    announcement = opened()
    objection = lodge(announcement, 1, now=AFTER)
    assert objection.is_late
    accept_objection(objection=objection, actor=officer, now=AFTER)
    assert states(announcement) == ["listed"] * 3
    close_due(now=AFTER)
    assert states(announcement) == ["cleared"] * 3
    decided = decide(objection, officer, upheld=True, now=AFTER)
    assert decided.letter is not None and states(announcement) == ["cleared"] * 3
    assert heard == [("cleared", [1, 2, 3])]


def test_two_objections_to_one_line_both_have_to_go(opened: Make, lodge: Make, officer: Actor) -> None:
    announcement = opened()
    one, two = lodge(announcement, 1), lodge(announcement, 1)
    whole = lodge(announcement, None)
    for objection in (one, two, whole):
        accept_objection(objection=objection, actor=officer, now=OPENED)
    assert states(announcement) == ["contested"] * 3
    decide(one, officer, upheld=False)
    assert states(announcement) == ["contested"] * 3
    decide(whole, officer, upheld=False)
    assert states(announcement) == ["contested", "listed", "listed"]
    decide(two, officer, upheld=False)
    assert states(announcement) == ["listed"] * 3


def test_the_whole_list_can_be_struck(opened: Make, lodge: Make, officer: Actor, heard: Any) -> None:
    announcement = opened()
    whole = accept_objection(objection=lodge(announcement, None), actor=officer, now=OPENED)
    decide(whole, officer, upheld=True)
    assert states(announcement) == ["struck"] * 3
    assert heard == [("contested", [1, 2, 3]), ("struck", [1, 2, 3])]
    close_due(now=AFTER)
    announcement.refresh_from_db()
    assert announcement.settled_on is not None


def test_whoever_objected_can_take_it_back(opened: Make, lodge: Make, officer: Actor, public: Actor) -> None:
    announcement = opened()
    objection = accept_objection(objection=lodge(announcement, 1), actor=officer, now=OPENED)
    for code in ("", "0" * 16):
        with pytest.raises(NotAllowed):
            retract_objection(objection=objection, actor=public, now=OPENED, code=code)
    retract_objection(objection=objection, actor=public, now=OPENED, code=objection.code)
    assert states(announcement) == ["listed"] * 3
    assert not Deadline.objects.filter(met_on=None).exists()
    assert not WorkItem.objects.filter(state="open").exists()
    with pytest.raises(Stale):
        accept_objection(objection=objection, actor=officer, now=OPENED)


def test_a_withdrawn_list_ends_its_lines_and_its_objections_are_still_answered(
    opened: Make, lodge: Make, officer: Actor, heard: Any
) -> None:
    announcement = opened()
    objection = accept_objection(objection=lodge(announcement, 1), actor=officer, now=OPENED)
    with pytest.raises(Refused):
        withdraw_announcement(announcement=announcement, reason=" ", actor=officer, now=OPENED)
    withdraw_announcement(announcement=announcement, reason="名单有误", actor=officer, now=OPENED)
    assert states(announcement) == ["withdrawn"] * 3
    assert heard[-1] == ("withdrawn", [1, 2, 3])
    assert decide(objection, officer, upheld=True).state == "upheld"
    assert states(announcement) == ["withdrawn"] * 3
    with pytest.raises(Refused) as error:
        lodge(announcement, 2)
    assert error.value.codes == {"not_open"}


def test_everything_wrong_with_an_objection_is_told_at_once(opened: Make, public: Actor) -> None:
    with pytest.raises(Refused) as error:
        lodge_objection(announcement=opened(), text="不对", phone="12", email="x", actor=public, now=OPENED)
    assert error.value.codes == {"name", "phone", "email", "text"}
    with pytest.raises(Refused) as error:
        lodge_objection(announcement=opened(), text=TEXT, name="王大明", actor=public, now=OPENED)
    assert error.value.codes == {"contact"}
    assert not Objection.objects.exists()


def test_a_party_objects_in_its_own_name(opened: Make, programme: Programme, officer: Actor) -> None:
    party = make_party("测试竞争公司")
    actor = person(programme, Role.FOUNDER, party=party)
    objection = lodge_objection(announcement=opened(), text=TEXT, actor=actor, now=OPENED)
    assert objection.name == "测试竞争公司" and objection.party == party
    assert objections_for(actor).get() == objection
    assert not objections_for(person(programme, Role.FOUNDER)).exists()
    decide(accept_objection(objection=objection, actor=officer, now=OPENED), officer, upheld=False)
    assert Notice.objects.get(kind="publicity.answered").audience == f"party:{party.pk}"


def test_the_answer_has_a_clock_and_a_place_on_the_work_list(
    opened: Make, lodge: Make, officer: Actor
) -> None:
    objection = lodge(opened(), 1)
    deadline = Deadline.objects.get()
    assert (deadline.limit, deadline.due_on) == (15, date(2026, 3, 23))
    assert WorkItem.objects.get(kind="publicity.answer").deadline == deadline
    decide(accept_objection(objection=objection, actor=officer, now=OPENED), officer, upheld=False)
    deadline.refresh_from_db()
    assert deadline.met_on == date(2026, 3, 2)
    assert not WorkItem.objects.filter(kind="publicity.answer", state="open").exists()


def test_an_overdue_answer_is_told_to_leaders(opened: Make, lodge: Make, programme: Programme) -> None:
    lodge(opened(), 1)
    assert len(find_overdue(now=at(date(2026, 3, 24)))) == 1
    notice = Notice.objects.get(kind="publicity.overdue")
    assert notice.audience == f"role:leader programme:{programme.pk}"


def test_a_missing_calendar_turns_no_citizen_away(opened: Make, lodge: Make) -> None:
    announcement = opened()
    objection = lodge(announcement, 1, now=at(date(2026, 12, 20)))
    assert objection.is_late and not Deadline.objects.exists()
    assert WorkItem.objects.get(kind="publicity.answer").deadline is None


def test_who_has_to_do_with_it_does_not_decide(opened: Make, lodge: Make, programme: Programme) -> None:
    announcement = opened()
    party = announcement.lines.get(position=1).party
    objection = lodge(announcement, 1)
    with pytest.raises(NotAllowed) as error:
        accept_objection(objection=objection, actor=person(programme, Role.OFFICER, party=party), now=OPENED)
    assert error.value.codes == {"recusal"}


def test_an_upheld_reason_shows_nothing_personal(opened: Make, lodge: Make, officer: Actor) -> None:
    objection = accept_objection(objection=lodge(opened(), 1), actor=officer, now=OPENED)
    for reason, code in (
        ("据王大明反映，发票重复。", "names_author"),
        ("据13800138000来电，发票重复。", "names_author"),
        ("当事人身份证号11010519491231002X，发票重复。", "exposed"),
    ):
        with pytest.raises(Refused) as error:
            decide_objection(objection=objection, upheld=True, reason=reason, actor=officer, now=OPENED)
        assert code in error.value.codes
    with pytest.raises(Refused) as empty:
        decide_objection(objection=objection, upheld=False, reason=" ", actor=officer, now=OPENED)
    assert empty.value.codes == {"reason_required"}


def test_looking_at_who_objects_is_written_down(
    opened: Make, lodge: Make, officer: Actor, programme: Programme
) -> None:
    objection = lodge(opened(), 1)
    with pytest.raises(Refused):
        reveal_author(objection=objection, reason="", actor=officer, now=OPENED)
    with pytest.raises(NotAllowed):
        reveal_author(objection=objection, reason="核实", actor=person(programme, Role.AUDITOR), now=OPENED)
    author = reveal_author(objection=objection, reason="电话核实", actor=officer, now=OPENED)
    assert (author.name, author.phone) == ("王大明", "13800138000")
    entry = Entry.objects.get(action="reveal")
    assert entry.kind == "view" and entry.reason == "电话核实" and "王大明" not in str(entry.payload)


def test_files_come_along_and_only_officers_read_them(
    opened: Make, lodge: Make, officer: Actor, public: Actor, programme: Programme
) -> None:
    from kaichuang.files.queries import attachments_of

    upload = SimpleUploadedFile("证据.txt", "发票号码重复".encode())
    objection = lodge(opened(), 1, uploads=[upload])
    assert Attachment.objects.filter(subject_type="publicity.objection").count() == 1
    assert attachments_of(officer, objection).count() == 1
    assert not attachments_of(public, objection).exists()
    assert not attachments_of(person(programme, Role.FOUNDER), objection).exists()


def test_a_bad_file_is_refused_and_leaves_nothing(opened: Make, lodge: Make) -> None:
    with pytest.raises(Refused):
        lodge(opened(), 1, uploads=[SimpleUploadedFile("x.exe", b"MZ\x90")])
    assert not Objection.objects.exists()


def test_the_journal_says_of_every_line_when_and_why(opened: Make, lodge: Make, officer: Actor) -> None:
    announcement = opened()
    accept_objection(objection=lodge(announcement, 2), actor=officer, now=OPENED)
    close_due(now=AFTER)
    entry = Entry.objects.get(action="clear_lines")
    assert entry.payload == {"count": 2, "to": "cleared", "positions": "1,3"}
    assert Entry.objects.get(action="contest").payload["position"] == 2
    names = " ".join(str(row.payload) + row.reason for row in Entry.objects.all())
    assert "王大明" not in names and "13800138000" not in names


@pytest.mark.parametrize(
    ("positions", "text"), [([], ""), ([1], "1"), ([1, 2, 3], "1-3"), ([1, 3, 4, 9], "1,3-4,9")]
)
def test_positions_are_written_as_ranges(positions: list[int], text: str) -> None:
    assert ranges(positions) == text


def test_refused_with_a_named_reason_and_a_letter(opened: Make, lodge: Make, officer: Actor) -> None:
    announcement = opened()
    objection = lodge(announcement, 1)
    with pytest.raises(Refused) as error:
        refuse_objection(objection=objection, refusal="mood", reason="不", actor=officer, now=OPENED)
    assert error.value.codes == {"refusal"}
    refused = refuse_objection(
        objection=objection,
        refusal="no_identity",
        reason="电话无人接听，身份无法核实。",
        actor=officer,
        now=OPENED,
    )
    assert refused.state == "not_accepted" and "不予受理" in str(refused.letter.data["paragraphs"])
    assert "王大明" not in str(refused.letter.data)


def test_a_column_may_be_masked_by_us_or_by_the_caller(draft: Make) -> None:
    columns = (
        ColumnSpec("name", "姓名", mask="name"),
        ColumnSpec("account", "账号", mask="bank_account"),
        ColumnSpec("day", "日期", kind="date"),
        ColumnSpec("note", "备注"),
    )
    lines = [
        LineSpec(
            subject=None,
            cells={
                "name": "欧阳小三",
                "account": "6222021234567890123",
                "day": date(2026, 3, 1),
                "note": "备注",
            },
        )
    ]
    line = draft(columns=columns, lines=lines).lines.get()
    assert line.cells == {"name": "欧**三", "account": "*" * 15 + "0123", "day": "2026-03-01", "note": "备注"}


@pytest.mark.parametrize(
    "cell",
    ["身份证 11010519491231002X", "电话：138 0013 8000", "１３８００１３８０００", "卡号6222021234567890128"],
)
def test_full_numbers_that_were_forgotten_are_refused(draft: Make, cell: str) -> None:
    with pytest.raises(Refused) as error:
        draft(columns=(ColumnSpec("note", "备注"),), lines=[LineSpec(subject=None, cells={"note": cell})])
    assert "cell" in error.value.codes


def test_ten_thousand_lines_are_cleared_by_few_queries(
    draft: Make, officer: Actor, lodge: Make, django_assert_max_num_queries: Any
) -> None:
    lines = [LineSpec(subject=None, cells={"name": "张小三", "amount": n}) for n in range(10_000)]
    announcement = open_announcement(announcement=draft(lines=lines), actor=officer, now=OPENED)
    accept_objection(objection=lodge(announcement, 5_000), actor=officer, now=OPENED)
    with django_assert_max_num_queries(60):
        done = close_due(now=AFTER)
    assert done.closed == (announcement.pk,)
    assert announcement.lines.filter(state="cleared").count() == 9_999
    assert Entry.objects.get(action="clear_lines").payload["positions"] == "1-4999,5001-10000"


def test_specs_are_about_parties() -> None:
    assert specs(1)[0].reference[0] == "parties.party"
