"""The working-day calendar: published days, arithmetic, what is not known."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaichuang.clock.models import Calendar, Day, DayKind
from kaichuang.clock.operations import load_calendar
from kaichuang.clock.problems import CalendarMissing, CalendarUnknown
from kaichuang.clock.queries import (
    add_working_days,
    is_working_day,
    next_working_day,
    working_calendar,
    working_days_between,
)
from kaichuang.clock.working_days import WorkingCalendar

pytestmark = pytest.mark.django_db

SHARED = Path(__file__).parents[3] / "shared" / "data"
DAY = timedelta(days=1)


def rows(name: str) -> list[list[str]]:
    path = SHARED / name
    return list(csv.reader(path.read_text("utf-8").splitlines()))[1:] if path.exists() else []


def test_every_published_day_agrees_with_the_reference() -> None:
    published = rows("cn_calendar_2015_2026.csv")
    calendar = working_calendar()
    wrong = [
        row[0] for row in published if calendar.is_working_day(date.fromisoformat(row[0])) != (row[2] == "1")
    ]
    assert wrong == []
    assert calendar.years == list(range(2015, 2027))


@pytest.mark.parametrize(
    ("published_on", "days", "last"),
    [
        ("2023-09-27", 7, "2023-10-12"),
        ("2024-02-08", 10, "2024-02-28"),
        ("2025-09-29", 7, "2025-10-15"),
        ("2022-12-30", 20, "2023-02-02"),
        *[(row[0], int(row[1]), row[2]) for row in rows("working_day_deadlines.csv")],
    ],
)
def test_worked_deadlines_across_holidays_come_out(published_on: str, days: int, last: str) -> None:
    assert add_working_days(date.fromisoformat(published_on), days) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2025-09-28", True),
        ("2025-10-01", False),
        ("2025-10-11", True),
        ("2026-02-14", True),
        ("2026-02-17", False),
    ],
)
def test_make_up_days_work_and_holidays_do_not(day: str, working: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) is working


def test_holidays_carry_their_name_and_source() -> None:
    day = Day.objects.get(calendar="cn", date=date(2025, 10, 1))
    assert (day.kind, day.name) == (DayKind.HOLIDAY, "国庆节")
    assert "国务院办公厅" in day.source


@pytest.mark.parametrize("day", [date(2014, 6, 1), date(2027, 1, 4)])
def test_a_year_without_data_is_refused_with_who_can_enter_it(day: date) -> None:
    with pytest.raises(CalendarMissing, match=rf"{day.year}年.*管理员") as caught:
        is_working_day(day)
    assert caught.value.year == day.year


def test_a_count_that_runs_into_an_unknown_year_is_refused() -> None:
    with pytest.raises(CalendarMissing):
        add_working_days(date(2026, 12, 20), 20)
    with pytest.raises(CalendarMissing):
        working_days_between(date(2026, 12, 20), date(2027, 1, 5))


def test_a_year_with_one_day_missing_is_not_known() -> None:
    Day.objects.filter(calendar="cn", date=date(2020, 7, 1)).delete()
    with pytest.raises(CalendarMissing):
        is_working_day(date(2020, 3, 2))
    assert load_calendar() == 1
    assert is_working_day(date(2020, 3, 2))


def test_loading_again_keeps_what_was_entered_by_hand() -> None:
    Day.objects.filter(calendar="cn", date=date(2026, 5, 8)).update(kind=DayKind.HOLIDAY)
    assert load_calendar() == 0
    assert not is_working_day(date(2026, 5, 8))


def test_a_regional_calendar_overrides_single_days_only() -> None:
    ordinary = date(2026, 3, 3)
    assert is_working_day(ordinary, "cn-54")
    Day.objects.create(calendar="cn-54", date=ordinary, kind=DayKind.HOLIDAY, name="测试", source="测试")
    assert not is_working_day(ordinary, "cn-54")
    assert is_working_day(ordinary, "cn")
    assert next_working_day(date(2026, 3, 2), "cn-54") == date(2026, 3, 4)


def test_a_calendar_that_does_not_exist_is_refused() -> None:
    with pytest.raises(CalendarUnknown, match="cn-99"):
        is_working_day(date(2026, 3, 3), "cn-99")


def test_a_change_in_the_national_calendar_reaches_the_regional_one() -> None:
    working_calendar("cn-54")
    Day.objects.filter(calendar="cn", date=date(2026, 3, 3)).update(kind=DayKind.HOLIDAY)
    assert not is_working_day(date(2026, 3, 3), "cn-54")


def test_the_days_are_read_once_until_they_change(django_assert_num_queries: object) -> None:
    working_calendar()
    with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture
        assert working_calendar() is working_calendar.__globals__["_kept"]["cn"][1]
    before = Calendar.objects.get(slug="cn").token
    Day.objects.filter(calendar="cn", date=date(2026, 3, 3)).update(name="x")
    assert Calendar.objects.get(slug="cn").token != before


KNOWN = st.dates(date(2015, 1, 1), date(2026, 12, 31))


@pytest.fixture(scope="module")
def calendar() -> WorkingCalendar:
    """From the library itself, so that the arithmetic is tested without a database."""
    from chinese_calendar import is_workday

    years: dict[int, list[int]] = {year: [] for year in range(2015, 2027)}
    day = date(2015, 1, 1)
    while day.year < 2027:
        if is_workday(day):
            years[day.year].append(day.toordinal())
        day += DAY
    return WorkingCalendar("cn", years)


@settings(deadline=None)
@given(start=KNOWN, end=KNOWN)
def test_between_counts_day_by_day(calendar: WorkingCalendar, start: date, end: date) -> None:
    low, high = sorted((start, end))
    naive = sum(calendar.is_working_day(low + DAY * n) for n in range(1, (high - low).days + 1))
    assert calendar.between(low, high) == naive
    assert calendar.between(high, low) == -naive


@settings(deadline=None)
@given(start=st.dates(date(2016, 1, 1), date(2025, 12, 31)), count=st.integers(-200, 200))
def test_add_and_between_undo_each_other(calendar: WorkingCalendar, start: date, count: int) -> None:
    end = calendar.add(start, count)
    if count > 0:
        assert calendar.is_working_day(end)
        assert calendar.between(start, end) == count
        assert calendar.between(start, end - DAY) == count - 1
    elif count < 0:
        assert calendar.is_working_day(end)
        assert calendar.between(end - DAY, start - DAY) == -count
    else:
        assert end == start
