"""Filling a scoring sheet of a pack: its expressions are computed by the rulebook, its points by ``rules.scoring``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from kaichuang.rules.measures import Rulebook, Settings
from kaichuang.rules.measures.scope import symbol
from kaichuang.rules.scoring import Card, Sheet, score, score_round
from kaichuang.rules.scoring.model import RatioItem

from .rulebook import sheet_values


def fill(
    book: Rulebook,
    sheet: Sheet,
    facts: Mapping[str, Any],
    *,
    as_of: dt.date,
    settings: Settings | None = None,
) -> Card:
    """The sheet of one subject."""
    return score(sheet, item_values(book, sheet, facts, as_of=as_of, settings=settings))


def fill_round(
    book: Rulebook,
    sheet: Sheet,
    subjects: Mapping[str, Mapping[str, Any]],
    *,
    as_of: dt.date,
    settings: Settings | None = None,
) -> dict[str, Card]:
    """The sheets of all subjects of a round, ranks included."""
    values = {
        name: item_values(book, sheet, facts, as_of=as_of, settings=settings)
        for name, facts in subjects.items()
    }
    return score_round(sheet, values)


def item_values(
    book: Rulebook,
    sheet: Sheet,
    facts: Mapping[str, Any],
    *,
    as_of: dt.date,
    settings: Settings | None = None,
) -> dict[str, Any]:
    """The values of a sheet's items for one subject."""
    own = symbol(sheet.id)
    case = book.case_facts(facts, as_of=as_of, settings=settings)
    computed = book.values(case, settings=settings, outputs=tuple(sheet_values(sheet)))
    values: dict[str, Any] = {}
    for item in sheet.items:
        if isinstance(item, RatioItem):
            values[item.id] = (
                _number(computed[f"{own}.{item.id}_part"]),
                _number(computed[f"{own}.{item.id}_whole"]),
            )
        else:
            values[item.id] = _number(computed[f"{own}.{item.id}"])
    for override in sheet.overrides:
        values[f"override.{override.grade}"] = computed[f"{own}.override_{override.grade}"]
    return values


def _number(value: Any) -> int | Fraction | bool | None:
    if value is None or isinstance(value, (bool, int, Fraction)):
        return value
    raise TypeError(f"a sheet item must be a number or a truth value, not {value!r}")
