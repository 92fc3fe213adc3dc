"""The meaning of every operator on single values, as plain as it can be said.

Used to fold constants and to answer questions about one case (what is missing, how near it is).  The engines are
faster and must agree with this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kaichuang.rules.lang import calendar
from kaichuang.rules.lang.nodes import Call, Case, Const, Node, Op, Ref
from kaichuang.rules.lang.types import Value

STRICT: dict[Op, Callable[..., Any]] = {
    Op.NOT: lambda a: not a,
    Op.EQ: lambda a, b: a == b,
    Op.NE: lambda a, b: a != b,
    Op.LT: lambda a, b: a < b,
    Op.LE: lambda a, b: a <= b,
    Op.GT: lambda a, b: a > b,
    Op.GE: lambda a, b: a >= b,
    Op.IN: lambda a, *choices: a in choices,
    Op.STARTS_WITH: lambda text, prefix: text.startswith(prefix),
    Op.ADD: lambda a, b: a + b,
    Op.SUB: lambda a, b: a - b,
    Op.MUL: lambda a, b: a * b,
    Op.NEG: lambda a: -a,
    Op.ABS: abs,
    Op.LEAST: min,
    Op.GREATEST: max,
    Op.NONZERO: lambda a: a or None,
    Op.ORIENT: lambda a, b: -a if b < 0 else a,
    Op.FLOOR_DIV: lambda a, b: a // b,
    Op.MOD: lambda a, b: a % b,
    Op.SHARE: calendar.share,
    Op.ADD_DAYS: calendar.add_days,
    Op.ADD_MONTHS: calendar.add_months,
    Op.DAYS_BETWEEN: calendar.days_between,
    Op.MONTHS_BETWEEN: calendar.months_between,
    Op.FULL_MONTHS: calendar.full_months,
    Op.YEAR: lambda day: day.year,
    Op.MONTH: lambda day: day.month,
    Op.DAY: lambda day: day.day,
    Op.DATE_FROM: calendar.date_from,
}
"""Operators that are unknown as soon as one operand is unknown."""


def apply(op: Op, values: Sequence[Value]) -> Value:
    """The answer of an operator; ``None`` is unknown.  Raises ``ValueError`` or ``OverflowError`` off the calendar."""
    if op in (Op.AND, Op.OR):
        return kleene(op, values)
    if op is Op.IS_NULL:
        return values[0] is None
    if op is Op.COALESCE:
        return next((value for value in values if value is not None), None)
    if any(value is None for value in values):
        return None
    answer: Value = STRICT[op](*values)
    return answer


def kleene(op: Op, values: Sequence[Value]) -> bool | None:
    """AND and OR: a deciding operand decides; otherwise an unknown operand makes the answer unknown."""
    decides = op is Op.OR
    if any(value is decides for value in values):
        return decides
    return None if any(value is None for value in values) else not decides


def evaluate(node: Node, slots: Mapping[str, Value]) -> Value:
    """The value of an expression, given the values of the slots it reads."""
    match node:
        case Const(value=value):
            return value
        case Ref(name=name):
            return slots[name]
        case Call(op=op, args=args):
            return apply(op, [evaluate(arg, slots) for arg in args])
        case Case(branches=branches, default=default):
            for condition, chosen in branches:
                met = evaluate(condition, slots)
                if met is None:
                    return None
                if met:
                    return evaluate(chosen, slots)
            return evaluate(default, slots)
    raise AssertionError(node)
