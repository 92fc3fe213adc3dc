"""What the officer is shown before money is promised."""

from __future__ import annotations

import pytest

from kaichuang.parties.models import Relation
from kaichuang.support.queries.findings import findings_of

from .conftest import Fund, invoices

pytestmark = pytest.mark.filterwarnings("ignore:No directory at:UserWarning")


def test_the_same_invoice_related_claimants_and_earlier_grants_are_told(fund: Fund) -> None:
    fund.round("NH-S4")
    owner, _actor = fund.applicant(account=False)
    first, one = fund.applicant(name="甲空间")
    second, two = fund.applicant(name="乙空间")
    for party in (first, second):
        Relation.objects.create(source=owner, target=party, kind="legal_representative")
    facts = {"is_space_or_centre": True}
    case = fund.accepted("NH-S4", one, invoices=invoices(100_000, number="F"), **facts)
    fund.place.move(case, "withdraw", one)
    granted = fund.granted("NH-S4", two, invoices=invoices(100_000, number="G"), **facts)
    again = fund.submitted("NH-S4", two, invoices=invoices(100_000, number="F"), **facts)
    found = findings_of(again)
    codes = {finding.code for finding in found}
    assert {"same_paper", "related", "same_contact", "earlier"} <= codes
    told = "".join(finding.text for finding in found)
    assert "甲空间" in told and "F0" in told and granted.number in told and "收款账号" in told


def test_an_amount_out_of_the_ordinary_is_told(fund: Fund) -> None:
    fund.round("NH-S4")
    for number in range(5):
        _party, actor = fund.applicant()
        facts = {"invoices": invoices(10_000, number=f"U{number}"), "is_space_or_centre": True}
        fund.submitted("NH-S4", actor, **facts)
    _party, actor = fund.applicant()
    large = fund.submitted("NH-S4", actor, invoices=invoices(400_000, number="V"), is_space_or_centre=True)
    assert [finding.code for finding in findings_of(large) if finding.code == "unusual"] == ["unusual"]
