"""Whatever the figures: instalments, tranches and shares of funders add up to the fen."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaichuang.ledger.models import Budget, BudgetLine
from kaichuang.support.operations.recover import even_plan
from kaichuang.support.operations.reports import add_months
from kaichuang.support.queries.funding import Funder, split

calm = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


@calm
@given(
    total=st.integers(1, 10**12), count=st.integers(1, 60), day=st.dates(date(2000, 1, 1), date(2090, 1, 1))
)
def test_even_instalments_add_up_and_follow_one_another(total: int, count: int, day: date) -> None:
    plan = even_plan(total, count, day)
    assert sum(amount for _day, amount in plan) == total
    amounts = [amount for _day, amount in plan]
    assert max(amounts) - min(amounts) <= 1
    assert [when for when, _amount in plan] == sorted({when for when, _amount in plan})


@calm
@given(amount=st.integers(0, 10**12), weights=st.lists(st.integers(1, 99), min_size=1, max_size=4))
def test_levels_carry_their_shares_to_the_fen(amount: int, weights: list[int]) -> None:
    budget = Budget(year=2026, code="B")
    whole = sum(weights)
    funders = [
        Funder(BudgetLine(budget=budget, code=str(at)), Fraction(weight, whole))
        for at, weight in enumerate(weights)
    ]
    parts = split(amount, funders)
    assert sum(part for _line, part in parts) == amount
    for line, part in parts:
        exact = amount * funders[int(line.code)].share
        assert abs(part - exact) < 1


def test_the_last_day_of_a_short_month() -> None:
    assert add_months(date(2023, 12, 31), 2) == date(2024, 2, 29)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
