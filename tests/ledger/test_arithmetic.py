"""Interest and cost sharing, against exact fractions."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaichuang.ledger.interest import interest
from kaichuang.ledger.sharing import share_cost

FIRST = date(2020, 1, 1)
money = st.integers(0, 10**13)
days = st.integers(0, 5000)
rate = st.integers(0, 500_000)
rates = st.lists(st.tuples(st.integers(1, 5000), rate), max_size=5, unique_by=lambda item: item[0]).flatmap(
    lambda later: rate.map(lambda ppm: [(FIRST, ppm), *((FIRST + timedelta(n), r) for n, r in later)])
)


@given(principal=money, table=rates, start=days, length=days)
def test_interest_is_the_exact_daily_sum_rounded_once(
    principal: int, table: list[tuple[date, int]], start: int, length: int
) -> None:
    since = FIRST + timedelta(start)
    until = since + timedelta(length)
    ordered = sorted(table)
    numerator, day, position = 0, since, 0
    while day < until:
        while position + 1 < len(ordered) and ordered[position + 1][0] <= day:
            position += 1
        numerator += ordered[position][1]
        day += timedelta(1)
    exact = Fraction(principal * numerator, 365 * 1_000_000)
    found = interest(principal=principal, rates=table, since=since, until=until)
    assert abs(found - exact) <= Fraction(1, 2)
    assert found - exact != Fraction(-1, 2), "half a fen rounds up"


@given(principal=money, ppm=rate, first=days, second=days)
def test_splitting_the_time_moves_at_most_the_rounding(
    principal: int, ppm: int, first: int, second: int
) -> None:
    table = [(FIRST, ppm)]
    middle, end = FIRST + timedelta(first), FIRST + timedelta(first + second)
    whole = interest(principal=principal, rates=table, since=FIRST, until=end)
    parts = interest(principal=principal, rates=table, since=FIRST, until=middle) + interest(
        principal=principal, rates=table, since=middle, until=end
    )
    assert abs(whole - parts) <= 1
    assert whole >= interest(principal=principal, rates=table, since=FIRST, until=middle)


def test_a_year_at_3_65_percent() -> None:
    """10,000 yuan for ten days at 3.65 % are exactly 10 yuan."""
    table = [(date(2026, 1, 1), 36_500)]
    assert (
        interest(principal=1_000_000, rates=table, since=date(2026, 3, 2), until=date(2026, 3, 12)) == 1_000
    )


@pytest.mark.parametrize(
    ("principal", "since", "until"),
    [(-1, FIRST, FIRST), (1, FIRST, FIRST - timedelta(1)), (1, FIRST - timedelta(1), FIRST)],
)
def test_nonsense_is_refused(principal: int, since: date, until: date) -> None:
    with pytest.raises(ValueError):
        interest(principal=principal, rates=[(FIRST, 1)], since=since, until=until)


@given(amount=money, weights=st.lists(st.integers(0, 10_000), min_size=1, max_size=8).filter(any))
def test_shares_add_up_and_are_less_than_a_fen_off(amount: int, weights: list[int]) -> None:
    parts = share_cost(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(amount * weight, sum(weights))) < 1
        assert weight or part == 0


@given(amount=money, weight=st.integers(1, 100), count=st.integers(1, 6))
def test_equal_levels_differ_by_a_fen_at_most_and_the_first_pays_it(
    amount: int, weight: int, count: int
) -> None:
    parts = share_cost(amount, [weight] * count)
    assert parts == sorted(parts, reverse=True)
    assert parts[0] - parts[-1] <= 1


@pytest.mark.parametrize(("amount", "weights"), [(-1, [1]), (1, []), (1, [0, 0]), (1, [2, -1])])
def test_impossible_shares_are_refused(amount: int, weights: list[int]) -> None:
    with pytest.raises(ValueError):
        share_cost(amount, weights)
