"""A Spark population with tables of rows gives the answers of one case at a time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from measures_books import AS_OF, book, facts_of

from kaichuang.rules.lang import FactErrors, Type
from kaichuang.rules.measures import Rulebook
from kaichuang.rules.measures.sample import Draw, people, tables

pytest.importorskip("pyspark", reason="needs the extra kaichuang[spark]")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("java") is None, reason="needs a Java runtime"),
]
TYPES = {
    Type.BOOL: "boolean", Type.INT: "bigint", Type.MONEY: "bigint", Type.DATE: "date", Type.TEXT: "string",
    Type.RATIO: "struct<num:bigint,den:bigint>",
}  # fmt: skip


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


def moved(spark: Any, frame: pl.DataFrame, types: dict[str, Type]) -> Any:
    """A Polars frame as a Spark frame."""
    schema = ", ".join(f"`{name}` {TYPES[types.get(name, Type.INT)]}" for name in frame.columns)
    rows = [
        tuple((cell["num"], cell["den"]) if isinstance(cell, dict) else cell for cell in row)
        for row in frame.iter_rows()
    ]
    return spark.createDataFrame(rows, schema)


def drawn(spark: Any, rules: Rulebook, seed: int) -> tuple[pl.DataFrame, dict[str, pl.DataFrame], Any, Any]:
    draw = Draw(seed, AS_OF, unknown=8)
    population = people(rules, 60, draw).collect()
    rows = {code: table.collect() for code, table in tables(rules, 60, draw).items()}
    types = {name: field.type for name, field in rules.compiled.fields.items()}
    columns = {
        code: {column.code: Type[column.type.upper()] for column in collection.columns}
        for code, collection in rules.collections.items()
    }
    sparks = {code: moved(spark, table, columns[code]) for code, table in rows.items()}
    return population, rows, moved(spark, population, types), sparks


@pytest.mark.parametrize("name", ["ninghai-2016", "everything"])
def test_spark_agrees_with_the_single_case(spark: Any, name: str) -> None:
    rules = book(name)
    population, rows, there, tables_there = drawn(spark, rules, 11)
    names = rules.program.order
    found = {
        r["case"]: r for r in rules.spark(there, as_of=AS_OF, tables=tables_there, outputs=names).collect()
    }
    for row in population.iter_rows(named=True):
        case = rules.case_facts(facts_of(row, rows), as_of=AS_OF)
        values = rules.values(case)
        here = {n: plain(found[row["case"]][n]) for n in names}
        assert here == values, row["case"]


def plain(value: Any) -> Any:
    return Fraction(value["num"], value["den"]) if hasattr(value, "num") else value


def test_spark_refuses_a_table_that_the_pack_does_not_have(spark: Any) -> None:
    people_there = spark.createDataFrame([(1,)], "case bigint")
    with pytest.raises(FactErrors, match="no table"):
        book("everything").spark(people_there, as_of=AS_OF, tables={"strange": people_there})
