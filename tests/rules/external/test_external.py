"""The translator of foreign fixtures, on two small ones of our own: it passes what agrees and reports what does not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from bench.rules.external import dmn, zen
from bench.rules.external.cells import cell
from bench.rules.external.translate import expression
from bench.rules.external.verdict import NotCovered, Outcome, Verdict, tally

ROOT = Path(__file__).resolve().parents[3]

MODEL = """<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/DMN/20180521/MODEL/" name="desks">
  <inputData name="Seats"><variable name="Seats" typeRef="number"/></inputData>
  <inputData name="Kind"><variable name="Kind" typeRef="string"/></inputData>
  <decision name="Fee"><decisionTable hitPolicy="{policy}" {more}>
    <input><inputExpression typeRef="number"><text>Seats</text></inputExpression></input>
    <input><inputExpression typeRef="string"><text>Kind</text></inputExpression></input>
    <output typeRef="number"/>
    <rule><inputEntry><text>[1..10)</text></inputEntry><inputEntry><text>not("guest","team")</text></inputEntry>
      <outputEntry><text>50</text></outputEntry></rule>
    <rule><inputEntry><text>&gt;= 5</text></inputEntry><inputEntry><text>-</text></inputEntry>
      <outputEntry><text>20</text></outputEntry></rule>
  </decisionTable></decision>
</definitions>"""
CASE = """<testCase id="{id}"><inputNode name="Seats"><value>{seats}</value></inputNode>
<inputNode name="Kind"><value>{kind}</value></inputNode>
<resultNode name="Fee"><expected><value>{fee}</value></expected></resultNode></testCase>"""


def model(folder: Path, policy: str, *cases: tuple[int, str, int], more: str = "") -> list[Verdict]:
    (folder / "desks.dmn").write_text(MODEL.format(policy=policy, more=more), encoding="utf-8")
    written = "".join(
        CASE.format(id=at, seats=seats, kind=kind, fee=fee) for at, (seats, kind, fee) in enumerate(cases)
    )
    tests = f'<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase">{written}</testCases>'
    (folder / "desks-test.xml").write_text(tests, encoding="utf-8")
    return list(dmn.verdicts(folder))


def test_a_dmn_table_passes_where_the_answers_agree(tmp_path: Path) -> None:
    found = model(tmp_path, "FIRST", (5, "maker", 50), (5, "guest", 20), (10, "maker", 20))
    assert [verdict.outcome for verdict in found] == [Outcome.PASSED] * 3


def test_an_aggregated_dmn_table_sums_the_rows_that_match(tmp_path: Path) -> None:
    found = model(tmp_path, "COLLECT", (5, "maker", 70), (1, "maker", 50), more='aggregation="SUM"')
    assert [verdict.outcome for verdict in found] == [Outcome.PASSED] * 2


def test_a_wrong_expectation_is_reported_as_different(tmp_path: Path) -> None:
    found = model(tmp_path, "FIRST", (5, "maker", 51), (5, "maker", 50))
    assert [verdict.outcome for verdict in found] == [Outcome.DIFFERENT, Outcome.PASSED]
    assert tally(found)[0].different.total() == 1


def test_rows_of_a_unique_table_that_overlap_do_not_pass(tmp_path: Path) -> None:
    (found,) = model(tmp_path, "UNIQUE", (5, "maker", 50))
    assert found.outcome is Outcome.DIFFERENT


def test_zen_rows_pass_differ_or_say_why_they_do_not_apply(tmp_path: Path) -> None:
    rows = [
        "expression (string);input (json 5);output (json 5)",
        "# seats",
        "seats > 4 ? 'many' : 'few';{seats: 5};'many'",
        "1 + 2;;4",
        "map([1, 2], # * 2);;[2, 4]",
        "2 ^ 3;;8",
    ]
    (tmp_path / "standard.csv").write_text("\n".join(rows), encoding="utf-8")
    found = list(zen.verdicts(tmp_path))
    assert [verdict.outcome.name for verdict in found] == [
        "PASSED",
        "DIFFERENT",
        "NOT_COVERED",
        "NOT_COVERED",
    ]
    assert len({verdict.reason for verdict in found[2:]}) == 2


def test_a_zen_graph_of_tables_runs_and_an_absent_value_is_told_apart(tmp_path: Path) -> None:
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": "i", "field": "desk.kind"}, {"id": "j", "field": "seats"}],
        "outputs": [{"id": "o", "field": "fee"}],
        "rules": [{"i": '"team"', "j": "> 4", "o": "20"}, {"i": "", "j": "", "o": "50"}],
    }
    graph = {
        "tests": [
            {"input": {"desk": {"kind": "team"}, "seats": 5}, "output": {"fee": 20}},
            {"input": {"desk": {"kind": "team"}, "seats": 4}, "output": {"fee": 50}},
            {"input": {"seats": 5}, "output": {"fee": 50}},
        ],
        "nodes": [
            {"id": "a", "type": "inputNode"},
            {"id": "b", "type": "decisionTableNode", "content": table},
            {"id": "c", "type": "outputNode"},
        ],
        "edges": [{"sourceId": "a", "targetId": "b"}, {"sourceId": "b", "targetId": "c"}],
    }
    (tmp_path / "desks.json").write_text(json.dumps(graph), encoding="utf-8")
    found = list(zen.verdicts(tmp_path))
    assert [verdict.outcome.name for verdict in found] == ["PASSED", "PASSED", "DIFFERENT"]
    assert found[2].reason == zen.UNKNOWN


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        ("", "-"),
        ("-", "-"),
        ('"High","Low"', "'High', 'Low'"),
        (">=18", ">= 18"),
        ("[500..1_000)", "[500..1000)"),
        ("]1..5]", "]1..5]"),
        ('not("a")', "not('a')"),
        ("> 5 and < 10", "((? > 5) AND (? < 10))"),
        ("not in [1..5]", "NOT (? >= 1 AND ? <= 5)"),
        ("> d('2024-01-01')", "> DATE '2024-01-01'"),
    ],
)
def test_cells_are_translated(foreign: str, ours: str) -> None:
    assert cell(foreign) == ours


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        ("a == 'x' and not b", "((in_a = 'x') AND (NOT in_b))"),
        ("order.total ?? 0", "coalesce(in_order_total, 0)"),
        ("x ? 1 : 2", "CASE WHEN in_x THEN 1 ELSE 2 END"),
        ("max([a, 3])", "greatest(in_a, 3)"),
        ("d('2023-10-15').sub(1, 'M').year()", "year(add_months(DATE '2023-10-15', -1))"),
    ],
)
def test_expressions_are_translated(foreign: str, ours: str) -> None:
    assert expression(foreign) == ours


@pytest.mark.parametrize("foreign", ["`a`", "{a: 1}", "items[0]", "rand(3)", "d('2023-10-15', 'Asia/Tokyo')"])
def test_what_has_no_counterpart_is_refused_with_a_reason(foreign: str) -> None:
    with pytest.raises(NotCovered, match=r"\w"):
        expression(foreign)


def test_the_command_says_politely_that_there_are_no_fixtures(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.rules.external", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "No fixtures" in done.stdout
