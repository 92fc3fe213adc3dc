"""One source text, one meaning: the engines agree with each other and with an independent reading of the text."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from rules_generation import FIELDS, PARAMETERS, Generator, case
from rules_odd import COMPARED_WITH_NULL, odd_definitions
from rules_reference import Reference

from kaichuang.rules.lang import Definition, LanguageErrors, OutOfRange, Program, Type
from kaichuang.rules.lang.types import INT64_LIMIT

ROWS = 24
PYTHON = {"p_rate": Fraction(3, 10)}
KNOWN = {p.name: PYTHON.get(p.name, p.value) for p in PARAMETERS}
SCHEMA: dict[str, Any] = {
    Type.BOOL: pl.Boolean,
    Type.INT: pl.Int64,
    Type.MONEY: pl.Int64,
    Type.RATIO: pl.Struct({"num": pl.Int64, "den": pl.Int64}),
    Type.DATE: pl.Date,
    Type.TEXT: pl.String,
}


def population(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """The cases as a frame; ratios as structures."""
    plain = [
        {**row, "q": row["q"] and {"num": row["q"].numerator, "den": row["q"].denominator}} for row in rows
    ]
    for written, row in zip(plain, rows, strict=True):
        if row["q"] == 0:
            written["q"] = {"num": 0, "den": 1}
    return pl.DataFrame(plain, schema={f.name: SCHEMA[f.type] for f in FIELDS})


def expected(program: Program, row: dict[str, Any]) -> dict[str, Any]:
    """The answers by the reference."""
    sources = {name: program.source_of(name) for name in program.order}
    return Reference(sources, {**KNOWN, **row}).answers()


def too_large(answers: dict[str, Any]) -> bool:
    """Whether an answer cannot be held exactly, so that every engine must refuse the case."""
    numbers: list[int] = []
    for value in answers.values():
        if isinstance(value, int):
            numbers.append(value)
        elif isinstance(value, Fraction):
            numbers += [value.numerator, value.denominator]
    return any(abs(number) > INT64_LIMIT for number in numbers)


def build(random: Random, size: int) -> Program | None:
    """A random program; nothing if it is refused: a result that is not proved exact, a word that never occurs."""
    definitions = Generator(random).program(size)
    try:
        return Program.build(FIELDS, PARAMETERS, definitions)
    except LanguageErrors as errors:
        codes = {problem.code for problem in errors.problems}
        assert codes <= {"overflow", "calendar", "vocabulary", "null"}, errors
        return None


def as_value(value: Any) -> Any:
    """A frame's cell as the reference writes it."""
    return Fraction(value["num"], value["den"]) if isinstance(value, dict) else value


@settings(
    max_examples=300, deadline=None, report_multiple_bugs=False, suppress_health_check=list(HealthCheck)
)
@given(random=st.randoms(use_true_random=False), size=st.integers(1, 6), seed=st.integers(0, 10**6))
def test_closure_trace_and_frame_agree_with_the_reference(random: Random, size: int, seed: int) -> None:
    program = build(random, size)
    assume(program is not None)
    assert program is not None
    run, traced, source = program.case(), program.traced(), Random(seed)
    rows = [case(source) for _ in range(ROWS)]
    fitting: list[dict[str, Any]] = []
    wanted: list[dict[str, Any]] = []
    for row in rows:
        answers = expected(program, row)
        try:
            assert run(row) == answers
        except OutOfRange:
            continue
        assert not too_large(answers)
        assert traced(row).values == answers
        fitting.append(row)
        wanted.append(answers)
    assume(fitting)
    found = program.frame(population(fitting)).collect(engine="streaming")
    for name in program.order:
        assert [as_value(value) for value in found[name].to_list()] == [row[name] for row in wanted], (
            program.source_of(name)
        )


def test_a_result_too_large_is_refused_by_every_engine() -> None:
    program = Program.build(FIELDS, PARAMETERS, [Definition("big", "m * i")])
    row = {**case(Random(1)), "m": 10**15, "i": 10**9}
    with pytest.raises(OutOfRange):
        program.case()(row)
    with pytest.raises(OutOfRange):
        program.traced()(row)
    with pytest.raises(pl.exceptions.InvalidOperationError):
        program.frame(population([row])).collect(engine="streaming")


@pytest.mark.parametrize("definition", odd_definitions(), ids=lambda definition: definition.source)
def test_odd_but_legal_expressions_mean_the_same_everywhere(definition: Definition) -> None:
    program = Program.build(FIELDS, PARAMETERS, [definition])
    name, source = definition.name, Random(11)
    rows, wanted = [], []
    for row in [case(source) for _ in range(120)]:
        answers = expected(program, row)
        try:
            assert program.case()(row) == answers
        except OutOfRange:
            continue
        assert program.traced()(row).values == answers
        rows.append(row)
        wanted.append(answers[name])
    found = program.frame(population(rows)).collect(engine="streaming")
    assert [as_value(value) for value in found[name].to_list()] == wanted
    program.missing(name, rows[0])


@pytest.mark.parametrize("source", COMPARED_WITH_NULL)
def test_comparing_with_a_written_null_is_refused_with_advice(source: str) -> None:
    with pytest.raises(LanguageErrors) as refused:
        Program.build(FIELDS, PARAMETERS, [Definition("x", source, None)])
    assert refused.value.problems[0].suggestion == "IS NULL"


def test_a_null_whose_place_asks_for_no_type_is_refused() -> None:
    with pytest.raises(LanguageErrors, match="declare it"):
        Program.build(FIELDS, PARAMETERS, [Definition("x", "CASE WHEN b THEN NULL END")])
