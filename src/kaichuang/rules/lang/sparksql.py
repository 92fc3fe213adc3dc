"""Writing a plan as Spark SQL, in stages.

An operand that a formula needs twice becomes a column of its own in an earlier stage, so texts stay short.  Every
expression is total: nothing in it can raise under ANSI rules, except the refusal of a result that is too large.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from kaichuang.rules.lang.nodes import COMPARISONS, Call, Case, Const, Node, Op, Ref
from kaichuang.rules.lang.plan import Plan
from kaichuang.rules.lang.stages import Stages
from kaichuang.rules.lang.types import INT64_LIMIT, Type, Value

SQL_TYPES: dict[Type | None, str] = {
    Type.BOOL: "BOOLEAN",
    Type.INT: "BIGINT",
    Type.MONEY: "BIGINT",
    Type.DATE: "DATE",
    Type.TEXT: "STRING",
    None: "BIGINT",
}
WIDE = "DECIMAL(38,0)"
SIGNS = {
    Op.EQ: "=",
    Op.NE: "<>",
    Op.LT: "<",
    Op.LE: "<=",
    Op.GT: ">",
    Op.GE: ">=",
    Op.ADD: "+",
    Op.SUB: "-",
    Op.MUL: "*",
}
SIMPLE: dict[Op, Callable[..., str]] = {
    Op.NOT: "(NOT {0})".format,
    Op.IS_NULL: "({0} IS NULL)".format,
    Op.STARTS_WITH: "startswith({0}, {1})".format,
    Op.NEG: "(-{0})".format,
    Op.ABS: "abs({0})".format,
    Op.ADD_DAYS: "date_add({0}, CAST({1} AS INT))".format,
    Op.ADD_MONTHS: "add_months({0}, CAST({1} AS INT))".format,
    Op.DAYS_BETWEEN: "CAST(datediff({1}, {0}) AS BIGINT)".format,
    Op.YEAR: "CAST(year({0}) AS BIGINT)".format,
    Op.MONTH: "CAST(month({0}) AS BIGINT)".format,
    Op.DAY: "CAST(day({0}) AS BIGINT)".format,
}


def name(slot: str) -> str:
    """A column's name, quoted."""
    return "`" + slot.replace("`", "``") + "`"


def text(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def literal(type_: Type | None, value: Value, *, wide: bool = False) -> str:
    """A typed literal."""
    if value is None:
        return f"CAST(NULL AS {WIDE if wide else SQL_TYPES[type_]})"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.date):
        return f"DATE'{value.isoformat()}'"
    if isinstance(value, str):
        return text(value)
    return f"CAST({value} AS {WIDE})" if wide else f"CAST({value} AS BIGINT)"


class SparkSql:
    """Writes the wanted definitions of a plan as SQL; ``stages`` puts the columns in order."""

    def __init__(self, plan: Plan, wanted: Iterable[str]) -> None:
        self.plan = plan
        self.stages: Stages[str] = Stages(lambda sql, slot: f"{sql} AS {name(slot)}")
        for group in plan.levels(wanted):
            for slot in group:
                self.stages.define(slot, partial(self._definition, slot))

    def _definition(self, slot: str) -> str:
        node = self.plan.nodes[slot]
        sql = self.write(node)
        if node.type is not None and node.type.is_number and self.plan.guarded(node):
            return self._guarded(self._column(sql), self.plan.owner[slot])
        return sql

    def _guarded(self, column: str, owner: str) -> str:
        refusal = f"raise_error({text(f'{owner}: too large to compute exactly')})"
        beyond = f"{column} > {INT64_LIMIT} OR {column} < -{INT64_LIMIT}"
        return f"CASE WHEN {beyond} THEN CAST({refusal} AS BIGINT) ELSE CAST({column} AS BIGINT) END"

    def _column(self, sql: str) -> str:
        """A formula as a column of its own."""
        return name(self.stages.part(lambda: sql))

    def atom(self, node: Node, *, wide: bool = False) -> str:
        """A text that may be repeated: a literal, a column, or a new column for anything longer."""
        sql = self.number(node, wide)
        if isinstance(node, Const) or (isinstance(node, Ref) and not wide):
            return sql
        return self._column(sql)

    def number(self, node: Node, wide: bool) -> str:
        """A number as BIGINT, or as a decimal of 38 digits if ``wide``."""
        if isinstance(node, Const):
            return literal(node.type, node.value, wide=wide and node.type is not Type.TEXT)
        sql = self.write(node)
        return f"CAST({sql} AS {WIDE})" if wide and not self.plan.is_wide(node) else sql

    def write(self, node: Node) -> str:
        """The SQL of a node."""
        match node:
            case Const(type=type_, value=value):
                return literal(type_, value, wide=self.plan.is_wide(node))
            case Ref(name=slot):
                self.stages.read(slot)
                return name(slot)
            case Case():
                return self._case(node)
            case Call(op=op, args=args) if op in SIMPLE:
                return SIMPLE[op](*(self.write(arg) for arg in args))
            case Call(op=op) if op in SIGNS:
                return self._signed(node)
            case Call(op=op):
                return WRITERS[op](self, node)
        raise AssertionError(node)

    def _narrowed(self, node: Node, sql: str, wide: bool) -> str:
        return f"CAST({sql} AS BIGINT)" if wide and not self.plan.is_wide(node) else sql

    def _signed(self, node: Call) -> str:
        wide = self.plan.is_wide(node, *node.args)
        left, right = (self.number(arg, wide) for arg in node.args)
        sql = f"({left} {SIGNS[node.op]} {right})"
        return sql if node.op in COMPARISONS else self._narrowed(node, sql, wide)

    def connective(self, node: Call) -> str:
        """AND and OR, which follow Kleene in SQL."""
        return "(" + f" {node.op.name} ".join(self.write(arg) for arg in node.args) + ")"

    def _case(self, node: Case) -> str:
        wide = self.plan.is_wide(node)
        parts: list[str] = []
        for condition, value in node.branches:
            if self.plan.nullable(condition):
                test = self.atom(condition)
                parts.append(f"WHEN {test} IS NULL THEN {literal(node.type, None, wide=wide)}")
            else:
                test = self.write(condition)
            parts.append(f"WHEN {test} THEN {self.number(value, wide)}")
        return f"(CASE {' '.join(parts)} ELSE {self.number(node.default, wide)} END)"

    def coalesce(self, node: Call) -> str:
        """The first known value."""
        wide = self.plan.is_wide(node)
        return f"coalesce({', '.join(self.number(arg, wide) for arg in node.args)})"

    def extreme(self, node: Call) -> str:
        """LEAST and GREATEST, unknown as soon as one operand is."""
        wide = self.plan.is_wide(*node.args)
        unknown = [arg for arg in node.args if self.plan.nullable(arg)]
        texts = [self.atom(arg, wide=wide) if arg in unknown else self.number(arg, wide) for arg in node.args]
        best = f"{node.op.name.lower()}({', '.join(texts)})"
        tests = [f"{sql} IS NOT NULL" for sql, arg in zip(texts, node.args, strict=True) if arg in unknown]
        best = f"CASE WHEN {' AND '.join(tests)} THEN {best} END" if tests else best
        return self._narrowed(node, best, wide)

    def is_in(self, node: Call) -> str:
        """Membership in constants."""
        subject, *choices = (self.write(arg) for arg in node.args)
        return f"({subject} IN ({', '.join(choices)}))"

    def nonzero(self, node: Call) -> str:
        """The operand, or unknown where it is zero."""
        column = self.atom(node.args[0])
        return f"CASE WHEN {column} <> 0 THEN {column} END"

    def orient(self, node: Call) -> str:
        """The first operand with the sign of the second."""
        value, guide = (self.atom(arg) for arg in node.args)
        return f"CASE WHEN {guide} < 0 THEN -{value} WHEN {guide} >= 0 THEN {value} END"

    # -- whole-number division --------------------------------------------------------------------------------------

    def divide(self, node: Call) -> str:
        """Quotient or remainder, rounded towards minus infinity."""
        left, right = node.args
        size = max(abs(bound) for bound in self.plan.bounds(right))
        wide = self.plan.is_wide(left, right) or 2 * size > INT64_LIMIT
        a, b = self.atom(left, wide=wide), self.atom(right, wide=wide)
        rest = self._column(f"((({a} % {b}) + {b}) % {b})")
        sql = rest if node.op is Op.MOD else _exact(f"({a} - {rest})", b, wide)
        return self._narrowed(node, sql, wide)

    def share(self, node: Call) -> str:
        """Multiply, divide, round."""
        amount, num, den, mode = node.args
        assert isinstance(mode, Const)
        wide = self.plan.share_is_wide(node)
        product = self._column(f"({self.number(amount, wide)} * {self.number(num, wide)})")
        divisor = self.atom(den, wide=wide)
        if self.plan.dividend(node)[0] >= 0:
            return self._narrowed(node, self._round_size(product, divisor, str(mode.value), wide), wide)
        size = self._column(f"abs({product})")
        rounded = self._column(self._round_size(size, divisor, str(mode.value), wide))
        return self._narrowed(node, f"CASE WHEN {product} < 0 THEN -{rounded} ELSE {rounded} END", wide)

    def _round_size(self, size: str, divisor: str, mode: str, wide: bool) -> str:
        if mode == "down":
            return self._floor(size, divisor, wide)
        if mode == "up":
            return self._floor(self._column(f"({size} + {divisor} - 1)"), divisor, wide)
        if mode == "half_up":
            half = _exact(f"({divisor} - {divisor} % 2)", "2", wide)
            return self._floor(self._column(f"({size} + {half})"), divisor, wide)
        quotient = self._column(self._floor(size, divisor, wide))
        twice = self._column(f"(({size} % {divisor}) * 2)")
        odd = f"({twice} = {divisor} AND {quotient} % 2 = 1)"
        return f"CASE WHEN {twice} > {divisor} OR {odd} THEN {quotient} + 1 ELSE {quotient} END"

    def _floor(self, size: str, divisor: str, wide: bool) -> str:
        return _exact(f"({size} - {size} % {divisor})", divisor, wide)

    # -- dates ------------------------------------------------------------------------------------------------------

    def months(self, node: Call) -> str:
        """Months begun or completed from the first date to the second."""
        start, end = (self.atom(arg) for arg in node.args)
        years, months = f"year({end}) - year({start})", f"month({end}) - month({start})"
        if node.op is Op.MONTHS_BETWEEN:
            return f"CAST(({years}) * 12 + {months} + CAST(day({end}) > day({start}) AS INT) AS BIGINT)"
        short = f"CAST(day({end}) < day({start}) AND {end} < last_day({end}) AS INT)"
        return f"CAST(({years}) * 12 + {months} - {short} AS BIGINT)"

    def date_from(self, node: Call) -> str:
        """A date from its parts, unknown if there is no such day."""
        year, month, day = (self.atom(arg) for arg in node.args)
        safe_year, safe_month = f"greatest(1, least(9999, {year}))", f"greatest(1, least(12, {month}))"
        first = self._column(f"make_date(CAST({safe_year} AS INT), CAST({safe_month} AS INT), 1)")
        offset = f"CAST(greatest(1, least(31, {day})) AS INT) - 1"
        sound = f"{year} BETWEEN 1 AND 9999 AND {month} BETWEEN 1 AND 12"
        exists = f"{day} BETWEEN 1 AND day(last_day({first}))"
        return f"CASE WHEN {sound} AND {exists} THEN date_add({first}, {offset}) END"


def _exact(dividend: str, divisor: str, wide: bool) -> str:
    """The quotient of a multiple of the divisor."""
    return f"CAST({dividend} / {divisor} AS {WIDE})" if wide else f"({dividend} div {divisor})"


WRITERS: dict[Op, Callable[[SparkSql, Call], str]] = {
    Op.AND: SparkSql.connective,
    Op.OR: SparkSql.connective,
    Op.IN: SparkSql.is_in,
    Op.LEAST: SparkSql.extreme,
    Op.GREATEST: SparkSql.extreme,
    Op.COALESCE: SparkSql.coalesce,
    Op.NONZERO: SparkSql.nonzero,
    Op.ORIENT: SparkSql.orient,
    Op.FLOOR_DIV: SparkSql.divide,
    Op.MOD: SparkSql.divide,
    Op.SHARE: SparkSql.share,
    Op.MONTHS_BETWEEN: SparkSql.months,
    Op.FULL_MONTHS: SparkSql.months,
    Op.DATE_FROM: SparkSql.date_from,
}


def stages(plan: Plan, wanted: Sequence[str]) -> list[list[str]]:
    """The SQL columns to add, stage by stage."""
    return SparkSql(plan, wanted).stages.steps
