"""A population with tables of rows gives, cell by cell, the answers of one case at a time. NULLs included."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from measures_books import AS_OF, NAMES, book, facts_of, plain

from kaichuang.rules.measures import Rulebook, evaluate
from kaichuang.rules.measures.sample import Draw, people, tables
from kaichuang.rules.measures.stacked import best_of

SIZE = 40
OPEN = {"ratio": Fraction(1, 3), "money": 1_234_567, "int": 7, "bool": True, "date": dt.date(2019, 1, 31)}


@st.composite
def choices(draw: st.DrawFn, rules: Rulebook) -> dict[str, Any]:
    """Other readings than the default ones, and figures for what the text leaves open."""
    chosen: dict[str, Any] = {}
    for reading in rules.rules.readings:
        if reading.choices:
            chosen[reading.name] = draw(st.sampled_from(sorted(reading.choices)))
        elif reading.type == "bool":
            chosen[reading.name] = draw(st.booleans())
    for name, figure in rules.compiled.unset.items():
        if draw(st.booleans()) and figure.type in OPEN:
            chosen[name] = OPEN[figure.type]
    return chosen


def cells(rules: Rulebook, seed: int, unknown: int, chosen: dict[str, Any], size: int = SIZE) -> int:
    """Compare every definition and every award of a drawn population; the number of cells compared."""
    draw = Draw(seed, AS_OF, unknown=unknown)
    population = people(rules, size, draw).collect()
    rows = {code: table.collect() for code, table in tables(rules, size, draw).items()}
    names = rules.program.order
    asked = rules.run(population, as_of=AS_OF, tables=rows, settings=chosen, outputs=names, stacked=True)
    compared = 0
    for row, found in zip(
        population.iter_rows(named=True), asked.collect(engine="streaming").iter_rows(named=True), strict=True
    ):
        facts = facts_of(row, rows)
        answers = evaluate(rules, facts, as_of=AS_OF, settings=chosen)
        values = answers.trace.values
        different = {n: (plain(found[n]), values[n]) for n in names if plain(found[n]) != values[n]}
        assert not different, (seed, facts)
        choice = best_of(answers)
        granted = {kept.award.measure: kept.fen for kept in choice.kept}
        for id_, plan in rules.plans.items():
            if plan.payable is not None:
                assert found[f"{plan.symbol}.granted"] == granted.get(id_, 0), (seed, id_, facts)
        assert found["granted"] == choice.total_fen
        compared += len(names) + len(choice.kept) + 1
    return compared


@pytest.mark.parametrize("name", [*NAMES, "everything"])
def test_a_population_and_a_single_case_agree_to_the_fen(name: str) -> None:
    rules = book(name)
    compared = 0

    @settings(max_examples=12 if name in NAMES else 40, deadline=None, derandomize=True,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.integers(0, 2**31), st.sampled_from([0, 5, 30]), choices(rules))
    def agree(seed: int, unknown: int, chosen: dict[str, Any]) -> None:
        nonlocal compared
        compared += cells(rules, seed, unknown, chosen)

    agree()
    assert compared > 10_000


def test_a_case_without_rows_has_none_and_a_table_not_given_is_unknown() -> None:
    rules = book("everything")
    population = pl.DataFrame(
        {"case": ["a", "b", "c"], "limit": [100, 100, None], "papers_known": [True, True, False]}
    )
    papers = pl.DataFrame({"case": ["b"], "number": ["1"], "amount": [7], "good": [True]})
    run = rules.run(population, as_of=AS_OF, tables={"papers": papers}, outputs=["m6.amount"])
    assert rules.table_of("best_fine") == "papers"
    taken = prepared(rules, population, {"papers": papers})
    assert taken["total"].to_list() == [0, 7, None]
    assert taken["count"].to_list() == [0, 1, None]
    assert taken["any_good"].to_list() == [False, True, None]
    assert taken["all_good"].to_list() == [True, True, None]
    assert taken["low"].to_list() == [None, 7, None]
    assert taken["best_sum"].to_list() == [0, 7, None]
    assert run.collect()["case"].to_list() == ["a", "b", "c"]
    unknown = rules.run(population, as_of=AS_OF, outputs=["m6.amount"]).collect()
    assert unknown["m6.amount"].to_list() == [None, None, None]


def prepared(rules: Rulebook, population: pl.DataFrame, rows: dict[str, pl.DataFrame]) -> pl.DataFrame:
    from kaichuang.rules.measures.population import prepare

    return prepare(rules, population.lazy(), as_of=AS_OF, tables=rows).collect()


def test_a_total_given_directly_goes_before_its_rows() -> None:
    rules = book("everything")
    population = pl.DataFrame({"case": [1, 2], "limit": [100, 100], "total": [None, 5]})
    papers = pl.DataFrame({"case": [1, 2], "number": ["1", "1"], "amount": [7, 7]})
    assert prepared(rules, population, {"papers": papers})["total"].to_list() == [7, 5]


def test_rows_of_nobody_and_repeated_cases_are_refused() -> None:
    from kaichuang.rules.lang import FactErrors

    rules = book("everything")
    papers = pl.DataFrame({"case": [1, 9], "amount": [7, 7]})
    with pytest.raises(FactErrors, match="1 rows of papers belong to no case"):
        rules.run(pl.DataFrame({"case": [1]}), as_of=AS_OF, tables={"papers": papers})
    with pytest.raises(FactErrors, match="repeats a case"):
        rules.run(pl.DataFrame({"case": [1, 1, 9]}), as_of=AS_OF, tables={"papers": papers})
    with pytest.raises(FactErrors, match="no table “invoice”"):
        rules.run(pl.DataFrame({"case": [1]}), as_of=AS_OF, tables={"invoice": papers})
    with pytest.raises(FactErrors, match="names the case"):
        rules.run(pl.DataFrame({"case": [1]}), as_of=AS_OF, tables={"papers": papers.drop("case")})


def test_a_sum_that_leaves_the_bounds_is_refused_and_never_wrapped() -> None:
    rules = book("everything")
    limit = 10**15
    papers = pl.DataFrame({"case": [1] * 3, "number": ["1", "2", "3"], "amount": [limit] * 3})
    population = pl.DataFrame({"case": [1], "limit": [limit]})
    with pytest.raises(pl.exceptions.InvalidOperationError):
        rules.run(population, as_of=AS_OF, tables={"papers": papers}).collect()


def test_the_same_seed_draws_the_same_rows_for_every_size() -> None:
    rules = book("everything")
    small, large = (people(rules, size, Draw(3, AS_OF)).collect() for size in (5, 50))
    assert small.equals(large.head(5))
    assert not small.equals(people(rules, 5, Draw(4, AS_OF)).collect())
