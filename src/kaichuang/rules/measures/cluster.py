"""A population on a cluster: defaults, tables and definitions as Spark runs them, with the answers of the other engines.

The twin of ``population.py`` and ``columns.py``. Needs the extra ``kaichuang[spark]``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from kaichuang.rules.lang import FactErrors, Problem, Type
from kaichuang.rules.lang.sparksql import SQL_TYPES
from kaichuang.rules.lang.sparksql import literal as sql_literal
from kaichuang.rules.lang.sparksql import name as quoted
from kaichuang.rules.lang.types import INT_LIMIT, MONEY_LIMIT

from .book import Rulebook, Settings
from .rows import WHERE, Stage, Taken, empty_value
from .values import Value

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

UNKNOWN = "#unknown"
PRESENT = "#present"
WHERE_SQL, UNKNOWN_SQL = quoted(WHERE), quoted(UNKNOWN)
COUNTED = f"coalesce({WHERE_SQL}, FALSE)"
DOUBTFUL = f"bool_or({WHERE_SQL} IS NULL)"


def run(
    book: Rulebook,
    population: DataFrame,
    *,
    as_of: dt.date,
    tables: Mapping[str, DataFrame] | None = None,
    settings: Settings | None = None,
    outputs: Iterable[str] | None = None,
    key: str = "case",
) -> DataFrame:
    """A Spark population with the answers as further columns; see ``Rulebook.run`` for columns and tables.

    Raises ``FactErrors`` for columns and tables of the wrong shape; a value out of bounds makes the job fail.
    """
    overrides, opened = book.split_settings(settings)
    before = population.columns
    ready = _filled(book, population, as_of, opened)
    if tables:
        _check(book, ready, tables, key)
        ready = _with_totals(book, ready, tables, key, overrides)
    names = book.answer_names if outputs is None else tuple(outputs)
    answers = book.program.spark(ready, overrides or None, names)
    kept = [name for name in before if name not in names]
    return answers.selectExpr(*(quoted(name) for name in (*kept, *names)))


def _literal(value: Value | None, type_: Type) -> str:
    if type_ is Type.RATIO:
        from fractions import Fraction

        if value is None:
            return "CAST(NULL AS STRUCT<num: BIGINT, den: BIGINT>)"
        exact = Fraction(value)  # type: ignore[arg-type]  # a ratio is a fraction
        return f"named_struct('num', {exact.numerator}L, 'den', {exact.denominator}L)"
    return f"CAST(NULL AS {SQL_TYPES[type_]})" if value is None else sql_literal(type_, value)


def _assume(
    frame: DataFrame, defaults: Mapping[str, tuple[Value, Type]], *, replace: bool = False
) -> DataFrame:
    """The frame with values where a column is absent or empty (or everywhere)."""
    kinds = dict(frame.dtypes)
    changed: dict[str, str] = {}
    for name, (value, type_) in defaults.items():
        absent = replace or kinds.get(name, "void") == "void"
        written = _literal(value, type_)
        changed[name] = written if absent else f"coalesce({quoted(name)}, {written})"
    kept = [quoted(name) for name in frame.columns if name not in changed]
    return frame.selectExpr(*kept, *(f"{sql} AS {quoted(name)}" for name, sql in changed.items()))


def _filled(book: Rulebook, people: DataFrame, as_of: dt.date, opened: Mapping[str, Any]) -> DataFrame:
    fields = book.compiled.fields
    days = {name: as_of if value == "as_of" else value for name, value in book.defaults.items()}
    people = _assume(people, {name: (value, fields[name].type) for name, value in days.items()})
    return _assume(people, {name: (value, fields[name].type) for name, value in opened.items()}, replace=True)


def _check(book: Rulebook, people: DataFrame, tables: Mapping[str, DataFrame], key: str) -> None:
    problems = [
        Problem(
            "table", code, f"没有表“{code}”", f"no table “{code}”", suggestion=", ".join(book.collections)
        )
        for code in tables
        if code not in book.collections
    ]
    for name, frame in (("population", people), *tables.items()):
        if key not in frame.columns:
            problems.append(
                Problem("key", name, f"“{name}”缺少案件列“{key}”", f"{name} has no column “{key}”")
            )
    if problems:
        raise FactErrors(problems)


def _with_totals(
    book: Rulebook, people: DataFrame, tables: Mapping[str, DataFrame], key: str, overrides: Mapping[str, Any]
) -> DataFrame:
    known: dict[str, DataFrame] = {}
    for code, table in tables.items():
        types = {column.code: Type[column.type.upper()] for column in book.collections[code].columns}
        defaults = {name: (value, types[name]) for name, value in book.row_defaults[code].items()}
        known[code] = _assume(table, defaults) if defaults else table
    given = set(people.columns)
    columns = {name: quoted(name) for name in people.columns}
    ready = people
    for stage in book.compiled.stages:
        if stage.source not in known:
            continue
        rows = _rows(stage, known[stage.source], people, key, overrides)
        if stage.by:
            known[stage.output] = _grouped(stage, rows, key)
            continue
        (name, taken), *_ = stage.taken.items()
        ready = ready.join(_total(stage, rows, name, taken, key), on=key, how="left")
        columns[name] = _answer(book, name, taken, given)
    return ready.selectExpr(*(f"{sql} AS {quoted(name)}" for name, sql in columns.items()))


def _answer(book: Rulebook, name: str, taken: Taken, given: set[str]) -> str:
    """A total: given directly, else taken, else empty; unknown where the table is not known."""
    empty = _literal(empty_value(taken.take, taken.type), taken.type)
    value = f"CASE WHEN {quoted(PRESENT + name)} IS NULL THEN {empty} ELSE {quoted(name + '#taken')} END"
    flag = f"{book.table_of(name)}_known"
    if flag in given:
        value = f"CASE WHEN {quoted(flag)} THEN {value} END"
    return f"coalesce({quoted(name)}, {value})" if name in given else value


def _rows(
    stage: Stage, table: DataFrame, people: DataFrame, key: str, overrides: Mapping[str, Any]
) -> DataFrame:
    marked = UNKNOWN in table.columns
    wanted = [
        key,
        *([UNKNOWN] if marked else []),
        *(c for c in stage.columns if c in table.columns and c != key),
    ]
    absent = [c for c in (*stage.by, *stage.once_per) if c not in table.columns]
    rows = table.selectExpr(
        *(quoted(c) for c in wanted), *(f"CAST(NULL AS STRING) AS {quoted(c)}" for c in absent)
    )
    facts = [fact for fact in stage.case_facts if fact in people.columns]
    if facts:
        rows = rows.join(
            people.selectExpr(quoted(key), *(quoted(fact) for fact in facts)), on=key, how="inner"
        )
    if stage.definitions:
        own = {name: value for name, value in overrides.items() if name in stage.program.parameters}
        rows = stage.program.spark(rows, own or None)
    if not stage.where:
        rows = rows.selectExpr("*", f"TRUE AS {WHERE_SQL}")
    if not marked:
        rows = rows.selectExpr("*", f"FALSE AS {UNKNOWN_SQL}")
    return rows.where(f"{WHERE_SQL} IS NULL OR {WHERE_SQL} OR {UNKNOWN_SQL}")


def _grouped(stage: Stage, rows: DataFrame, key: str) -> DataFrame:
    from pyspark.sql.functions import expr

    nameless = " OR ".join(f"{quoted(name)} IS NULL" for name in stage.by)
    uncertain = f"bool_or({UNKNOWN_SQL}) OR NOT bool_or({COUNTED}) OR bool_or({nameless})"
    values = [expr(f"{_take(taken)}").alias(name) for name, taken in stage.taken.items()]
    keys = [quoted(name) for name in (key, *stage.by)]
    return rows.groupBy(*keys).agg(expr(uncertain).alias(UNKNOWN), *values)


def _total(stage: Stage, rows: DataFrame, name: str, taken: Taken, key: str) -> DataFrame:
    from pyspark.sql.functions import expr

    if stage.once_per:
        rows = _once(stage, rows, taken, key)
    value = f"CASE WHEN NOT bool_or({UNKNOWN_SQL}) THEN {_take(taken)} END"
    return rows.groupBy(quoted(key)).agg(
        expr(value).alias(f"{name}#taken"), expr("TRUE").alias(f"{PRESENT}{name}")
    )


def _once(stage: Stage, rows: DataFrame, taken: Taken, key: str) -> DataFrame:
    from pyspark.sql.functions import expr

    doubts = [f"{WHERE_SQL} IS NULL", *(f"{quoted(name)} IS NULL" for name in stage.once_per)]
    value = "1L"
    if taken.of is not None:
        doubts.append(f"{quoted(taken.of)} IS NULL")
        value = f"max({quoted(taken.of)})"
    keys = [quoted(name) for name in (key, *stage.once_per)]
    return rows.groupBy(*keys).agg(
        expr(f"bool_or({' OR '.join(doubts)} OR {UNKNOWN_SQL})").alias(UNKNOWN),
        expr(value).alias(taken.of or "row.one"),
        expr("TRUE").alias(WHERE),
    )


def _take(taken: Taken) -> str:
    """What is taken of the rows of a group, as SQL; the twin of ``columns.take``."""
    if taken.of is None:
        return f"CASE WHEN NOT {DOUBTFUL} THEN count_if({COUNTED}) END"
    value = quoted(taken.of)
    if taken.take in ("any", "all"):
        return _truth(value, decisive=taken.take == "any")
    unknown = f"{DOUBTFUL} OR bool_or({COUNTED} AND {value} IS NULL)"
    if taken.take == "sum":
        limit = MONEY_LIMIT if taken.type is Type.MONEY else INT_LIMIT
        total = f"coalesce(sum(CAST({value} AS DECIMAL(38, 0))) FILTER (WHERE {COUNTED}), 0)"
        refused = "CAST(raise_error('total: too large') AS BIGINT)"
        found = f"CASE WHEN abs({total}) > {limit} THEN {refused} ELSE CAST({total} AS BIGINT) END"
    else:
        empty = empty_value(taken.take, taken.type)
        found = f"{taken.take}({value}) FILTER (WHERE {COUNTED})"
        found = found if empty is None else f"coalesce({found}, {empty}L)"
    return f"CASE WHEN NOT ({unknown}) THEN {found} END"


def _truth(value: str, *, decisive: bool) -> str:
    held = value if decisive else f"NOT {value}"
    decides = f"bool_or(coalesce({COUNTED} AND {held}, FALSE))"
    other = f"NOT {value}" if decisive else value
    settled = f"(coalesce(NOT {WHERE_SQL}, FALSE) OR coalesce({other}, FALSE))"
    words = ("TRUE", "FALSE") if decisive else ("FALSE", "TRUE")
    return f"CASE WHEN {decides} THEN {words[0]} WHEN bool_or(NOT {settled}) THEN NULL ELSE {words[1]} END"
