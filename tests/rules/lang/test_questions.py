"""What is missing, how near a miss is, and how a value came about."""

from __future__ import annotations

import datetime as dt
import json
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaichuang.rules.lang import Definition, FactErrors, Field, Parameter, Program, Type
from kaichuang.rules.lang.trace import SKIPPED

FIELDS = (
    Field("staff", Type.INT, "人", minimum=0),
    Field("hires", Type.INT, "人", minimum=0),
    Field("inside", Type.BOOL),
    Field("insured", Type.BOOL),
    Field("registered", Type.DATE),
    Field("on", Type.DATE, nullable=False),
    Field("level", Type.TEXT, values=("county", "municipal")),
    Field("cost", Type.MONEY, minimum=0),
)
PROGRAM = Program.build(
    FIELDS,
    (Parameter("rate", Type.RATIO, "30/100"),),
    [
        Definition("jobs", "hires / staff >= CASE WHEN staff > 100 THEN pct(15) ELSE pct(25) END"),
        Definition("young", "months_between(registered, on) <= 18"),
        Definition("fit", "inside AND (jobs OR level = 'municipal') AND young"),
        Definition("insured_or_not", "coalesce(insured, FALSE) AND inside"),
        Definition("amount", "CASE WHEN fit THEN share(cost, rate, 'down') ELSE 0 END"),
    ],
)
ON = dt.date(2016, 9, 10)


def sets(*names: str) -> set[frozenset[str]]:
    return {frozenset(name.split()) for name in names}


def test_missing_gives_every_smallest_set_that_could_make_it_true() -> None:
    missing = PROGRAM.missing("fit", {"on": ON, "inside": True})
    assert missing.value is None
    assert set(missing.to_hold) == sets("level registered", "hires staff registered")
    assert missing.smallest == frozenset({"level", "registered"})
    assert set(missing.to_decide) == sets("registered", "hires level staff")


def test_a_false_part_ends_the_question() -> None:
    missing = PROGRAM.missing("fit", {"on": ON, "inside": False})
    assert missing.value is False
    assert missing.to_hold == ()
    assert missing.to_decide == (frozenset(),)


def test_an_amount_asks_only_for_what_the_taken_branch_reads() -> None:
    known = {"on": ON, "inside": True, "level": "municipal", "registered": ON}
    assert PROGRAM.missing("amount", known).to_decide == (frozenset({"cost"}),)
    assert PROGRAM.missing("amount", {**known, "inside": False}).to_decide == (frozenset(),)


def test_a_default_for_the_unknown_still_names_the_fact_that_could_help() -> None:
    missing = PROGRAM.missing("insured_or_not", {"on": ON, "inside": True})
    assert missing.value is False
    assert missing.to_hold == (frozenset({"insured"}),)


def test_a_fact_that_the_question_does_not_read_is_not_asked_for() -> None:
    fields = (Field("a", Type.BOOL), Field("b", Type.BOOL, nullable=False))
    program = Program.build(fields, (), [Definition("x", "a"), Definition("y", "b")])
    assert program.missing("x", {}).smallest == frozenset({"a"})
    assert program.traced(["x"])({"a": True}).inputs == {"a": True}
    assert program.case(["x"])({}) == {"x": None}
    with pytest.raises(FactErrors):
        program.case(["y"])({})


def test_a_division_by_zero_cannot_be_mended_by_another_fact() -> None:
    assert PROGRAM.missing("jobs", {"on": ON, "staff": 0}).to_hold == ()


BOOLS = ("a", "b", "c", "d")
SMALL = tuple(Field(name, Type.BOOL) for name in BOOLS)


@st.composite
def conditions(draw: st.DrawFn, depth: int = 3) -> str:
    """A condition over four truth values, each used at most once, so that every part is free."""
    names = list(draw(st.permutations(BOOLS)))

    def write(level: int) -> str:
        if not names:
            return draw(st.sampled_from(("TRUE", "FALSE")))
        if level == 0 or draw(st.booleans()):
            return names.pop()
        kind = draw(st.sampled_from(("AND", "OR", "NOT")))
        return (
            f"(NOT {write(level - 1)})"
            if kind == "NOT"
            else f"({write(level - 1)} {kind} {write(level - 1)})"
        )

    return write(depth)


@settings(max_examples=150, deadline=None)
@given(
    source=conditions(), known=st.fixed_dictionaries({n: st.sampled_from((None, True, False)) for n in BOOLS})
)
def test_missing_agrees_with_trying_everything(source: str, known: dict[str, Any]) -> None:
    program = Program.build(SMALL, (), [Definition("x", source)])
    run = program.case()
    unknown = [name for name in BOOLS if known[name] is None]

    def can(names: frozenset[str], wanted: tuple[bool, ...]) -> bool:
        tries = product((True, False), repeat=len(names))
        return any(run({**known, **dict(zip(names, t, strict=True))})["x"] in wanted for t in tries)

    subsets = [
        frozenset(n for n, keep in zip(unknown, m, strict=True) if keep)
        for m in product((0, 1), repeat=len(unknown))
    ]
    missing = program.missing("x", known)
    for found, wanted in ((missing.to_hold, (True,)), (missing.to_decide, (True, False))):
        able = [s for s in subsets if can(s, wanted)]
        assert set(found) == {s for s in able if not any(other < s for other in able)}


FACTS = {
    "on": ON,
    "inside": True,
    "staff": 40,
    "hires": 8,
    "level": "county",
    "registered": dt.date(2015, 3, 10),
    "cost": 66_666_666,
}


def test_a_near_miss_says_how_many_more() -> None:
    misses = {miss.fact: miss for miss in PROGRAM.near_misses("fit", FACTS)}
    assert (misses["hires"].needed, misses["hires"].distance, misses["hires"].enough) == (10, 2, True)
    assert (misses["staff"].needed, misses["staff"].distance) == (32, -8)
    assert misses["level"].needed == "municipal"
    assert misses["hires"].unit == "人"
    assert misses["hires"].condition.startswith("hires / staff >=")


def test_a_near_miss_counts_days() -> None:
    facts = {**FACTS, "hires": 10, "on": dt.date(2016, 9, 12)}
    misses = {miss.fact: miss for miss in PROGRAM.near_misses("fit", facts)}
    assert misses["on"].distance == -2
    assert misses["on"].needed == ON


def test_a_change_that_is_not_enough_says_so() -> None:
    facts = {**FACTS, "on": dt.date(2016, 9, 12)}
    assert not any(miss.enough for miss in PROGRAM.near_misses("fit", facts))


def test_a_condition_that_holds_has_no_near_miss() -> None:
    assert PROGRAM.near_misses("fit", {**FACTS, "hires": 10}) == ()
    with pytest.raises(FactErrors):
        PROGRAM.near_misses("amount", FACTS)


def test_the_trace_shows_values_branches_and_what_was_not_reached() -> None:
    trace = PROGRAM.traced(["amount"])({**FACTS, "hires": 10})
    assert trace.outputs == {"amount": 19_999_999}
    assert trace.inputs["staff"] == 40
    explanation = trace.explain("amount")
    assert explanation.inputs == {
        "fit": True,
        "cost": 66_666_666,
        "rate": trace.explain("amount").inputs["rate"],
    }
    (case,) = explanation.steps
    assert case.branch is not None
    assert case.branch.taken == 0
    assert [part.text for part in case.parts] == ["fit", "share(cost, rate, 'down')"]
    (fit,) = trace.explain("fit").steps
    assert [part.value for part in fit.parts] == [True, True, True]
    either = fit.parts[1]
    assert either.parts[1].value is SKIPPED


def test_the_trace_is_plain_data_without_floats() -> None:
    written = json.dumps(PROGRAM.traced()(FACTS).plain(), ensure_ascii=False)

    def refuse(text: str) -> float:
        raise AssertionError(text)

    read = json.loads(written, parse_float=refuse)
    assert read["values"]["fit"] is False
    assert read["inputs"]["registered"] == "2015-03-10"
    jobs = read["steps"]["jobs"][0]
    assert jobs["parts"][0] == {
        "text": "hires / staff",
        "value": "1/5",
        "parts": [{"text": "hires", "value": 8}, {"text": "staff", "value": 40}],
    }
