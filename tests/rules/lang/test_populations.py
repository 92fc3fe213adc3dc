"""Populations: what columns are accepted, what is refused, and what-if sessions."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
import pytest

from kaichuang.rules.lang import Definition, FactErrors, Field, Parameter, Program, Type

FIELDS = (
    Field("staff", Type.INT, minimum=0),
    Field("cost", Type.MONEY, minimum=0, nullable=False),
    Field("level", Type.TEXT, values=("county", "municipal")),
    Field("rate", Type.RATIO),
    Field("on", Type.DATE),
)
PARAMETERS = (Parameter("cap", Type.MONEY, 20_000_000), Parameter("least_staff", Type.INT, 10))
PROGRAM = Program.build(
    FIELDS,
    PARAMETERS,
    [
        Definition("big", "staff >= least_staff"),
        Definition("tier", "CASE level WHEN 'county' THEN wan(20) ELSE wan(30) END"),
        Definition("amount", "CASE WHEN big THEN least(share(cost, rate, 'down'), cap, tier) ELSE 0 END"),
        Definition("label", "CASE WHEN level = 'county' THEN level ELSE 'other' END"),
        Definition("quota", "cost / cap"),
        Definition("late", "year(on) = 2016"),
    ],
)
ROWS: list[dict[str, Any]] = [
    {
        "staff": 12,
        "cost": 66_666_666,
        "level": "county",
        "rate": Decimal("0.30"),
        "on": dt.date(2016, 12, 31),
    },
    {"staff": 9, "cost": 1, "level": "municipal", "rate": Decimal("0.25"), "on": dt.date(2017, 1, 1)},
    {"staff": None, "cost": 0, "level": None, "rate": None, "on": None},
]


def frame(**dtypes: Any) -> pl.DataFrame:
    return pl.DataFrame(ROWS, schema_overrides={"rate": pl.Decimal(10, 2), **dtypes})


@pytest.mark.parametrize(
    "dtypes",
    [
        {},
        {"staff": pl.Int16, "cost": pl.UInt32},
        {"level": pl.Enum(["municipal", "county"])},
        {"level": pl.Categorical},
    ],
)
def test_the_same_answers_whatever_the_columns_hold(dtypes: dict[str, Any]) -> None:
    found = PROGRAM.frame(frame(**dtypes)).collect(engine="streaming")
    run = PROGRAM.case()
    for row, answers in zip(ROWS, found.select(PROGRAM.order).iter_rows(named=True), strict=True):
        quota = answers["quota"]
        assert run(row) == {**answers, "quota": quota and Fraction(quota["num"], quota["den"])}


def test_inputs_stay_and_only_the_outputs_are_added() -> None:
    found = PROGRAM.frame(frame(), outputs=["amount"]).collect()
    assert found.columns == ["staff", "cost", "level", "rate", "on", "amount"]


def test_a_column_that_is_absent_is_unknown_unless_it_is_required() -> None:
    assert PROGRAM.frame(frame().drop("staff"), outputs=["big"]).collect()["big"].null_count() == len(ROWS)
    with pytest.raises(FactErrors, match="cost"):
        PROGRAM.frame(frame().drop("cost"))


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (pl.col("staff").cast(pl.Float64), "staff"),
        (pl.col("cost").cast(pl.String), "cost"),
        ((pl.col("staff") - 100).alias("staff"), "staff"),
        (pl.lit(10**15 + 1).alias("cost"), "cost"),
        (pl.lit(None, dtype=pl.Int64).alias("cost"), "cost"),
        (pl.lit("province").alias("level"), "province"),
        (pl.lit(dt.date(1800, 1, 1)).alias("on"), "on"),
        (pl.lit(dt.datetime(2016, 1, 1)).alias("on"), "on"),  # noqa: DTZ001 - a column of times, refused
    ],
)
def test_columns_that_a_rule_must_not_see_are_refused(change: pl.Expr, name: str) -> None:
    with pytest.raises(FactErrors, match=name):
        PROGRAM.frame(frame().with_columns(change))


def test_unknown_outputs_are_named_with_a_suggestion() -> None:
    with pytest.raises(FactErrors, match="amount"):
        PROGRAM.frame(frame(), outputs=["amuont"])


def test_a_session_recomputes_only_what_depends_on_the_change() -> None:
    session = PROGRAM.incremental(frame())
    before = dict(session.totals)
    change = session.set(cap=1_000)
    assert change.recomputed == ("quota", "amount")
    assert change.totals == {"amount": (before["amount"], 1_000)}
    assert session.answers["amount"].to_list() == [1_000, 0, None]
    assert session.answers.equals(PROGRAM.frame(frame(), {"cap": 1_000}).select(PROGRAM.order).collect())


def test_a_session_keeps_overrides_together_and_can_go_back() -> None:
    session = PROGRAM.incremental(frame(), outputs=["amount"])
    first = session.answers
    session.set(cap=1_000)
    session.set({"least_staff": 5})
    assert session.parameters == {"cap": 1_000, "least_staff": 5}
    expected = PROGRAM.frame(frame(), {"cap": 1_000, "least_staff": 5}).select("amount").collect()
    assert session.answers.equals(expected)
    session.reset()
    assert session.answers.equals(first)


def test_a_refused_change_leaves_the_session_as_it_was() -> None:
    session = PROGRAM.incremental(frame())
    with pytest.raises(FactErrors):
        session.set(cap=0.5)
    assert session.parameters == {}
    assert session.set().recomputed == ()


def test_a_file_larger_than_memory_is_streamed(tmp_path: Any) -> None:
    path = tmp_path / "people.parquet"
    pl.concat([frame()] * 500).write_parquet(path)
    out = tmp_path / "answers.parquet"
    PROGRAM.frame(pl.scan_parquet(path), outputs=["amount"]).sink_parquet(out)
    assert pl.scan_parquet(out).select(pl.col("amount").sum()).collect().item() == 500 * 19_999_999
