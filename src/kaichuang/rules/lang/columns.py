"""A population: a program compiled to Polars expressions, lazily, one step per level.

Whole numbers are 64 bits.  Where the proved bounds of an intermediate result are wider, it is computed in 128 bits; a
definition whose result might not fit 64 bits again is converted strictly, so that it is refused and never wrapped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial, reduce
from operator import add, and_, eq, ge, gt, le, lt, mul, ne, or_, sub

import polars as pl

from kaichuang.rules.lang.nodes import COMPARISONS, Call, Case, Const, Node, Op, Ref
from kaichuang.rules.lang.plan import Plan
from kaichuang.rules.lang.stages import Stages
from kaichuang.rules.lang.types import INT64_LIMIT, Type, Value

DTYPES: dict[Type | None, type[pl.DataType]] = {
    Type.BOOL: pl.Boolean,
    Type.INT: pl.Int64,
    Type.MONEY: pl.Int64,
    Type.DATE: pl.Date,
    Type.TEXT: pl.String,
    None: pl.Null,
}
COMPARE: dict[Op, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    Op.EQ: eq,
    Op.NE: ne,
    Op.LT: lt,
    Op.LE: le,
    Op.GT: gt,
    Op.GE: ge,
}
ARITHMETIC: dict[Op, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {Op.ADD: add, Op.SUB: sub, Op.MUL: mul}
FEW = 4
"""Up to so many choices are compared one by one, which is faster than a set."""


class Columns:
    """Writes the wanted definitions of a plan as Polars expressions; ``steps`` are to be added one after another.

    What a choice is made between stands in a column of its own: Polars evaluates a nested ``when`` in parallel, which
    costs more than it gains on the small pieces of a stream.
    """

    def __init__(self, plan: Plan, wanted: Iterable[str]) -> None:
        self.plan = plan
        self.stages: Stages[pl.Expr] = Stages(lambda formula, slot: formula.alias(slot))
        self.slots = [slot for group in plan.levels(wanted) for slot in group]
        for slot in self.slots:
            self.stages.define(slot, partial(self._definition, slot))

    @property
    def steps(self) -> list[list[pl.Expr]]:
        """The columns to add, stage by stage."""
        return self.stages.steps

    def _definition(self, slot: str) -> pl.Expr:
        """The column of a slot, refused where it leaves 64 bits."""
        node = self.plan.nodes[slot]
        column = self.write(node)
        if node.type is not None and node.type.is_number and self.plan.guarded(node):
            column = _checked(column).cast(pl.Int64, strict=True)
        return column

    def number(self, node: Node, wide: bool) -> pl.Expr:
        """A number as 64 bits, or as 128 if ``wide``."""
        if isinstance(node, Const) and wide:
            return pl.lit(node.value, dtype=pl.Int128)
        column = self.write(node)
        return column.cast(pl.Int128) if wide and not self.plan.is_wide(node) else column

    def write(self, node: Node) -> pl.Expr:
        """The Polars expression of a node."""
        match node:
            case Const(value=value):
                return self._literal(node.type, value, self.plan.is_wide(node))
            case Ref(name=name):
                self.stages.read(name)
                return pl.col(name)
            case Case():
                return self._case(node)
            case Call(op=op, args=args):
                if op in COMPARISONS or op in (Op.LEAST, Op.GREATEST):
                    return self._compare(node)
                if op in ARITHMETIC:
                    wide = self.plan.is_wide(node, *args)
                    column = reduce(ARITHMETIC[op], [self.number(arg, wide) for arg in args])
                    return self._narrowed(node, column, wide)
                return WRITERS[op](self, node)
        raise AssertionError(node)

    def _narrowed(self, node: Node, column: pl.Expr, wide: bool) -> pl.Expr:
        """What was computed wide, as 64 bits if it is proved to fit."""
        return column.cast(pl.Int64) if wide and not self.plan.is_wide(node) else column

    def _value(self, node: Node, wide: bool) -> pl.Expr:
        """A value to choose: numbers of one width, texts as plain texts whatever their column holds."""
        column = self.number(node, wide)
        return column.cast(pl.String) if node.type is Type.TEXT and not isinstance(node, Const) else column

    @staticmethod
    def _words(node: Case) -> pl.Enum | None:
        """The closed vocabulary of a case between constant texts: cheaper to choose from than texts."""
        values = [*(value for _, value in node.branches), node.default]
        if node.type is not Type.TEXT or not all(isinstance(value, Const) for value in values):
            return None
        words = {value.value for value in values if isinstance(value, Const) and isinstance(value.value, str)}
        return pl.Enum(sorted(words)) if words else None

    @staticmethod
    def _literal(type_: Type | None, value: Value, wide: bool = False) -> pl.Expr:
        return pl.lit(value, dtype=pl.Int128 if wide else DTYPES[type_])

    # -- choices ----------------------------------------------------------------------------------------------------

    def _case(self, node: Case) -> pl.Expr:
        values = [value for _, value in node.branches]
        wide, words = self.plan.is_wide(node, *values, node.default), self._words(node)
        chain: pl.Expr | None = None
        for condition, value in node.branches:
            test = self._own_column(condition, False)
            if self.plan.nullable(condition):
                chain = _when(chain, test.is_null(), pl.lit(None))
            chain = _when(chain, test, self._own_column(value, wide, words))
        assert isinstance(chain, pl.expr.whenthen.Then | pl.expr.whenthen.ChainedThen)
        return chain.otherwise(self._own_column(node.default, wide, words))

    def _own_column(self, node: Node, wide: bool, words: pl.Enum | None = None) -> pl.Expr:
        """A value to choose, in a column of its own unless it is one or a constant."""
        if words is not None and isinstance(node, Const):
            return pl.lit(node.value, dtype=words)
        if isinstance(node, Ref | Const):
            return self._value(node, wide)
        column = self._column(lambda: self.write(node), node)
        if node.type is Type.TEXT:
            return column.cast(pl.String)
        return column.cast(pl.Int128) if wide and not self.plan.is_wide(node) else column

    def _column(self, write: Callable[[], pl.Expr], node: Node | None = None) -> pl.Expr:
        return pl.col(self.stages.part(write, node))

    def coalesce(self, node: Call) -> pl.Expr:
        """The first known value."""
        wide = self.plan.is_wide(*node.args)
        return pl.coalesce([self._value(arg, wide) for arg in node.args])

    def _compare(self, node: Call) -> pl.Expr:
        wide = self.plan.is_wide(*node.args)
        if node.op in COMPARE:
            mixed = not any(isinstance(arg, Const) for arg in node.args)
            left, right = ((self._value if mixed else self.number)(arg, wide) for arg in node.args)
            return COMPARE[node.op](left, right)
        known = [arg for arg in node.args if not self.plan.nullable(arg)]
        unknown = [arg for arg in node.args if self.plan.nullable(arg)]
        horizontal = pl.min_horizontal if node.op is Op.LEAST else pl.max_horizontal
        columns = [self.number(arg, wide) for arg in known]
        best = horizontal(columns) if len(columns) > 1 else columns[0] if columns else None
        for arg in unknown:
            column = self._own_column(arg, wide)
            best = column if best is None else self._strict_extreme(node.op, column, best)
        assert best is not None
        return self._narrowed(node, best, wide)

    def _strict_extreme(self, op: Op, column: pl.Expr, other: pl.Expr) -> pl.Expr:
        """The better of two, unknown if either is: ``column`` wins where it is unknown."""
        best = self._column(lambda: other)
        beaten = column < best if op is Op.LEAST else column > best
        return pl.when(column.is_null() | beaten).then(column).otherwise(best)

    def is_in(self, node: Call) -> pl.Expr:
        """Membership in constants."""
        subject, *choices = node.args
        column = self.write(subject)
        values = [choice.value for choice in choices if isinstance(choice, Const)]
        if len(values) <= FEW:
            return reduce(or_, [column == self._literal(subject.type, value) for value in values])
        return column.is_in(values)

    # -- whole numbers ----------------------------------------------------------------------------------------------

    def divide(self, node: Call) -> pl.Expr:
        """Quotient or remainder, rounded towards minus infinity."""
        wide = self.plan.is_wide(*node.args)
        left, right = (self.number(arg, wide) for arg in node.args)
        column = left // right if node.op is Op.FLOOR_DIV else left - (left // right) * right
        return self._narrowed(node, column, wide)

    def orient(self, node: Call) -> pl.Expr:
        """The first operand with the sign of the second."""
        value, guide = node.args
        column = self.number(value, self.plan.is_wide(value, node))
        flipped = pl.when(self.write(guide) < 0).then(0 - column).otherwise(column)
        return self._where_known([guide], flipped)

    def _where_known(self, nodes: Sequence[Node], column: pl.Expr) -> pl.Expr:
        """A column made unknown where one of these nodes is."""
        tests = [self.write(node).is_not_null() for node in nodes if self.plan.nullable(node)]
        return pl.when(reduce(and_, tests)).then(column) if tests else column

    def share(self, node: Call) -> pl.Expr:
        """Multiply, divide and round; wide where the product needs it, and narrow again where the result fits."""
        amount, num, den, mode = node.args
        assert isinstance(mode, Const)
        wide = self.plan.share_is_wide(node)
        low, _ = self.plan.dividend(node)
        divisor = self.number(den, wide)
        if low >= 0:
            return self._narrowed(
                node, _round_size(self._product(amount, num, wide), divisor, str(mode.value)), wide
            )
        product = self._column(lambda: self._product(amount, num, wide))
        size = self._column(lambda: _round_size(product.abs(), divisor, str(mode.value)))
        return self._narrowed(node, pl.when(product < 0).then(0 - size).otherwise(size), wide)

    def _product(self, amount: Node, num: Node, wide: bool) -> pl.Expr:
        if isinstance(num, Const) and num.value == 1:
            return self.number(amount, wide)
        return self.number(amount, wide) * self.number(num, wide)

    # -- dates ------------------------------------------------------------------------------------------------------

    def add_days(self, node: Call) -> pl.Expr:
        """A later day."""
        day, count = node.args
        return (self.write(day).cast(pl.Int32) + self.write(count).cast(pl.Int32)).cast(pl.Date)

    def add_months(self, node: Call) -> pl.Expr:
        """The same day of a later month, or its last day."""
        day, count = node.args
        if isinstance(count, Const):
            return self.write(day).dt.offset_by(f"{count.value}mo")
        return self.write(day).dt.offset_by(self.write(count).cast(pl.String) + "mo")

    def days_between(self, node: Call) -> pl.Expr:
        """Days from the first to the second."""
        start, end = (self.write(arg).cast(pl.Int32) for arg in node.args)
        return (end - start).cast(pl.Int64)

    def months(self, node: Call) -> pl.Expr:
        """Months begun or completed from the first date to the second."""
        start, end = (self.write(arg) for arg in node.args)
        first, last = start.dt.day(), end.dt.day()
        months = _month_number(end) - _month_number(start)
        if node.op is Op.MONTHS_BETWEEN:
            return months + (last > first).cast(pl.Int64)
        return months - ((last < first) & (last < end.dt.month_end().dt.day())).cast(pl.Int64)

    def date_from(self, node: Call) -> pl.Expr:
        """A date from its parts, unknown if there is no such day."""
        year, month, day = (self.write(arg) for arg in node.args)
        sound = year.is_between(1, 9999) & month.is_between(1, 12) & day.is_between(1, 31)
        first = pl.date(pl.when(sound).then(year).otherwise(2000), pl.when(sound).then(month).otherwise(1), 1)
        found = (first.cast(pl.Int32) + day.cast(pl.Int32, strict=False) - 1).cast(pl.Date)
        return pl.when(sound & (found.dt.month() == month)).then(found)


def _when(chain: pl.Expr | None, test: pl.Expr, value: pl.Expr) -> pl.Expr:
    if chain is None:
        return pl.when(test).then(value)
    assert isinstance(chain, pl.expr.whenthen.Then | pl.expr.whenthen.ChainedThen)
    return chain.when(test).then(value)


def _checked(column: pl.Expr) -> pl.Expr:
    """Widen what lies between our limit and that of 64 bits, so that the strict conversion refuses it too."""
    wide = column.cast(pl.Int128)
    beyond = (wide > INT64_LIMIT) | (wide < -INT64_LIMIT)
    return pl.when(beyond).then(pl.lit(2**64, dtype=pl.Int128)).otherwise(wide)


def _round_size(size: pl.Expr, divisor: pl.Expr, mode: str) -> pl.Expr:
    if mode == "down":
        return size // divisor
    if mode == "up":
        return (size + divisor - 1) // divisor
    if mode == "half_up":
        return (size + divisor // 2) // divisor
    quotient = size // divisor
    twice = (size - quotient * divisor) * 2
    nearer_up = (twice > divisor) | ((twice == divisor) & (quotient % 2 == 1))
    return quotient + nearer_up.cast(pl.Int64)


def _parts(name: str) -> Callable[[Columns, Call], pl.Expr]:
    def write(columns: Columns, node: Call) -> pl.Expr:
        part: pl.Expr = getattr(columns.write(node.args[0]).dt, name)()
        return part.cast(pl.Int64)

    return write


def _all(operator: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Callable[[Columns, Call], pl.Expr]:
    return lambda columns, node: reduce(operator, [columns.write(arg) for arg in node.args])


def _one(operator: Callable[[pl.Expr], pl.Expr]) -> Callable[[Columns, Call], pl.Expr]:
    return lambda columns, node: operator(columns.write(node.args[0]))


def _starts_with(columns: Columns, node: Call) -> pl.Expr:
    prefix = node.args[1]
    assert isinstance(prefix, Const)
    return columns.write(node.args[0]).cast(pl.String).str.starts_with(str(prefix.value))


def _month_number(day: pl.Expr) -> pl.Expr:
    """Months since the year 0."""
    return day.dt.year().cast(pl.Int64) * 12 + day.dt.month().cast(pl.Int64)


def _nonzero(column: pl.Expr) -> pl.Expr:
    return pl.when(column != 0).then(column)


WRITERS: dict[Op, Callable[[Columns, Call], pl.Expr]] = {
    Op.AND: _all(and_),
    Op.OR: _all(or_),
    Op.NOT: _one(lambda column: ~column),
    Op.IN: Columns.is_in,
    Op.IS_NULL: _one(lambda column: column.is_null()),
    Op.STARTS_WITH: _starts_with,
    Op.NEG: _one(lambda column: 0 - column),
    Op.ABS: _one(lambda column: column.abs()),
    Op.COALESCE: Columns.coalesce,
    Op.NONZERO: _one(_nonzero),
    Op.ORIENT: Columns.orient,
    Op.FLOOR_DIV: Columns.divide,
    Op.MOD: Columns.divide,
    Op.SHARE: Columns.share,
    Op.ADD_DAYS: Columns.add_days,
    Op.ADD_MONTHS: Columns.add_months,
    Op.DAYS_BETWEEN: Columns.days_between,
    Op.MONTHS_BETWEEN: Columns.months,
    Op.FULL_MONTHS: Columns.months,
    Op.YEAR: _parts("year"),
    Op.MONTH: _parts("month"),
    Op.DAY: _parts("day"),
    Op.DATE_FROM: Columns.date_from,
}
