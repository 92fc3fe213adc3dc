"""Decision tables: the hit policies of DMN, conflicts as values, and what the analysis finds."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from kaichuang.rules.lang import Field, Program, Type
from kaichuang.rules.tables import (
    Aggregation,
    CellError,
    DecisionTable,
    HitPolicy,
    Input,
    Output,
    Rule,
    analyse,
    definitions,
    hits,
)

FIELDS = (
    Field("level", Type.TEXT, values=("county", "municipal", "provincial")),
    Field("staff", Type.INT, minimum=0),
    Field("day", Type.DATE),
    Field("cost", Type.MONEY, minimum=0),
)
LEVEL = Input("level", Type.TEXT, values=("county", "municipal", "provincial"))
STAFF = Input("staff", Type.INT, minimum=0)
AMOUNT = Output("amount", Type.MONEY)


def table(*rows: tuple[str, str, str], policy: HitPolicy = HitPolicy.UNIQUE, **more: Any) -> DecisionTable:
    rules = tuple(Rule((level, staff), (amount,)) for level, staff, amount in rows)
    outputs = (more.pop("output", AMOUNT),)
    return DecisionTable("grant", (LEVEL, STAFF), outputs, rules, policy, **more)


def run(made: DecisionTable, **facts: Any) -> dict[str, Any]:
    program = Program.build(FIELDS, (), definitions(made))
    answers = program.case()(facts)
    schema = {"level": pl.String, "staff": pl.Int64, "day": pl.Date, "cost": pl.Int64}
    population = pl.DataFrame([{name: facts.get(name) for name in schema}], schema=schema)
    assert program.frame(population).collect().select(program.order).row(0, named=True) == answers
    return answers


TIERS = (
    ("'county'", "-", "wan(20)"),
    ("'municipal'", ">= 10", "wan(30)"),
    ("'municipal'", "< 10", "wan(25)"),
)


def test_unique_answers_with_the_row_that_matches() -> None:
    assert run(table(*TIERS), level="municipal", staff=10)["grant"] == 30_000_000
    assert run(table(*TIERS), level="municipal", staff=9)["grant"] == 25_000_000


def test_a_fact_that_cannot_change_the_answer_may_be_unknown() -> None:
    assert run(table(*TIERS), level="county")["grant"] == 20_000_000


def test_an_unknown_fact_that_matters_leaves_the_answer_unknown() -> None:
    answers = run(table(*TIERS), level="municipal")
    assert answers["grant"] is None
    assert hits(table(*TIERS), answers).unknown == (2, 3)


def test_no_matching_row_gives_the_default() -> None:
    output = Output("amount", Type.MONEY, default="0")
    assert run(table(*TIERS), level="provincial", staff=1)["grant"] is None
    assert run(table(*TIERS, output=output), level="provincial", staff=1)["grant"] == 0


def test_a_row_may_leave_its_output_unknown() -> None:
    made = table(("'county'", "-", "NULL"), ("-", "-", "wan(20)"), policy=HitPolicy.FIRST)
    assert run(made, level="county", staff=1)["grant"] is None
    assert run(made, level="municipal", staff=1)["grant"] == 20_000_000


def test_unique_reports_a_conflict_with_its_rows_and_answers_nothing() -> None:
    made = table(("'county'", ">= 10", "wan(20)"), ("-", ">= 20", "wan(30)"))
    answers = run(made, level="county", staff=20)
    assert answers["grant"] is None
    assert answers["grant.conflict"] is True
    assert hits(made, answers).rows == (1, 2)


def test_any_accepts_equal_outputs_and_reports_different_ones() -> None:
    made = table(
        ("'county'", "-", "wan(20)"),
        ("-", ">= 10", "wan(20)"),
        ("-", ">= 50", "wan(30)"),
        policy=HitPolicy.ANY,
    )
    assert run(made, level="county", staff=10)["grant"] == 20_000_000
    answers = run(made, level="county", staff=50)
    assert (answers["grant"], answers["grant.conflict"]) == (None, True)


def test_first_takes_the_first_row_and_stays_unknown_behind_an_unknown_one() -> None:
    made = table(("-", "> 100", "wan(1)"), ("'county'", "-", "wan(2)"), policy=HitPolicy.FIRST)
    assert run(made, level="county", staff=101)["grant"] == 1_000_000
    assert run(made, level="county", staff=100)["grant"] == 2_000_000
    assert run(made, level="county")["grant"] is None


def test_priority_follows_the_output_values_not_the_rows() -> None:
    output = Output("amount", Type.MONEY, values=("wan(30)", "wan(20)"))
    made = table(
        ("-", ">= 1", "wan(20)"), ("'county'", "-", "wan(30)"), policy=HitPolicy.PRIORITY, output=output
    )
    assert run(made, level="county", staff=5)["grant"] == 30_000_000
    assert run(made, level="municipal", staff=5)["grant"] == 20_000_000


@pytest.mark.parametrize(
    ("aggregation", "answer"),
    [
        (Aggregation.SUM, 6_000_000),
        (Aggregation.MIN, 1_000_000),
        (Aggregation.MAX, 5_000_000),
    ],
)
def test_collect_aggregates_the_matching_rows(aggregation: Aggregation, answer: int) -> None:
    rows = (("-", ">= 10", "wan(1)"), ("-", ">= 1000", "wan(9)"), ("'county'", "-", "wan(5)"))
    made = table(*rows, policy=HitPolicy.COLLECT, aggregation=aggregation)
    assert run(made, level="county", staff=20)["grant"] == answer
    assert run(made, level="municipal", staff=1)["grant"] is None
    assert run(made, level="county")["grant"] is None


def test_collect_counts_matching_rows() -> None:
    output = Output("amount", Type.INT)
    rows = (("-", ">= 10", "1"), ("'county'", "-", "1"))
    made = table(*rows, policy=HitPolicy.COLLECT, aggregation=Aggregation.COUNT, output=output)
    assert run(made, level="county", staff=20)["grant"] == 2
    assert run(made, level="municipal", staff=1)["grant"] == 0


@pytest.mark.parametrize(
    ("policy", "rows"),
    [(HitPolicy.RULE_ORDER, (1, 2)), (HitPolicy.OUTPUT_ORDER, (2, 1)), (HitPolicy.COLLECT, (1, 2))],
)
def test_lists_come_in_the_policys_order(policy: HitPolicy, rows: tuple[int, ...]) -> None:
    output = Output("amount", Type.MONEY, values=("wan(5)", "wan(1)"))
    made = table(("-", ">= 10", "wan(1)"), ("'county'", "-", "wan(5)"), policy=policy, output=output)
    found = hits(made, run(made, level="county", staff=20))
    assert found.rows == rows
    assert len(found.values) == 2


@pytest.mark.parametrize(
    ("cell", "met", "unmet"),
    [
        ("[1..10]", (1, 10), (0, 11)),
        ("(1..10)", (2, 9), (1, 10)),
        ("]1..10]", (10,), (1,)),
        ("[1..10[", (1,), (10,)),
        ("1, 5, > 100", (1, 5, 101), (2, 100)),
        ("not(1, 5)", (2,), (1, 5)),
        ("<> 3", (2,), (3,)),
        ("? * 2 > 20", (11,), (10,)),
        ("5", (5,), (6,)),
    ],
)
def test_cells_read_like_unary_tests(cell: str, met: tuple[int, ...], unmet: tuple[int, ...]) -> None:
    made = table(("-", cell, "wan(1)"))
    assert all(run(made, staff=n)["grant.row1"] is True for n in met)
    assert all(run(made, staff=n)["grant.row1"] is False for n in unmet)


def test_a_null_cell_matches_what_is_unknown() -> None:
    made = table(("-", "null", "wan(1)"))
    assert run(made)["grant"] == 1_000_000


def test_analysis_finds_overlap_and_gap_at_a_boundary() -> None:
    made = table(("-", "<= 10", "wan(1)"), ("-", ">= 10", "wan(2)"), ("-", "> 100", "wan(3)"))
    found = analyse(made)
    assert {finding.rows for finding in found if finding.kind == "overlap"} == {(1, 2), (2, 3)}
    gap = analyse(table(("-", "< 100", "wan(1)"), ("-", "> 100", "wan(2)")))
    assert any("staff = 100" in finding.en for finding in gap if finding.kind == "gap")


def test_analysis_finds_uncovered_words_and_is_silent_about_a_whole_table() -> None:
    (gap,) = analyse(table(*TIERS))
    assert gap.en == "no row covers level = 'provincial'"
    whole = table(*TIERS, ("'provincial'", "-", "wan(40)"))
    assert analyse(whole) == ()


def test_analysis_finds_rows_that_never_decide() -> None:
    made = table(("-", ">= 10", "wan(1)"), ("'county'", ">= 20", "wan(2)"), policy=HitPolicy.FIRST)
    assert [f.rows for f in analyse(made) if f.kind == "unreachable"] == [(2,)]
    assert [f.kind for f in analyse(table(("-", "(5..5)", "wan(2)"))) if f.rows] == ["empty"]


def test_analysis_reads_dates_and_money() -> None:
    day, cost = Input("day", Type.DATE), Input("cost", Type.MONEY, minimum=0)
    rows = (
        Rule(("<= DATE '2018-12-31'", "-"), ("1",)),
        Rule(("> DATE '2018-12-31'", "< wan(20)"), ("2",)),
    )
    found = analyse(DecisionTable("t", (day, cost), (Output("n", Type.INT),), rows))
    assert [f.kind for f in found] == ["gap", "gap"]
    assert "¥200000.00" in found[0].en


def test_a_condition_that_cannot_be_analysed_is_named() -> None:
    assert [f.kind for f in analyse(table(("-", "? * 2 > 5", "wan(1)")))] == ["open"]


def test_a_long_table_runs() -> None:
    rows = [("-", str(number), f"wan({number})") for number in range(1, 301)]
    made = table(*rows)
    assert run(made, staff=299)["grant"] == 299_000_000
    assert [f.kind for f in analyse(made) if f.kind == "overlap"] == []


def test_bad_tables_are_refused() -> None:
    with pytest.raises(ValueError, match="单元格数"):
        DecisionTable("t", (LEVEL,), (AMOUNT,), (Rule(("-", "-"), ("1",)),))
    with pytest.raises(ValueError, match="优先级"):
        table(("-", "-", "1"), policy=HitPolicy.PRIORITY)
    with pytest.raises(CellError):
        definitions(table(("-", "1,,2", "wan(1)")))


def test_inputs_may_be_expressions() -> None:
    due = Input("add_months(day, 18)", Type.DATE)
    made = DecisionTable("t", (due,), (Output("n", Type.INT),), (Rule((">= DATE '2016-09-10'",), ("1",)),))
    assert run(made, day=dt.date(2015, 3, 10))["t"] == 1
    assert run(made, day=dt.date(2015, 3, 9))["t"] is None
