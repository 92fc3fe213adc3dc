"""Ratios without floating point: every use of a ratio is turned into whole-number arithmetic.

``a / b >= c / d`` becomes ``a * d >= c * b`` (denominators are made positive first; a zero denominator is unknown).
A share of an amount becomes one multiplication and one rounded division.  A case that chooses between ratios is pushed
outwards, so that constant denominators stay constant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import reduce
from math import lcm

from kaichuang.rules.lang.nodes import Case, Const, Node, Op, Ratio, call, mul, number, truth
from kaichuang.rules.lang.types import Type


def ratio_of(value: Fraction) -> Ratio:
    """A constant ratio."""
    return Ratio(Type.RATIO, number(value.numerator), number(value.denominator))


def divide(left: Node, right: Node) -> Ratio:
    """The ratio of two whole numbers or two amounts; unknown where the divisor is zero."""
    values = [side.value for side in (left, right) if isinstance(side, Const) and isinstance(side.value, int)]
    if len(values) == 2 and values[1]:
        return ratio_of(Fraction(values[0], values[1]))
    num = call(Op.ORIENT, Type.INT, left, right)
    den = call(Op.ABS, Type.INT, call(Op.NONZERO, Type.INT, right))
    return Ratio(Type.RATIO, num, den)


def as_ratio(node: Node) -> Node:
    """A whole number seen as a ratio, so that it can be compared with one."""
    return node if node.type is Type.RATIO else Ratio(Type.RATIO, node, number(1))


def each(node: Node, use: Callable[[Ratio], Node]) -> Node:
    """Use a ratio, or use each ratio that a case may choose and let the case choose between the results."""
    if isinstance(node, Ratio):
        return use(node)
    assert isinstance(node, Case), node
    branches = tuple((condition, each(value, use)) for condition, value in node.branches)
    default = each(node.default, use)
    return Case(default.type, branches, default, unit=default.unit)


def compare(op: Op, left: Node, right: Node) -> Node:
    """Compare two ratios by cross multiplication."""
    return each(left, lambda a: each(right, lambda b: _cross(op, a, b)))


def _cross(op: Op, a: Ratio, b: Ratio) -> Node:
    return truth(op, mul(a.num, b.den), mul(b.num, a.den))


def share(amount: Node, rate: Node, mode: str, unit: int = 1) -> Node:
    """``amount`` times ``rate``, rounded by ``mode`` to a multiple of ``unit``."""
    type_ = amount.type
    assert type_ is not None

    def apply(ratio: Ratio) -> Node:
        parts = (amount, ratio.num, mul(ratio.den, number(unit)), Const(Type.TEXT, mode))
        rounded = call(Op.SHARE, type_, *parts, unit=amount.unit)
        return mul(rounded, number(unit), type_, amount.unit)

    return each(rate, apply)


def is_null(node: Node) -> Node:
    """Whether a ratio is unknown; so it is where a case cannot choose."""
    return truth(Op.OR, *(truth(Op.IS_NULL, part) for part in split(node)))


def coalesce(nodes: list[Node]) -> Node:
    """The first known ratio."""
    *firsts, last = nodes
    branches = tuple((truth(Op.NOT, is_null(node)), node) for node in firsts)
    return Case(Type.RATIO, branches, last)


def extreme(op: Op, nodes: list[Node]) -> Node:
    """The least (``op`` is ``LE``) or the greatest (``GE``) of several ratios; unknown if one of them is."""
    return reduce(lambda a, b: Case(Type.RATIO, ((compare(op, a, b), a),), b), nodes)


def split(node: Node) -> tuple[Node, Node]:
    """Numerator and denominator as two expressions; over a common denominator if all denominators are constant."""
    common = _common_denominator(node)
    if common is None:
        return each(node, lambda r: r.num), each(node, lambda r: r.den)
    return each(node, lambda r: mul(r.num, number(common // _constant(r.den)))), number(common)


def _common_denominator(node: Node) -> int | None:
    dens = list(_denominators(node))
    if all(isinstance(den, Const) for den in dens):
        return lcm(*(_constant(den) for den in dens))
    return None


def _denominators(node: Node) -> Iterator[Node]:
    if isinstance(node, Ratio):
        yield node.den
    elif isinstance(node, Case):
        for value in (*(value for _, value in node.branches), node.default):
            yield from _denominators(value)


def _constant(den: Node) -> int:
    assert isinstance(den, Const)
    assert isinstance(den.value, int)
    return den.value
