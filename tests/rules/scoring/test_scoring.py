"""Evaluation sheets: thresholds, ceilings, ratios, places in a round, vetoes, grades and runs over the years."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaichuang.rules.scoring import Sheet, score, score_round
from kaichuang.rules.scoring.score import rank
from kaichuang.rules.scoring.streaks import run_of

NUMBERS = st.one_of(st.integers(-50, 500), st.fractions(-50, 500, max_denominator=12))
GRADES = [
    {"id": "good", "title": "优", "from": 60},
    {"id": "poor", "title": "差", "from": None, "passed": False},
]


def sheet(*items: dict[str, Any], **more: Any) -> Sheet:
    made = [{"title": item["id"], "clause": "X 一", **item} for item in items]
    return Sheet.model_validate(
        {
            "id": "S",
            "title": "表",
            "clause": "X 一",
            "subject": "case",
            "items": made,
            "grades": GRADES,
            **more,
        }
    )


STEP = {"id": "i", "kind": "step", "value": "v", "threshold": 10, "base": 5, "per": 2, "each": 1, "most": 9}


@pytest.mark.parametrize(
    ("value", "points"),
    [(9, 0), (10, 5), (11, 5), (12, 6), (18, 9), (20, 9), (Fraction(23, 2), 5), (None, None)],
)
def test_a_step_gives_its_base_at_the_threshold_and_more_for_each_full_step(value: Any, points: Any) -> None:
    assert score(sheet(STEP), {"i": value}).marks[0].points == points


@given(NUMBERS, NUMBERS)
def test_a_higher_value_never_gives_fewer_points(one: Any, other: Any) -> None:
    low, high = sorted((one, other))
    bands = {
        "id": "i",
        "kind": "band",
        "value": "v",
        "bands": [{"from": 0, "points": 1}, {"from": 100, "points": 7}],
    }
    for item in (STEP, bands):
        first, second = (score(sheet(item), {"i": value}).marks[0].points for value in (low, high))
        assert first is not None
        assert second is not None
        assert first <= second


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 40))
def test_a_ratio_gives_between_nothing_and_its_ceiling_exactly(part: int, whole: int, most: int) -> None:
    item = {
        "id": "i",
        "kind": "ratio",
        "part": "p",
        "whole": "w",
        "zero_at": "10%",
        "full_at": "50%",
        "most": most,
    }
    points = score(sheet(item), {"i": (part, whole)}).marks[0].points
    if whole == 0:
        assert points is None
        return
    exact = most * (Fraction(part, whole) - Fraction(1, 10)) / Fraction(4, 10)
    assert points == min(max(exact, Fraction(0)), Fraction(most))


@given(st.dictionaries(st.text(min_size=1, max_size=2), st.one_of(st.none(), NUMBERS), max_size=12))
def test_places_count_those_who_are_better_and_equal_values_share_the_better_place(
    values: dict[str, Any],
) -> None:
    places = rank(values)
    known = {name: value for name, value in values.items() if value is not None}
    assert places.keys() == known.keys()
    for name, place in places.items():
        assert place.rank == 1 + sum(other > known[name] for other in known.values())
        assert place.of == len(known)
    lowest = rank(values, "lowest")
    for name, place in lowest.items():
        assert place.rank == 1 + sum(other < known[name] for other in known.values())


RANK = {"id": "i", "kind": "rank", "value": "v", "bands": [{"top": "10%", "points": 10}, {"top": "50%", "points": 6}],
        "otherwise": 2, "most": 10}  # fmt: skip


def test_the_best_tenth_of_a_round_gets_most_and_a_single_subject_needs_its_round() -> None:
    cards = score_round(sheet(RANK), {str(n): {"i": n} for n in range(20)})
    points = [cards[str(n)].marks[0].points for n in range(20)]
    assert points == [2] * 10 + [6] * 8 + [10] * 2
    assert score(sheet(RANK), {"i": 5}).marks[0].points is None


def test_equal_values_at_the_edge_share_the_better_band() -> None:
    cards = score_round(
        sheet(RANK), {name: {"i": value} for name, value in zip("abcd", (9, 7, 7, 1), strict=True)}
    )
    assert [cards[name].marks[0].points for name in "abcd"] == [6, 6, 6, 2]


VETO = {"id": "fraud", "kind": "veto", "test": "t"}
POINTS = {"id": "p", "kind": "points", "value": "v", "most": 100}


@pytest.mark.parametrize(
    ("points", "veto", "grade"),
    [(60, False, "good"), (Fraction(599, 10), False, "poor"), (100, True, "poor"), (100, None, None), (None, False, None), (None, True, "poor")],
)  # fmt: skip
def test_the_grade_follows_the_total_and_a_veto_overrules_it(points: Any, veto: Any, grade: Any) -> None:
    card = score(sheet(POINTS, VETO), {"p": points, "fraud": veto})
    assert (card.grade.id if card.grade else None) == grade


def test_a_grade_of_the_level_above_holds_whatever_the_points() -> None:
    over = [{"test": "t", "grade": "good", "clause": "X 一", "title": "上级优秀"}]
    made = sheet(POINTS, VETO, overrides=over)
    assert score(made, {"p": 0, "fraud": False, "override.good": True}).passed is True
    assert score(made, {"p": 0, "fraud": False, "override.good": False}).passed is False
    assert score(made, {"p": 90, "fraud": False, "override.good": None}).passed is None
    assert score(made, {"p": 0, "fraud": True, "override.good": True}).passed is False


@given(st.integers(0, 200), st.integers(0, 50), st.integers(0, 50))
def test_bonus_points_count_up_to_their_ceiling(points: int, bonus: int, most: int) -> None:
    extra = {"id": "b", "kind": "points", "value": "v", "bonus": True}
    card = score(sheet(POINTS, extra, bonus_most=most), {"p": points, "b": bonus})
    assert card.total == min(points, 100) + min(bonus, most)


def test_a_deduction_is_a_check_with_negative_points() -> None:
    late = {"id": "late", "kind": "check", "test": "t", "points": "-5"}
    assert score(sheet(POINTS, late), {"p": 62, "late": True}).total == 57


def test_weights_and_marks_that_nobody_set_leave_the_grade_open() -> None:
    check = {"id": "c", "kind": "check", "test": "t"}
    assert score(sheet(check), {"c": True}).total is None
    open_mark = [{"id": "good", "title": "优", "from": None}, GRADES[1]]
    assert score(sheet(POINTS, grades=open_mark), {"p": 99}).grade is None


def test_grades_must_fall_and_be_known() -> None:
    with pytest.raises(ValueError, match="best to worst"):
        sheet(POINTS, grades=[{"id": "a", "title": "a", "from": 10}, {"id": "b", "title": "b", "from": 60}])
    with pytest.raises(ValueError, match="no such grade"):
        sheet(POINTS, streaks=[{"grades": ["bad"], "times": 2, "title": "-", "clause": "X 一"}])


YEARS = st.dictionaries(st.integers(2010, 2020), st.sampled_from(["pass", "fail"]), max_size=8)


@given(YEARS, st.integers(2010, 2021))
def test_a_run_that_missing_years_break_holds_unbroken_years_only(results: dict[int, str], upto: int) -> None:
    run = run_of(results, grades={"fail"}, upto=upto)
    assert run.years == tuple(range(upto - run.length + 1, upto + 1))
    assert all(results[year] == "fail" for year in run.years)
    assert results.get(upto - run.length) != "fail"


@given(YEARS, st.integers(2010, 2021))
def test_passing_over_missing_years_never_shortens_a_run_and_counting_them_never_does_either(
    results: dict[int, str], upto: int
) -> None:
    breaks, skips, counts = (
        run_of(results, grades={"fail"}, upto=upto, missing=m).length for m in ("breaks", "skips", "counts")
    )
    assert breaks <= skips <= counts


@pytest.mark.parametrize(
    ("results", "missing", "length"),
    [
        ({2019: "fail", 2020: "fail"}, "breaks", 2),
        ({2019: "fail", 2020: "pass", 2021: "fail"}, "breaks", 1),
        ({2018: "fail", 2020: "fail"}, "breaks", 1),
        ({2018: "fail", 2020: "fail"}, "skips", 2),
        ({2018: "fail", 2020: "fail"}, "counts", 3),
        ({}, "counts", 0),
    ],
)  # fmt: skip
def test_two_failures_in_a_row_delist_and_a_missing_year_is_read_as_declared(
    results: dict[int, str], missing: Any, length: int
) -> None:
    upto = max(results, default=2020)
    assert run_of(results, grades={"fail"}, upto=upto, missing=missing).length == length
