"""A second, slow and simple reading of the language, used only to check the engines.

It walks sqlglot's tree directly, with Python's fractions and dates, and shares no code with the engines: ratios are
``Fraction``, rounding is ``floor`` and ``ceil`` of fractions, months are counted by trying one after another.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlglot import exp, parse_one

from kaichuang.rules.lang.syntax import Rules

HALF = Fraction(1, 2)


class Reference:
    """Evaluates definitions one after another over one case; unknown is ``None``."""

    def __init__(self, definitions: Mapping[str, str], known: Mapping[str, Any]) -> None:
        self.trees = {name: parse_one(source, read=Rules) for name, source in definitions.items()}
        self.known = dict(known)

    def answers(self) -> dict[str, Any]:
        """All definitions' values."""
        return {name: self.value(exp.column(name)) for name in self.trees}

    def value(self, tree: exp.Expression) -> Any:
        """The value of one expression."""
        method = getattr(self, "_" + type(tree).__name__.lower())
        return method(tree)

    def _column(self, tree: exp.Expression) -> Any:
        if tree.name not in self.known:
            self.known[tree.name] = self.value(self.trees[tree.name])
        return self.known[tree.name]

    def _paren(self, tree: exp.Expression) -> Any:
        return self.value(tree.this)

    def _literal(self, tree: exp.Expression) -> Any:
        if tree.args["is_string"]:
            return tree.this
        return int(tree.this) if tree.this.isdigit() else Fraction(tree.this)

    def _boolean(self, tree: exp.Expression) -> Any:
        return bool(tree.this)

    def _null(self, tree: exp.Expression) -> Any:
        return None

    def _cast(self, tree: exp.Expression) -> Any:
        return dt.date.fromisoformat(tree.this.this)

    def _and(self, tree: exp.Expression) -> Any:
        values = {self.value(tree.this), self.value(tree.expression)}
        return False if False in values else None if None in values else True

    def _or(self, tree: exp.Expression) -> Any:
        values = {self.value(tree.this), self.value(tree.expression)}
        return True if True in values else None if None in values else False

    def _not(self, tree: exp.Expression) -> Any:
        value = self.value(tree.this)
        return None if value is None else not value

    def _two(self, tree: exp.Expression, of: Any) -> Any:
        left, right = self.value(tree.this), self.value(tree.expression)
        return None if left is None or right is None else of(left, right)

    def _eq(self, tree: exp.Expression) -> Any:
        return self._two(tree, lambda a, b: a == b)

    def _neq(self, tree: exp.Expression) -> Any:
        return self._two(tree, lambda a, b: a != b)

    def _lt(self, tree: exp.Expression) -> Any:
        return self._two(tree, lambda a, b: a < b)

    def _lte(self, tree: exp.Expression) -> Any:
        return self._two(tree, lambda a, b: a <= b)

    def _gt(self, tree: exp.Expression) -> Any:
        return self._two(tree, lambda a, b: a > b)

    def _gte(self, tree: exp.Expression) -> Any:
        return self._two(tree, lambda a, b: a >= b)

    def _add(self, tree: exp.Expression) -> Any:
        return self._two(tree, lambda a, b: a + b)

    def _mul(self, tree: exp.Expression) -> Any:
        return self._two(tree, lambda a, b: a * b)

    def _sub(self, tree: exp.Expression) -> Any:
        return self._two(tree, lambda a, b: (a - b).days if isinstance(a, dt.date) else a - b)

    def _div(self, tree: exp.Expression) -> Any:
        return self._two(tree, lambda a, b: Fraction(a, b) if b else None)

    def _neg(self, tree: exp.Expression) -> Any:
        value = self.value(tree.this)
        return None if value is None else -value

    def _between(self, tree: exp.Expression) -> Any:
        value, low, high = (self.value(tree.args[key]) for key in ("this", "low", "high"))
        tests = [
            None if None in (value, low) else value >= low,
            None if None in (value, high) else value <= high,
        ]
        return False if False in tests else None if None in tests else True

    def _in(self, tree: exp.Expression) -> Any:
        value = self.value(tree.this)
        choices = [self.value(choice) for choice in tree.expressions]
        if value is None or (value not in choices and None in choices):
            return None
        return value in choices

    def _is(self, tree: exp.Expression) -> Any:
        value = self.value(tree.this)
        if isinstance(tree.expression, exp.Boolean):
            return value is bool(tree.expression.this)
        return value is None

    def _if(self, tree: exp.Expression) -> Any:
        condition = self.value(tree.this)
        return None if condition is None else self.value(tree.args["true" if condition else "false"])

    def _mod(self, tree: exp.Expression) -> Any:
        left, right = self.value(tree.this), self.value(tree.expression)
        return None if left is None or not right else left - right * math.floor(Fraction(left, right))

    def _case(self, tree: exp.Expression) -> Any:
        subject = self.value(tree.this) if tree.this else None
        for branch in tree.args["ifs"]:
            met = self.value(branch.this)
            if tree.this:
                met = None if subject is None or met is None else subject == met
            if met is None:
                return None
            if met:
                return self.value(branch.args["true"])
        return self.value(tree.args["default"]) if tree.args.get("default") else None

    def _anonymous(self, tree: exp.Expression) -> Any:
        name = tree.this.lower()
        args = [self.value(arg) for arg in tree.expressions]
        if name == "coalesce":
            return next((arg for arg in args if arg is not None), None)
        if name == "known":
            return args[0] is not None
        if any(arg is None for arg in args):
            return None
        return FUNCTIONS[name](*args)


def rounded(value: Fraction, mode: str, unit: int = 1) -> int:
    """A fraction rounded to a multiple of a unit."""
    steps = Fraction(value) / unit
    sign = -1 if steps < 0 else 1
    size = abs(steps)
    whole = {
        "down": lambda: math.floor(size),
        "up": lambda: math.ceil(size),
        "half_up": lambda: math.floor(size + HALF),
        "half_even": lambda: round(size),
    }[mode]()
    return sign * whole * unit


def later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, by another library."""
    return day + relativedelta(months=months)


def months_begun(start: dt.date, end: dt.date) -> int:
    """The least n with ``end <= start + n months``, by trying."""
    n = (end.year - start.year) * 12 + end.month - start.month - 2
    while end > later(start, n):
        n += 1
    return n


def months_full(start: dt.date, end: dt.date) -> int:
    """The greatest n with ``start + n months <= end``, by trying."""
    n = (end.year - start.year) * 12 + end.month - start.month + 2
    while later(start, n) > end:
        n -= 1
    return n


def date_from(year: int, month: int, day: int) -> dt.date | None:
    """A date, if the calendar has it."""
    try:
        return dt.date(year, month, day)
    except (ValueError, OverflowError):
        return None


FUNCTIONS: dict[str, Any] = {
    "yuan": lambda n: int(Fraction(n) * 100),
    "wan": lambda n: int(Fraction(n) * 1_000_000),
    "fen": int,
    "pct": lambda n: Fraction(n) / 100,
    "bp": lambda n: Fraction(n) / 10_000,
    "ratio": lambda a, b: Fraction(a, b) if b else None,
    "share": lambda m, r, mode, unit=1: rounded(m * Fraction(r), mode, unit),
    "scale": lambda m, r, mode, unit=1: rounded(m * Fraction(r), mode, unit),
    "round_to": lambda m, unit, mode: rounded(Fraction(m), mode, unit),
    "least": min,
    "greatest": max,
    "nullif": lambda a, b: None if a == b else a,
    "abs": abs,
    "floor_div": lambda a, b: math.floor(Fraction(a, b)) if b else None,
    "mod": lambda a, b: a - b * math.floor(Fraction(a, b)) if b else None,
    "per": lambda n, unit: max(0, math.floor(Fraction(n, unit))),
    "starts_with": lambda text, prefix: text[: len(prefix)] == prefix,
    "add_days": lambda day, n: day + relativedelta(days=n),
    "add_months": later,
    "add_years": lambda day, n: day + relativedelta(years=n),
    "days_between": lambda a, b: (b - a).days,
    "year": lambda day: day.year,
    "month": lambda day: day.month,
    "day": lambda day: day.day,
    "quarter": lambda day: math.ceil(day.month / 3),
    "months_between": months_begun,
    "full_months": months_full,
    "full_years": lambda a, b: math.floor(Fraction(months_full(a, b), 12)),
    "date_from": date_from,
    "sum_of": lambda *args: sum(args),
    "count_of": lambda *args: sum(1 for arg in args if arg),
}
