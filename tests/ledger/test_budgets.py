"""Budgets and their years (catalogue S01, NH-M1)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from kaichuang.journal.models import Entry
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.ledger.models import Budget
from kaichuang.ledger.operations import (
    LinePlan,
    Pool,
    adjust_budget,
    adopt_budget,
    carry_over,
    close_budget,
    reserve,
    supplement_budget,
)
from kaichuang.ledger.operations.budgets import appropriation_account
from kaichuang.ledger.queries import trial_balance, usage_of
from kaichuang.places.models import Programme

from .conftest import WAN, actor_in, sound

DOCUMENT = {"document": "宁财〔2026〕8号", "reason": "上半年执行情况"}


def usage(budget: Budget) -> dict[str, int]:
    (found,) = usage_of(Budget.objects.filter(pk=budget.pk))
    return {item.line.code: item.usage.total for item in found.lines}


def adopted(budget: Budget) -> int:
    account = appropriation_account(budget)
    account.balance.refresh_from_db()
    return account.balance.balance


def test_the_lines_add_up_to_the_total(budget: Budget) -> None:
    assert usage(budget) == {"L1": 200 * WAN, "L2": 300 * WAN}
    assert adopted(budget) == 500 * WAN
    assert Entry.objects.filter(action="adopt_budget", subject_id=str(budget.pk)).exists()


def test_lines_that_do_not_add_up_are_refused_with_everything_else_that_is_wrong(
    programme: Programme, finance: Actor, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        adopt_budget(
            programme=programme,
            year=2026,
            code="X",
            title="x",
            total=500 * WAN,
            lines=[LinePlan("L1", "a", 200 * WAN), LinePlan("L1", "b", 0)],
            document=" ",
            actor=finance,
            now=now,
        )
    assert refused.value.codes == {
        "lines_differ_from_total",
        "amount_not_positive",
        "line_twice",
        "document_required",
    }


@pytest.mark.parametrize("role", ["auditor", "leader", "officer", "founder"])
def test_only_finance_adopts(programme: Programme, now: datetime, role: str) -> None:
    with pytest.raises(NotAllowed):
        adopt_budget(
            programme=programme,
            year=2026,
            code="X",
            title="x",
            total=1,
            lines=[LinePlan("L1", "a", 1)],
            document="d",
            actor=actor_in(programme, role),
            now=now,
        )


def test_an_adjustment_moves_between_lines_and_keeps_the_total(
    budget: Budget, finance: Actor, now: datetime
) -> None:
    adjust_budget(
        budget=budget, amounts={"L1": -50 * WAN, "L2": 50 * WAN}, key="a1", actor=finance, now=now, **DOCUMENT
    )
    assert usage(budget) == {"L1": 150 * WAN, "L2": 350 * WAN}
    assert adopted(budget) == 500 * WAN
    with pytest.raises(Refused) as refused:
        adjust_budget(
            budget=budget, amounts={"L1": -1, "L2": 2}, key="a2", actor=finance, now=now, **DOCUMENT
        )
    assert refused.value.codes == {"unbalanced"}


def test_money_that_is_reserved_cannot_be_taken_away(
    budget: Budget, line1: Pool, finance: Actor, now: datetime
) -> None:
    reserve(pool=line1, amount=180 * WAN, key="r", at=date(2026, 3, 2), actor=finance)
    with pytest.raises(Refused) as refused:
        supplement_budget(
            budget=budget, amounts={"L1": -21 * WAN}, key="s", actor=finance, now=now, **DOCUMENT
        )
    assert refused.value.codes == {"insufficient"}
    supplement_budget(budget=budget, amounts={"L1": -20 * WAN}, key="s2", actor=finance, now=now, **DOCUMENT)
    assert adopted(budget) == 480 * WAN


def test_the_year_ends_with_carry_over_and_lapse(
    budget: Budget, programme: Programme, line2: Pool, finance: Actor, now: datetime
) -> None:
    reserve(pool=line2, amount=100 * WAN, key="r", at=date(2026, 3, 2), actor=finance)
    following = adopt_budget(
        programme=programme,
        year=2027,
        code="NH-M1",
        title="2027",
        total=10 * WAN,
        lines=[LinePlan("L2", "x", 10 * WAN)],
        document="d",
        actor=finance,
        now=now,
    )
    with pytest.raises(Refused) as refused:
        close_budget(budget=budget, actor=finance, now=now)
    assert refused.value.codes == {"balance_left"}
    carry_over(budget=budget, into=following, actor=finance, now=now, **DOCUMENT)
    assert usage(following) == {"L2": 210 * WAN}
    assert adopted(following) == 210 * WAN
    assert usage(budget) == {"L1": 0, "L2": 100 * WAN}
    assert adopted(budget) == 100 * WAN
    closed = close_budget(budget=budget, actor=finance, now=now)
    with pytest.raises(Refused) as refused:
        supplement_budget(budget=closed, amounts={"L1": 5}, key="s", actor=finance, now=now, **DOCUMENT)
    assert refused.value.codes == {"budget_closed"}
    (trial,) = trial_balance(programme_id=programme.pk)
    assert trial.balanced
    assert sound()
