"""A condition cell: what it means as an expression, and which values it admits.

Written like DMN's unary tests with our literals: ``-`` (anything), ``'county'``, ``'a', 'b'``, ``>= 10``,
``[1..10)``, ``not('a')``, ``null``, or an expression in which ``?`` stands for the input.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kaichuang.rules.lang.constants import NotConstant, constant
from kaichuang.rules.lang.types import Value

INTERVAL = re.compile(r"^([\[\](])\s*(.+?)\s*\.\.\s*(.+?)\s*([\])\[])$", re.DOTALL)
COMPARISON = re.compile(r"^(>=|<=|<>|!=|=|>|<)\s*(.+)$", re.DOTALL)
NEGATION = re.compile(r"^not\s*\((.*)\)$", re.IGNORECASE | re.DOTALL)


class CellError(ValueError):
    """A cell that cannot be read."""


@dataclass(frozen=True, slots=True)
class Test:
    """One alternative of a cell: an operator with its bound, an interval of two, NULL, or a free expression."""

    sql: str
    low: Value = None
    high: Value = None
    low_open: bool = False
    high_open: bool = False
    excluded: Value = None
    null: bool = False
    free: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its alternatives (none means "anything"), or their opposite."""

    tests: tuple[Test, ...]
    negated: bool = False

    @property
    def is_any(self) -> bool:
        """Whether every value passes, an unknown one too."""
        return not self.tests

    @property
    def is_free(self) -> bool:
        """Whether the cell holds something that cannot be analysed."""
        return any(test.free for test in self.tests)

    @property
    def sql(self) -> str:
        """The condition as an expression; empty if anything passes."""
        if self.is_any:
            return ""
        joined = " OR ".join(test.sql for test in self.tests)
        return f"NOT ({joined})" if self.negated else f"({joined})"


def parse(cell: str, subject: str) -> Cell:
    """Read a cell for an input expression; raises ``CellError``."""
    text = cell.strip()
    if text in ("", "-", "—"):
        return Cell(())
    negation = NEGATION.match(text)
    if negation:
        return Cell(tuple(_test(part, subject) for part in _parts(negation[1])), negated=True)
    return Cell(tuple(_test(part, subject) for part in _parts(text)))


def _parts(text: str) -> list[str]:
    """The alternatives between commas that stand outside brackets and quotes."""
    parts, depth, quoted, start = [], 0, False, 0
    for place, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif not quoted and letter in "([":
            depth += 1
        elif not quoted and letter in ")]":
            depth -= 1
        elif letter == "," and depth <= 0 and not quoted:
            parts.append(text[start:place])
            start = place + 1
    return [part.strip() for part in (*parts, text[start:])]


def _test(text: str, subject: str) -> Test:
    if not text:
        raise CellError("空的条件 / an empty condition")
    of = f"({subject})"
    if text.lower() == "null":
        return Test(f"{of} IS NULL", null=True)
    if "?" in text:
        return Test(f"({text.replace('?', of)})", free=True)
    interval = INTERVAL.match(text)
    if interval:
        return _interval(of, interval)
    comparison = COMPARISON.match(text)
    if comparison:
        return _comparison(of, comparison[1], comparison[2])
    return _comparison(of, "=", text)


def _interval(of: str, found: re.Match[str]) -> Test:
    left, low, high, right = found.groups()
    low_open, high_open = left != "[", right != "]"
    sql = f"({of} {'>' if low_open else '>='} {low} AND {of} {'<' if high_open else '<='} {high})"
    try:
        return Test(sql, constant(low), constant(high), low_open, high_open)
    except NotConstant:
        return Test(sql, free=True)


def _comparison(of: str, sign: str, bound: str) -> Test:
    sign = "<>" if sign == "!=" else sign
    sql = f"{of} {sign} {bound}"
    try:
        value = constant(bound)
    except NotConstant:
        return Test(sql, free=True)
    match sign:
        case "=":
            return Test(sql, value, value)
        case "<>":
            return Test(sql, excluded=value)
        case ">" | ">=":
            return Test(sql, low=value, low_open=sign == ">")
        case _:
            return Test(sql, high=value, high_open=sign == "<")
