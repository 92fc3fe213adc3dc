"""The period: working days across holidays and make-up days, to the last hour of the last day."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaichuang.clock.models import Calendar, Day
from kaichuang.clock.queries import working_calendar
from kaichuang.kit.actor import Actor
from kaichuang.places.models import Programme
from kaichuang.publicity.operations import close_due, open_announcement
from kaichuang.publicity.queries.period import last_day, strip_of

from .conftest import at, states

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
REFERENCE = Path(__file__).parents[3] / "shared" / "data" / "working_day_deadlines.csv"


def worked_examples() -> list[tuple[str, int, str]]:
    if not REFERENCE.exists():
        return []
    rows = csv.reader(REFERENCE.read_text("utf-8").splitlines())
    return [(row[0], int(row[1]), row[2]) for row in list(rows)[1:]]


@pytest.mark.parametrize(
    ("opens", "days", "last"),
    [
        # Spring Festival 2026: off from 15 to 23 February, worked on Saturday 14 and Saturday 28.
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-12", 3, "2026-02-24"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-27", 1, "2026-02-28"),
        ("2026-02-27", 2, "2026-03-02"),
        # National Day 2025 with a make-up Sunday before it.
        ("2025-09-26", 3, "2025-09-30"),
        ("2025-09-29", 7, "2025-10-15"),
        *worked_examples(),
    ],
)
def test_the_last_day_comes_out(programme: Programme, opens: str, days: int, last: str) -> None:
    found = last_day(programme=programme, opens_on=date.fromisoformat(opens), days=days)
    assert found == date.fromisoformat(last)


def test_the_first_day_may_count_where_the_text_says_so(programme: Programme) -> None:
    found = last_day(programme=programme, opens_on=date(2026, 3, 2), days=5, from_next_day=False)
    assert found == date(2026, 3, 6)


@given(offset=st.integers(0, 330), days=st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_the_period_holds_exactly_so_many_working_days(offset: int, days: int) -> None:
    place = Programme(calendar="cn")
    opens = date(2025, 1, 1) + timedelta(days=offset)
    last = last_day(programme=place, opens_on=opens, days=days)
    calendar = working_calendar()
    assert calendar.is_working_day(last)
    assert calendar.between(opens, last) == days


def test_a_regional_calendar_has_its_own_holidays(draft: Make, programme: Programme, officer: Actor) -> None:
    Day.objects.create(calendar="cn-54", date=date(2026, 3, 4), kind="holiday", name="藏历新年")
    Programme.objects.filter(pk=programme.pk).update(calendar="cn-54")
    announcement = draft()
    announcement.programme.refresh_from_db()
    opened = open_announcement(announcement=announcement, actor=officer, now=at(date(2026, 3, 2)))
    assert Calendar.objects.filter(pk="cn-54").exists()
    assert opened.closes_on == date(2026, 3, 10)


def test_the_list_is_open_to_the_last_minute_of_its_last_day(opened: Make, lodge: Make) -> None:
    announcement = opened()
    last = at(date(2026, 3, 9), 23) + timedelta(minutes=59)
    assert not lodge(announcement, 1, now=last).is_late
    assert lodge(announcement, 2, now=last + timedelta(minutes=1)).is_late
    assert close_due(now=last).closed == ()
    close_due(now=last + timedelta(minutes=1))
    assert states(announcement) == ["listed", "cleared", "cleared"]


def test_a_frozen_business_date_is_the_day(opened: Make, programme: Programme) -> None:
    Programme.objects.filter(pk=programme.pk).update(business_date=date(2017, 11, 30))
    announcement = opened()
    assert announcement.number == "公示〔2017〕1号" and announcement.closes_on == date(2017, 12, 7)
    assert close_due(now=at(date(2026, 3, 20))).closed == ()


def test_opening_ahead_of_the_day_lets_the_period_begin_on_it(opened: Make) -> None:
    announcement = opened(opens_on=date(2026, 3, 5))
    assert (announcement.opens_on, announcement.closes_on) == (date(2026, 3, 5), date(2026, 3, 12))


def test_a_draft_left_lying_opens_today(draft: Make, officer: Actor) -> None:
    announcement = draft(opens_on=date(2026, 3, 5))
    opened = open_announcement(announcement=announcement, actor=officer, now=at(date(2026, 3, 9)))
    assert opened.opens_on == date(2026, 3, 9)


def test_the_strip_says_which_days_count(opened: Make) -> None:
    announcement = opened(now=at(date(2026, 2, 13)))
    strip = strip_of(announcement, date(2026, 2, 14))
    assert strip is not None and strip.left == 4
    counted = {one.day.isoformat(): one.number for one in strip.days if one.number}
    assert counted == {
        "2026-02-14": 1,
        "2026-02-24": 2,
        "2026-02-25": 3,
        "2026-02-26": 4,
        "2026-02-27": 5,
    }
    by_day = {one.day: one for one in strip.days}
    assert by_day[date(2026, 2, 14)].is_special and by_day[date(2026, 2, 14)].is_today
    assert by_day[date(2026, 2, 17)].is_special and not by_day[date(2026, 2, 17)].is_working
