"""The cluster gives the same answers: random programs and cases in one local Spark session."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from rules_generation import FIELDS, PARAMETERS, Generator, case
from rules_odd import odd_definitions

from kaichuang.rules.lang import Definition, FactErrors, LanguageErrors, OutOfRange, Program, Type

pyspark = pytest.importorskip("pyspark", reason="needs the extra kaichuang[spark]")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("java") is None, reason="needs a Java runtime"),
]
TYPES = {
    Type.BOOL: "boolean",
    Type.INT: "bigint",
    Type.MONEY: "bigint",
    Type.RATIO: "struct<num:bigint,den:bigint>",
    Type.DATE: "date",
    Type.TEXT: "string",
}
SCHEMA = ", ".join(f"`{field.name}` {TYPES[field.type]}" for field in FIELDS)
PROGRAMS, SIZE, ROWS = 24, 6, 60


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.driver.bindAddress", "127.0.0.1")
    for key, value in {
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.default.parallelism": "1",
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def frame(spark: Any, rows: list[dict[str, Any]]) -> Any:
    def cell(value: Any) -> Any:
        return (value.numerator, value.denominator) if type(value).__name__ == "Fraction" else value

    return spark.createDataFrame([tuple(cell(row[field.name]) for field in FIELDS) for row in rows], SCHEMA)


def programs() -> Iterator[tuple[int, Program]]:
    for seed in range(PROGRAMS):
        try:
            yield seed, Program.build(FIELDS, PARAMETERS, Generator(Random(seed)).program(SIZE))
        except LanguageErrors:
            continue


def test_spark_agrees_with_the_single_case(spark: Any) -> None:
    cells = 0
    for seed, program in programs():
        source, run = Random(seed), program.case()
        rows: list[dict[str, Any]] = []
        wanted: list[dict[str, Any]] = []
        for _ in range(ROWS):
            row = case(source)
            try:
                wanted.append(run(row))
            except OutOfRange:
                continue
            rows.append(row)
        found = program.spark(frame(spark, rows)).select(*program.order).collect()
        for name in program.order:
            answers = [_value(row[name]) for row in found]
            assert answers == [row[name] for row in wanted], (seed, program.source_of(name))
            cells += len(answers)
    assert cells > 5_000


def test_odd_but_legal_expressions_mean_the_same_on_a_cluster(spark: Any) -> None:
    program, source = Program.build(FIELDS, PARAMETERS, odd_definitions()), Random(7)
    rows, wanted = [], []
    for row in [case(source) for _ in range(200)]:
        try:
            wanted.append(program.case()(row))
        except OutOfRange:
            continue
        rows.append(row)
    assert len(rows) > 50
    found = program.spark(frame(spark, rows)).select(*program.order).collect()
    for name in program.order:
        assert [_value(row[name]) for row in found] == [row[name] for row in wanted], program.source_of(name)


def _value(value: Any) -> Any:
    from fractions import Fraction

    return Fraction(value["num"], value["den"]) if hasattr(value, "num") else value


def test_spark_refuses_what_the_other_engines_refuse(spark: Any) -> None:
    from pyspark.errors import PySparkException

    row = {**case(Random(1)), "m": 10**15, "i": 10**9}
    large = Program.build(FIELDS, PARAMETERS, [Definition("big", "m * i")])
    with pytest.raises(PySparkException, match="too large"):
        large.spark(frame(spark, [row])).select("big").collect()
    beyond = Program.build(FIELDS, PARAMETERS, [Definition("x", "n + 1")])
    with pytest.raises(PySparkException, match="n: value refused"):
        beyond.spark(frame(spark, [{**row, "n": 1001}])).select("x").collect()
    with pytest.raises(FactErrors, match="n"):
        beyond.spark(frame(spark, [row]).drop("n"))
