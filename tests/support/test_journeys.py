"""Whole ways of money: held, committed, paid; what is left goes back."""

from __future__ import annotations

import pytest

from kaichuang.cases.models import Case
from kaichuang.kit.problems import Refused
from kaichuang.support.models import TrancheState
from kaichuang.support.operations.follow import follow_payments

from .conftest import WAN, Fund, invoices


def stages(fund: Fund, case: Case) -> tuple[int, int, int, int]:
    """(reserved, committed, ordered, paid) in yuan."""
    claims = fund.claims(case)
    return tuple(  # type: ignore[return-value]  # four of them
        sum(getattr(claim, stage) for claim in claims) // 100
        for stage in ("reserved", "committed", "ordered", "paid")
    )


def test_equipment_subsidy_meets_its_year_cap_over_two_applications(fund: Fund) -> None:
    fund.round("NH-S4")
    _party, actor = fund.applicant()
    facts = {"is_space_or_centre": True}
    first = fund.accepted("NH-S4", actor, invoices=invoices(400_000, number="A"), **facts)
    assert stages(fund, first) == (120_000, 0, 0, 0)
    second = fund.accepted("NH-S4", actor, invoices=invoices(400_000, number="B"), **facts)
    assert stages(fund, second) == (80_000, 0, 0, 0)
    for case, yuan in ((first, 120_000), (second, 80_000)):
        case = fund.decided(fund.to_decision(case))
        assert case.granted_fen == yuan * 100
        assert stages(fund, case) == (0, yuan, 0, 0)
    fund.pay()
    for case, yuan in ((first, 120_000), (second, 80_000)):
        case.refresh_from_db()
        assert stages(fund, case) == (0, 0, 0, yuan)
        assert case.state == "closed"
    with pytest.raises(Refused):
        third = fund.accepted("NH-S4", actor, invoices=invoices(10_000, number="C"), **facts)
        fund.decided(fund.to_decision(third), 1)


def test_a_grant_below_the_ceiling_gives_the_surplus_back(fund: Fund) -> None:
    fund.round("NH-S4")
    _party, actor = fund.applicant()
    case = fund.accepted("NH-S4", actor, invoices=invoices(400_000), is_space_or_centre=True)
    case = fund.decided(fund.to_decision(case, 50_000_00))
    assert stages(fund, case) == (0, 50_000, 0, 0)


def test_without_an_account_the_money_waits(fund: Fund) -> None:
    fund.round("NH-S4")
    party, actor = fund.applicant(account=False)
    case = fund.granted("NH-S4", actor, invoices=invoices(400_000), is_space_or_centre=True)
    assert case.tranches.get().state == TrancheState.WAITING_ACCOUNT
    follow_payments(now=fund.place.now)
    fund.account(party, actor)
    assert case.tranches.get().state == TrancheState.ORDERED
    fund.pay()
    case.refresh_from_db()
    assert case.state == "closed"
    assert case.tranches.get().paid_on == fund.today


def test_withdrawing_gives_everything_back(fund: Fund) -> None:
    fund.round("NH-S4")
    _party, actor = fund.applicant()
    case = fund.accepted("NH-S4", actor, invoices=invoices(400_000), is_space_or_centre=True)
    fund.place.move(case, "withdraw", actor)
    assert stages(fund, case) == (0, 0, 0, 0)


def test_a_pot_that_is_empty_refuses_the_decision_with_the_figures(fund: Fund) -> None:
    fund.round("NH-S4", pot=10 * WAN)
    _party, actor = fund.applicant()
    case = fund.accepted("NH-S4", actor, invoices=invoices(400_000), is_space_or_centre=True)
    assert stages(fund, case) == (0, 0, 0, 0)
    case = fund.to_decision(case)
    with pytest.raises(Refused) as refused:
        fund.decided(case)
    assert "100,000" in str(refused.value) and "120,000" in str(refused.value)
    fund.decided(case, 10 * WAN, reason="资金有限")
    assert stages(fund, case) == (0, 100_000, 0, 0)


def test_a_round_that_declared_to_refuse_accepts_nothing_it_cannot_pay(fund: Fund) -> None:
    fund.round("NH-S4", shortfall="refuse", pot=10 * WAN)
    _party, actor = fund.applicant()
    case = fund.submitted("NH-S4", actor, invoices=invoices(400_000), is_space_or_centre=True)
    with pytest.raises(Refused, match="还剩100,000元"):
        fund.place.move(case, "accept", fund.officer)


def test_without_a_budget_line_a_case_waits_and_the_decision_says_what_finance_has_to_do(fund: Fund) -> None:
    _party, actor = fund.applicant()
    fund.place.pass_days(40)  # another year, without a budget
    fund.round("NH-S4")
    rows = [{**row, "issued_on": fund.today} for row in invoices(100_000)]
    case = fund.accepted("NH-S4", actor, invoices=rows, is_space_or_centre=True)
    assert not case.holdings.exists()
    case = fund.to_decision(case)
    with pytest.raises(Refused, match="请财政部门先下达预算"):
        fund.decided(case)
    fund.budget("NH-M1", 500 * WAN, {"L1": 200 * WAN, "L2": 300 * WAN})
    assert stages(fund, fund.decided(case)) == (0, 30_000, 0, 0)


def test_rejection_gives_back_and_an_upheld_appeal_holds_again(fund: Fund) -> None:
    fund.round("NH-S4")
    _party, actor = fund.applicant()
    case = fund.accepted("NH-S4", actor, invoices=invoices(400_000), is_space_or_centre=True)
    case = fund.place.move(case, "reject", fund.officer, reason="材料不实")
    assert stages(fund, case) == (0, 0, 0, 0)
    case = fund.place.move(case, "appeal", actor, reason="材料属实")
    case = fund.place.move(case, "uphold_appeal", fund.leader, reason="属实")
    assert stages(fund, case) == (120_000, 0, 0, 0)
