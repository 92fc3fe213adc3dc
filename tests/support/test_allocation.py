"""A round whose pot is too small: each rule previewed, the declared one applied, to the fen."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaichuang.cases.models import Case, Round
from kaichuang.kit.problems import Refused
from kaichuang.rules.pots import Claim, share_out
from kaichuang.support.operations.allocate import TERMS, allocate, preview_allocation

from .conftest import WAN, Fund, invoices
from .test_pages import client_of, text_of

pytestmark = pytest.mark.filterwarnings("ignore:No directory at:UserWarning")


def three(fund: Fund, shortfall: str) -> tuple[Round, list[Case]]:
    """Wishes of 60,000, 90,000 and 120,000 for a pot of 100,000, with scores 70, 90, 80."""
    round_ = fund.round("NH-S4", shortfall=shortfall, pot=10 * WAN)
    cases = []
    for number, (yuan, score) in enumerate(((200_000, 70), (300_000, 90), (400_000, 80))):
        _party, actor = fund.applicant()
        facts = {"invoices": invoices(yuan, number=f"W{number}-"), "is_space_or_centre": True}
        case = fund.accepted("NH-S4", actor, **facts)
        case = fund.place.move(case, "check", fund.officer)
        Case.objects.filter(pk=case.pk).update(score=Decimal(score))
        cases.append(case)
    return round_, cases


def given_to(cases: list[Case]) -> list[int | None]:
    return [Case.objects.get(pk=case.pk).proposed_fen for case in cases]


def test_every_rule_is_previewed_and_the_declared_one_applied(fund: Fund) -> None:
    round_, cases = three(fund, "pro_rata")
    shares = {p.rule: [p.of(case).fen for case in cases] for p in preview_allocation(round_)}  # type: ignore[union-attr]  # each has one
    assert shares["pro_rata"] == [2_222_222, 3_333_333, 4_444_445]
    assert shares["by_score"] == [0, 9 * WAN, 1 * WAN]
    assert shares["first_come"] == [6 * WAN, 4 * WAN, 0]
    assert shares["queue"] == [6 * WAN, 0, 0]
    client = client_of(fund, fund.officer)
    page = text_of(client.get(reverse("support:sharing", args=[round_.pk])))
    assert "22,222.22" in page and "已声明" in page
    assert client.post(reverse("support:share", args=[round_.pk])).status_code == 302
    assert given_to(cases) == [2_222_222, 3_333_333, 4_444_445]
    with pytest.raises(Refused, match="没有"):
        allocate(round_=round_, actor=fund.officer, now=fund.place.now)


def test_who_gets_nothing_stays_where_it_was(fund: Fund) -> None:
    round_, cases = three(fund, "by_score")
    allocate(round_=round_, actor=fund.officer, now=fund.place.now)
    assert given_to(cases) == [None, 9 * WAN, 1 * WAN]
    assert Case.objects.get(pk=cases[0].pk).state == "proposal"


def test_a_rule_that_cannot_be_applied_says_so(fund: Fund) -> None:
    round_, cases = three(fund, "by_score")
    Case.objects.filter(pk=cases[0].pk).update(score=None)
    with pytest.raises(Refused, match="得分"):
        allocate(round_=round_, actor=fund.officer, now=fund.place.now)
    assert Client().get(reverse("support:sharing", args=[round_.pk])).status_code == 302


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    wishes=st.lists(st.integers(0, 10**9), min_size=1, max_size=30),
    pot=st.integers(0, 10**10),
    rule=st.sampled_from(sorted(TERMS)),
)
def test_shares_never_exceed_the_pot_nor_a_wish(wishes: list[int], pot: int, rule: str) -> None:
    claims = [Claim(str(at), fen, score=at, arrived=at) for at, fen in enumerate(wishes)]
    shares = share_out(claims, pot, TERMS[rule])  # type: ignore[index]  # a word of the same list
    assert len(shares) == len(wishes)
    assert sum(share.fen for share in shares) <= pot
    assert all(share.fen >= 0 and share.fen + share.carried_fen <= share.claim.fen for share in shares)
    if rule == "pro_rata" and pot <= sum(wishes):
        assert sum(share.fen for share in shares) == pot
