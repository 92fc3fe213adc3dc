"""What the five documents promise, through the whole way of a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kaichuang.cases.models import Case
from kaichuang.cases.operations.batch import publicise_cases
from kaichuang.cases.queries.computing import asked_of
from kaichuang.entitlement.operations.change_settings import change_settings
from kaichuang.entitlement.queries.results import result_of
from kaichuang.kit.problems import Refused
from kaichuang.policy.models import PackVersion
from kaichuang.publicity.enums import LineState
from kaichuang.publicity.models import Announcement
from kaichuang.publicity.operations.close import close_due
from kaichuang.publicity.operations.decide import decide_objection
from kaichuang.publicity.operations.lodge import lodge_objection
from kaichuang.publicity.operations.triage import accept_objection

from ..cases.conftest import Open
from .conftest import WAN, Fund, invoices
from .test_use_and_recovery import establish

LAB = {"operates_laboratory": True, "shares_equipment": True}


def selection(
    talent: str, programme: str, letter: str, kind: str = "person", unit: str = ""
) -> dict[str, Any]:
    return {
        "talent": talent, "unit": unit or talent, "programme": programme, "kind": kind,
        "letter_number": letter, "introduced": True, "awarded_before": False,
    }  # fmt: skip


class TestNinghaiTalents:
    """NH-M6: the higher award for one person; two persons add up (catalogue 3.4)."""

    @pytest.mark.parametrize(
        ("rows", "yuan"),
        [
            ([("张", "national_1000", "甲1"), ("张", "municipal_3315", "甲2")], 200_000),
            ([("李", "provincial_1000", "乙1"), ("李", "municipal_3315", "乙2")], 100_000),
            ([("王", "national_1000", "丙1"), ("赵", "municipal_3315", "丙2")], 250_000),
        ],
    )
    def test_highest_only_for_each_person(
        self, fund: Fund, rows: list[tuple[str, str, str]], yuan: int
    ) -> None:
        _party, actor = fund.applicant()
        told = [selection(*row) for row in rows]
        case = fund.accepted("NH-S6", actor, is_space_or_centre=True, selections=told)
        assert case.ceiling_fen == yuan * 100
        case = fund.to_decision(case)
        with pytest.raises(Refused, match="定额"):
            fund.decided(case, yuan * 100 - 1, reason="少给一点")
        assert fund.decided(case).granted_fen == yuan * 100

    def test_it_is_told_which_award_is_passed_over_and_for_which(self, fund: Fund) -> None:
        _party, actor = fund.applicant()
        rows = [
            ("张", "municipal_3315", "甲2"),
            ("王", "municipal_3315", "丙"),
            ("张", "national_1000", "甲1"),
        ]
        told = [selection(*row) for row in rows]
        case = fund.place.draft("NH-S6", actor, is_space_or_centre=True, selections=told)
        asked = asked_of(case)
        assert asked is not None
        (line,) = result_of(asked).lines
        (sentence,) = line.passed_over
        assert "第1行（50,000元）" in sentence and "第3行的200,000元" in sentence

    def test_another_space_cannot_claim_by_the_same_letter(self, fund: Fund) -> None:
        _first, one = fund.applicant()
        _second, two = fund.applicant()
        told = [selection("张", "national_1000", "入选〔2017〕 第8号")]
        fund.submitted("NH-S6", one, is_space_or_centre=True, selections=told)
        again = [selection("张", "national_1000", "入选(2017)第8号")]
        with pytest.raises(Refused) as refused:
            fund.submitted("NH-S6", two, is_space_or_centre=True, selections=again)
        assert "claimed_before" in refused.value.codes


class TestQingdaoLaboratory:
    """QD-M2: once for ever, and only while the document is in force."""

    def place(self, open_place: Open, on: date) -> Fund:
        fund = Fund(open_place("qingdao", "370200", "青岛市", "qingdao-2015", on))
        fund.budget("QD-B", 500 * WAN, {"QD-M2": 500 * WAN})
        fund.round("QD-S3", days=2000)
        return fund

    def test_a_second_award_is_refused_in_any_year(self, open_place: Open) -> None:
        fund = self.place(open_place, date(2016, 5, 10))
        _party, actor = fund.applicant()
        case = fund.submitted("QD-S3", actor, **LAB)
        establish(fund, case, laboratory_qualifies=True)
        case = fund.decided(fund.to_decision(fund.place.move(case, "accept", fund.officer)))
        assert case.granted_fen == 50 * WAN
        fund.place.pass_days(400)
        again = fund.submitted("QD-S3", actor, **LAB)
        establish(fund, again, laboratory_qualifies=True)
        with pytest.raises(Refused) as refused:
            fund.place.move(again, "accept", fund.officer)
        assert {problem.clause for problem in refused.value.problems} == {"QDA 四"}

    @pytest.mark.parametrize(("day", "accepted"), [(date(2018, 12, 31), True), (date(2019, 1, 2), False)])
    def test_the_last_day_counts_and_the_next_does_not(
        self, open_place: Open, day: date, accepted: bool
    ) -> None:
        fund = self.place(open_place, day)
        _party, actor = fund.applicant()
        case = fund.submitted("QD-S3", actor, **LAB)
        establish(fund, case, laboratory_qualifies=True)
        if accepted:
            assert fund.place.move(case, "accept", fund.officer).state == "checking"
        else:
            with pytest.raises(Refused):
                fund.place.move(case, "accept", fund.officer)


def test_nantong_pays_rent_after_the_bureau_has_entered_its_figures(open_place: Open) -> None:
    fund = Fund(open_place("nantong", "320600", "南通市", "nantong-2015", date(2016, 11, 30)))
    fund.budget("NT-B1", 100 * WAN, {"spaces": 100 * WAN})
    costs = [
        {"number": "r1", "paid_on": date(2016, 1, 1), "amount": 12 * WAN, "item": "rent", "for_service": True, "claimed_before": False}
    ]  # fmt: skip
    fund.round("NT-S4")
    _party, actor = fund.applicant()
    early = fund.submitted("NT-S4", actor, is_new_incubator=True, space_costs=costs)
    assert early.ceiling_fen is None
    fund.place.move(early, "withdraw", actor)
    version = PackVersion.objects.get(programme=fund.place.programme, is_current=True)
    figures = {
        "NT-U1.rent_rate": "30%",
        "NT-U1.broadband_rate": "50%",
        "NT-U1.tool_rate": "20%",
        "NT-U1.ceiling": "5万",
    }
    change_settings(
        actor=fund.place.system,
        now=fund.place.now,
        version=version,
        settings={"parameters": figures},
        reason="实施细则",
    )
    case = fund.granted("NT-S4", actor, is_new_incubator=True, space_costs=costs)
    assert case.granted_fen == 36_000 * 100
    fund.pay()
    case.refresh_from_db()
    assert case.state == "closed"


@pytest.mark.parametrize(
    ("tier", "yuan"), [("standard", 200_000), ("professional", 300_000), ("national", 400_000)]
)
def test_lhasa_running_money_by_tier(open_place: Open, tier: str, yuan: int) -> None:
    fund = Fund(open_place("lhasa", "540100", "拉萨市", "lhasa-2019", date(2019, 6, 3)))
    fund.budget("LS-B1", 500 * WAN, {"LS-M1": 500 * WAN})
    fund.round("LS-S2")
    _party, actor = fund.applicant()
    case = fund.submitted("LS-S2", actor, centre_tier=tier, last_result="pass")
    assert (case.status, case.ceiling_fen) == ("unknown", None)
    establish(fund, case, centre_tier=tier, last_result="pass")
    case.refresh_from_db()
    assert (case.status, case.ceiling_fen) == ("met", yuan * 100)
    case = fund.to_decision(fund.place.move(case, "accept", fund.officer))
    with pytest.raises(Refused, match="上限"):
        fund.decided(case, yuan * 100 + 1, reason="多给")
    assert fund.decided(case).granted_fen == yuan * 100


def test_qinghai_deduction_is_capped(open_place: Open) -> None:
    fund = Fund(open_place("qinghai", "630000", "青海省", "qinghai-2017", date(2018, 6, 4)))
    fund.budget("QH-B", 500 * WAN, {"QH-M2": 500 * WAN})
    fund.round("QH-S2")
    for saved, yuan in ((1000, 1_000_000), (2500, 2_000_000)):
        _party, actor = fund.applicant()
        case = fund.submitted(
            "QH-S2", actor, is_space=True, technology_enterprise=True, tax_saved=saved * WAN
        )
        establish(
            fund,
            case,
            is_space=True,
            technology_enterprise=True,
            deduction_granted=True,
            tax_saved=saved * WAN,
        )
        case = fund.place.move(case, "accept", fund.officer)
        assert fund.to_decision(case).proposed_fen == yuan * 100


def test_an_objection_stops_its_line_and_no_other(fund: Fund) -> None:
    fund.round("NH-S4")
    cases: list[Case] = []
    for letter in "ABC":
        _party, actor = fund.applicant()
        case = fund.accepted(
            "NH-S4", actor, invoices=invoices(90_000, number=letter), is_space_or_centre=True
        )
        case = fund.place.move(case, "check", fund.officer)
        cases.append(fund.place.move(case, "propose", fund.officer))
    both = replace(fund.officer, roles=frozenset({"officer", "leader"}))
    publicise_cases(cases=cases, title="", actor=both, now=fund.place.now)
    announcement = Announcement.objects.get()
    line = announcement.lines.get(subject_id=str(cases[1].pk))
    _citizen, somebody = fund.place.party(kind="person")
    lodged = lodge_objection(
        announcement=announcement, line=line, actor=somebody, now=fund.place.now, name="陈实", identity_kind="person",
        phone="13800138000", text="该单位的发票与实际设备不符，请核查。",
    )  # fmt: skip
    accept_objection(objection=lodged, actor=fund.officer, now=fund.place.now)
    fund.place.pass_days(14)
    close_due(now=fund.place.now)
    assert [_state(case) for case in cases] == ["decision", "disputed", "decision"]
    with pytest.raises(Refused):
        fund.decided(cases[1])
    decide_objection(
        objection=lodged,
        upheld=True,
        reason="核查属实",
        clause="NH 三(二)",
        actor=fund.leader,
        now=fund.place.now,
    )
    line.refresh_from_db()
    assert (line.state, _state(cases[1])) == (LineState.STRUCK, "proposal")
    rejected = fund.place.move(cases[1], "reject", fund.officer, reason="异议成立，发票不实")
    assert not fund.claims(rejected)[0].reserved
    for case in (cases[0], cases[2]):
        assert fund.decided(case).granted_fen == 27_000 * 100


def _state(case: Case) -> str:
    case.refresh_from_db()
    return case.state
