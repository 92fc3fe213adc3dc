"""The typed expression tree that every engine runs.

The tree is small on purpose: a constant, a reference, a call of one of the operators below, a case.  Ratios exist only
while a text is checked: they are pairs of whole-number expressions, and comparing or applying them becomes integer
arithmetic (``ratios.py``).  So an engine knows whole numbers, truth values, dates and texts, and nothing else.

The meaning of "not known" (NULL), the same in all engines:

* an operator whose operand is unknown is unknown, ``LEAST`` and ``GREATEST`` included;
* ``AND``, ``OR`` and ``NOT`` follow Kleene: ``false AND unknown`` is false, ``true OR unknown`` is true;
* ``CASE`` takes the first branch whose condition is true; if a condition met before that is unknown, so is the result
  (unknown is not "no");
* ``IS NULL`` and ``COALESCE`` are the only ways to turn an unknown into something known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from kaichuang.rules.lang.types import Type, Value


class Op(Enum):
    """The operators.  ``num`` is a count, fen, or the day number of a date."""

    AND = auto()
    OR = auto()
    NOT = auto()
    EQ = auto()
    NE = auto()
    LT = auto()
    LE = auto()
    GT = auto()
    GE = auto()
    IN = auto()
    """The first operand equals one of the others, which are constants."""
    IS_NULL = auto()
    STARTS_WITH = auto()
    ADD = auto()
    SUB = auto()
    MUL = auto()
    NEG = auto()
    ABS = auto()
    LEAST = auto()
    GREATEST = auto()
    COALESCE = auto()
    NONZERO = auto()
    """The operand, or unknown where it is zero."""
    ORIENT = auto()
    """The first operand, negated where the second is negative."""
    FLOOR_DIV = auto()
    """Quotient rounded towards minus infinity; the divisor is never zero (see ``NONZERO``)."""
    MOD = auto()
    """Remainder of ``FLOOR_DIV``; it has the sign of the divisor."""
    SHARE = auto()
    """First operand times the second over the third (positive), rounded to a whole number by the mode in the fourth."""
    ADD_DAYS = auto()
    ADD_MONTHS = auto()
    """The same day of a later month, or that month's last day if it is shorter."""
    DAYS_BETWEEN = auto()
    MONTHS_BETWEEN = auto()
    """Months begun from the first date to the second."""
    FULL_MONTHS = auto()
    """Months completed from the first date to the second."""
    YEAR = auto()
    MONTH = auto()
    DAY = auto()
    DATE_FROM = auto()
    """The day with this year, month and day, or unknown if the calendar has none."""


COMPARISONS = frozenset({Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE})
ROUNDING = ("down", "up", "half_up", "half_even")
"""Towards zero; away from zero; nearest, ties away from zero; nearest, ties to the even neighbour."""


class Kind(Enum):
    """What a reference names."""

    FIELD = auto()
    PARAMETER = auto()
    DEFINITION = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A typed expression.  ``type`` is ``None`` only for a NULL whose type is not yet known."""

    type: Type | None
    unit: str | None = field(default=None, kw_only=True)
    vocabulary: frozenset[str] | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class Const(Node):
    """A constant; ``value`` is never a ratio."""

    value: Value


@dataclass(frozen=True, slots=True, eq=False)
class Ref(Node):
    """A reference to a fact, a parameter or a definition, by the name of the slot that holds its value."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True, eq=False)
class Call(Node):
    """An operator with its operands."""

    op: Op
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Case(Node):
    """The first branch whose condition is true, else the default."""

    branches: tuple[tuple[Node, Node], ...]
    default: Node


@dataclass(frozen=True, slots=True, eq=False)
class Ratio(Node):
    """A numerator over a positive denominator; either is unknown where the ratio is.  Never reaches an engine."""

    num: Node
    den: Node


def number(value: int | None, type_: Type = Type.INT) -> Const:
    """A whole-number constant."""
    return Const(type_, value)


def boolean(value: bool | None) -> Const:
    """A truth constant."""
    return Const(Type.BOOL, value)


def null(type_: Type | None) -> Node:
    """The unknown of a type."""
    if type_ is Type.RATIO:
        return Ratio(Type.RATIO, number(None), number(1))
    return Const(type_, None)


def call(op: Op, type_: Type, *args: Node, unit: str | None = None) -> Call:
    """An operator applied to operands."""
    return Call(type_, op, args, unit=unit)


def truth(op: Op, *args: Node) -> Call:
    """An operator whose answer is true, false or unknown."""
    return Call(Type.BOOL, op, args)


def mul(left: Node, right: Node, type_: Type = Type.INT, unit: str | None = None) -> Node:
    """A product, without multiplying by one and with constants multiplied at once."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Const) and one.value == 1 and other.type is type_:
            return other
    values = [side.value for side in (left, right) if isinstance(side, Const) and isinstance(side.value, int)]
    if len(values) == 2:
        return Const(type_, values[0] * values[1], unit=unit)
    return call(Op.MUL, type_, left, right, unit=unit)


def children(node: Node) -> tuple[Node, ...]:
    """The direct sub-expressions, in the order in which they are read."""
    match node:
        case Call(args=args):
            return args
        case Case(branches=branches, default=default):
            return (*(part for branch in branches for part in branch), default)
        case Ratio(num=num, den=den):
            return (num, den)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, parents first."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(children(current)))


def references(node: Node) -> frozenset[str]:
    """The names of the slots that an expression reads."""
    return frozenset(part.name for part in walk(node) if isinstance(part, Ref))


def rebuild(node: Node, change: Callable[[Node], Node]) -> Node:
    """The node with ``change`` applied to its children; the same object if no child changed."""
    before = children(node)
    after = tuple(change(child) for child in before)
    if all(new is old for new, old in zip(after, before, strict=True)):
        return node
    match node:
        case Call():
            return Call(node.type, node.op, after, unit=node.unit)
        case Case():
            pairs = tuple(zip(after[:-1:2], after[1:-1:2], strict=True))
            return Case(node.type, pairs, after[-1], unit=node.unit, vocabulary=node.vocabulary)
        case Ratio():
            return Ratio(node.type, after[0], after[1])
        case _:
            return node
