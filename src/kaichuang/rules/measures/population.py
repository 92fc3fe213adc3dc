"""A whole population against a rulebook, column by column: the same answers as one case at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from kaichuang.rules.lang import FactErrors, Problem, Type
from kaichuang.rules.lang.columns import DTYPES

from .book import Rulebook, Settings
from .columns import PRESENT, Aggregation
from .rows import Stage, empty_value
from .values import Value

Frame = pl.LazyFrame | pl.DataFrame
GIVEN = "#given:"
"""Marks a column as it was given, beside the one with defaults filled in."""


def run(
    book: Rulebook,
    population: Frame,
    *,
    as_of: dt.date,
    tables: Mapping[str, Frame] | None = None,
    settings: Settings | None = None,
    outputs: Iterable[str] | None = None,
    key: str = "case",
    stacked: bool = False,
    trusted: bool = False,
) -> pl.LazyFrame:
    """See ``Rulebook.run``."""
    people = population.lazy()
    given = people.collect_schema().names()
    ready = prepare(book, people, as_of=as_of, tables=tables, settings=settings, key=key, trusted=trusted)
    schema = ready.collect_schema()
    kept = {name: f"{GIVEN}{name}" for name in given if f"{GIVEN}{name}" in schema}
    names = book.answer_names if outputs is None else tuple(outputs)
    overrides, _ = book.split_settings(settings)
    needed = tuple(dict.fromkeys((*names, *stack_names(book)))) if stacked else names
    answers = book.program.frame(ready, overrides or None, needed, trusted=trusted)
    more: list[str] = []
    if stacked:
        from .stacked import granted_names, stack

        answers, more = stack(book, answers, settings=settings), [*granted_names(book)]
    new = {*names, *more}
    back = [pl.col(kept.get(name, name)).alias(name) for name in given if name not in new]
    return answers.select([*back, *names, *more])


def stack_names(book: Rulebook) -> tuple[str, ...]:
    """The definitions that stacking reads."""
    from .stacked import names

    return names(book)


def prepare(
    book: Rulebook,
    people: pl.LazyFrame,
    *,
    as_of: dt.date,
    tables: Mapping[str, Frame] | None = None,
    settings: Settings | None = None,
    key: str = "case",
    trusted: bool = False,
) -> pl.LazyFrame:
    """The population as the program reads it: defaults filled in, tables turned into totals.

    Raises ``FactErrors`` for tables that the pack does not have, for rows of nobody and for keys that repeat.
    """
    given = {code: table.lazy() for code, table in (tables or {}).items()}
    overrides, opened = book.split_settings(settings)
    filled = _filled(book, people, as_of, opened)
    if not given:
        return filled
    _check_tables(book, filled, given, key, trusted=trusted)
    rows = {code: _row_defaults(book, code, table) for code, table in given.items()}
    aggregation = Aggregation(rows, filled, key, overrides, trusted=trusted)
    stages = {name: stage for stage in book.compiled.stages if not stage.by for name in stage.taken}
    for frames in aggregation.totals(book.compiled.stages).values():
        for frame in frames:
            filled = filled.join(frame, on=key, how="left", maintain_order="left", suffix="#taken")
    return filled.with_columns(_totals(book, filled, stages)).select(
        pl.exclude(f"^{PRESENT}.*$", "^.*#taken$")
    )


def _filled(book: Rulebook, people: pl.LazyFrame, as_of: dt.date, opened: Mapping[str, Any]) -> pl.LazyFrame:
    schema = people.collect_schema()
    columns: list[pl.Expr] = []
    for name, default in book.defaults.items():
        value: Value = as_of if default == "as_of" else default
        type_ = book.compiled.fields[name].type
        if schema.get(name, pl.Null()) == pl.Null():
            columns.append(literal(value, type_).alias(name))
        else:
            columns += [pl.col(name).alias(f"{GIVEN}{name}"), pl.col(name).fill_null(literal(value, type_))]
    columns += [pl.col(name).alias(f"{GIVEN}{name}") for name in opened if name in schema]
    columns += [literal(v, book.compiled.fields[name].type).alias(name) for name, v in opened.items()]
    return people.with_columns(columns) if columns else people


def literal(value: Value | None, type_: Type) -> pl.Expr:
    """A value as a column; a ratio as a structure of numerator and denominator."""
    if type_ is Type.RATIO:
        from fractions import Fraction

        exact = None if value is None else Fraction(value)  # type: ignore[arg-type]  # a ratio is a fraction
        parts = (None, None) if exact is None else (exact.numerator, exact.denominator)
        pair = pl.struct(num=pl.lit(parts[0], dtype=pl.Int64), den=pl.lit(parts[1], dtype=pl.Int64))
        return pair if exact is not None else pl.when(False).then(pair)
    return pl.lit(value, dtype=DTYPES[type_])


def _row_defaults(book: Rulebook, code: str, table: pl.LazyFrame) -> pl.LazyFrame:
    schema = table.collect_schema()
    types = {column.code: Type[column.type.upper()] for column in book.collections[code].columns}
    columns = [
        literal(value, types[name]).alias(name)
        if schema.get(name, pl.Null()) == pl.Null()
        else pl.col(name).fill_null(literal(value, types[name]))
        for name, value in book.row_defaults[code].items()
    ]
    return table.with_columns(columns) if columns else table


def _totals(book: Rulebook, joined: pl.LazyFrame, stages: Mapping[str, Stage]) -> list[pl.Expr]:
    """The totals as columns: given directly, else taken, else empty; unknown where the table is not known."""
    names = set(joined.collect_schema().names())
    columns: list[pl.Expr] = []
    for name, stage in stages.items():
        if f"{PRESENT}{name}" not in names:
            continue
        taken = stage.taken[name]
        source = pl.col(f"{name}#taken" if f"{name}#taken" in names else name)
        empty = literal(empty_value(taken.take, taken.type), taken.type)
        value = pl.when(pl.col(f"{PRESENT}{name}").is_null()).then(empty).otherwise(source)
        flag = f"{book.table_of(name)}_known"
        if flag in names:
            value = pl.when(pl.col(flag).fill_null(False)).then(value)
        if f"{name}#taken" in names:
            value = pl.coalesce(pl.col(name), value)
            columns.append(pl.col(name).alias(f"{GIVEN}{name}"))
        columns.append(value.alias(name))
    return columns


def _check_tables(
    book: Rulebook, people: pl.LazyFrame, tables: Mapping[str, pl.LazyFrame], key: str, *, trusted: bool
) -> None:
    problems: list[Problem] = []
    for code, table in tables.items():
        if code not in book.collections:
            known = ", ".join(book.collections)
            problems.append(Problem("table", code, f"没有表“{code}”", f"no table “{code}”", suggestion=known))
        elif key not in table.collect_schema():
            zh, en = f"表“{code}”缺少案件列“{key}”", f"{code} has no column “{key}” that names the case"
            problems.append(Problem("key", code, zh, en))
    if key not in people.collect_schema():
        problems.append(
            Problem("key", key, f"总体缺少案件列“{key}”", f"the population has no column “{key}”")
        )
    if not problems and not trusted:
        problems = _strays(people, tables, key)
    if problems:
        raise FactErrors(problems)


def _strays(people: pl.LazyFrame, tables: Mapping[str, pl.LazyFrame], key: str) -> list[Problem]:
    """Rows that belong to nobody and keys that stand twice: both would change answers without a word."""
    keys = people.select(key)
    count, distinct, nulls = (
        keys.select(pl.len(), pl.col(key).n_unique().alias("n"), pl.col(key).null_count().alias("z"))
        .collect(engine="streaming")
        .row(0)
    )
    problems = []
    if count != distinct or nulls:
        zh, en = f"案件列“{key}”有重复或空值", f"the column “{key}” repeats a case or is empty"
        problems.append(Problem("key", key, zh, en))
    for code, table in tables.items():
        strays = table.join(keys, on=key, how="anti").select(pl.len()).collect(engine="streaming").item()
        if strays:
            zh, en = f"表“{code}”有 {strays} 行不属于任何案件", f"{strays} rows of {code} belong to no case"
            problems.append(Problem("stray", code, zh, en))
    return problems
