"""Random typed programs and cases: every construct of the language, and the values where engines tend to differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

from kaichuang.rules.lang import Definition, Field, Parameter, Type

WORDS = ("county", "municipal", "provincial", "national")
CODES = ("330226", "330200", "630000", "540100", "3302")
FIELDS = (
    Field("i", Type.INT),
    Field("n", Type.INT, minimum=0, maximum=1000, nullable=False),
    Field("k", Type.INT, minimum=-3, maximum=40),
    Field("m", Type.MONEY),
    Field("pay", Type.MONEY, minimum=0, nullable=False),
    Field("cost", Type.MONEY, minimum=0, maximum=10**13),
    Field("q", Type.RATIO),
    Field("d", Type.DATE),
    Field("e", Type.DATE, nullable=False),
    Field("t", Type.TEXT, values=WORDS),
    Field("code", Type.TEXT),
    Field("b", Type.BOOL),
    Field("c", Type.BOOL),
    Field("f", Type.BOOL, nullable=False),
)
PARAMETERS = (
    Parameter("p_n", Type.INT, 25),
    Parameter("p_cap", Type.MONEY, 20_000_000),
    Parameter("p_rate", Type.RATIO, "3/10"),
    Parameter("p_day", Type.DATE, dt.date(2016, 9, 20)),
    Parameter("p_flag", Type.BOOL, True),
)
POOLS: dict[str, tuple[Any, ...]] = {
    "i": (None, 0, 1, -1, 7, -7, 100, 101, 10**9, -(10**9), 999_999_999),
    "n": (0, 1, 16, 25, 40, 100, 101, 1000),
    "k": (None, -3, -1, 0, 1, 2, 12, 18, 24, 40),
    "m": (None, 0, 1, -1, 50, -50, 66_666_666, 66_666_667, -66_666_667, 10**15, -(10**15), 10**15 - 1),
    "pay": (0, 1, 33, 20_000_000, 20_000_001, 10**15, 999_999_999_999_999),
    "cost": (None, 0, 5, 15, 25, 66_666_666, 66_666_667, 70_000_000, 10**13),
    "q": (
        None,
        *(Fraction(x) for x in ("0", "1/3", "-1/3", "3/20", "1/4", "16/101", "999999999/1000000000", "-7")),
    ),
    "d": (
        None,
        *(dt.date.fromisoformat(x) for x in ("2015-08-31", "2016-02-29", "2015-03-10", "2000-02-29")),
    ),
    "e": tuple(
        dt.date.fromisoformat(x)
        for x in (
            "2017-02-28",
            "2017-03-01",
            "2016-09-10",
            "2016-09-11",
            "1900-01-01",
            "2299-12-31",
            "2020-02-29",
        )
    ),
    "t": (None, *WORDS),
    "code": (None, *CODES),
    "b": (None, True, False),
    "c": (None, True, False),
    "f": (True, False),
}


def case(random: Random) -> dict[str, Any]:
    """One case: boundary values mostly, some in between."""
    facts = {name: random.choice(pool) for name, pool in POOLS.items()}
    if random.random() < 0.5:
        facts["i"] = random.randint(-(10**9), 10**9)
        facts["cost"] = random.randint(0, 10**8)
        facts["d"] = dt.date(2012, 1, 1) + dt.timedelta(days=random.randint(0, 3000))
        facts["e"] = dt.date(2012, 1, 1) + dt.timedelta(days=random.randint(0, 3000))
    return facts


class Generator:
    """Writes random expressions of a wanted type; ``names`` holds the definitions that may be referred to."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.names: dict[Type, list[str]] = {type_: [] for type_ in Type}

    def program(self, size: int) -> list[Definition]:
        """Definitions that refer to each other."""
        definitions: list[Definition] = []
        for number in range(size):
            type_ = self.random.choice((Type.BOOL, Type.BOOL, Type.INT, Type.MONEY, Type.MONEY, *Type))
            source = self._nothing() if self.random.random() < 0.08 else self.write(type_, 3)
            definitions.append(Definition(f"x{number}", source, type_))
            self.names[type_].append(f"x{number}")
        return definitions

    def write(self, type_: Type, depth: int) -> str:
        """An expression of a type."""
        if depth <= 0 or self.random.random() < 0.12:
            return self._leaf(type_)
        common: list[Callable[[], str]] = [
            lambda: self._case(type_, depth),
            lambda: f"coalesce({self.write(type_, depth - 1)}, {self._leaf(type_)})",
            lambda: f"coalesce({self._nothing()}, {self.write(type_, depth - 1)})",
            lambda: f"nullif({self.write(type_, depth - 1)}, {self._leaf(type_)})",
        ]
        own: list[Callable[[], str]] = getattr(self, f"_{type_.value.lower()}")(depth - 1)
        return self.random.choice([*own, *own, *common])()

    def _case(self, type_: Type, depth: int) -> str:
        condition = self.write(Type.BOOL, depth - 1)
        values = self.write(type_, depth - 1), self.write(type_, depth - 1)
        if self.random.random() < 0.15:
            values = (self._nothing(), values[1])
        if self.random.random() < 0.3:
            return f"CASE t WHEN 'county' THEN {values[0]} WHEN 'national' THEN {values[1]} END"
        return f"CASE WHEN {condition} THEN {values[0]} ELSE {values[1]} END"

    def _nothing(self) -> str:
        """NULL in its shapes: its place gives it a type."""
        condition = self.write(Type.BOOL, 1)
        return self.random.choice(
            ("NULL", f"CASE WHEN {condition} THEN NULL END", f"if({condition}, NULL, coalesce(NULL, NULL))")
        )

    def _leaf(self, type_: Type) -> str:
        leaves: dict[Type, tuple[str, ...]] = {
            Type.BOOL: ("b", "c", "f", "p_flag", "TRUE", "d IS NULL", "m IS NOT NULL"),
            Type.INT: ("i", "n", "k", "p_n", "0", "18", "(-7)"),
            Type.MONEY: (
                "m",
                "pay",
                "cost",
                "p_cap",
                "yuan(200000)",
                "wan('1.5')",
                "fen(-33)",
                "yuan('666666.66')",
            ),
            Type.RATIO: ("q", "p_rate", "pct(30)", "bp(25)", "0.25", "ratio(1, 3)", "pct('12.5')"),
            Type.DATE: ("d", "e", "p_day", "DATE '2016-02-29'", "DATE '2018-12-31'"),
            Type.TEXT: ("t", "'county'", "'national'"),
        }
        return self.random.choice([*leaves[type_], *self.names[type_]])

    def _bool(self, depth: int) -> list[Callable[[], str]]:
        kinds = (Type.INT, Type.MONEY, Type.RATIO, Type.DATE)
        sign = self.random.choice(("=", "<>", "<", "<=", ">", ">="))
        kind = self.random.choice(kinds)
        write = self.write
        return [
            lambda: f"({write(Type.BOOL, depth)} AND {write(Type.BOOL, depth)})",
            lambda: f"({write(Type.BOOL, depth)} OR {write(Type.BOOL, depth)} OR {write(Type.BOOL, 0)})",
            lambda: f"(NOT {write(Type.BOOL, depth)})",
            lambda: f"({write(kind, depth)} {sign} {write(kind, depth)})",
            lambda: f"({write(kind, depth)} {sign} {write(kind, depth)})",
            lambda: f"({write(kind, depth)} BETWEEN {write(kind, 0)} AND {write(kind, 0)})",
            lambda: f"({write(Type.INT, depth)} IN (1, 2, 18, 25, 100, 101))",
            lambda: f"(t {self.random.choice(('=', '<>'))} {write(Type.TEXT, depth)})",
            lambda: "(t NOT IN ('county', 'national'))",
            lambda: f"({write(Type.TEXT, depth)} = {write(Type.TEXT, depth)})",
            lambda: f"({write(Type.TEXT, depth)} IN ('county', 'national'))",
            lambda: "starts_with(code, '3302')",
            lambda: f"({write(kind, depth)} IS NULL)",
            lambda: f"({write(Type.BOOL, depth)} IS TRUE)",
            lambda: f"known({write(kind, depth)})",
        ]

    def _whole(self, type_: Type, depth: int) -> list[Callable[[], str]]:
        write = self.write
        return [
            lambda: f"({write(type_, depth)} + {write(type_, depth)})",
            lambda: f"({write(type_, depth)} - {write(type_, depth)})",
            lambda: f"({write(type_, depth)} * {write(Type.INT, 0)})",
            lambda: f"(-{write(type_, depth)})",
            lambda: f"abs({write(type_, depth)})",
            lambda: f"least({write(type_, depth)}, {write(type_, depth)})",
            lambda: f"greatest({write(type_, depth)}, {write(type_, 0)}, {write(type_, 0)})",
            lambda: f"mod({write(type_, depth)}, {write(type_, 0)})",
            lambda: f"sum_of({write(type_, depth)}, {write(type_, 0)}, {write(type_, 0)})",
        ]

    def _share(self, name: str, type_: Type, depth: int, units: tuple[str, ...]) -> str:
        mode = self.random.choice(("down", "up", "half_up", "half_even"))
        unit = self.random.choice(units)
        return f"{name}({self.write(type_, depth)}, {self.write(Type.RATIO, depth)}, '{mode}'{unit})"

    def _int(self, depth: int) -> list[Callable[[], str]]:
        write = self.write
        unit = self.random.choice(("10", "7"))
        return [
            *self._whole(Type.INT, depth),
            lambda: self._share("scale", Type.INT, depth, ("", ", 10")),
            lambda: f"floor_div({write(Type.INT, depth)}, {write(Type.INT, 0)})",
            lambda: f"floor_div({write(Type.MONEY, depth)}, {write(Type.MONEY, 0)})",
            lambda: f"per({write(Type.INT, depth)}, {unit})",
            lambda: f"days_between({write(Type.DATE, depth)}, {write(Type.DATE, 0)})",
            lambda: f"({write(Type.DATE, depth)} - {write(Type.DATE, 0)})",
            lambda: f"months_between({write(Type.DATE, depth)}, {write(Type.DATE, 0)})",
            lambda: f"full_months({write(Type.DATE, 0)}, {write(Type.DATE, depth)})",
            lambda: f"full_years({write(Type.DATE, 0)}, {write(Type.DATE, 0)})",
            lambda: f"{self.random.choice(('year', 'month', 'day', 'quarter'))}({write(Type.DATE, depth)})",
            lambda: f"count_of({write(Type.BOOL, depth)}, {write(Type.BOOL, 0)})",
        ]

    def _money(self, depth: int) -> list[Callable[[], str]]:
        share = lambda: self._share("share", Type.MONEY, depth, ("", "", ", yuan(1)", ", yuan(1000)"))  # noqa: E731 - a list of writers
        return [
            *self._whole(Type.MONEY, depth),
            share,
            share,
            share,
            lambda: f"round_to({self.write(Type.MONEY, depth)}, yuan(1000), 'half_up')",
            lambda: f"yuan({self.write(Type.INT, 0)})",
        ]

    def _ratio(self, depth: int) -> list[Callable[[], str]]:
        write = self.write
        return [
            lambda: f"({write(Type.INT, depth)} / {write(Type.INT, 0)})",
            lambda: f"({write(Type.MONEY, depth)} / {write(Type.MONEY, depth)})",
            lambda: f"ratio({write(Type.INT, 0)}, {write(Type.INT, depth)})",
            lambda: f"pct({write(Type.INT, 0)})",
            lambda: f"least({write(Type.RATIO, depth)}, {write(Type.RATIO, 0)})",
        ]

    def _date(self, depth: int) -> list[Callable[[], str]]:
        write = self.write
        return [
            lambda: f"add_days({write(Type.DATE, depth)}, k)",
            lambda: f"add_days({write(Type.DATE, depth)}, -30)",
            lambda: f"add_months({write(Type.DATE, depth)}, {self.random.choice(('18', '-1', 'k', 'p_n'))})",
            lambda: f"add_years({write(Type.DATE, depth)}, {self.random.choice(('1', '-4', 'k'))})",
            lambda: (
                f"date_from(year({write(Type.DATE, 0)}), {self.random.choice(('1, 1', '12, 31', 'k, 31', '2, k'))})"
            ),
            lambda: f"least({write(Type.DATE, depth)}, {write(Type.DATE, 0)})",
        ]

    def _text(self, depth: int) -> list[Callable[[], str]]:
        return [
            lambda: self._leaf(Type.TEXT),
            lambda: f"CASE WHEN {self.write(Type.BOOL, depth)} THEN 'county' ELSE 'national' END",
        ]
