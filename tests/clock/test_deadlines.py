"""Deadlines of rows: start, pause, resume, meet, overdue once, right after a change of the calendar."""

from __future__ import annotations

import threading
from datetime import date, datetime

import pytest
from django.db import connection
from django.utils import timezone

from kaichuang.clock import words
from kaichuang.clock.models import Calendar, DayKind, Deadline
from kaichuang.clock.operations import (
    clear_day,
    find_overdue,
    meet_deadline,
    on_overdue,
    pause_deadline,
    resume_deadline,
    set_day,
    start_deadline,
)
from kaichuang.clock.operations.find_overdue import _handlers
from kaichuang.clock.queries import days_left, deadlines_for, deadlines_of
from kaichuang.journal.queries import history_of
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.places.models import Programme

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("test")


def at(day: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(f"{day}T10:00"))


@pytest.fixture
def programme() -> Programme:
    return Programme.objects.create(slug="ninghai", name="宁海", place_id="330226")


def start(
    programme: Programme, name: str = "受理", started: str = "2026-03-02", limit: int = 5, **more: object
) -> Deadline:
    return start_deadline(
        programme=programme,
        subject=programme,
        name=name,
        started_on=date.fromisoformat(started),
        limit=limit,
        actor=SYSTEM,
        now=at(started),
        **more,
    )


def test_a_deadline_knows_its_last_day_from_the_start(programme: Programme) -> None:
    deadline = start(programme)
    assert deadline.due_on == date(2026, 3, 9)
    assert [entry.action for entry in history_of(deadline)] == ["start_deadline"]
    assert list(deadlines_of(programme)) == [deadline]


def test_one_of_a_name_runs_at_a_time(programme: Programme) -> None:
    deadline = start(programme)
    with pytest.raises(Refused, match="受理"):
        start(programme)
    meet_deadline(deadline=deadline, met_on=date(2026, 3, 3), actor=SYSTEM, now=at("2026-03-03"))
    assert start(programme).pk != deadline.pk


def test_a_pause_stops_the_clock_and_the_rest_follows(programme: Programme) -> None:
    deadline = start(programme)
    deadline = pause_deadline(
        deadline=deadline,
        reason="一次性告知补正",
        began_on=date(2026, 3, 4),
        actor=SYSTEM,
        now=at("2026-03-04"),
    )
    assert deadline.due_on is None
    assert days_left(deadline, date(2026, 3, 20)) == 4
    deadline = resume_deadline(
        deadline=deadline, ended_on=date(2026, 3, 16), actor=SYSTEM, now=at("2026-03-16")
    )
    assert deadline.due_on == date(2026, 3, 19)
    assert days_left(deadline, date(2026, 3, 16)) == 3
    assert days_left(deadline, date(2026, 3, 23)) == -2


@pytest.mark.parametrize(
    ("reason", "began", "code"),
    [
        ("", "2026-03-04", "reason_required"),
        ("补正", "2026-03-20", "already_over"),
        ("补正", "2026-02-01", "pause_too_early"),
    ],
)
def test_a_pause_needs_a_reason_and_a_running_clock(
    programme: Programme, reason: str, began: str, code: str
) -> None:
    deadline = start(programme)
    with pytest.raises(Refused) as caught:
        pause_deadline(
            deadline=deadline,
            reason=reason,
            began_on=date.fromisoformat(began),
            actor=SYSTEM,
            now=at("2026-03-20"),
        )
    assert code in caught.value.codes


def test_pausing_twice_and_resuming_a_running_clock_are_refused(programme: Programme) -> None:
    deadline = start(programme)
    with pytest.raises(Refused, match="没有中止"):
        resume_deadline(deadline=deadline, ended_on=date(2026, 3, 4), actor=SYSTEM, now=at("2026-03-04"))
    pause_deadline(
        deadline=deadline, reason="补正", began_on=date(2026, 3, 4), actor=SYSTEM, now=at("2026-03-04")
    )
    with pytest.raises(Refused, match="已在中止中"):
        pause_deadline(
            deadline=deadline, reason="补正", began_on=date(2026, 3, 5), actor=SYSTEM, now=at("2026-03-05")
        )


def test_a_met_deadline_is_over(programme: Programme) -> None:
    deadline = meet_deadline(
        deadline=start(programme), met_on=date(2026, 3, 3), actor=SYSTEM, now=at("2026-03-03")
    )
    with pytest.raises(Refused, match="已于2026-03-03完成"):
        pause_deadline(
            deadline=deadline, reason="补正", began_on=date(2026, 3, 4), actor=SYSTEM, now=at("2026-03-04")
        )


def test_each_overdue_deadline_is_found_once_however_late_the_scan(programme: Programme) -> None:
    deadline = start(programme)
    start(programme, name="不急", limit=200)
    assert find_overdue(now=at("2026-03-09")) == []
    assert find_overdue(now=at("2026-04-20")) == [deadline]
    assert find_overdue(now=at("2026-04-21")) == []
    assert [entry.action for entry in history_of(deadline)][-1] == "overdue"


def test_paused_and_met_deadlines_are_never_overdue(programme: Programme) -> None:
    paused = start(programme)
    pause_deadline(
        deadline=paused, reason="补正", began_on=date(2026, 3, 4), actor=SYSTEM, now=at("2026-03-04")
    )
    meet_deadline(
        deadline=start(programme, name="二"), met_on=date(2026, 3, 5), actor=SYSTEM, now=at("2026-03-05")
    )
    assert find_overdue(now=at("2026-09-01")) == []


def test_the_business_date_decides_what_is_overdue(programme: Programme) -> None:
    start(programme)
    programme.business_date = date(2026, 3, 5)
    programme.save()
    assert find_overdue(now=at("2026-09-01")) == []


def test_a_handler_that_fails_leaves_the_deadline_for_the_next_scan(programme: Programme) -> None:
    deadline, calls = start(programme), []

    @on_overdue("places.programme")
    def handle(found: Deadline, now: datetime) -> None:
        calls.append(found.pk)
        if len(calls) == 1:
            raise RuntimeError("mail server is down")

    try:
        with pytest.raises(RuntimeError):
            find_overdue(now=at("2026-04-20"))
        assert find_overdue(now=at("2026-04-20")) == [deadline]
        assert calls == [deadline.pk, deadline.pk]
    finally:
        _handlers["places.programme"].remove(handle)


@pytest.mark.django_db(transaction=True)
def test_scans_at_the_same_time_find_each_deadline_once() -> None:
    programme = Programme.objects.create(slug="ninghai", name="宁海", place_id="330226")
    for number in range(20):
        start(programme, name=f"事项{number}")
    found: list[Deadline] = []

    def scan() -> None:
        try:
            found.extend(find_overdue(now=at("2026-05-20")))
        finally:
            connection.close()

    threads = [threading.Thread(target=scan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(deadline.name for deadline in found) == sorted(f"事项{number}" for number in range(20))


def test_a_change_of_the_calendar_moves_open_deadlines(programme: Programme) -> None:
    cn = Calendar.objects.get(slug="cn")
    administrator = Actor(kind=ActorKind.USER, user_id=1, roles=frozenset({"administrator"}))
    moving, met = start(programme), start(programme, name="已办")
    meet_deadline(deadline=met, met_on=date(2026, 3, 3), actor=SYSTEM, now=at("2026-03-03"))
    set_day(
        calendar=cn,
        day=date(2026, 3, 5),
        kind=DayKind.HOLIDAY,
        source="测试通知",
        actor=administrator,
        now=at("2026-03-03"),
    )
    moving.refresh_from_db()
    met.refresh_from_db()
    assert (moving.due_on, met.due_on) == (date(2026, 3, 10), date(2026, 3, 9))


def test_only_administrators_change_the_calendar_and_name_the_source() -> None:
    cn = Calendar.objects.get(slug="cn")
    officer = Actor(kind=ActorKind.USER, user_id=1, roles=frozenset({"officer"}))
    with pytest.raises(NotAllowed):
        set_day(
            calendar=cn,
            day=date(2026, 3, 5),
            kind=DayKind.HOLIDAY,
            source="x",
            actor=officer,
            now=at("2026-03-03"),
        )
    with pytest.raises(Refused, match="依据"):
        set_day(
            calendar=cn,
            day=date(2026, 3, 5),
            kind=DayKind.HOLIDAY,
            source="",
            actor=SYSTEM,
            now=at("2026-03-03"),
        )
    with pytest.raises(Refused, match="不能删除"):
        clear_day(calendar=cn, day=date(2026, 3, 5), actor=SYSTEM, now=at("2026-03-03"))


def test_a_regional_day_is_taken_away_again(programme: Programme) -> None:
    programme.calendar = "cn-54"
    programme.save()
    tibet = Calendar.objects.get(slug="cn-54")
    deadline = start(programme)
    set_day(
        calendar=tibet,
        day=date(2026, 3, 5),
        kind=DayKind.HOLIDAY,
        source="测试",
        actor=SYSTEM,
        now=at("2026-03-03"),
    )
    deadline.refresh_from_db()
    assert deadline.due_on == date(2026, 3, 10)
    clear_day(calendar=tibet, day=date(2026, 3, 5), actor=SYSTEM, now=at("2026-03-03"))
    deadline.refresh_from_db()
    assert deadline.due_on == date(2026, 3, 9)


def test_lists_show_the_own_programme_to_its_servants_only(programme: Programme) -> None:
    deadline = start(programme)
    officer = Actor(kind=ActorKind.USER, user_id=1, programme_id=programme.pk, roles=frozenset({"officer"}))
    elsewhere = Actor(
        kind=ActorKind.USER, user_id=1, programme_id=programme.pk + 1, roles=frozenset({"officer"})
    )
    founder = Actor(kind=ActorKind.USER, user_id=2, programme_id=programme.pk, roles=frozenset({"founder"}))
    assert list(deadlines_for(officer)) == [deadline]
    assert [list(deadlines_for(who)) for who in (elsewhere, founder, Actor.public())] == [[], [], []]


def test_a_year_that_is_not_known_stops_the_start_of_a_deadline(programme: Programme) -> None:
    with pytest.raises(Refused, match="2027年"):
        start(programme, started="2026-12-25", limit=20)
    assert not Deadline.objects.exists()
    assert start(programme, started="2026-12-25", limit=6, in_working_days=False).due_on == date(2026, 12, 31)


def test_a_limit_of_no_days_is_refused_by_the_database(programme: Programme) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError, match="clock_deadline_limit_positive"), transaction.atomic():
        Deadline.objects.create(
            programme=programme,
            subject_type="x",
            subject_id="1",
            name="x",
            started_on=date(2026, 3, 2),
            limit=0,
        )


def test_lists_say_in_words_what_a_deadline_is_about(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadline = start(programme, "cases.accept")
    officer, guest = (Actor(kind=ActorKind.USER, roles=frozenset({role})) for role in ("officer", "founder"))
    assert (words.matter(deadline), words.address(deadline, officer)) == ("cases.accept", "")
    assert words.subject(deadline) == f"项目 {programme.pk}"
    monkeypatch.setattr(words, "_names", {})
    words.name_deadline("cases.accept", "受理申请", address=lambda pk: f"/x/{pk}/", roles={"officer"})
    assert words.matter(deadline) == "受理申请"
    assert words.address(deadline, officer) == f"/x/{programme.pk}/"
    assert words.address(deadline, guest) == ""
    assert words.names_like("受理") == ["受理", "cases.accept"]
