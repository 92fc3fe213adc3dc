"""Interest on money that is claimed back.

Day count: actual days over 365, the first day counted and the last one not (算头不算尾). Simple interest.
Rates are yearly, in parts per million (3.45 % = 34500), and may change from a day on. Everything is added up
exactly as a fraction and rounded once, at the end, half up to the fen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

DAYS_OF_YEAR = 365
PPM = 1_000_000
PPM_OF_PERCENT = PPM // 100
MOST_PPM = 36 * PPM_OF_PERCENT
"""36 % a year: more is a slip of the pen."""

Rate = tuple[date, int]
"""(first day on which it holds, parts per million per year)"""


def interest(*, principal: int, rates: Sequence[Rate], since: date, until: date) -> int:
    """Interest in fen on `principal` fen from `since` (counted) until `until` (not counted).

    Raises ValueError when the first rate begins after `since`, when the principal is negative, or when the
    days are in the wrong order.
    """
    if principal < 0 or until < since:
        raise ValueError("principal must not be negative, and until must not be before since")
    numerator = principal * sum(days * ppm for days, ppm in _spans(rates, since, until))
    denominator = DAYS_OF_YEAR * PPM
    return (2 * numerator + denominator) // (2 * denominator)


def _spans(rates: Sequence[Rate], since: date, until: date) -> list[tuple[int, int]]:
    ordered = sorted(rates)
    if not ordered or ordered[0][0] > since:
        raise ValueError("no rate holds on the first day")
    ends = [first for first, _ppm in ordered[1:]] + [date.max]
    return [
        (max((min(end, until) - max(first, since)).days, 0), ppm)
        for (first, ppm), end in zip(ordered, ends, strict=True)
    ]


def percent_of(ppm: int | None) -> Decimal | None:
    """Parts per million in percent, without idle zeros: 34500 is 3.45."""
    if ppm is None:
        return None
    whole = Decimal(ppm) / PPM_OF_PERCENT
    return whole.quantize(Decimal(1)) if whole == whole.to_integral() else whole.normalize()
