"""Running a translated table or expression, and comparing its answer with the one expected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from bench.rules.external.verdict import NotCovered
from kaichuang.rules.lang import Definition, Field, LanguageErrors, OutOfRange, Program, Type
from kaichuang.rules.tables import CellError, DecisionTable, definitions, hits

FRACTIONS = "arithmetic on fractions (ours states its rounding: share, scale)"
MIXED = "types mixed on purpose (ours checks types before it runs)"
ORDER = "text compared by order"
TOO_LARGE = "numbers beyond what is computed exactly"


def typed(values: Iterable[Any]) -> Type:
    """The one type that holds all values; raises ``NotCovered`` where there is none."""
    known = [value for value in values if value is not None]
    if any(isinstance(value, list | dict) for value in known):
        raise NotCovered("lists, closures and functions over them")
    if all(isinstance(value, bool) for value in known) and known:
        return Type.BOOL
    if any(isinstance(value, bool) for value in known):
        raise NotCovered(MIXED)
    if all(isinstance(value, str) for value in known):
        return Type.TEXT
    if any(isinstance(value, str) for value in known):
        raise NotCovered(MIXED)
    return Type.INT if all(exact(value).denominator == 1 for value in known) else Type.RATIO


def exact(value: Any) -> Fraction:
    """A number as written, never its nearest float."""
    return Fraction(str(value))


def held(value: Any, type_: Type) -> Any:
    """A value as our engine takes it."""
    if value is None or type_ in (Type.BOOL, Type.TEXT):
        return value
    if type_ is Type.DATE:
        try:
            return dt.date.fromisoformat(str(value))
        except ValueError as error:
            raise NotCovered("times, durations and time zones") from error
    number = exact(value)
    return int(number) if type_ is Type.INT else number


def build(fields: Iterable[Field], made: Iterable[Definition]) -> Program:
    """A program, with the language's refusals grouped into reasons."""
    try:
        return Program.build(fields, (), made)
    except LanguageErrors as errors:
        raise NotCovered(reason(errors)) from errors
    except OutOfRange as error:
        raise NotCovered(TOO_LARGE) from error


def reason(errors: LanguageErrors) -> str:
    """The reason that a refusal belongs to."""
    texts = " ".join(problem.en for problem in errors.problems)
    if "RATIO" in texts:
        return FRACTIONS
    if "TEXT L" in texts or "TEXT G" in texts:
        return ORDER
    if "TEXT" in texts and "ADD" in texts:
        return "functions on text"
    return MIXED


def answer_of_table(table: DecisionTable, fields: Iterable[Field], facts: Mapping[str, Any]) -> Any:
    """The answer: one value, a mapping of outputs, or a list of either for the policies with many hits."""
    try:
        made = definitions(table)
    except CellError as error:
        raise NotCovered("other syntax") from error
    program = build(fields, made)
    answers = program.case()(dict(facts))
    names = [output.name for output in table.outputs]
    if table.policy.many and table.output_name(table.outputs[0]) not in answers:
        found = hits(table, answers)
        rows = [dict(zip(names, row, strict=True)) for row in found.values]
        return [row[names[0]] if len(names) == 1 else row for row in rows]
    values = {output.name: answers[table.output_name(output)] for output in table.outputs}
    return values[names[0]] if len(names) == 1 else values


def answer_of_expression(source: str, fields: Iterable[Field], facts: Mapping[str, Any]) -> Any:
    """The value of an expression."""
    program = build(fields, [Definition("out", source)])
    return program.case()(dict(facts))["out"]


def same(expected: Any, given: Any) -> bool:
    """Whether two answers agree: numbers by value, everything else by type and value."""
    if isinstance(expected, dict) and isinstance(given, dict):
        return expected.keys() == given.keys() and all(same(expected[key], given[key]) for key in expected)
    if isinstance(expected, list) and isinstance(given, list):
        return len(expected) == len(given) and all(map(same, expected, given))
    if isinstance(given, dt.date) and isinstance(expected, str):
        return expected.removesuffix("T00:00:00Z") == given.isoformat()  # midnight is how zen writes a day
    if isinstance(expected, bool) or isinstance(given, bool) or expected is None or given is None:
        return expected is given
    if isinstance(expected, int | float | Fraction) and isinstance(given, int | float | Fraction):
        return exact(expected) == exact(given)
    return type(expected) is type(given) and bool(expected == given)
