"""The worked values of catalogue 3.4 that the language alone can answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from kaichuang.rules.lang import Definition, Field, Parameter, Program, Type

FIELDS = (
    Field("cost", Type.MONEY, minimum=0),
    Field("paid", Type.MONEY, minimum=0, nullable=False),
    Field("staff", Type.INT, minimum=0),
    Field("hires", Type.INT, minimum=0),
    Field("registered", Type.DATE),
    Field("on", Type.DATE),
    Field("until", Type.DATE),
    Field("individual", Type.BOOL),
    Field("exempt", Type.MONEY, minimum=0),
    Field("fund", Type.MONEY, minimum=0),
)
PARAMETERS = (Parameter("rate", Type.RATIO, "30/100"), Parameter("cap", Type.MONEY, 20_000_000))
DEFINITIONS = (
    Definition("equipment", "greatest(least(share(cost, rate, 'down'), cap - paid), 0)"),
    Definition("equipment_half_up", "least(share(cost, rate, 'half_up'), cap)"),
    Definition("contest", "least(share(cost, pct(20), 'down'), wan(10))"),
    Definition("young", "individual OR months_between(registered, on) <= 18"),
    Definition("in_force", "on BETWEEN DATE '2015-12-28' AND DATE '2018-12-31'"),
    Definition("jobs", "hires / staff >= CASE WHEN staff > 100 THEN pct(15) ELSE pct(25) END"),
    Definition("contract", "add_days(until, 1) >= add_months(registered, 12)"),
    Definition("angel", "fund / cost <= pct(30)"),
    Definition("deduction", "least(share(exempt, pct(10), 'down'), wan(200))"),
    Definition("barred", "on <= add_years(registered, 3)"),
)
PROGRAM = Program.build(FIELDS, PARAMETERS, DEFINITIONS)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def yuan(amount: str) -> int:
    whole, _, part = amount.replace(",", "").partition(".")
    return int(whole) * 100 + int(part or 0)


@pytest.mark.parametrize(
    ("name", "facts", "expected"),
    [
        ("equipment", {"cost": yuan("500,000")}, yuan("150,000")),
        ("equipment", {"cost": yuan("666,666.66")}, yuan("199,999.99")),
        ("equipment_half_up", {"cost": yuan("666,666.66")}, yuan("200,000.00")),
        ("equipment", {"cost": yuan("666,666.67")}, yuan("200,000")),
        ("equipment", {"cost": yuan("700,000")}, yuan("200,000")),
        ("equipment", {"cost": yuan("400,000"), "paid": yuan("120,000")}, yuan("80,000")),
        ("contest", {"cost": yuan("300,000")}, yuan("60,000")),
        ("contest", {"cost": yuan("500,000")}, yuan("100,000")),
        ("contest", {"cost": yuan("600,000")}, yuan("100,000")),
        ("contest", {"cost": yuan("200,000")}, yuan("40,000")),
        ("young", {"individual": False, "registered": day("2015-03-10"), "on": day("2016-09-10")}, True),
        ("young", {"individual": False, "registered": day("2015-03-10"), "on": day("2016-09-11")}, False),
        ("young", {"individual": False, "registered": day("2015-08-31"), "on": day("2017-02-28")}, True),
        ("young", {"individual": False, "registered": day("2015-08-31"), "on": day("2017-03-01")}, False),
        ("young", {"individual": True}, True),
        ("in_force", {"on": day("2018-12-31")}, True),
        ("in_force", {"on": day("2019-01-01")}, False),
        ("jobs", {"staff": 40, "hires": 10}, True),
        ("jobs", {"staff": 40, "hires": 9}, False),
        ("jobs", {"staff": 100, "hires": 25}, True),
        ("jobs", {"staff": 100, "hires": 24}, False),
        ("jobs", {"staff": 101, "hires": 16}, True),
        ("jobs", {"staff": 101, "hires": 15}, False),
        ("contract", {"registered": day("2019-01-01"), "until": day("2019-12-31")}, True),
        ("contract", {"registered": day("2019-01-01"), "until": day("2019-11-30")}, False),
        ("angel", {"fund": yuan("300,000"), "cost": yuan("1,000,000")}, True),
        ("angel", {"fund": yuan("300,001"), "cost": yuan("1,000,000")}, False),
        ("deduction", {"exempt": yuan("10,000,000")}, yuan("1,000,000")),
        ("deduction", {"exempt": yuan("20,000,000")}, yuan("2,000,000")),
        ("deduction", {"exempt": yuan("25,000,000")}, yuan("2,000,000")),
        ("barred", {"registered": day("2021-03-15"), "on": day("2024-03-15")}, True),
        ("barred", {"registered": day("2021-03-15"), "on": day("2024-03-16")}, False),
    ],
)
def test_worked_value(name: str, facts: dict[str, Any], expected: Any) -> None:
    facts = {"paid": 0, **facts}
    assert PROGRAM.case([name])(facts) == {name: expected}
    assert PROGRAM.traced([name])(facts).values[name] == expected
