"""Comparing a rising or falling function of one fact with a constant is comparing the fact with another constant.

``months_between(registered, DATE '2016-09-10') <= 18`` is ``registered >= DATE '2015-03-10'``, and ``year(d) = 2015`` is
``d`` between two days: one comparison of a column instead of calendar arithmetic on every row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from kaichuang.rules.lang.analysis import Bounds
from kaichuang.rules.lang.nodes import Call, Const, Node, Op, Ref, truth
from kaichuang.rules.lang.semantics import STRICT, evaluate
from kaichuang.rules.lang.types import Type, Value

DIRECTIONS: dict[Op, tuple[int, ...]] = {
    Op.YEAR: (1,),
    Op.NEG: (-1,),
    Op.ADD: (1, 1),
    Op.SUB: (1, -1),
    Op.ADD_DAYS: (1, 1),
    Op.ADD_MONTHS: (1, 1),
    Op.DAYS_BETWEEN: (-1, 1),
    Op.MONTHS_BETWEEN: (-1, 1),
    Op.FULL_MONTHS: (-1, 1),
}
"""Operators that rise (1) or fall (-1) with each operand, never turning."""
MIRRORED = {Op.LT: Op.GT, Op.LE: Op.GE, Op.GT: Op.LT, Op.GE: Op.LE, Op.EQ: Op.EQ}


def simplified(node: Call, bounds: Callable[[Node], Bounds]) -> Node | None:
    """The comparison as one or two of a bare reference with constants; ``None`` if it is not of this kind."""
    op, (left, right) = node.op, node.args
    if isinstance(left, Const):
        left, right, op = right, left, MIRRORED.get(op, op)
    if (
        op not in MIRRORED
        or not isinstance(right, Const)
        or right.value is None
        or isinstance(left, Ref | Const)
    ):
        return None
    turn = _direction(left)
    subject = _only_reference(left)
    if turn is None or subject is None:
        return None
    low, high = bounds(subject)

    def reaches(number: int, strictly: bool) -> bool:
        value = evaluate(left, {subject.name: _value(subject, number)})
        compared: bool = STRICT[Op.GT if strictly else Op.GE](value, right.value)
        return compared

    try:
        first = _first(low, high, turn, lambda number: reaches(number, False))
        beyond = _first(low, high, turn, lambda number: reaches(number, True))
    except (ValueError, OverflowError):  # off the calendar: the analysis refuses the program and says where
        return None
    return _conditions(op, subject, turn, first, beyond)


def _direction(node: Node) -> int | None:
    """1 if the expression never falls with its reference, -1 if it never rises, ``None`` if it is not known."""
    if isinstance(node, Ref):
        return 1 if node.type in (Type.INT, Type.MONEY, Type.DATE) else None
    if not isinstance(node, Call):
        return None
    moving = [place for place, arg in enumerate(node.args) if not isinstance(arg, Const)]
    known = all(arg.value is not None for arg in node.args if isinstance(arg, Const))
    if len(moving) != 1 or not known:
        return None
    inner, own = _direction(node.args[moving[0]]), _turn(node, moving[0])
    return None if inner is None or own is None else inner * own


def _turn(node: Call, place: int) -> int | None:
    if node.op in DIRECTIONS:
        return DIRECTIONS[node.op][place]
    values = [arg.value for arg in node.args if isinstance(arg, Const)]
    if node.op is Op.MUL and isinstance(values[0], int):
        return 1 if values[0] >= 0 else -1
    if node.op is Op.FLOOR_DIV and place == 0 and isinstance(values[0], int) and values[0] > 0:
        return 1
    if node.op is Op.SHARE and place == 0 and isinstance(values[0], int):
        return 1 if values[0] >= 0 else -1
    return None


def _only_reference(node: Node) -> Ref | None:
    while isinstance(node, Call):
        node = next(arg for arg in node.args if not isinstance(arg, Const))
    return node if isinstance(node, Ref) else None


def _value(subject: Ref, number: int) -> Value:
    return dt.date.fromordinal(number) if subject.type is Type.DATE else number


def _first(low: int, high: int, turn: int, holds: Callable[[int], bool]) -> int:
    """Rising: the least number for which the test holds, or ``high + 1``.  Falling: the greatest, or ``low - 1``."""
    fails, succeeds = (low - 1, high + 1) if turn > 0 else (high + 1, low - 1)
    while abs(succeeds - fails) > 1:
        middle = (fails + succeeds) // 2
        if holds(middle):
            succeeds = middle
        else:
            fails = middle
    return succeeds


def _conditions(op: Op, subject: Ref, turn: int, first: int, beyond: int) -> Node:
    """The test, given where the function first reaches the constant and where it first goes beyond it."""
    above, below = (Op.GE, Op.LT) if turn > 0 else (Op.LE, Op.GT)
    edges = {
        Op.GE: ((above, first),),
        Op.GT: ((above, beyond),),
        Op.LT: ((below, first),),
        Op.LE: ((below, beyond),),
        Op.EQ: ((above, first), (below, beyond)),
    }
    tests = [truth(test, subject, Const(subject.type, _value(subject, edge))) for test, edge in edges[op]]
    return tests[0] if len(tests) == 1 else truth(Op.AND, *tests)
