"""A pot that is too small, and costs that several levels carry: nothing is lost and nothing appears, to the fen."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaichuang.rules.pots import Claim, LevelShare, Terms, apportion, share_cost, share_out

FEN = st.integers(0, 10**9)
METHODS = st.sampled_from(["by_score", "first_come", "pro_rata"])


@st.composite
def claims(draw: st.DrawFn) -> list[Claim]:
    sizes = draw(st.lists(FEN, max_size=8))
    return [
        Claim(
            f"c{at}", fen, score=Fraction(draw(st.integers(0, 300)), 3), arrived=draw(st.integers(0, 5)),
            priority=draw(st.booleans()), carried=draw(st.booleans()),
        )
        for at, fen in enumerate(sizes)
    ]  # fmt: skip


TERMS = st.builds(Terms, METHODS, st.integers(0, 10**7), st.booleans(), st.booleans())


@given(claims(), st.integers(0, 3 * 10**9), TERMS)
def test_nobody_gets_more_than_the_claim_and_all_together_no_more_than_the_pot(
    asked: list[Claim], pot: int, terms: Terms
) -> None:
    shares = share_out(asked, pot, terms)
    assert sorted(share.claim.key for share in shares) == sorted(claim.key for claim in asked)
    assert all(0 <= share.fen <= share.claim.fen for share in shares)
    assert sum(share.fen for share in shares) <= pot
    if sum(claim.fen for claim in asked) <= pot:
        assert all(share.fen == share.claim.fen for share in shares)


@given(claims(), st.integers(0, 3 * 10**9), TERMS)
def test_what_is_not_paid_is_carried_over_or_given_up_but_never_both(
    asked: list[Claim], pot: int, terms: Terms
) -> None:
    for share in share_out(asked, pot, terms):
        assert share.carried_fen == (share.claim.fen - share.fen if terms.carry_over else 0)


@given(claims(), st.integers(0, 3 * 10**9), st.integers(0, 10**7))
def test_pro_rata_and_partial_payment_leave_nothing_in_a_pot_that_is_too_small(
    asked: list[Claim], pot: int, floor: int
) -> None:
    wanted = sum(claim.fen for claim in asked)
    for terms in (Terms("pro_rata", floor), Terms("by_score"), Terms("first_come")):
        shares = share_out(asked, pot, terms)
        assert sum(share.fen for share in shares) == min(pot, wanted)


@given(claims(), st.integers(0, 3 * 10**9), TERMS, st.randoms())
def test_the_order_in_which_claims_are_listed_changes_nothing(
    asked: list[Claim], pot: int, terms: Terms, random: Random
) -> None:
    mixed = list(asked)
    random.shuffle(mixed)
    assert share_out(asked, pot, terms) == share_out(mixed, pot, terms)


@given(claims(), st.integers(0, 3 * 10**9), TERMS)
def test_more_money_never_gives_anybody_less(asked: list[Claim], pot: int, terms: Terms) -> None:
    if terms.method == "pro_rata":
        return  # whole fen by largest remainder are known to break this by a single fen
    less = {share.claim.key: share.fen for share in share_out(asked, pot, terms)}
    more = {share.claim.key: share.fen for share in share_out(asked, pot + 1000, terms)}
    if terms.partial:
        assert all(more[key] >= fen for key, fen in less.items())
    assert sum(more.values()) >= sum(less.values())


@given(claims(), st.integers(0, 3 * 10**9), st.integers(0, 10**6))
def test_a_floor_comes_before_shares(asked: list[Claim], pot: int, floor: int) -> None:
    fresh = [Claim(claim.key, claim.fen) for claim in asked]
    floors = {claim.key: min(claim.fen, floor) for claim in fresh}
    if sum(floors.values()) <= pot:
        for share in share_out(fresh, pot, Terms("pro_rata", floor)):
            assert share.fen >= floors[share.claim.key]


def test_better_scores_come_first_and_equal_ones_go_by_priority_then_arrival() -> None:
    asked = [
        Claim("late", 60, score=90, arrived=2),
        Claim("early", 60, score=90, arrived=1),
        Claim("preferred", 60, score=90, arrived=3, priority=True),
        Claim("best", 60, score=91, arrived=9),
    ]
    shares = share_out(asked, 150, Terms("by_score"))
    assert [(share.claim.key, share.fen) for share in shares] == [
        ("best", 60), ("preferred", 60), ("early", 30), ("late", 0),
    ]  # fmt: skip


def test_without_partial_payment_the_first_that_does_not_fit_ends_the_round() -> None:
    asked = [Claim("a", 60, arrived=1), Claim("b", 60, arrived=2), Claim("c", 20, arrived=3)]
    shares = share_out(asked, 100, Terms("first_come", partial=False))
    assert [share.fen for share in shares] == [60, 0, 0]


def test_what_was_carried_over_is_served_before_the_others() -> None:
    asked = [Claim("new", 80, arrived=1), Claim("old", 80, arrived=2, carried=True)]
    assert [(s.claim.key, s.fen) for s in share_out(asked, 100, Terms("first_come"))] == [
        ("old", 80),
        ("new", 20),
    ]


@pytest.mark.parametrize(
    ("asked", "pot", "method", "words"),
    [
        ([Claim("a", -1)], 1, "first_come", "negative"),
        ([Claim("a", 1)], -1, "first_come", "negative"),
        ([Claim("a", 1), Claim("a", 1)], 1, "first_come", "repeated"),
        ([Claim("a", 1)], 1, "by_score", "needs a score"),
    ],
)  # fmt: skip
def test_a_round_that_makes_no_sense_is_refused(
    asked: list[Claim], pot: int, method: str, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        share_out(asked, pot, Terms(method))  # type: ignore[arg-type]  # a literal from the table


@given(st.dictionaries(st.text(max_size=3), FEN, max_size=8), FEN)
def test_whole_numbers_are_apportioned_exactly_and_each_within_one_of_its_share(
    weights: dict[str, int], total: int
) -> None:
    parts = apportion(weights, total)
    whole = sum(weights.values())
    assert sum(parts.values()) == (total if whole else 0)
    for key, part in parts.items():
        assert whole == 0 or abs(part - Fraction(total * weights[key], whole)) < 1


@given(FEN, st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_a_cost_is_shared_to_the_fen(fen: int, weights: list[int]) -> None:
    levels = [LevelShare(f"L{at}", Fraction(weight, sum(weights))) for at, weight in enumerate(weights)]
    parts = share_cost(fen, levels)
    assert sum(parts.values()) == fen
    assert all(abs(parts[level.payer] - fen * level.share) < 1 for level in levels)


def test_province_city_and_county_carry_five_three_two() -> None:
    levels = [
        LevelShare("省", Fraction(5, 10)),
        LevelShare("市", Fraction(3, 10)),
        LevelShare("县", Fraction(2, 10)),
    ]
    assert share_cost(1_000_001, levels) == {"省": 500_001, "市": 300_000, "县": 200_000}


def test_what_is_above_a_levels_ceiling_falls_to_the_payer_named() -> None:
    levels = [LevelShare("省", Fraction(6, 10), most_fen=30), LevelShare("县", Fraction(4, 10))]
    assert share_cost(100, levels, rest="县") == {"省": 30, "县": 70}
    with pytest.raises(ValueError, match="nobody carries"):
        share_cost(100, levels)
    with pytest.raises(ValueError, match="add up"):
        share_cost(100, levels[:1])
