"""The year whose money and ceilings a case counts for."""

from __future__ import annotations

from kaichuang.cases.models import Case
from kaichuang.packs.freeze import read

CLAIMED = "claimed_year"
"""The fact by which an applicant names a year other than that of the application."""


def year_of(case: Case) -> int:
    """The year claimed for, else the year of the day by which the rules are asked."""
    told = case.answers.get("f", {}).get(CLAIMED)
    said = read(told) if told is not None else None
    return said if isinstance(said, int) and not isinstance(said, bool) else case.as_of.year
