"""Money after payment: parts on papers, reports on its use, and claiming it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kaichuang.cases.models import Case
from kaichuang.journal.queries import history_of
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.ledger.enums import AccountKind, TransferKind
from kaichuang.ledger.interest import interest
from kaichuang.ledger.models import Account, Transfer
from kaichuang.support.models import OUTSIDE, Instalment, Recovery, RecoveryState, Tranche, TrancheState
from kaichuang.support.operations.follow import follow_payments
from kaichuang.support.operations.papers import add_tranche_paper, check_tranche_papers
from kaichuang.support.operations.recover import (
    enter_receipt,
    even_plan,
    plan_instalments,
    tell_overdue_instalments,
    write_off,
)
from kaichuang.support.operations.reports import Spending
from kaichuang.support.operations.rule import rule_on_outside
from kaichuang.support.queries.awards import awards_for, totals_of
from kaichuang.support.web.tables import standing_of

from ..cases.conftest import Place
from .conftest import WAN, Fund, invoices, paper


@pytest.fixture
def city(lhasa: Place) -> Fund:
    fund = Fund(lhasa)
    fund.budget("LS-B1", 500 * WAN, {"LS-M1": 500 * WAN})
    fund.round("LS-S2")
    return fund


def establish(fund: Fund, case: Case, **facts: Any) -> None:
    from kaichuang.cases.operations.establish import establish_fact

    for fact, value in facts.items():
        establish_fact(
            case=case, fact=fact, value=value, note="认定文件", actor=fund.officer, now=fund.place.now
        )


def centre(fund: Fund) -> tuple[Case, Actor]:
    """A standard centre's yearly money, both parts paid."""
    _party, actor = fund.applicant()
    case = fund.submitted("LS-S2", actor, centre_tier="standard", last_result="pass", delisted=False)
    establish(fund, case, centre_tier="standard", last_result="pass")
    case = fund.place.move(case, "accept", fund.officer)
    case = fund.decided(fund.to_decision(case))
    first, second = case.tranches.all()
    assert (first.amount_fen, second.amount_fen) == (12 * WAN, 8 * WAN)
    assert (first.state, second.state) == (TrancheState.ORDERED, TrancheState.WAITING_PAPERS)
    fund.pay()
    with pytest.raises(Refused):
        check_tranche_papers(tranche=second, actor=fund.finance, now=fund.place.now)
    add_tranche_paper(tranche=second, paper="use_report", upload=paper(), actor=actor, now=fund.place.now)
    check_tranche_papers(tranche=second, actor=fund.finance, now=fund.place.now)
    fund.pay()
    case.refresh_from_db()
    assert case.state == "using"
    return case, actor


def test_earmarked_money_is_spent_on_its_purpose_or_the_report_is_refused(city: Fund) -> None:
    case, actor = centre(city)
    wrong = [
        Spending("research", "检测设备", 5 * WAN, city.today),
        Spending("operation", "水电", 20 * WAN, city.today + timedelta(days=900)),
    ]
    with pytest.raises(Refused) as refused:
        city.place.move(case, "report", actor, lines=wrong, summary="")
    assert refused.value.codes == {"category", "period", "too_much"}
    right = [Spending("operation", "水电", 15 * WAN, city.today)]
    case = city.place.move(case, "report", actor, lines=right, summary="运行良好")
    case = city.place.move(case, "return_report", city.officer, reason="请补充凭证号")
    assert case.use_report.note == "请补充凭证号"
    case = city.place.move(case, "report", actor)
    case = city.place.move(case, "accept_report", city.officer)
    assert case.state == "closed"
    back = case.recoveries.get()
    assert (back.principal_fen, back.interest_fen) == (5 * WAN, 0)
    (before,) = totals_of(awards_for(city.officer))
    enter_receipt(
        recovery=back, amount=2 * WAN, received_on=city.today, reference="R", actor=city.finance,
        now=city.place.now,
    )  # fmt: skip
    (after,) = totals_of(awards_for(city.officer))
    assert (after.granted, after.paid) == (before.granted - 2 * WAN, before.paid - 2 * WAN)


@pytest.fixture
def paid(fund: Fund) -> Case:
    fund.round("NH-S4")
    _party, actor = fund.applicant()
    case = fund.granted("NH-S4", actor, invoices=invoices(400_000), is_space_or_centre=True)
    fund.pay()
    case.refresh_from_db()
    return case


def claim_back(fund: Fund, case: Case, **data: Any) -> Recovery:
    fund.place.pass_days(365)
    rates = [(date(2010, 1, 1), 34_500)]
    fund.place.move(
        case, "claw_back", fund.leader, reason="骗取资金", rates=rates, clause="NH 三(四)", **data
    )
    return case.recoveries.get()


def test_money_comes_back_with_interest_in_instalments(fund: Fund, paid: Case) -> None:
    recovery = claim_back(fund, paid)
    assert (recovery.principal_fen, recovery.interest_fen) == (12_000_000, 414_000)
    plan = even_plan(recovery.total_fen, 3, fund.today + timedelta(days=30))
    plan_instalments(recovery=recovery, plan=plan, actor=fund.finance, now=fund.place.now, reason="协商")
    with pytest.raises(Refused, match="尚未收齐"):
        fund.place.move(paid, "recovered", fund.finance, reason="办结")
    assert tell_overdue_instalments(now=fund.place.now) == 0
    fund.place.pass_days(40)
    assert tell_overdue_instalments(now=fund.place.now) == 1
    assert tell_overdue_instalments(now=fund.place.now) == 0
    for number, (_day, amount) in enumerate(plan):
        recovery = enter_receipt(
            recovery=recovery,
            amount=amount,
            received_on=fund.today,
            reference=f"R{number}",
            actor=fund.finance,
            now=fund.place.now,
        )
    assert recovery.state == RecoveryState.RECEIVED
    case = fund.place.move(paid, "recovered", fund.finance, reason="办结")
    assert case.state == "revoked"
    treasury = Account.objects.get(programme=fund.place.programme, kind=AccountKind.TREASURY)
    assert treasury.balance.balance == 12_414_000
    assert fund.claims(case)[0].paid == 0


def test_a_debt_is_written_off_by_a_leader_with_a_reason(fund: Fund, paid: Case) -> None:
    recovery = claim_back(fund, paid, amount_fen=100)
    with pytest.raises(Refused):
        write_off(recovery=recovery, reason="", actor=fund.leader, now=fund.place.now)
    with pytest.raises(Refused):
        write_off(recovery=recovery, reason="破产", actor=fund.finance, now=fund.place.now)
    write_off(recovery=recovery, reason="破产终结", actor=fund.leader, now=fund.place.now)
    assert fund.place.move(paid, "recovered_in_part", fund.finance, reason="核销").state == "closed"


def test_the_same_receipt_is_entered_once_and_never_more_than_is_owed(fund: Fund, paid: Case) -> None:
    recovery = claim_back(fund, paid)
    receipt = {"received_on": fund.today, "actor": fund.finance, "now": fund.place.now}
    enter_receipt(recovery=recovery, amount=100, reference="X", **receipt)
    with pytest.raises(Refused, match="已登记"):
        enter_receipt(recovery=recovery, amount=100, reference="X", **receipt)
    with pytest.raises(Refused, match="不超过"):
        enter_receipt(recovery=recovery, amount=recovery.total_fen, reference="Y", **receipt)


@pytest.mark.django_db(transaction=True)
def test_the_database_holds_plans_and_tranches_to_their_sums(fund: Fund, paid: Case) -> None:
    recovery = claim_back(fund, paid)
    with pytest.raises(IntegrityError, match="do not add up"), transaction.atomic():
        Instalment.objects.filter(recovery=recovery).update(amount_fen=1)
    with pytest.raises(IntegrityError, match="do not add up"), transaction.atomic():
        Tranche.objects.filter(case=paid).update(amount_fen=1)


def test_a_revoked_grant_is_not_paid(fund: Fund) -> None:
    fund.round("NH-S4")
    _party, actor = fund.applicant()
    case = fund.granted("NH-S4", actor, invoices=invoices(400_000), is_space_or_centre=True)
    case = fund.place.move(case, "revoke", fund.leader, reason="材料不实")
    tranche = case.tranches.get()
    assert (tranche.state, tranche.is_final) == (TrancheState.STOPPED, True)
    assert [(c.reserved, c.committed, c.ordered) for c in fund.claims(case)] == [(0, 0, 0)]
    follow_payments(now=fund.place.now)
    tranche.refresh_from_db()
    assert tranche.state == TrancheState.STOPPED


def test_a_bar_stops_what_is_not_with_the_bank_and_lifting_it_resumes(fund: Fund) -> None:
    from kaichuang.cases.operations.sanctions import ban_party, lift_ban

    fund.round("NH-S4")
    party, actor = fund.applicant()
    case = fund.granted("NH-S4", actor, invoices=invoices(400_000), is_space_or_centre=True)
    follow_payments(now=fund.place.now)
    ban = ban_party(
        programme=fund.place.programme, party=party, since=fund.today, until=fund.today + timedelta(days=100),
        clause="NH 三(四)", reason="弄虚作假", actor=fund.leader, now=fund.place.now,
    )  # fmt: skip
    follow_payments(now=fund.place.now)
    assert case.tranches.get().state == TrancheState.STOPPED
    lift_ban(ban=ban, on=fund.today, reason="修复", actor=fund.leader, now=fund.place.now)
    follow_payments(now=fund.place.now)
    assert case.tranches.get().state == TrancheState.ORDERED
    fund.pay()
    assert case.tranches.get().state == TrancheState.PAID


def test_a_bounced_payment_is_paid_again_to_the_new_account(fund: Fund) -> None:
    fund.round("NH-S4")
    party, actor = fund.applicant()
    case = fund.granted("NH-S4", actor, invoices=invoices(400_000), is_space_or_centre=True)
    fund.answer(fund.send(), "失败", "账号不符")
    follow_payments(now=fund.place.now)
    fund.account(party, actor, number="1234567890123")
    payment = case.tranches.get().instructions.get().payment
    assert payment.account_number == "1234567890123"
    fund.pay()
    case.refresh_from_db()
    assert case.state == "closed"


def test_an_account_corrected_before_the_bank_s_answer_is_followed_is_the_one_paid(fund: Fund) -> None:
    fund.round("NH-S4")
    party, actor = fund.applicant()
    case = fund.granted("NH-S4", actor, invoices=invoices(400_000), is_space_or_centre=True)
    fund.answer(fund.send(), "失败", "账号不符")
    fund.account(party, actor, number="1234567890123")
    follow_payments(now=fund.place.now)
    assert case.tranches.get().instructions.get().payment.account_number == "1234567890123"


OUTSIDE_LINES = [
    Spending("operation", "水电", 15 * WAN, date(2019, 6, 30)),
    Spending(OUTSIDE, "购置轿车", 4 * WAN, date(2019, 6, 30), why="接送入驻团队"),
]


def reported(fund: Fund) -> tuple[Case, Actor]:
    """150,000 yuan as the earmark says, 40,000 on a car, 10,000 left."""
    case, actor = centre(fund)
    case = fund.place.move(case, "report", actor, lines=dated(fund), summary="如实报告")
    assert (case.use_report.spent_fen, case.use_report.outside_fen, case.use_report.unspent_fen) == (
        15 * WAN,
        4 * WAN,
        1 * WAN,
    )
    return case, actor


def dated(fund: Fund) -> list[Spending]:
    return [replace(line, spent_on=fund.today) for line in OUTSIDE_LINES]


def test_what_was_spent_on_something_else_is_told_and_comes_back_as_the_officer_decides(city: Fund) -> None:
    case, _actor = reported(city)
    with pytest.raises(Refused) as refused:
        city.place.move(case, "accept_report", city.officer)
    assert refused.value.codes == {"outside_unruled"} and "40,000" in str(refused.value)
    given: dict[str, Any] = {"report": case.use_report, "actor": city.officer, "now": city.place.now}
    for amount, reason, code in ((4 * WAN + 1, "x", "amount"), (0, " ", "reason_required")):
        with pytest.raises(Refused) as refused:
            rule_on_outside(reclaim=amount, reason=reason, **given)
        assert refused.value.codes == {code}
    with pytest.raises(NotAllowed):
        rule_on_outside(reclaim=0, reason="x", **(given | {"actor": city.applicant()[1]}))
    rule_on_outside(reclaim=3 * WAN, reason="车辆部分用于孵化服务，折算后追回", **given)
    case = city.place.move(case, "accept_report", city.officer)
    assert case.state == "closed"
    found = {one.principal_fen: one for one in case.recoveries.all()}
    assert set(found) == {1 * WAN, 3 * WAN}
    assert "车辆部分用于孵化服务" in found[3 * WAN].reason and found[3 * WAN].clause == case.matter.clause
    assert sum(claim.receivable for claim in city.claims(case)) == 4 * WAN


def test_interest_is_owed_where_the_ruling_names_its_clause(city: Fund) -> None:
    case, _actor = reported(city)
    given: dict[str, Any] = {
        "report": case.use_report,
        "actor": city.officer,
        "now": city.place.now,
        "reason": "应退",
    }
    for reclaim, rate, clause, codes in (
        (3 * WAN, 34_500, " ", {"clause_required"}),
        (3 * WAN, 0, "LS 五", {"rate"}),
        (3 * WAN, 360_001, "LS 五", {"rate"}),
        (0, 34_500, "LS 五", {"rate"}),
    ):
        with pytest.raises(Refused) as refused:
            rule_on_outside(reclaim=reclaim, rate_ppm=rate, rate_clause=clause, **given)
        assert refused.value.codes == codes
    rule_on_outside(reclaim=3 * WAN, rate_ppm=34_500, rate_clause="LS 五", **given)
    city.place.pass_days(365)
    case = city.place.move(case, "accept_report", city.officer)
    found = {one.principal_fen: one for one in case.recoveries.all()}
    paid_on = Transfer.objects.filter(kind=TransferKind.PAY).latest("at").at
    owed = interest(principal=3 * WAN, rates=[(paid_on, 34_500)], since=paid_on, until=city.today)
    assert owed >= 3 * WAN * 345 // 10_000
    assert (found[1 * WAN].interest_fen, found[3 * WAN].interest_fen) == (0, owed)
    assert found[3 * WAN].clause == "LS 五"


def test_nothing_comes_back_where_the_officer_says_why(city: Fund) -> None:
    case, _actor = reported(city)
    rule_on_outside(
        report=case.use_report, reclaim=0, reason="经批准调整用途", actor=city.officer, now=city.place.now
    )
    case = city.place.move(case, "accept_report", city.officer)
    assert [one.principal_fen for one in case.recoveries.all()] == [1 * WAN]


def test_a_report_that_goes_back_is_ruled_anew(city: Fund) -> None:
    case, actor = reported(city)
    rule_on_outside(
        report=case.use_report, reclaim=4 * WAN, reason="应退", actor=city.officer, now=city.place.now
    )
    case = city.place.move(case, "return_report", city.officer, reason="请补充车辆发票")
    case = city.place.move(case, "report", actor, lines=dated(city)[:1], summary="车款已自行归还")
    assert (case.use_report.outside_fen, case.use_report.reclaim_fen) == (0, None)
    case = city.place.move(case, "accept_report", city.officer)
    assert [one.principal_fen for one in case.recoveries.all()] == [5 * WAN]


def test_who_spends_on_something_else_says_why(city: Fund) -> None:
    case, actor = centre(city)
    lines = [replace(dated(city)[1], why=" ")]
    with pytest.raises(Refused) as refused:
        city.place.move(case, "report", actor, lines=lines, summary="")
    assert refused.value.codes == {"why_required"}
    with pytest.raises(Refused) as refused:
        city.place.move(
            case, "report", actor, lines=[replace(dated(city)[1], amount_fen=21 * WAN)], summary=""
        )
    assert refused.value.codes == {"too_much"}


def receive_all(fund: Fund, recovery: Recovery) -> Recovery:
    return enter_receipt(
        recovery=recovery, amount=recovery.open_fen, received_on=fund.today, reference=f"R{recovery.pk}",
        actor=fund.finance, now=fund.place.now,
    )  # fmt: skip


def test_an_award_that_is_claimed_back_in_part_stands(fund: Fund, paid: Case) -> None:
    recovery = claim_back(fund, paid, amount_fen=2 * WAN)
    receive_all(fund, recovery)
    for move in ("recovered", "resumed"):
        with pytest.raises(Refused) as refused:
            fund.place.move(paid, move, fund.finance, reason="办结")
        assert refused.value.codes & {"kept", "report_closed"}
    case = fund.place.move(paid, "recovered_in_part", fund.finance, reason="款已收齐")
    assert (case.state, case.granted_fen) == ("closed", 12 * WAN)
    (award,) = awards_for(fund.officer)
    assert standing_of(award) == ("有效，已部分退回", "warning")
    (total,) = totals_of(awards_for(fund.officer))
    assert (total.count, total.granted, total.paid) == (1, 10 * WAN, 10 * WAN)
    told = {entry.action: entry.reason for entry in history_of(case)}
    assert "20,690元：骗取资金" in told["claimed_back"] and "20,690" in told["came_back"]
    again = claim_back_all(fund, case)
    assert again.principal_fen == 10 * WAN
    receive_all(fund, again)
    with pytest.raises(Refused) as refused:
        fund.place.move(case, "recovered_in_part", fund.finance, reason="办结")
    assert refused.value.codes == {"not_kept"}
    assert fund.place.move(case, "recovered", fund.finance, reason="办结").state == "revoked"


def claim_back_all(fund: Fund, case: Case) -> Recovery:
    fund.place.move(case, "claw_back", fund.leader, reason="骗取资金", clause="NH 三(四)")
    return case.recoveries.order_by("pk").last()


def test_a_revoked_award_of_which_part_is_claimed_back_stays_revoked(fund: Fund, paid: Case) -> None:
    case = fund.place.move(paid, "revoke", fund.leader, reason="材料不实")
    receive_all(fund, claim_back(fund, case, amount_fen=2 * WAN))
    with pytest.raises(Refused):
        fund.place.move(case, "recovered_in_part", fund.finance, reason="办结")
    assert fund.place.move(case, "recovered", fund.finance, reason="办结").state == "revoked"


@pytest.mark.parametrize("stage", ["using", "report"])
def test_money_in_use_of_which_part_is_claimed_back_is_reported_on_without_it(city: Fund, stage: str) -> None:
    case, actor = centre(city)
    lines = [Spending("operation", "水电", 15 * WAN, city.today)]
    if stage == "report":
        case = city.place.move(case, "report", actor, lines=lines, summary="")
    case = city.place.move(
        case, "claw_back", city.leader, reason="违规发放", clause="LS 三(一)", amount_fen=2 * WAN
    )
    receive_all(city, case.recoveries.get())
    with pytest.raises(Refused) as refused:
        city.place.move(case, "recovered_in_part", city.finance, reason="款已收齐")
    assert refused.value.codes == {"report_open"}
    case = city.place.move(case, "resumed", city.finance, reason="款已收齐，其余继续使用")
    assert case.state == "using"
    data = {} if stage == "report" else {"lines": lines, "summary": ""}
    case = city.place.move(case, "report", actor, **data)
    assert (case.use_report.paid_fen, case.use_report.unspent_fen) == (18 * WAN, 3 * WAN)
    case = city.place.move(case, "accept_report", city.officer)
    assert case.state == "closed"
    assert sorted(one.principal_fen for one in case.recoveries.all()) == [2 * WAN, 3 * WAN]
