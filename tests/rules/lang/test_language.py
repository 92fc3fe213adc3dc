"""What the language accepts, refuses and says about it."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from kaichuang.rules.lang import Definition, FactErrors, Field, LanguageErrors, Parameter, Program, Type

FIELDS = (
    Field("staff", Type.INT, "人", minimum=0),
    Field("area", Type.INT, "平方米", minimum=0),
    Field("cost", Type.MONEY),
    Field("share_of_sales", Type.RATIO),
    Field("level", Type.TEXT, values=("county", "municipal")),
    Field("opened", Type.DATE),
    Field("inside", Type.BOOL),
)
PARAMETERS = (Parameter("rate", Type.RATIO, "3/10"), Parameter("cap", Type.MONEY, 20_000_000))


def build(*sources: str, **named: str) -> Program:
    definitions = [Definition(f"x{n}", source) for n, source in enumerate(sources)]
    definitions += [Definition(name, source) for name, source in named.items()]
    return Program.build(FIELDS, PARAMETERS, definitions)


def answer(source: str, **facts: Any) -> Any:
    return build(source).case()(facts)["x0"]


@pytest.mark.parametrize(
    ("source", "code", "suggestion"),
    [
        ("stuff > 1", "unknown_name", "staff"),
        ("leest(cost, cap)", "unknown_function", "least"),
        ("level = 'conty'", "vocabulary", "county"),
        ("staff > area", "unit", None),
        ("staff + cost > cap", "mixed", None),
        ("cost * cost > cap", "unsupported", None),
        ("cost * share_of_sales", "unsupported", "share(amount, ratio, 'down')"),
        ("cost / staff > rate", "mixed", "share(amount, ratio(1, n), 'down')"),
        ("cost = NULL", "null", "IS NULL"),
        ("cast(cost AS INT)", "syntax", None),
        ("cost::int", "unsupported", None),
        ("opened > '2016-09-20'", "mixed", None),
        ("DATE '2016-13-01'", "value", "DATE '2016-09-20'"),
        ("opened + 3", "type", "add_days(date, n), add_months(date, n)"),
        ("share(cost, rate)", "arity", "share(amount, ratio, 'down', unit)"),
        ("share(cost, rate, 'nearest')", "constant", "'down' | 'up' | 'half_up' | 'half_even'"),
        ("yuan('1.234')", "value", None),
        ("level > 'county'", "unsupported", "=, <>, IN"),
        ("level LIKE 'c%'", "syntax", None),
        ("staff IN (SELECT 1)", "syntax", None),
        ("staff AND inside", "type", None),
        ("CASE WHEN inside THEN 1 ELSE cost END", "mixed", None),
        ("(staff +", "syntax", None),
        ("staff; area", "unsupported", None),
        ("NULL", "untyped", None),
        ("inside || level", "unsupported", None),
        ("add_days(opened, area)", "calendar", None),
        ("area * area * area * area * area * area > 1", "overflow", None),
    ],
)
def test_what_is_not_understood_is_refused_with_a_place_and_a_hint(
    source: str, code: str, suggestion: str | None
) -> None:
    with pytest.raises(LanguageErrors) as caught:
        build(source)
    problem = caught.value.problems[0]
    assert problem.code == code
    assert problem.definition == "x0"
    assert problem.zh
    assert problem.en
    if suggestion is not None:
        assert problem.suggestion == suggestion


def test_all_problems_come_at_once_with_line_and_column() -> None:
    with pytest.raises(LanguageErrors) as caught:
        build("staff > 1\n  AND stuff > 2 AND leval = 'x'", "x2", "x1", "costs > 1")
    found = {(p.definition, p.code, p.line, p.column) for p in caught.value.problems}
    assert ("x0", "unknown_name", 2, 7) in found
    assert ("x0", "unknown_name", 2, 21) in found
    assert ("x3", "unknown_name", 1, 1) in found
    assert {p.code for p in caught.value.problems if p.definition in ("x1", "x2")} == {"cycle"}


def test_the_span_covers_the_wrong_part() -> None:
    source = "inside AND least(cost, staff) > cap"
    with pytest.raises(LanguageErrors) as caught:
        build(source)
    span = caught.value.problems[0].span
    assert span is not None
    assert source[span.start : span.end] == "least(cost, staff)"


def test_names_are_unique_across_facts_parameters_and_definitions() -> None:
    with pytest.raises(LanguageErrors, match="declared twice"):
        Program.build(FIELDS, PARAMETERS, [Definition("staff", "1"), Definition("cap", "2")])


def test_names_may_be_dotted_quoted_chinese_or_words_of_sql() -> None:
    fields = (Field("场地面积", Type.INT), Field("grant", Type.INT), Field("order", Type.INT))
    names = [
        Definition("NH-M4.amount", "场地面积 + grant"),
        Definition("all.of.it", '"NH-M4".amount + "order"'),
    ]
    program = Program.build(fields, (), names)
    assert program.case()({"场地面积": 1, "grant": 2, "order": 3})["all.of.it"] == 6


def test_a_definitions_declared_type_is_checked() -> None:
    with pytest.raises(LanguageErrors):
        Program.build(FIELDS, PARAMETERS, [Definition("x", "staff > 1", Type.MONEY)])
    assert Program.build(FIELDS, PARAMETERS, [Definition("x", "0", Type.MONEY)]).type_of("x") is Type.MONEY


def test_order_levels_and_dependencies() -> None:
    program = build(c="b > cap", a="share(cost, rate, 'down')", b="a + a")
    assert program.levels == (("a",), ("b",), ("c",))
    assert program.depends_on("c") == {"a", "b", "cap", "cost", "rate"}
    assert program.affected_by("rate") == ("a", "b", "c")
    assert program.affected_by("cap") == ("c",)
    assert program.uses("b") == {"a"}
    assert program.type_of("c") is Type.BOOL
    assert program.source_of("b") == "a + a"
    assert [field.name for field in program.fields_of(["a"])] == ["cost"]


def test_parameters_can_be_overridden_and_are_checked() -> None:
    run = build("least(share(cost, rate, 'down'), cap)").case()
    assert run({"cost": 1_000})["x0"] == 300
    assert run({"cost": 1_000}, {"rate": "1/2"})["x0"] == 500
    assert run({"cost": 1_000}, {"rate": Fraction(1, 2), "cap": 7})["x0"] == 7
    with pytest.raises(FactErrors, match="cap"):
        run({}, {"cup": 1})
    with pytest.raises(FactErrors):
        run({}, {"rate": 0.3})
    with pytest.raises(FactErrors):
        run({}, {"cap": None})


@pytest.mark.parametrize(
    "facts",
    [
        {"staff": 1.0},
        {"staff": True},
        {"staff": "3"},
        {"staff": -1},
        {"cost": 10**15 + 1},
        {"inside": 1},
        {"level": "national"},
        {"opened": dt.datetime(2016, 1, 1, tzinfo=dt.UTC)},
        {"opened": dt.date(1899, 12, 31)},
        {"share_of_sales": 0.5},
    ],
)
def test_facts_of_a_wrong_type_or_out_of_bounds_are_refused(facts: dict[str, Any]) -> None:
    program = build(
        "staff > 1 OR cost > cap OR inside OR level = 'county' OR opened > opened OR share_of_sales > 1"
    )
    for run in (program.case(), program.traced()):
        with pytest.raises(FactErrors):
            run(facts)


def test_all_refused_facts_are_named_at_once() -> None:
    with pytest.raises(FactErrors) as caught:
        build("staff > 1 AND inside").case()({"staff": 0.5, "inside": "yes"})
    assert {problem.definition for problem in caught.value.problems} == {"staff", "inside"}


@pytest.mark.parametrize(
    ("source", "facts", "expected"),
    [
        ("inside AND staff > 1", {"staff": 1}, False),
        ("inside AND staff > 1", {"staff": 2}, None),
        ("inside OR staff > 1", {"staff": 2}, True),
        ("NOT inside", {}, None),
        ("least(cost, cap)", {}, None),
        ("coalesce(cost, cap)", {}, 20_000_000),
        ("inside IS TRUE", {}, False),
        ("inside IS NOT TRUE", {}, True),
        ("inside IS FALSE", {"inside": False}, True),
        ("staff IN (1, 2)", {}, None),
        ("staff BETWEEN 2 AND 3", {"staff": 3}, True),
        ("CASE WHEN inside THEN 1 ELSE 2 END", {}, None),
        ("CASE WHEN inside IS TRUE THEN 1 ELSE 2 END", {}, 2),
        ("CASE level WHEN 'county' THEN 1 END", {"level": "municipal"}, None),
        ("staff / area > 1", {"staff": 5, "area": 0}, None),
        ("staff / area", {"staff": 5, "area": 10}, Fraction(1, 2)),
        ("0.25", {}, Fraction(1, 4)),
        ("mod(-7, 3)", {}, 2),
        ("floor_div(-7, 3)", {}, -3),
        ("per(staff, 10)", {"staff": 29}, 2),
        ("starts_with(level, 'cou')", {"level": "county"}, True),
        ("quarter(opened)", {"opened": dt.date(2016, 9, 20)}, 3),
        ("date_from(2015, 2, 29)", {}, None),
        ("date_from(year(opened), 12, 31)", {"opened": dt.date(2016, 9, 20)}, dt.date(2016, 12, 31)),
        ("count_of(inside, staff > 1, TRUE)", {"inside": False, "staff": 2}, 2),
        ("greatest(cost - cap, 0)", {"cost": 0}, 0),
        ("if(inside, wan(20), 0)", {"inside": True}, 20_000_000),
        ("full_years(opened, DATE '2017-02-28')", {"opened": dt.date(2016, 2, 29)}, 1),
        ("full_years(opened, DATE '2017-02-27')", {"opened": dt.date(2016, 2, 29)}, 0),
    ],
)
def test_meaning(source: str, facts: dict[str, Any], expected: Any) -> None:
    assert answer(source, **facts) == expected


@pytest.mark.parametrize(
    ("mode", "positive", "negative"),
    [("down", 2, -2), ("up", 3, -3), ("half_up", 3, -3), ("half_even", 2, -2)],
)
def test_rounding_modes_are_those_of_decimal_arithmetic(mode: str, positive: int, negative: int) -> None:
    program = build(f"share(cost, pct(50), '{mode}')")
    assert program.case()({"cost": 5})["x0"] == positive
    assert program.case()({"cost": -5})["x0"] == negative


def test_rounding_to_a_unit() -> None:
    assert answer("share(cost, pct(30), 'down', yuan(1000))", cost=123_456_789) == 37_000_000
    assert answer("round_to(cost, yuan(1), 'half_up')", cost=150) == 200
