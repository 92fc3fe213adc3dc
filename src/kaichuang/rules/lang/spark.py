"""A cluster: running a program over a Spark data frame, with the same answers.  Needs the extra ``kaichuang[spark]``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from kaichuang.rules.lang import sparksql
from kaichuang.rules.lang.admission import slots_of
from kaichuang.rules.lang.errors import FactErrors, Problem, Wrong
from kaichuang.rules.lang.plan import plan_for
from kaichuang.rules.lang.sparksql import SQL_TYPES, literal, name, text
from kaichuang.rules.lang.types import Field, Type

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from kaichuang.rules.lang.program import Program

WHOLE = ("tinyint", "smallint", "int", "bigint")
ACCEPTED: dict[Type, tuple[str, ...]] = {
    Type.BOOL: ("boolean",),
    Type.INT: WHOLE,
    Type.MONEY: WHOLE,
    Type.RATIO: ("decimal", "struct"),
    Type.DATE: ("date",),
    Type.TEXT: ("string",),
}


def run(
    program: Program,
    population: DataFrame,
    parameters: Mapping[str, object] | None,
    outputs: Iterable[str] | None,
) -> DataFrame:
    """The population with the outputs as further columns.

    Raises ``FactErrors`` for columns of a wrong type; a value out of bounds makes the Spark job fail with its name.
    """
    names = program.known_names(outputs)
    plan = plan_for(program, parameters)
    before = [column for column in population.columns if column not in names]
    frame = _admitted(program, population, names)
    for stage in sparksql.stages(plan, program.needed_for(names)):
        frame = frame.selectExpr("*", *stage)
    return frame.selectExpr(*(name(column) for column in before), *(_answer(program, n) for n in names))


def _answer(program: Program, output: str) -> str:
    if program.type_of(output) is not Type.RATIO:
        return name(output)
    num, den = (name(slot) for slot in slots_of(output, Type.RATIO))
    pair = f"named_struct('num', {num}, 'den', {den})"
    return f"CASE WHEN {num} IS NOT NULL AND {den} IS NOT NULL THEN {pair} END AS {name(output)}"


def _admitted(program: Program, population: DataFrame, names: tuple[str, ...]) -> DataFrame:
    """Every field that is read in columns of our types, each value within its bounds."""
    kinds = dict(population.dtypes)
    refused: list[Problem] = []
    columns: dict[str, str] = {}
    for field in program.fields_of(names):
        try:
            columns |= _columns(field, kinds.get(field.name))
        except Wrong as wrong:
            refused.append(wrong.at(field.name))
    if refused:
        raise FactErrors(refused)
    kept = [name(column) for column in population.columns if column not in columns]
    return population.selectExpr(*kept, *(f"{sql} AS {name(slot)}" for slot, sql in columns.items()))


def _columns(field: Field, kind: str | None) -> dict[str, str]:
    slots = slots_of(field.name, field.type)
    if kind is None or kind == "void":
        if not field.nullable:
            raise Wrong("required", name=field.name)
        sql_type = SQL_TYPES[Type.INT if field.type is Type.RATIO else field.type]
        return dict.fromkeys(slots, f"CAST(NULL AS {sql_type})")
    if not kind.startswith(ACCEPTED[field.type]):
        wanted = field.type
        raise Wrong("wrong_fact", name=field.name, expected=wanted.zh, expected_en=wanted.value, value=kind)
    if field.type is Type.RATIO:
        return _ratio(field, kind)
    return {
        field.name: _checked(field, f"CAST({name(field.name)} AS {SQL_TYPES[field.type]})", _limits(field))
    }


def _ratio(field: Field, kind: str) -> dict[str, str]:
    num, den = slots_of(field.name, field.type)
    column, (low, high) = name(field.name), field.bounds
    if kind.startswith("decimal"):
        whole = 10 ** int(kind.rstrip(")").partition(",")[2])
        top = _checked(field, f"CAST({column} * {whole} AS BIGINT)", (str(low), str(high)))
        return {num: top, den: f"CASE WHEN {column} IS NOT NULL THEN {literal(Type.INT, whole)} END"}
    top = _checked(field, f"CAST({column}.num AS BIGINT)", (str(low), str(high)))
    return {num: top, den: _checked(field, f"CAST({column}.den AS BIGINT)", ("1", str(high)))}


def _limits(field: Field) -> Any:
    low, high = field.bounds
    if field.type is Type.DATE:
        return tuple(literal(Type.DATE, dt.date.fromordinal(bound)) for bound in (low, high))
    if field.type.is_number:
        return str(low), str(high)
    return field.values


def _checked(field: Field, column: str, limits: Any) -> str:
    """A column whose values are refused where they leave the limits or the vocabulary."""
    refusal = f"CAST(raise_error({text(f'{field.name}: value refused')}) AS {SQL_TYPES[_held(field)]})"
    tests = [f"WHEN {column} IS NULL THEN {refusal if not field.nullable else column}"]
    if field.type is Type.TEXT and limits is not None:
        tests.append(f"WHEN {column} NOT IN ({', '.join(text(word) for word in limits)}) THEN {refusal}")
    elif field.type not in (Type.TEXT, Type.BOOL):
        low, high = limits
        tests.append(f"WHEN {column} NOT BETWEEN {low} AND {high} THEN {refusal}")
    return f"CASE {' '.join(tests)} ELSE {column} END"


def _held(field: Field) -> Type:
    return Type.INT if field.type is Type.RATIO else field.type
