"""A decision table of a pack is a name in its expressions, on every engine."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from measures_books import AS_OF, measure, rules

from kaichuang.rules.measures import Rulebook, RuleErrors, evaluate

FACTS = [
    {"code": "staff", "title": "s", "type": "int"},
    {"code": "level", "title": "l", "type": "text", "values": {"county": "c", "city": "y"}},
]
TABLE = {
    "id": "grant", "title": "g", "clause": "X 一", "hit": "unique",
    "inputs": [{"of": "level"}, {"of": "staff"}],
    "outputs": [{"name": "amount", "title": "a", "type": "money", "default": "fen(0)"}],
    "rows": [
        {"when": ["'county'", "-"], "then": ["wan(2)"]},
        {"when": ["'city'", ">= 10"], "then": ["wan(5)"]},
        {"when": ["'city'", "< 10"], "then": ["wan(3)"]},
    ],
}  # fmt: skip


def book(**changes: Any) -> Rulebook:
    table = {**TABLE, **changes}
    return Rulebook.build(
        rules(
            {
                "facts": FACTS,
                "tables": [table],
                "measures": [measure("M1", {"kind": "fixed", "value": "grant"})],
            }
        )
    )


@pytest.mark.parametrize(
    ("level", "staff", "fen"),
    [
        ("county", None, 2_000_000),
        ("city", 10, 5_000_000),
        ("city", 9, 3_000_000),
        ("city", None, None),
        (None, 1, None),
    ],
)
def test_the_row_that_matches_decides_for_a_case_and_a_population(
    level: str | None, staff: int | None, fen: int | None
) -> None:
    rules_ = book()
    assert evaluate(rules_, {"level": level, "staff": staff}, as_of=AS_OF)["M1"].payable_fen == fen
    population = pl.DataFrame(
        {"level": [level], "staff": [staff]}, schema={"level": pl.String, "staff": pl.Int64}
    )
    assert rules_.run(population, as_of=AS_OF, outputs=["m1.payable"]).collect()["m1.payable"].to_list() == [
        fen
    ]


def test_overlapping_rows_of_a_unique_table_are_a_conflict_and_give_nothing() -> None:
    rules_ = book(rows=[*TABLE["rows"], {"when": ["-", "> 100"], "then": ["wan(9)"]}])  # type: ignore[misc]  # a list
    answers = evaluate(rules_, {"level": "city", "staff": 101}, as_of=AS_OF)
    assert answers.known["grant.conflict"] is True
    assert answers["M1"].payable_fen is None


def test_a_cell_that_cannot_be_read_is_placed_at_its_table() -> None:
    with pytest.raises(RuleErrors) as error:
        book(rows=[{"when": ["'county'", "'a',,"], "then": ["wan(2)"]}])
    assert error.value.problems[0].place[:2] == ("tables", "grant")
    with pytest.raises(RuleErrors, match="needs a type"):
        book(inputs=[{"of": "level"}, {"of": "staff + 1"}])
