"""Ceilings that are figures hold in the ledger too."""

from __future__ import annotations

import pytest

from kaichuang.kit.problems import Refused
from kaichuang.ledger.models import Limit
from kaichuang.ledger.operations import pool_named, reserve
from kaichuang.support.operations.caps import declare_caps

from .conftest import WAN, Fund, invoices


def test_figure_caps_become_limits_of_the_ledger_with_the_pack(fund: Fund) -> None:
    assert Limit.objects.filter(code="NH-M4.year").exists()
    declare_caps(programme=fund.place.programme, actor=fund.finance, now=fund.place.now)
    found = {limit.code: (limit.ceiling, limit.dimension, limit.period) for limit in Limit.objects.all()}
    assert found["NH-M4.year"] == (20 * WAN, "party", "year")
    assert "NH-M2.total" not in found


def test_the_ledger_refuses_what_the_rules_would_refuse(fund: Fund) -> None:
    fund.round("NH-S4")
    party, actor = fund.applicant()
    fund.accepted("NH-S4", actor, invoices=invoices(400_000), is_space_or_centre=True)
    with pytest.raises(Refused) as refused:
        reserve(
            pool=pool_named(programme_id=fund.place.programme.pk, code="2017.NH-M1.L2"),
            amount=8 * WAN + 1,
            key="beside",
            at=fund.today,
            actor=fund.finance,
            party_id=party.pk,
            measure="NH-M4",
        )
    assert refused.value.codes == {"over_limit"}
    assert refused.value.problems[0].clause == "NH 三(二)"
