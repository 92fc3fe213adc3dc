"""Many cases make one move: for the price of few, and with the outcome of one after the other."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kaichuang.cases.models import Case, Run
from kaichuang.cases.operations.following import follow_lists
from kaichuang.cases.operations.matching import make_offers
from kaichuang.cases.operations.move import Moved, move_all, move_many
from kaichuang.cases.operations.running import decide_in_parts, publicise_in_parts
from kaichuang.cases.queries.together import alike
from kaichuang.journal.queries import history_of
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.ledger.models import Claim
from kaichuang.publicity.operations import close_due
from kaichuang.support.models import Tranche

from ..support.conftest import WAN, Fund, lhasa, open_place
from .conftest import Place
from .test_matching import ENTITLED, automatic, know, run_for

__all__ = ["automatic", "lhasa", "open_place"]

FIRMS = 6


@pytest.fixture
def fund(automatic: Place) -> Fund:
    return Fund(automatic)


@pytest.fixture
def cases(fund: Fund) -> list[Case]:
    """Cases for which nothing is reserved: they were confirmed before any budget was adopted."""
    return waiting(fund)


def waiting(fund: Fund) -> list[Case]:
    """Six firms that have confirmed, five of them with an account; they wait for a decision."""
    place = fund.place
    firms = [fund.applicant(account=number > 0) for number in range(FIRMS)]
    for party, _actor in firms:
        know(place, party, **ENTITLED)
    run = run_for(place)
    make_offers(run_id=run.pk, actor=place.system, now=place.now)
    for party, actor in firms:
        place.move(Case.objects.get(party=party), "consent", actor)
    run = Run.objects.select_related("programme", "version").get(pk=run.pk)
    publicise_in_parts(run=run, actor=fund.officer, now=place.now)
    place.pass_days(14)
    close_due(now=place.now)
    follow_lists(now=place.now)
    found = list(Case.objects.order_by("pk"))
    assert {case.state for case in found} == {"decision"}
    return found


def decide(fund: Fund, cases: list[Case]) -> list[Moved]:
    return move_many(cases=cases, move="decide", actor=fund.leader, now=fund.place.now)


def state_of(case: Case) -> str:
    return Case.objects.get(pk=case.pk).state


def test_a_case_of_a_run_costs_few_statements(fund: Fund) -> None:
    fund.budget("LS-B1", 500 * WAN, {"LS-M6": 500 * WAN})
    cases = waiting(fund)
    with CaptureQueriesContext(connection) as captured:
        done = decide_in_parts(run=Run.objects.get(), actor=fund.leader, now=fund.place.now)
    assert (done.moved, done.refused) == (FIRMS, ())
    assert len(captured) < 160  # one after the other it was more than a hundred for each
    assert sorted(Tranche.objects.values_list("state", flat=True)) == ["ordered"] * 5 + ["waiting_account"]
    for case in cases:
        assert history_of(case).filter(action="decide").count() == 1
        assert case.decisions.get().letter.document is None


def test_the_last_money_goes_to_the_first_in_the_order_and_the_others_are_told_why(
    fund: Fund, cases: list[Case]
) -> None:
    each = cases[0].proposed_fen
    assert each
    money = 3 * each + each // 2
    fund.budget("LS-B1", money, {"LS-M6": money})
    done = decide(fund, cases)
    assert [bool(one.problems) for one in done] == [False] * 3 + [True] * 3
    assert {problem.code for one in done for problem in one.problems} == {"insufficient"}
    assert [state_of(case) for case in cases] == ["payment"] * 3 + ["decision"] * 3
    assert sorted(Claim.objects.values_list("committed", flat=True)) == [each] * 3
    assert not history_of(cases[3]).filter(action="decide").exists()


def test_all_or_none_means_all_or_none(fund: Fund, cases: list[Case]) -> None:
    each = cases[0].proposed_fen
    assert each
    fund.budget("LS-B1", 3 * each, {"LS-M6": 3 * each})
    with pytest.raises(Refused, match="还可安排"):
        move_all(cases=cases, move="decide", actor=fund.leader, now=fund.place.now)
    assert {state_of(case) for case in cases} == {"decision"}
    assert not Claim.objects.exists()
    with pytest.raises(NotAllowed):
        move_all(cases=cases[:2], move="decide", actor=fund.officer, now=fund.place.now)


def test_who_has_moved_on_or_may_not_be_decided_by_this_leader_is_left_out(
    fund: Fund, cases: list[Case]
) -> None:
    fund.budget("LS-B1", 500 * WAN, {"LS-M6": 500 * WAN})
    assert not decide(fund, cases[1:2])[0].problems
    done = decide(fund, cases)
    assert [[problem.code for problem in one.problems] for one in done] == [[], ["stale"], [], [], [], []]
    assert {state_of(case) for case in cases} == {"payment"}


def test_two_cases_of_one_party_never_take_a_step_at_the_same_time(fund: Fund, cases: list[Case]) -> None:
    rows = list(Case.objects.select_related("version__pack_version").order_by("pk"))
    rows[3].party_id = rows[1].party_id
    rows[5].beneficiary_id = rows[4].party_id
    assert [[rows.index(case) for case in company] for company in alike(rows)] == [[0, 1, 2], [3, 4], [5]]
