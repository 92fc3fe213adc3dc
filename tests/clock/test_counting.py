"""Periods and pauses, against a model that walks day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from chinese_calendar import is_workday
from hypothesis import given, settings
from hypothesis import strategies as st

from kaichuang.clock.counting import Span, Terms, days_used, due_date
from kaichuang.clock.working_days import WorkingCalendar

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def calendar() -> WorkingCalendar:
    days = [date(2018, 1, 1) + DAY * n for n in range(365 * 5 + 1)]
    years: dict[int, list[int]] = {year: [] for year in range(2018, 2023)}
    for day in days:
        if is_workday(day):
            years[day.year].append(day.toordinal())
    return WorkingCalendar("cn", years)


def naive_due(terms: Terms, spans: list[tuple[date, date]]) -> date:
    def paused(day: date) -> bool:
        return any(began <= day < ended for began, ended in spans)

    day = terms.started_on + DAY if terms.from_next_day else terms.started_on
    left = terms.limit
    while True:
        if not paused(day) and (not terms.in_working_days or is_workday(day)):
            left -= 1
        if left == 0:
            break
        day += DAY
    while not terms.in_working_days and terms.extends and (not is_workday(day) or paused(day)):
        day += DAY
    return day


TERMS = st.builds(
    Terms,
    started_on=st.dates(date(2018, 6, 1), date(2020, 6, 1)),
    limit=st.integers(1, 90),
    in_working_days=st.booleans(),
    from_next_day=st.booleans(),
    extends=st.booleans(),
)


@st.composite
def pauses(draw: st.DrawFn, terms: Terms) -> list[tuple[date, date]]:
    """In order, not overlapping, some empty, some touching."""
    spans, cursor = [], terms.started_on
    for _ in range(draw(st.integers(0, 4))):
        began = cursor + DAY * draw(st.integers(0, 30))
        ended = began + DAY * draw(st.integers(0, 40))
        spans.append((began, ended))
        cursor = ended
    return spans


@settings(max_examples=500, deadline=None)
@given(data=st.data(), terms=TERMS)
def test_the_due_date_is_where_the_day_by_day_model_arrives(
    calendar: WorkingCalendar, data: st.DataObject, terms: Terms
) -> None:
    spans = data.draw(pauses(terms))
    assert due_date(terms, spans, calendar) == naive_due(terms, spans)


@settings(max_examples=300, deadline=None)
@given(data=st.data(), terms=TERMS, later=st.integers(0, 120))
def test_days_used_counts_day_by_day(
    calendar: WorkingCalendar, data: st.DataObject, terms: Terms, later: int
) -> None:
    spans = data.draw(pauses(terms))
    through = terms.started_on + DAY * later
    day, used = terms.first, 0
    while day <= through:
        paused = any(began <= day < ended for began, ended in spans)
        used += not paused and (not terms.in_working_days or is_workday(day))
        day += DAY
    assert days_used(terms, spans, calendar, through=through) == used


@settings(max_examples=200, deadline=None)
@given(data=st.data(), terms=TERMS)
def test_a_pause_never_brings_the_last_day_nearer(
    calendar: WorkingCalendar, data: st.DataObject, terms: Terms
) -> None:
    spans = data.draw(pauses(terms))
    free, paused = due_date(terms, [], calendar), due_date(terms, spans, calendar)
    assert free is not None
    assert paused is not None
    assert paused >= free


def test_nothing_is_due_while_a_pause_lasts(calendar: WorkingCalendar) -> None:
    open_pause: list[Span] = [(date(2019, 1, 10), None)]
    assert due_date(Terms(date(2019, 1, 2), 20), open_pause, calendar) is None
    assert days_used(Terms(date(2019, 1, 2), 20), open_pause, calendar, through=date(2019, 5, 1)) == 5


def test_a_calendar_period_ending_on_a_holiday_ends_after_it(calendar: WorkingCalendar) -> None:
    terms = Terms(date(2019, 9, 26), 5, in_working_days=False)
    assert due_date(terms, [], calendar) == date(2019, 10, 8)
    fixed = Terms(date(2019, 9, 26), 5, in_working_days=False, extends=False)
    assert due_date(fixed, [], calendar) == date(2019, 10, 1)


def test_the_first_day_counts_only_where_the_rule_says_so(calendar: WorkingCalendar) -> None:
    monday = date(2019, 3, 4)
    assert due_date(Terms(monday, 1), [], calendar) == date(2019, 3, 5)
    assert due_date(Terms(monday, 1, from_next_day=False), [], calendar) == monday
