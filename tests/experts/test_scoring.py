"""The ranking: exact, indifferent to order, never beyond the quota, every tie decided."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaichuang.experts.reasons import CHINESE, ENGLISH, points
from kaichuang.experts.scoring import (
    Entry,
    Mark,
    Rules,
    combine,
    divergence,
    middle,
    rank,
    recommended,
    total,
    with_draw,
)
from kaichuang.experts.sheet import Sheet

SHEET = Sheet.model_validate(
    {
        "criteria": [
            {"code": "a", "title": "甲", "title_en": "A", "max_points": 60},
            {"code": "b", "title": "乙", "max_points": 100, "weight": "0.4"},
        ]
    }
)
START = datetime(2026, 1, 1, tzinfo=UTC)


def mark(reader: str, a: int, b: int, **more: object) -> Mark:
    return Mark(reader, {"a": a, "b": b}, **more)  # type: ignore[arg-type]  # keywords of a test helper


@st.composite
def marks(draw: st.DrawFn, least: int = 0, most: int = 9) -> tuple[Mark, ...]:
    rows = draw(st.lists(st.tuples(st.integers(0, 600), st.integers(0, 1000)), min_size=least, max_size=most))
    return tuple(mark(f"{n:03d}", a, b) for n, (a, b) in enumerate(rows))


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    few = st.integers(0, 3).map(lambda n: n * 100)
    rows = draw(
        st.lists(
            st.tuples(
                st.lists(st.tuples(few, few), max_size=6), st.booleans(), st.none() | st.integers(0, 2)
            ),
            max_size=8,
        )
    )
    return [
        Entry(
            key=f"{n:03d}",
            marks=tuple(mark(f"{m:03d}", a, b) for m, (a, b) in enumerate(given_marks)),
            priority=priority,
            submitted_at=None if days is None else START + timedelta(days=days),
            expected=6,
        )
        for n, (given_marks, priority, days) in enumerate(rows)
    ]


RULES = st.builds(
    Rules,
    aggregate=st.sampled_from(["mean", "trimmed", "median"]),
    pass_mark=st.none() | st.integers(0, 100).map(Fraction),
    quota=st.none() | st.integers(1, 5),
    ties=st.permutations(["criterion:a", "criterion:b", "priority", "submitted_at", "draw"]).map(tuple),
    seed=st.text(min_size=1, max_size=8),
    divergence_points=st.none() | st.integers(0, 60).map(Fraction),
)


def test_totals_weigh_points_exactly() -> None:
    assert total(mark("x", 555, 333), SHEET) == Fraction("55.5") + Fraction("33.3") * Fraction("0.4")
    assert SHEET.full == 100


@pytest.mark.parametrize(
    "points_given", [{"a": 601, "b": 0}, {"a": -1, "b": 0}, {"a": 1}, {"a": 1, "b": 1, "c": 1}]
)
def test_points_that_do_not_fit_the_sheet_are_refused(points_given: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        total(Mark("x", points_given), SHEET)


@given(marks(least=1), st.sampled_from(["mean", "trimmed", "median"]), st.randoms())
def test_the_order_of_readers_never_matters(
    given_marks: tuple[Mark, ...], how: str, rng: random.Random
) -> None:
    shuffled = list(given_marks)
    rng.shuffle(shuffled)
    assert combine(shuffled, SHEET, how) == combine(given_marks, SHEET, how)


@given(marks(least=1))
def test_a_mean_is_that_of_the_scores_that_are_there(given_marks: tuple[Mark, ...]) -> None:
    totals = [total(one, SHEET) for one in given_marks]
    assert combine(given_marks, SHEET, "mean").score == sum(totals, Fraction(0)) / len(totals)


@given(marks(least=5))
def test_a_trimmed_mean_drops_one_highest_and_one_lowest(given_marks: tuple[Mark, ...]) -> None:
    totals = sorted(total(one, SHEET) for one in given_marks)
    found = combine(given_marks, SHEET, "trimmed")
    assert found.score == sum(totals[1:-1], Fraction(0)) / (len(totals) - 2)
    assert [total(one, SHEET) for one in found.dropped] == [totals[0], totals[-1]]


@given(marks(least=1, most=4))
def test_fewer_than_five_scores_are_not_trimmed(given_marks: tuple[Mark, ...]) -> None:
    assert combine(given_marks, SHEET, "trimmed") == combine(given_marks, SHEET, "mean")


@given(marks(least=1), st.sampled_from(["mean", "trimmed", "median"]))
def test_a_score_lies_between_lowest_and_highest(given_marks: tuple[Mark, ...], how: str) -> None:
    totals = [total(one, SHEET) for one in given_marks]
    score = combine(given_marks, SHEET, how).score
    assert score is not None
    assert min(totals) <= score <= max(totals)


@given(entries(), RULES, st.randoms())
def test_the_ranking_is_the_same_in_whatever_order_items_come(
    given_entries: list[Entry], rules: Rules, rng: random.Random
) -> None:
    shuffled = list(given_entries)
    rng.shuffle(shuffled)
    assert rank(shuffled, SHEET, rules) == rank(given_entries, SHEET, rules)


@given(entries(), RULES)
def test_ranks_are_all_different_and_follow_the_scores(given_entries: list[Entry], rules: Rules) -> None:
    outcomes = rank(given_entries, SHEET, rules)
    assert [one.rank for one in outcomes] == list(range(1, len(given_entries) + 1))
    scores = [one.score if one.score is not None else Fraction(-1) for one in outcomes]
    assert scores == sorted(scores, reverse=True)


@given(entries(), RULES)
def test_the_quota_is_never_exceeded_and_never_left_open(given_entries: list[Entry], rules: Rules) -> None:
    outcomes = rank(given_entries, SHEET, rules)
    inside = [one for one in outcomes if one.within_quota]
    passed = [one for one in outcomes if one.passed]
    assert all(one.passed for one in inside)
    assert len(inside) == (len(passed) if rules.quota is None else min(rules.quota, len(passed)))
    assert inside == passed[: len(inside)]


@given(entries(), RULES)
def test_items_without_scores_come_last_and_do_not_pass(given_entries: list[Entry], rules: Rules) -> None:
    outcomes = rank(given_entries, SHEET, rules)
    missing = [one.score is None for one in outcomes]
    assert missing == sorted(missing)
    assert not any(one.passed for one in outcomes if one.score is None)


@given(entries(), RULES)
def test_every_result_has_its_reasons_in_both_languages(given_entries: list[Entry], rules: Rules) -> None:
    for one in rank(given_entries, SHEET, rules):
        assert one.reasons
        assert all(reason.zh and reason.en and "%(" not in reason.zh + reason.en for reason in one.reasons)


def test_both_languages_know_the_same_reasons() -> None:
    assert CHINESE.keys() == ENGLISH.keys()


def test_ties_are_decided_by_the_declared_rules_in_their_order() -> None:
    same = [
        Entry("001", (mark("1", 300, 500),)),
        Entry("002", (mark("1", 400, 250),)),
        Entry("003", (mark("1", 300, 500),), priority=True),
    ]
    outcomes = rank(same, SHEET, Rules(ties=("criterion:a", "priority")))
    assert [one.key for one in outcomes] == ["002", "003", "001"]
    assert [reason.code for reason in outcomes[0].reasons] == ["mean", "tie_criterion"]
    assert [reason.code for reason in outcomes[1].reasons] == ["mean", "tie_criterion", "tie_priority"]
    assert "甲" in outcomes[0].reasons[1].zh
    assert "A" in outcomes[0].reasons[1].en


def test_the_seed_decides_where_the_rules_leave_off() -> None:
    same = [Entry(f"{n:03d}", (mark("1", 300, 500),)) for n in range(20)]
    first = [one.key for one in rank(same, SHEET, Rules(seed="s"))]
    assert first == [one.key for one in rank(same, SHEET, Rules(seed="s"))]
    assert first != [one.key for one in rank(same, SHEET, Rules(seed="t"))]
    assert with_draw(("priority", "draw", "submitted_at")) == ("priority", "draw")


def test_a_further_reader_settles_a_divergence_whatever_it_says() -> None:
    rules = Rules(divergence_points=Fraction(20))
    apart = (mark("1", 600, 1000), mark("2", 300, 1000))
    assert divergence(Entry("1", apart), SHEET, rules).open
    settled = divergence(Entry("1", (*apart, mark("3", 0, 0, extra=True))), SHEET, rules)
    assert (settled.beyond, settled.open, settled.spread) == (True, False, Fraction(100))
    assert not divergence(Entry("1", (mark("1", 600, 1000), mark("2", 400, 1000))), SHEET, rules).beyond


def test_the_stricter_limit_of_points_and_share_holds() -> None:
    both = Rules(divergence_points=Fraction(30), divergence_share=Fraction(1, 5))
    assert both.limit(SHEET) == 20
    assert Rules().limit(SHEET) is None


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=9))
def test_the_amount_is_the_median_of_what_readers_recommend(sums: list[int]) -> None:
    found = recommended(Mark(str(n), {}, fen) for n, fen in enumerate(sums))
    assert found == middle([Fraction(fen) for fen in sums]) // 1


def test_nobody_recommends_nothing_comes_out() -> None:
    assert recommended([Mark("1", {}), Mark("2", {})]) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(265, 3), "88.33"),
        (Fraction(80), "80"),
        (Fraction(1, 200), "0.01"),
        (Fraction(171, 2), "85.5"),
    ],
)
def test_points_are_written_with_at_most_two_decimals(value: Fraction, text: str) -> None:
    assert points(value) == text


@pytest.mark.parametrize(
    "sheet",
    [
        {"criteria": []},
        {"criteria": [{"code": "a", "title": "甲", "max_points": 0}]},
        {"criteria": [{"code": "a", "title": "甲", "max_points": "1.55"}]},
        {"criteria": [{"code": "A", "title": "甲", "max_points": 1}]},
        {"criteria": [{"code": "a", "title": "甲", "max_points": 1}] * 2},
        {"criteria": [{"code": "a", "title": "甲", "max_points": 1, "colour": "red"}]},
    ],
)
def test_a_sheet_that_cannot_be_right_is_refused(sheet: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # pydantic's ValidationError is a ValueError with many texts
        Sheet.model_validate(sheet)
