"""A plausible population for trials, tests and benchmarks: drawn from the declared facts of a rulebook, by a seed.

Values crowd around the figures of the rules (just below, at, just above), because that is where rules go wrong.
The same seed gives the same population on every machine and for every size: row ``n`` does not depend on the number
of rows.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from kaichuang.rules.lang import Field, Type
from kaichuang.rules.lang.types import INT_LIMIT, MONEY_LIMIT

from .book import Rulebook
from .compile import OPEN_END, as_field
from .values import Value

SCALES = {Type.INT: (5, 50, 500), Type.MONEY: (1_000_000, 30_000_000, 1_000_000_000)}
"""Up to how much numbers and amounts (fen) are drawn, in three sizes."""
YEARS = 6


@dataclass(frozen=True, slots=True)
class Draw:
    """How a population is drawn; days lie around ``as_of``."""

    seed: int
    as_of: dt.date
    unknown: int = 4
    """Per cent of the facts that are not known."""
    most_rows: int = 4
    """Most rows of one case in each table."""

    def number(self, row: pl.Expr, name: str) -> pl.Expr:
        """A number per row, between 0 and 2^31, that looks random; ``name`` tells draws apart."""
        mixed = (
            row.cast(pl.UInt64) * 0x9E3779B1 + (zlib.crc32(name.encode()) ^ self.seed * 0x85EBCA6B) % 2**32
        )
        for shift, factor in ((15, 0x2C1B3C6D), (12, 0x297A2D39), (15, 0x1B873593)):
            mixed = mixed % 2**32
            mixed = (mixed ^ (mixed // 2**shift)) * factor
        return (mixed % 2**32) // 2


def people(book: Rulebook, rows: int, draw: Draw) -> pl.LazyFrame:
    """``rows`` cases with a column ``case`` and one column for each fact that nobody derives from a table."""
    taken = {name for stage in book.compiled.stages for name in stage.taken}
    row = pl.col("case")
    columns = []
    for name, field in book.compiled.fields.items():
        if name in taken or name in book.compiled.unset:
            continue
        share = 0 if name in book.usages else draw.unknown
        columns.append(
            _column(
                book, field, draw, row, name, share, rare=name in book.usages, usual=book.defaults.get(name)
            )
        )
    return pl.LazyFrame({"case": pl.int_range(rows, eager=True)}).with_columns(columns)


def tables(book: Rulebook, rows: int, draw: Draw) -> dict[str, pl.LazyFrame]:
    """The rows of every collection for those cases; some cases have none."""
    found = {}
    for code, collection in book.collections.items():
        cases = pl.LazyFrame({"case": pl.int_range(rows, eager=True)})
        each = cases.with_columns(
            (draw.number(pl.col("case"), code) % (draw.most_rows + 1)).cast(pl.Int64).alias("#n")
        )
        expanded = (
            each.with_columns(pl.int_ranges(pl.col("#n")).alias("#row")).explode("#row").drop_nulls("#row")
        )
        row = pl.col("case") * 64 + pl.col("#row")
        columns = [
            _column(
                book,
                as_field(column),
                draw,
                row,
                f"{code}.{column.code}",
                draw.unknown // 3,
                usual=book.row_defaults[code].get(column.code),
            )
            for column in collection.columns
        ]
        found[code] = expanded.with_columns(columns).drop("#n", "#row")
    return found


def _column(
    book: Rulebook,
    field: Field,
    draw: Draw,
    row: pl.Expr,
    name: str,
    unknown: int,
    *,
    rare: bool = False,
    usual: Value | None = None,
) -> pl.Expr:
    chance = draw.number(row, f"{name}?") % 100
    value = _value(book, field, draw, row, name)
    if isinstance(usual, bool):
        value = pl.when(draw.number(row, f"{name}=") % 100 < 85).then(pl.lit(usual)).otherwise(value)
    if rare:
        value = pl.when(chance < 70).then(pl.lit(0, dtype=pl.Int64)).otherwise(value)
        chance = draw.number(row, f"{name}??") % 100
    if not field.nullable or unknown == 0:
        return value.alias(field.name)
    return pl.when(chance >= unknown).then(value).alias(field.name)


def _value(book: Rulebook, field: Field, draw: Draw, row: pl.Expr, name: str) -> pl.Expr:
    roll = draw.number(row, name)
    match field.type:
        case Type.BOOL:
            return roll % 4 > 0
        case Type.TEXT:
            words = field.values or tuple(f"{field.name[:8]}-{i}" for i in range(4))
            return _pick(roll, words, Type.TEXT)
        case Type.DATE:
            recent = draw.number(row, f"{name}@") % 2 == 0
            back = pl.when(recent).then(roll % 365).otherwise(roll % (365 * YEARS)).cast(pl.Int64) - 60
            spread = pl.lit(draw.as_of) - pl.duration(days=back)
            special = [day for figure in _figures(book, Type.DATE) for day in _around(figure, field)]
            special = [day for day in special if isinstance(day, dt.date) and day.year < OPEN_END.year]
            return _mixed(draw, row, name, spread, special, Type.DATE)
        case Type.RATIO:
            return _pick(roll, tuple(Fraction(n, 20) for n in range(21)), Type.RATIO)
        case _:
            return _number(book, field, draw, row, name)


def _number(book: Rulebook, field: Field, draw: Draw, row: pl.Expr, name: str) -> pl.Expr:
    low, high = field.bounds
    low = max(low, 0) if low <= 0 else low
    high = min(high, MONEY_LIMIT if field.type is Type.MONEY else INT_LIMIT)
    size = draw.number(row, f"{name}*") % 3
    roll = draw.number(row, name).cast(pl.Int64)
    small, middle, large = (min(scale, high - low) for scale in SCALES[field.type])
    spread = (
        pl.when(size == 0)
        .then(roll % (small + 1))
        .when(size == 1)
        .then(roll % (middle + 1))
        .otherwise(roll % (large + 1))
    ) + low
    special = [n for figure in _figures(book, field.type) for n in _around(figure, field) if low <= n <= high]  # type: ignore[operator]  # numbers by their type
    if 1900 <= low <= draw.as_of.year <= high or "year" in field.name:
        special = [draw.as_of.year - n for n in range(4)]
        return _pick(roll, tuple(special), field.type)
    return _mixed(draw, row, name, spread, special, field.type)


def _mixed(
    draw: Draw, row: pl.Expr, name: str, spread: pl.Expr, special: list[Value], type_: Type
) -> pl.Expr:
    if not special:
        return spread
    chance = draw.number(row, f"{name}!") % 3
    return (
        pl.when(chance == 0)
        .then(_pick(draw.number(row, f"{name}#"), tuple(special), type_))
        .otherwise(spread)
    )


def _figures(book: Rulebook, type_: Type) -> Iterator[Value]:
    for figure in book.program.parameters.values():
        if figure.type is type_ and figure.value is not None:
            yield figure.value  # type: ignore[misc]  # a parsed figure is exact


def _around(figure: Value, field: Field) -> Iterator[Value]:
    if isinstance(figure, dt.date):
        low, high = field.bounds
        yield from (
            dt.date.fromordinal(day)
            for day in range(figure.toordinal() - 1, figure.toordinal() + 2)
            if low <= day <= high
        )
    elif isinstance(figure, int):
        yield from (figure - 1, figure, figure + 1)


def _pick(roll: pl.Expr, values: tuple[Value, ...], type_: Type) -> pl.Expr:
    """One of a few values."""
    if type_ is Type.RATIO:
        exact = [value for value in values if isinstance(value, Fraction)]
        parts = ([value.numerator for value in exact], [value.denominator for value in exact])
        num, den = (pl.lit(pl.Series(part, dtype=pl.Int64)).gather(roll % len(exact)) for part in parts)
        return pl.struct(num=num, den=den)
    kinds: Mapping[Type, pl.DataType] = {Type.TEXT: pl.String(), Type.DATE: pl.Date()}
    series = pl.Series(list(values), dtype=kinds.get(type_, pl.Int64()))
    return pl.lit(series).gather(roll % len(values))
