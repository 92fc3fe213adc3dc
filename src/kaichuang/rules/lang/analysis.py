"""What can be proved about an expression before it runs: its bounds, and whether it can be unknown.

Bounds are exact integer intervals over the declared bounds of the facts and the bound values of the parameters.  A date
counts as its day number.  An interval that leaves 64 bits makes an engine compute wide; one that leaves 38 digits, or
the calendar, is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import TYPE_CHECKING

from kaichuang.rules.lang.admission import slots_of
from kaichuang.rules.lang.errors import LanguageErrors, Problem, problem
from kaichuang.rules.lang.nodes import Call, Case, Const, Kind, Node, Op, Ref
from kaichuang.rules.lang.types import (
    FIRST_DAY,
    INT64_LIMIT,
    QUOTIENT_LIMIT,
    RATIO_LIMIT,
    WIDE_LIMIT,
    Field,
    Type,
    Value,
)

if TYPE_CHECKING:
    from kaichuang.rules.lang.program import Program

Bounds = tuple[int, int]
CALENDAR: Bounds = (dt.date.min.toordinal(), dt.date.max.toordinal())
NOTHING: Bounds = (0, 0)
PARTS: dict[Op, Bounds] = {Op.YEAR: (1, 9999), Op.MONTH: (1, 12), Op.DAY: (1, 31)}


class Analysis:
    """Bounds and nullability of every node of a program, for given parameter values (``None``: for any value)."""

    def __init__(self, program: Program, parameters: Mapping[str, Value] | None) -> None:
        self.program = program
        self._bounds: dict[Node, Bounds] = {}
        self._nullable: dict[Node, bool] = {}
        self.slot_bounds: dict[str, Bounds] = {}
        self.slot_nullable: dict[str, bool] = {}
        self.problems: list[Problem] = []
        self._current = ""
        for field in program.fields.values():
            self._declare(field)
        for parameter in program.parameters.values():
            self._declare(Field(parameter.name, parameter.type, nullable=False))
        for slot, value in (parameters or {}).items():
            self.slot_bounds[slot] = _point(value)
        for name in program.order:
            self._define(name)

    def _declare(self, field: Field) -> None:
        names = slots_of(field.name, field.type)
        if field.type is Type.RATIO:
            self.slot_bounds[names[1]] = (1, RATIO_LIMIT)
        self.slot_bounds[names[0]] = field.bounds
        self.slot_nullable |= dict.fromkeys(names, field.nullable)

    def _define(self, name: str) -> None:
        self._current = name
        for slot, node in self._slots_of(name):
            low, high = self.bounds(node)
            self.slot_bounds[slot] = (max(low, -INT64_LIMIT), min(high, INT64_LIMIT))
            self.slot_nullable[slot] = self.nullable(node)

    def _slots_of(self, name: str) -> Iterable[tuple[str, Node]]:
        return self.program.compiled[name].slots

    def guarded(self, node: Node) -> bool:
        """Whether a definition's result might leave 64 bits, so that it has to be checked when it is computed."""
        low, high = self.bounds(node)
        return low < -INT64_LIMIT or high > INT64_LIMIT

    def bounds(self, node: Node) -> Bounds:
        """The inclusive interval of a number's or date's known values; for other types it has no meaning."""
        found = self._bounds.get(node)
        if found is None:
            found = self._bounds[node] = self._limited(node, self._interval(node))
        return found

    def _limited(self, node: Node, found: Bounds) -> Bounds:
        if node.type is Type.DATE and (found[0] < CALENDAR[0] or found[1] > CALENDAR[1]):
            self._problem("calendar")
            return CALENDAR
        if max(-found[0], found[1]) > self._limit(node):
            self._problem("overflow")
            return (-WIDE_LIMIT, WIDE_LIMIT)
        return found

    def _limit(self, node: Node) -> int:
        """The largest result that every engine computes exactly; a quotient also needs room for its dividend."""
        if not (isinstance(node, Call) and node.op in (Op.SHARE, Op.FLOOR_DIV)):
            return WIDE_LIMIT
        low, high = self.dividend(node)
        return QUOTIENT_LIMIT if max(-low, high) <= WIDE_LIMIT // 2 else -1

    def dividend(self, node: Call) -> Bounds:
        """The bounds of what a share or a quotient divides."""
        first = self.bounds(node.args[0])
        return _mul(first, self.bounds(node.args[1])) if node.op is Op.SHARE else first

    def _problem(self, code: str) -> None:
        source = self.program.source_of(self._current)
        hint = "Field(minimum=…, maximum=…), least(…, …)"
        self.problems.append(problem(code, self._current, source=source, suggestion=hint))

    def _interval(self, node: Node) -> Bounds:
        match node:
            case Const(type=Type.DATE, value=None):
                return (FIRST_DAY.toordinal(), FIRST_DAY.toordinal())
            case Const(value=value):
                return _point(value)
            case Ref(name=name):
                return self.slot_bounds[name]
            case Case(branches=branches, default=default):
                return self._union([*(value for _, value in branches), default])
            case Call(op=op, args=args):
                if op in (Op.COALESCE, Op.LEAST, Op.GREATEST):
                    return self._choice(op, args)
                return _call_bounds(op, [self.bounds(arg) for arg in args if arg.type is not Type.TEXT])
        return NOTHING

    def _union(self, nodes: list[Node]) -> Bounds:
        known = [self.bounds(node) for node in nodes if not _is_null(node)]
        return (min(low for low, _ in known), max(high for _, high in known)) if known else NOTHING

    def _choice(self, op: Op, args: tuple[Node, ...]) -> Bounds:
        if op is Op.COALESCE:
            return self._union(list(args))
        lows, highs = zip(*(self.bounds(arg) for arg in args), strict=True)
        pick = min if op is Op.LEAST else max
        return (pick(lows), pick(highs))

    def nullable(self, node: Node) -> bool:
        """Whether an expression can be unknown."""
        found = self._nullable.get(node)
        if found is None:
            found = self._nullable[node] = self._can_be_null(node)
        return found

    def _can_be_null(self, node: Node) -> bool:
        match node:
            case Const(value=value):
                return value is None
            case Ref(name=name, kind=kind):
                return kind is not Kind.PARAMETER and self.slot_nullable[name]
            case Call(op=Op.IS_NULL):
                return False
            case Call(op=Op.COALESCE, args=args):
                return all(self.nullable(arg) for arg in args)
            case Call(op=Op.NONZERO, args=(arg,)):
                low, high = self.bounds(arg)
                return self.nullable(arg) or low <= 0 <= high
            case Call(op=Op.DATE_FROM):
                return True
            case Call(args=args):
                return any(self.nullable(arg) for arg in args)
            case Case(branches=branches, default=default):
                return self.nullable(default) or any(
                    self.nullable(part) for pair in branches for part in pair
                )
        return True


def prove(program: Program) -> None:
    """Raise ``LanguageErrors`` if some result could leave what can be computed exactly, with the given parameters."""
    analysis = Analysis(program, program.bind())
    if analysis.problems:
        raise LanguageErrors(analysis.problems)


def _is_null(node: Node) -> bool:
    return isinstance(node, Const) and node.value is None


def _point(value: Value) -> Bounds:
    if isinstance(value, dt.date):
        return (value.toordinal(), value.toordinal())
    return (int(value), int(value)) if isinstance(value, int) else NOTHING


def _call_bounds(op: Op, args: list[Bounds]) -> Bounds:
    if op in PARTS:
        return PARTS[op]
    rule = INTERVALS.get(op)
    return rule(*args) if rule else NOTHING


def _add(a: Bounds, b: Bounds) -> Bounds:
    return (a[0] + b[0], a[1] + b[1])


def _sub(a: Bounds, b: Bounds) -> Bounds:
    return (a[0] - b[1], a[1] - b[0])


def _mul(a: Bounds, b: Bounds) -> Bounds:
    corners = [x * y for x, y in product(a, b)]
    return (min(corners), max(corners))


def _neg(a: Bounds) -> Bounds:
    return (-a[1], -a[0])


def _abs(a: Bounds) -> Bounds:
    low = 0 if a[0] <= 0 <= a[1] else min(abs(a[0]), abs(a[1]))
    return (low, max(abs(a[0]), abs(a[1])))


def _nonzero(a: Bounds) -> Bounds:
    return (1 if a[0] == 0 else a[0], -1 if a[1] == 0 else a[1]) if a != NOTHING else (1, 1)


def _orient(a: Bounds, b: Bounds) -> Bounds:
    if b[0] >= 0:
        return a
    return (min(a[0], -a[1]), max(a[1], -a[0]))


def _floor_div(a: Bounds, b: Bounds) -> Bounds:
    divisors = {b[0], b[1]} | ({1} if b[0] <= 1 <= b[1] else set()) | ({-1} if b[0] <= -1 <= b[1] else set())
    corners = [x // y for x in a for y in divisors if y]
    return (min(corners), max(corners)) if corners else NOTHING


def _mod(a: Bounds, b: Bounds) -> Bounds:
    return (min(0, b[0] + 1), max(0, b[1] - 1))


def _share(a: Bounds, num: Bounds, den: Bounds) -> Bounds:
    low, high = _mul(a, num)
    least, most = max(den[0], 1), max(den[1], 1)
    return (low // (most if low >= 0 else least), -(-high // (least if high >= 0 else most)))


def _months(a: Bounds, n: Bounds) -> Bounds:
    return (a[0] + n[0] * (31 if n[0] < 0 else 28) - 3, a[1] + n[1] * (31 if n[1] > 0 else 28) + 3)


def _days(a: Bounds, b: Bounds) -> Bounds:
    return (b[0] - a[1], b[1] - a[0])


def _elapsed(a: Bounds, b: Bounds) -> Bounds:
    low, high = _days(a, b)
    return (low // 28 - 1, high // 28 + 1)


INTERVALS: dict[Op, Callable[..., Bounds]] = {
    Op.ADD: _add,
    Op.SUB: _sub,
    Op.MUL: _mul,
    Op.NEG: _neg,
    Op.ABS: _abs,
    Op.NONZERO: _nonzero,
    Op.ORIENT: _orient,
    Op.FLOOR_DIV: _floor_div,
    Op.MOD: _mod,
    Op.SHARE: _share,
    Op.ADD_DAYS: _add,
    Op.ADD_MONTHS: _months,
    Op.DAYS_BETWEEN: _days,
    Op.MONTHS_BETWEEN: _elapsed,
    Op.FULL_MONTHS: _elapsed,
    Op.DATE_FROM: lambda y, m, d: CALENDAR,
}
