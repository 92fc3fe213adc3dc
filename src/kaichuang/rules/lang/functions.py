"""The functions of the language.  Each checks its arguments and gives the typed tree of its meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kaichuang.rules.lang import calendar, ratios
from kaichuang.rules.lang.agreement import agree, common_unit, expect
from kaichuang.rules.lang.errors import Wrong
from kaichuang.rules.lang.nodes import (
    ROUNDING,
    Case,
    Const,
    Node,
    Op,
    Ratio,
    boolean,
    call,
    mul,
    null,
    number,
    truth,
)
from kaichuang.rules.lang.types import Type

Builder = Callable[..., Node]


@dataclass(frozen=True, slots=True)
class Function:
    """A function: how many arguments it takes, how it reads, and what it means."""

    build: Builder
    least: int
    most: int
    signature: str

    @property
    def doc(self) -> str:
        """One sentence for the people who write packs."""
        return (self.build.__doc__ or "").strip()

    def apply(self, name: str, args: Sequence[Node]) -> Node:
        """The typed tree of a call; raises ``Wrong`` if an argument does not fit."""
        if not self.least <= len(args) <= self.most:
            expected = str(self.least) if self.least == self.most else f"{self.least}–{self.most}"
            raise Wrong("arity", name=name, expected=expected, given=len(args), suggestion=self.signature)
        return self.build(*args)


FUNCTIONS: dict[str, Function] = {}
MANY = 4096


def function(signature: str, least: int, most: int | None = None) -> Callable[[Builder], Builder]:
    """Enter a function into the table under the name in its signature."""

    def register(build: Builder) -> Builder:
        name = signature.partition("(")[0]
        FUNCTIONS[name] = Function(build, least, least if most is None else most, signature)
        return build

    return register


def _exact(node: Node, what: str) -> Fraction | None:
    """The value of a constant number, also one written as text; ``None`` if the node is not constant."""
    if isinstance(node, Ratio) and isinstance(node.num, Const) and isinstance(node.den, Const):
        num, den = node.num.value, node.den.value
        return Fraction(num, den) if isinstance(num, int) and isinstance(den, int) else None
    if not isinstance(node, Const):
        return None
    if isinstance(node.value, bool) or not isinstance(node.value, int | str):
        raise Wrong("value", what=what, value=node.value)
    try:
        return Fraction(node.value)
    except ValueError as error:
        raise Wrong("value", what=what, value=node.value) from error


def _money(amount: Node, fen: int, what: str) -> Node:
    if amount.type is None:
        return null(Type.MONEY)
    exact = _exact(amount, what)
    if exact is None:
        return mul(expect(amount, Type.INT, what=what), number(fen), Type.MONEY)
    if (exact * fen).denominator != 1:
        raise Wrong("value", what=what, value=f"{exact} (< 1 fen)")
    return number(int(exact * fen), Type.MONEY)


@function("yuan(n)", 1)
def yuan(amount: Node) -> Node:
    """An amount in yuan: ``yuan(200000)``, ``yuan('666666.66')``."""
    return _money(amount, 100, "yuan")


@function("wan(n)", 1)
def wan(amount: Node) -> Node:
    """An amount in ten thousand yuan (万元): ``wan(20)``, ``wan('1.5')``."""
    return _money(amount, 1_000_000, "wan")


@function("fen(n)", 1)
def fen(amount: Node) -> Node:
    """An amount in fen."""
    return _money(amount, 1, "fen")


def _rate(value: Node, whole: int, what: str) -> Node:
    if value.type is None:
        return null(Type.RATIO)
    exact = _exact(value, what)
    if exact is not None:
        return ratios.ratio_of(exact / whole)
    return Ratio(Type.RATIO, expect(value, Type.INT, what=what), number(whole))


@function("pct(n)", 1)
def pct(value: Node) -> Node:
    """A ratio in per cent: ``pct(30)``, ``pct('0.5')``."""
    return _rate(value, 100, "pct")


@function("bp(n)", 1)
def bp(value: Node) -> Node:
    """A ratio in basis points: ``bp(25)`` is a quarter of one per cent."""
    return _rate(value, 10_000, "bp")


@function("ratio(a, b)", 2)
def ratio(left: Node, right: Node) -> Node:
    """The exact ratio of two numbers or two amounts; unknown if the second is zero."""
    if left.type is not right.type:
        left, right = agree([left, right], what="ratio")
    left, right = (expect(side, Type.INT, Type.MONEY, what="ratio") for side in (left, right))
    return ratios.divide(left, right)


def _mode(node: Node) -> str:
    if not (isinstance(node, Const) and node.value in ROUNDING):
        raise Wrong("constant", what="rounding / 舍入方式", suggestion=" | ".join(f"'{m}'" for m in ROUNDING))
    return str(node.value)


def _positive(node: Node, type_: Type | None, what: str) -> int:
    unit = expect(node, type_ or Type.INT, what=what)
    if not isinstance(unit, Const):
        raise Wrong("constant", what=what)
    if not isinstance(unit.value, int) or unit.value <= 0:
        raise Wrong("value", what=what, value=unit.value)
    return unit.value


@function("share(amount, ratio, 'down', unit)", 3, 4)
def share(amount: Node, rate: Node, mode: Node, unit: Node | None = None) -> Node:
    """A ratio of an amount, rounded to fen or to a multiple of ``unit``: ``share(cost, pct(30), 'down')``."""
    return _share(expect(amount, Type.MONEY, what="share"), rate, mode, unit)


@function("scale(n, ratio, 'down', unit)", 3, 4)
def scale(count: Node, rate: Node, mode: Node, unit: Node | None = None) -> Node:
    """A ratio of a whole number, rounded to a whole number or to a multiple of ``unit``."""
    return _share(expect(count, Type.INT, what="scale"), rate, mode, unit)


def _share(amount: Node, rate: Node, mode: Node, unit: Node | None) -> Node:
    rate = ratios.as_ratio(expect(rate, Type.RATIO, Type.INT, what="ratio"))
    step = 1 if unit is None else _positive(unit, amount.type, "unit")
    return ratios.share(amount, rate, _mode(mode), step)


@function("round_to(n, unit, 'down')", 3)
def round_to(amount: Node, unit: Node, mode: Node) -> Node:
    """An amount or a whole number rounded to a multiple of ``unit``: ``round_to(total, yuan(1000), 'down')``."""
    amount = expect(amount if amount.type else null(unit.type), Type.INT, Type.MONEY, what="round_to")
    return _share(amount, ratios.ratio_of(Fraction(1)), mode, unit)


def _extreme(op: Op, comparing: Op, nodes: Sequence[Node]) -> Node:
    nodes = agree(nodes, what=op.name)
    type_ = nodes[0].type
    if type_ is Type.RATIO:
        return ratios.extreme(comparing, list(nodes))
    expect(nodes[0], Type.INT, Type.MONEY, Type.DATE, what=op.name)
    assert type_ is not None
    return call(op, type_, *nodes, unit=common_unit(nodes))


@function("least(a, b, …)", 2, MANY)
def least(*nodes: Node) -> Node:
    """The least; unknown if any is unknown."""
    return _extreme(Op.LEAST, Op.LE, nodes)


@function("greatest(a, b, …)", 2, MANY)
def greatest(*nodes: Node) -> Node:
    """The greatest; unknown if any is unknown."""
    return _extreme(Op.GREATEST, Op.GE, nodes)


@function("coalesce(a, b, …)", 2, MANY)
def coalesce(*nodes: Node) -> Node:
    """The first that is known."""
    agreed = agree(nodes, what="coalesce")
    type_ = agreed[0].type
    assert type_ is not None
    if type_ is Type.RATIO:
        return ratios.coalesce(agreed)
    return call(Op.COALESCE, type_, *agreed, unit=common_unit(agreed))


@function("nullif(a, b)", 2)
def nullif(value: Node, unwanted: Node) -> Node:
    """The first, or unknown where it equals the second."""
    value, unwanted = agree([value, unwanted], what="nullif")
    if value.type is Type.RATIO:
        equal: Node = ratios.compare(Op.EQ, value, unwanted)
    else:
        equal = truth(Op.EQ, value, unwanted)
    return Case(value.type, ((equal, null(value.type)),), value, unit=value.unit, vocabulary=value.vocabulary)


@function("abs(n)", 1)
def absolute(value: Node) -> Node:
    """The value without its sign."""
    value = expect(value, Type.INT, Type.MONEY, what="abs")
    assert value.type is not None
    return call(Op.ABS, value.type, value, unit=value.unit)


def _divisor(right: Node) -> Node:
    if isinstance(right, Const) and right.value:
        return right
    assert right.type is not None
    return call(Op.NONZERO, right.type, right)


@function("floor_div(a, b)", 2)
def floor_div(left: Node, right: Node) -> Node:
    """How often the second goes into the first, rounded towards minus infinity; unknown if it is zero."""
    left = expect(left, Type.INT, Type.MONEY, what="floor_div")
    right = expect(right, Type.INT, Type.MONEY, what="floor_div")
    if left.type is not right.type:
        a, b = left.type or Type.INT, right.type or Type.INT
        raise Wrong(
            "type", what="floor_div", expected=a.zh, expected_en=a.value, given=b.zh, given_en=b.value
        )
    return call(Op.FLOOR_DIV, Type.INT, left, _divisor(right))


@function("mod(a, b)", 2)
def mod(left: Node, right: Node) -> Node:
    """The remainder of ``floor_div``; it has the sign of the divisor."""
    left, right = agree([left, right], what="mod")
    expect(left, Type.INT, Type.MONEY, what="mod")
    assert left.type is not None
    return call(Op.MOD, left.type, left, _divisor(right), unit=left.unit)


@function("per(n, unit)", 2)
def per(value: Node, unit: Node) -> Node:
    """How many complete units there are, never fewer than none: ``per(staff, 10)``, ``per(sum, wan(100))``."""
    value = expect(value, Type.INT, Type.MONEY, what="per")
    step = _positive(unit, value.type, "unit")
    assert value.type is not None
    counted = call(Op.GREATEST, value.type, value, number(0, value.type))
    return call(Op.FLOOR_DIV, Type.INT, counted, number(step, value.type))


@function("starts_with(text, 'prefix')", 2)
def starts_with(text: Node, prefix: Node) -> Node:
    """Whether a text, such as a division code, begins with a constant."""
    text = expect(text, Type.TEXT, what="starts_with")
    expect(prefix, Type.TEXT, what="starts_with")
    if not isinstance(prefix, Const):
        raise Wrong("constant", what="prefix / 前缀")
    return truth(Op.STARTS_WITH, text, prefix)


def _day(node: Node, what: str) -> Node:
    return expect(node, Type.DATE, what=what, suggestion="DATE '2016-09-20'")


@function("add_days(date, n)", 2)
def add_days(day: Node, count: Node) -> Node:
    """The date so many days later."""
    return call(Op.ADD_DAYS, Type.DATE, _day(day, "add_days"), expect(count, Type.INT, what="add_days"))


@function("add_months(date, n)", 2)
def add_months(day: Node, count: Node) -> Node:
    """The same day so many months later, or the last day of that month if it is shorter."""
    return call(Op.ADD_MONTHS, Type.DATE, _day(day, "add_months"), expect(count, Type.INT, what="add_months"))


@function("add_years(date, n)", 2)
def add_years(day: Node, count: Node) -> Node:
    """The same day so many years later; 29 February becomes 28 February in a common year."""
    return add_months(day, mul(expect(count, Type.INT, what="add_years"), number(12)))


@function("days_between(from, to)", 2)
def days_between(start: Node, end: Node) -> Node:
    """Days from the first date to the second."""
    return call(Op.DAYS_BETWEEN, Type.INT, _day(start, "days_between"), _day(end, "days_between"))


def _part(op: Op, day: Node) -> Node:
    return call(op, Type.INT, _day(day, op.name.lower()))


@function("year(date)", 1)
def year(day: Node) -> Node:
    """The calendar year."""
    return _part(Op.YEAR, day)


@function("month(date)", 1)
def month(day: Node) -> Node:
    """The month, 1 to 12."""
    return _part(Op.MONTH, day)


@function("day(date)", 1)
def day_of_month(day: Node) -> Node:
    """The day of the month, 1 to 31."""
    return _part(Op.DAY, day)


@function("quarter(date)", 1)
def quarter(day: Node) -> Node:
    """The quarter of the calendar year, 1 to 4."""
    return call(Op.FLOOR_DIV, Type.INT, call(Op.ADD, Type.INT, month(day), number(2)), number(3))


@function("months_between(from, to)", 2)
def months_between(start: Node, end: Node) -> Node:
    """Months begun: the least n for which ``to`` is not after ``add_months(from, n)``.

    ``months_between(registered, day) <= 18`` holds up to and including the day 18 months on (catalogue 3.4).
    """
    return call(Op.MONTHS_BETWEEN, Type.INT, _day(start, "months_between"), _day(end, "months_between"))


@function("full_months(from, to)", 2)
def full_months(start: Node, end: Node) -> Node:
    """Months completed: the greatest n for which ``to`` is not before ``add_months(from, n)``."""
    return call(Op.FULL_MONTHS, Type.INT, _day(start, "full_months"), _day(end, "full_months"))


@function("full_years(from, to)", 2)
def full_years(start: Node, end: Node) -> Node:
    """Years completed, as an age is counted."""
    return call(Op.FLOOR_DIV, Type.INT, full_months(start, end), number(12))


@function("date_from(year, month, day)", 3)
def date_from(y: Node, m: Node, d: Node) -> Node:
    """The date with this year, month and day; unknown if the calendar has none."""
    parts = [expect(part, Type.INT, what="date_from") for part in (y, m, d)]
    values = [part.value for part in parts if isinstance(part, Const) and isinstance(part.value, int)]
    if len(values) == 3:
        return Const(Type.DATE, calendar.date_from(values[0], values[1], values[2]))
    return call(Op.DATE_FROM, Type.DATE, *parts)


def total(nodes: Sequence[Node]) -> Node:
    """The sum of several amounts or numbers, as a balanced tree."""
    if len(nodes) == 1:
        return nodes[0]
    middle = len(nodes) // 2
    return call(Op.ADD, nodes[0].type or Type.INT, total(nodes[:middle]), total(nodes[middle:]))


@function("sum_of(a, b, …)", 2, MANY)
def sum_of(*nodes: Node) -> Node:
    """The sum; unknown if any is unknown."""
    agreed = agree(nodes, what="sum_of")
    expect(agreed[0], Type.INT, Type.MONEY, what="sum_of")
    return total(agreed)


@function("count_of(a, b, …)", 1, MANY)
def count_of(*conditions: Node) -> Node:
    """How many conditions are true; unknown if any is unknown."""
    flags = [expect(condition, Type.BOOL, what="count_of") for condition in conditions]
    return total([Case(Type.INT, ((flag, number(1)),), number(0)) for flag in flags])


@function("known(a)", 1)
def known(value: Node) -> Node:
    """Whether a value is known: the same as ``IS NOT NULL``."""
    if value.type is None:
        return boolean(False)
    absent = ratios.is_null(value) if value.type is Type.RATIO else truth(Op.IS_NULL, value)
    return truth(Op.NOT, absent)
