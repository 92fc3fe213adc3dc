"""Filling a scoring sheet of a pack: its expressions are computed by the rulebook, its points by ``rules.scoring``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kaichuang.rules.measures import Rulebook, Settings
from kaichuang.rules.measures.scope import symbol
from kaichuang.rules.scoring import Card, Sheet, score, score_round
from kaichuang.rules.scoring.model import RatioItem

from .rulebook import sheet_values

if TYPE_CHECKING:
    import polars as pl

    Frame = pl.LazyFrame | pl.DataFrame


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
    case = book.case_facts(facts, as_of=as_of, settings=settings)
    return _item_values(sheet, book.values(case, settings=settings, outputs=tuple(sheet_values(sheet))))


def _item_values(sheet: Sheet, computed: Mapping[str, Any]) -> dict[str, Any]:
    own = symbol(sheet.id)
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


def fill_population(
    book: Rulebook,
    sheet: Sheet,
    population: Frame,
    *,
    as_of: dt.date,
    tables: Mapping[str, Frame] | None = None,
    settings: Settings | None = None,
    key: str = "case",
) -> pl.DataFrame:
    """A round given as a population: points per item, total and grade as columns, places among all of them.

    Values are computed column by column, points one subject at a time and exactly (structures of ``num`` and ``den``).
    """
    import polars as pl

    own, names = symbol(sheet.id), tuple(sheet_values(sheet))
    asked = book.run(population, as_of=as_of, tables=tables, settings=settings, outputs=names, key=key)
    rows = asked.collect(engine="streaming")
    subjects = {
        str(at): _item_values(sheet, {name: _plain(row[name]) for name in names})
        for at, row in enumerate(rows.iter_rows(named=True))
    }
    cards = score_round(sheet, subjects).values()
    ratio = pl.Struct({"num": pl.Int64, "den": pl.Int64})
    columns = {
        f"{own}.{item.id}": pl.Series([_pair(card.marks[at].points) for card in cards], dtype=ratio)
        for at, item in enumerate(sheet.items)
    }
    columns[f"{own}.total"] = pl.Series([_pair(card.total) for card in cards], dtype=ratio)
    grades = [card.grade.id if card.grade else None for card in cards]
    columns[f"{own}.grade"] = pl.Series(grades, dtype=pl.String)
    columns[f"{own}.passed"] = pl.Series([card.passed for card in cards], dtype=pl.Boolean)
    return rows.drop(names).with_columns(**columns)


def _plain(value: Any) -> Any:
    return Fraction(value["num"], value["den"]) if isinstance(value, dict) else value


def _pair(points: Fraction | None) -> dict[str, int] | None:
    return None if points is None else {"num": points.numerator, "den": points.denominator}
