"""Runs of equal results over the years (连续2年评价不合格), with a declared meaning of a year without a result."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

Missing = Literal["breaks", "skips", "counts"]


@dataclass(frozen=True, slots=True)
class Run:
    """How many results in a row end in a year, which years they are, and which missing years were met on the way."""

    length: int
    years: tuple[int, ...]
    missing: tuple[int, ...]

    def reaches(self, times: int) -> bool:
        """Whether the run is at least ``times`` long."""
        return self.length >= times


def run_of(
    results: Mapping[int, str], *, grades: Collection[str], upto: int, missing: Missing = "breaks"
) -> Run:
    """The run of results in ``grades`` that ends in the year ``upto``.

    ``missing`` says what a year without a result does between two years that have one: it ends the run (``breaks``,
    reading A28), is passed over (``skips``) or counts as such a result (``counts``). Years before the first result
    never count.
    """
    years: list[int] = []
    gaps: list[int] = []
    first = min(results, default=upto + 1)
    year = upto
    while year >= first:
        result = results.get(year)
        if result is None:
            if missing == "breaks":
                break
            gaps.append(year)
            if missing == "counts":
                years.append(year)
        elif result in grades:
            years.append(year)
        else:
            break
        year -= 1
    counted = tuple(sorted(years))
    relevant = tuple(sorted(gap for gap in gaps if (counted and gap > counted[0]) or missing == "counts"))
    return Run(len(counted), counted, relevant)
