"""The recognition subsidy rising with the level of a space, under both readings of "increased by" (A01)."""

from __future__ import annotations

import pytest

from kaichuang.cases.operations.adopt import adopt_matters
from kaichuang.entitlement.operations.change_settings import change_settings
from kaichuang.kit.problems import Refused
from kaichuang.policy.models import PackVersion

from .conftest import WAN, Fund
from .test_use_and_recovery import establish


@pytest.mark.parametrize(("reading", "paid"), [("highest", [20, 10, 10]), ("cumulative", [20, 10, 20])])
def test_each_level_pays_the_difference(fund: Fund, reading: str, paid: list[int]) -> None:
    version = PackVersion.objects.get(programme=fund.place.programme, is_current=True)
    place = fund.place
    document = {"pack": version.pack, "readings": {"A01": reading}}
    change_settings(
        version=version, settings=document, reason="测试", actor=fund.administrator, now=place.now
    )
    adopt_matters(programme=place.programme, actor=place.system, now=place.now)
    _party, actor = fund.applicant()
    for level, wan in zip(("county", "municipal", "provincial"), paid, strict=True):
        case = fund.submitted("NH-S2", actor, space_level=level)
        establish(fund, case, space_level=level)
        case = fund.place.move(case, "accept", fund.officer)
        case = fund.decided(fund.to_decision(case))
        assert case.granted_fen == wan * WAN
        fund.pay()
        case.refresh_from_db()
        assert case.state == "closed"
    again = fund.submitted("NH-S2", actor, space_level="provincial")
    establish(fund, again, space_level="provincial")
    with pytest.raises(Refused):
        fund.place.move(again, "accept", fund.officer)
