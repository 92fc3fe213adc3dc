"""Sharing a pot that is too small, and sharing a cost between levels of government. Everything is whole fen.

Shortfall methods, declared before a round opens:

* ``by_score``: best score first, in full, until the money ends; equal scores go by priority, then by arrival;
* ``first_come``: by arrival;
* ``pro_rata``: everybody the same share, with an optional floor that each gets first (or its whole claim if smaller).

Left-over fen of a pro rata go to the largest remainders; equal remainders to the larger claim, then to the smaller key.
What a claim does not get may be carried over and comes first in the next round.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from kaichuang.rules.measures.values import Text, show_money

Method = Literal["by_score", "first_come", "pro_rata"]


@dataclass(frozen=True, slots=True)
class Claim:
    """One demand on the pot. ``key`` identifies it and settles last ties; ``arrived`` is its place in the queue."""

    key: str
    fen: int
    score: Fraction | int | None = None
    arrived: int = 0
    priority: bool = False
    """Preferred under otherwise equal conditions (同等条件下优先): a tie-breaker, never a score."""
    carried: bool = False
    """Left over from an earlier round: served before the others."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a claim gets, what is carried over, and why."""

    claim: Claim
    fen: int
    carried_fen: int
    why: Text


@dataclass(frozen=True, slots=True)
class Terms:
    """How a shortfall is dealt with. ``partial`` lets the last claim that does not fit take what is left."""

    method: Method
    floor_fen: int = 0
    partial: bool = True
    carry_over: bool = False


def share_out(claims: Iterable[Claim], pot_fen: int, terms: Terms) -> list[Share]:
    """Divide ``pot_fen`` among ``claims``; the answer is in the order in which they were served.

    Raises ``ValueError`` for a negative pot or claim, a repeated key, or a missing score where scores decide.
    """
    todo = list(claims)
    _check(todo, pot_fen, terms)
    if sum(claim.fen for claim in todo) <= pot_fen:
        return [
            _share(claim, claim.fen, terms, "资金足够", "the pot suffices") for claim in _queue(todo, terms)
        ]
    first = [claim for claim in todo if claim.carried]
    if first and len(first) < len(todo):
        served = share_out(first, min(pot_fen, sum(claim.fen for claim in first)), terms)
        rest = [claim for claim in todo if not claim.carried]
        return served + share_out(rest, pot_fen - sum(share.fen for share in served), terms)
    if terms.method == "pro_rata":
        return _pro_rata(_queue(todo, terms), pot_fen, terms)
    return _in_order(_queue(todo, terms), pot_fen, terms)


def _check(claims: Sequence[Claim], pot_fen: int, terms: Terms) -> None:
    if pot_fen < 0 or terms.floor_fen < 0 or any(claim.fen < 0 for claim in claims):
        raise ValueError("金额不能为负 | amounts must not be negative")
    if len({claim.key for claim in claims}) != len(claims):
        raise ValueError("申请编号重复 | a claim key is repeated")
    if terms.method == "by_score" and any(claim.score is None for claim in claims):
        raise ValueError("按得分分配时每项都要有得分 | by_score needs a score for every claim")


def _queue(claims: Sequence[Claim], terms: Terms) -> list[Claim]:
    if terms.method == "by_score":
        return sorted(claims, key=lambda c: (-Fraction(c.score or 0), not c.priority, c.arrived, c.key))
    if terms.method == "first_come":
        return sorted(claims, key=lambda c: (c.arrived, not c.priority, c.key))
    return sorted(claims, key=lambda c: (-c.fen, c.key))


def _share(claim: Claim, fen: int, terms: Terms, zh: str, en: str) -> Share:
    short = claim.fen - fen
    carried = short if terms.carry_over else 0
    if short and carried:
        zh, en = f"{zh}，余 {show_money(short)} 元结转", f"{en}; {show_money(short)} yuan carried over"
    return Share(claim, fen, carried, Text(zh=zh, en=en))


def _in_order(claims: Sequence[Claim], pot_fen: int, terms: Terms) -> list[Share]:
    left, shares, closed = pot_fen, [], False
    for place, claim in enumerate(claims, start=1):
        if not closed and claim.fen <= left:
            paid, zh, en = claim.fen, f"第 {place} 位，全额", f"place {place}, in full"
        elif not closed and terms.partial and left:
            paid, zh, en = left, f"第 {place} 位，余额 {show_money(left)} 元", f"place {place}, what was left"
        else:
            paid, zh, en = 0, f"第 {place} 位，资金已用完", f"place {place}, the pot is empty"
        closed = closed or paid < claim.fen
        left -= paid
        shares.append(_share(claim, paid, terms, zh, en))
    return shares


def _pro_rata(claims: Sequence[Claim], pot_fen: int, terms: Terms) -> list[Share]:
    floors = {claim.key: min(claim.fen, terms.floor_fen) for claim in claims}
    reserved = sum(floors.values())
    if reserved > pot_fen:
        paid = apportion(dict(floors.items()), pot_fen)
    else:
        above = {claim.key: claim.fen - floors[claim.key] for claim in claims}
        extra = apportion(above, pot_fen - reserved)
        paid = {key: floors[key] + extra[key] for key in floors}
    return [
        _share(
            claim, paid[claim.key], terms,
            f"按比例分配，得 {show_money(paid[claim.key])} 元", f"pro rata, {show_money(paid[claim.key])} yuan",
        )
        for claim in claims
    ]  # fmt: skip


def apportion(weights: Mapping[str, int], total: int) -> dict[str, int]:
    """Divide ``total`` in proportion to ``weights``, in whole numbers that add up exactly (largest remainder)."""
    whole = sum(weights.values())
    if whole == 0:
        return dict.fromkeys(weights, 0)
    parts = {key: divmod(total * weight, whole) for key, weight in weights.items()}
    shares = {key: quotient for key, (quotient, _) in parts.items()}
    left = total - sum(shares.values())
    for key in sorted(parts, key=lambda k: (-parts[k][1], -weights[k], k))[:left]:
        shares[key] += 1
    return shares


@dataclass(frozen=True, slots=True)
class LevelShare:
    """The part of a cost that one level carries, up to ``most_fen`` (what is above falls to ``then``)."""

    payer: str
    share: Fraction
    most_fen: int | None = None


def share_cost(fen: int, levels: Sequence[LevelShare], *, rest: str | None = None) -> dict[str, int]:
    """Split a cost between levels of government: shares must add up to one, fen add up exactly.

    What a level does not carry because of its ceiling falls to ``rest`` (a payer named in ``levels``, without a
    ceiling of its own). Raises ``ValueError`` where the shares or the ceilings leave a part uncovered.
    """
    if sum((level.share for level in levels), Fraction(0)) != 1:
        raise ValueError("分担比例之和应为 100% | the shares must add up to 100%")
    if fen < 0 or any(level.share < 0 for level in levels):
        raise ValueError("金额和比例不能为负 | amounts and shares must not be negative")
    scale = 1
    for level in levels:
        scale = scale * level.share.denominator
    parts = apportion({level.payer: int(level.share * scale) for level in levels}, fen)
    over = 0
    for level in levels:
        if level.most_fen is not None and parts[level.payer] > level.most_fen:
            over += parts[level.payer] - level.most_fen
            parts[level.payer] = level.most_fen
    if over:
        open_ended = {level.payer for level in levels if level.most_fen is None}
        if rest not in open_ended:
            raise ValueError("超出上限的部分没有承担方 | nobody carries what is above the ceilings")
        parts[rest] += over
    return parts
