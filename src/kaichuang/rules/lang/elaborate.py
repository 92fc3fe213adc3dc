"""From sqlglot's tree to our typed tree.  What is not understood here is an error; nothing is passed through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlglot import exp

from kaichuang.rules.lang import ratios
from kaichuang.rules.lang.agreement import agree, common, common_unit, expect, mixed
from kaichuang.rules.lang.errors import Problem, Span, Wrong, nearest
from kaichuang.rules.lang.functions import FUNCTIONS
from kaichuang.rules.lang.nodes import Case, Const, Node, Op, Ratio, boolean, call, mul, null, number, truth
from kaichuang.rules.lang.syntax import column_name, quoted, span_of
from kaichuang.rules.lang.types import Type

COMPARING: dict[type[exp.Expression], Op] = {
    exp.EQ: Op.EQ,
    exp.NEQ: Op.NE,
    exp.LT: Op.LT,
    exp.LTE: Op.LE,
    exp.GT: Op.GT,
    exp.GTE: Op.GE,
}


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A visible part of a definition: a typed expression and where it stands in the source."""

    node: Node
    span: Span


class Elaborator:
    """Checks one definition.  ``problems`` grows by every mistake; a wrong part yields ``None``, reported once."""

    def __init__(
        self, name: str, source: str, scope: Mapping[str, Node | None], problems: list[Problem]
    ) -> None:
        self.name, self.source, self.scope, self.problems = name, source, scope, problems
        self.steps: list[Step] = []

    def visit(self, tree: exp.Expression) -> Node | None:
        """The typed form of an expression."""
        rule = RULES.get(type(tree))
        try:
            if rule is None:
                raise Wrong("unsupported", what=_what(tree))
            node = rule(self, tree)
        except Wrong as wrong:
            if wrong.code != "untyped":
                self.report(wrong, span_of(tree, self.source))
                return None
            node = null(None)  # made of NULLs only: it is NULL, of the type that its place asks for
        if node is not None and not isinstance(tree, exp.Paren | exp.Literal):
            span = span_of(tree, self.source)
            if span:
                self.steps.append(Step(node, span))
        return node

    def visit_all(self, trees: Iterable[exp.Expression]) -> list[Node] | None:
        """All typed forms, or ``None`` if one of them is wrong; every one is checked."""
        nodes = [self.visit(tree) for tree in trees]
        sound = [node for node in nodes if node is not None]
        return sound if len(sound) == len(nodes) else None

    def report(self, wrong: Wrong, span: Span | None) -> None:
        """Note a mistake at its place."""
        self.problems.append(wrong.at(self.name, self.source, span))


Rule = Callable[[Elaborator, exp.Expression], Node | None]


def _what(tree: exp.Expression) -> str:
    if isinstance(tree, exp.Alias):
        return f"{tree.this.sql()} {tree.alias}"
    return tree.sql()


def _paren(e: Elaborator, tree: exp.Expression) -> Node | None:
    return e.visit(tree.this)


def _literal(e: Elaborator, tree: exp.Expression) -> Node:
    text = str(tree.this)
    if tree.args["is_string"]:
        return Const(Type.TEXT, text, vocabulary=frozenset({text}))
    if text.isdigit():
        return number(int(text))
    try:
        return ratios.ratio_of(Fraction(text))
    except ValueError as error:
        raise Wrong("value", what="number", value=text) from error


def _boolean(e: Elaborator, tree: exp.Expression) -> Node:
    return boolean(bool(tree.this))


def _null(e: Elaborator, tree: exp.Expression) -> Node:
    return null(None)


def _date(e: Elaborator, tree: exp.Expression) -> Node:
    literal = tree.this
    if not (tree.args["to"].this == exp.DataType.Type.DATE and isinstance(literal, exp.Literal)):
        raise Wrong("unsupported", what=tree.sql())
    try:
        return Const(Type.DATE, dt.date.fromisoformat(str(literal.this)))
    except ValueError as error:
        raise Wrong("value", what="DATE", value=literal.this, suggestion="DATE '2016-09-20'") from error


def _reference(e: Elaborator, tree: exp.Expression) -> Node | None:
    name = column_name(tree)
    if name is None:
        raise Wrong("unsupported", what=tree.sql())
    if name not in e.scope:
        like = nearest(name, e.scope)
        raise Wrong("unknown_name", name=name, suggestion=quoted(like) if like else None)
    return e.scope[name]


def _connective(op: Op) -> Rule:
    def rule(e: Elaborator, tree: exp.Expression) -> Node | None:
        args = e.visit_all(_flatten(tree, type(tree)))
        if args is None:
            return None
        return truth(op, *(expect(arg, Type.BOOL, what=op.name) for arg in args))

    return rule


def _flatten(tree: exp.Expression, kind: type[exp.Expression]) -> list[exp.Expression]:
    parts: list[exp.Expression] = []
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, kind):
            pending.extend((node.expression, node.this))
        else:
            parts.append(node)
    return parts


def _not(e: Elaborator, tree: exp.Expression) -> Node | None:
    inner = e.visit(tree.this)
    return None if inner is None else truth(Op.NOT, expect(inner, Type.BOOL, what="NOT"))


def compare(op: Op, left: Node, right: Node) -> Node:
    """A comparison of two expressions of one type."""
    if left.type is None or right.type is None:
        raise Wrong("null", suggestion="IS NULL")
    left, right = agree([left, right], what="comparison")
    if op not in (Op.EQ, Op.NE) and left.type in (Type.TEXT, Type.BOOL):
        raise Wrong("unsupported", what=f"{left.type.value} {op.name}", suggestion="=, <>, IN")
    _check_vocabulary(left, right)
    if left.type is Type.RATIO:
        return ratios.compare(op, left, right)
    return truth(op, left, right)


def _check_vocabulary(left: Node, right: Node) -> None:
    for one, other in ((left, right), (right, left)):
        word = one.value if isinstance(one, Const) else None
        known = other.vocabulary
        if isinstance(word, str) and known is not None and word not in known:
            like = nearest(word, known) or " | ".join(sorted(known)[:6])
            raise Wrong("vocabulary", value=word, suggestion=like)


def _comparison(e: Elaborator, tree: exp.Expression) -> Node | None:
    sides = e.visit_all((tree.this, tree.expression))
    return None if sides is None else compare(COMPARING[type(tree)], *sides)


def _between(e: Elaborator, tree: exp.Expression) -> Node | None:
    parts = e.visit_all((tree.this, tree.args["low"], tree.args["high"]))
    if parts is None:
        return None
    value, low, high = parts
    return truth(Op.AND, compare(Op.GE, value, low), compare(Op.LE, value, high))


def _in(e: Elaborator, tree: exp.Expression) -> Node | None:
    if not tree.expressions or tree.args.get("query"):
        raise Wrong("unsupported", what=tree.sql())
    parts = e.visit_all((tree.this, *tree.expressions))
    if parts is None:
        return None
    value, *choices = parts
    equal = [compare(Op.EQ, value, choice) for choice in choices]
    if value.type is Type.RATIO or not all(isinstance(choice, Const) for choice in choices):
        return truth(Op.OR, *equal)
    return truth(Op.IN, *agree(parts, what="IN"))


def _is(e: Elaborator, tree: exp.Expression) -> Node | None:
    value = e.visit(tree.this)
    if value is None:
        return None
    if isinstance(tree.expression, exp.Null) or _is_unknown(tree.expression):
        return ratios.is_null(value) if value.type is Type.RATIO else truth(Op.IS_NULL, value)
    if isinstance(tree.expression, exp.Boolean):
        condition = expect(value, Type.BOOL, what="IS TRUE / IS FALSE")
        wanted = condition if tree.expression.this else truth(Op.NOT, condition)
        return truth(Op.COALESCE, wanted, boolean(False))
    raise Wrong("unsupported", what=tree.sql())


def _is_unknown(tree: exp.Expression) -> bool:
    """``b IS UNKNOWN`` is SQL's other word for ``b IS NULL``."""
    return isinstance(tree, exp.Column | exp.Var) and tree.name.lower() == "unknown"


def _case(e: Elaborator, tree: exp.Expression) -> Node | None:
    ifs: list[exp.If] = tree.args["ifs"]
    default = tree.args.get("default")
    subject = [tree.this] if tree.this else []
    conditions = [branch.this for branch in ifs]
    values = [branch.args["true"] for branch in ifs] + ([default] if default else [])
    parts = e.visit_all([*subject, *conditions, *values])
    if parts is None:
        return None
    if subject:
        whens = [compare(Op.EQ, parts[0], when) for when in parts[1 : len(ifs) + 1]]
    else:
        whens = [expect(when, Type.BOOL, what="WHEN") for when in parts[: len(ifs)]]
    return choose(whens, parts[len(subject) + len(ifs) :])


def choose(whens: list[Node], values: list[Node]) -> Node:
    """A case; ``values`` may end with the default."""
    agreed = agree(values, what="CASE")
    default = agreed.pop() if len(agreed) > len(whens) else null(agreed[0].type)
    branches = tuple(zip(whens, agreed, strict=True))
    words = [value.vocabulary for value in (*agreed, default) if not _is_null(value)]
    vocabulary = frozenset[str]().union(*(word for word in words if word)) if all(words) and words else None
    return Case(default.type, branches, default, unit=common_unit(agreed), vocabulary=vocabulary)


def _is_null(node: Node) -> bool:
    return isinstance(node, Const) and node.value is None


def _if(e: Elaborator, tree: exp.Expression) -> Node | None:
    if tree.args.get("false") is None:
        raise Wrong("arity", name="if", expected="3", given=2)
    parts = e.visit_all((tree.this, tree.args["true"], tree.args["false"]))
    return None if parts is None else choose([expect(parts[0], Type.BOOL, what="IF")], parts[1:])


def _negative(e: Elaborator, tree: exp.Expression) -> Node | None:
    value = e.visit(tree.this)
    if value is None:
        return None
    if isinstance(value, Ratio):
        return replace(value, num=mul(value.num, number(-1)))
    if value.type is None:
        return value
    expect(value, Type.INT, Type.MONEY, what="-")
    if isinstance(value, Const) and isinstance(value.value, int):
        return replace(value, value=-value.value)
    assert value.type is not None
    return call(Op.NEG, value.type, value, unit=value.unit)


def _sum(op: Op) -> Rule:
    def rule(e: Elaborator, tree: exp.Expression) -> Node | None:
        sides = e.visit_all((tree.this, tree.expression))
        if sides is None:
            return None
        if op is Op.SUB and all(side.type is Type.DATE for side in sides):
            return call(Op.DAYS_BETWEEN, Type.INT, sides[1], sides[0])
        for side in sides:
            _no_ratio(side, op)
            expect(side, Type.INT, Type.MONEY, what=op.name, suggestion=_date_hint(sides))
        left, right = agree(sides, what=op.name)
        return call(op, common([left, right], what=op.name), left, right, unit=common_unit(sides))

    return rule


def _no_ratio(side: Node, op: Op) -> None:
    if side.type is Type.RATIO:
        raise Wrong("unsupported", what=f"RATIO {op.name}", suggestion="share(amount, ratio, 'down')")


def _date_hint(sides: list[Node]) -> str | None:
    return "add_days(date, n), add_months(date, n)" if any(s.type is Type.DATE for s in sides) else None


def _product(e: Elaborator, tree: exp.Expression) -> Node | None:
    sides = e.visit_all((tree.this, tree.expression))
    if sides is None:
        return None
    for side in sides:
        _no_ratio(side, Op.MUL)
    sides = [expect(side, Type.INT, Type.MONEY, what="*") for side in sides]
    if all(side.type is Type.MONEY for side in sides):
        raise Wrong("unsupported", what="MONEY * MONEY")
    money = any(side.type is Type.MONEY for side in sides)
    units = [side.unit for side in sides if side.unit]
    unit = None if money else units[0] if len(units) == 1 else None
    return mul(sides[0], sides[1], Type.MONEY if money else Type.INT, unit)


def _quotient(e: Elaborator, tree: exp.Expression) -> Node | None:
    sides = e.visit_all((tree.this, tree.expression))
    if sides is None:
        return None
    type_ = next((side.type for side in sides if side.type is not None), Type.INT)
    sides = [expect(side if side.type else null(type_), Type.INT, Type.MONEY, what="/") for side in sides]
    if sides[0].type is not sides[1].type:
        hint = "share(amount, ratio(1, n), 'down')"
        raise mixed("/", sides, hint)
    return ratios.divide(*sides)


def _modulo(e: Elaborator, tree: exp.Expression) -> Node | None:
    sides = e.visit_all((tree.this, tree.expression))
    return None if sides is None else FUNCTIONS["mod"].apply("mod", sides)


def _function(e: Elaborator, tree: exp.Expression) -> Node | None:
    name = str(tree.this).lower()
    if name not in FUNCTIONS:
        raise Wrong("unknown_function", name=name, suggestion=nearest(name, FUNCTIONS))
    args = e.visit_all(tree.expressions)
    return None if args is None else FUNCTIONS[name].apply(name, args)


RULES: dict[type[exp.Expression], Rule] = {
    exp.Paren: _paren,
    exp.Literal: _literal,
    exp.Boolean: _boolean,
    exp.Null: _null,
    exp.Cast: _date,
    exp.Column: _reference,
    exp.Dot: _reference,
    exp.And: _connective(Op.AND),
    exp.Or: _connective(Op.OR),
    exp.Not: _not,
    exp.Between: _between,
    exp.In: _in,
    exp.Is: _is,
    exp.Case: _case,
    exp.If: _if,
    exp.Neg: _negative,
    exp.Add: _sum(Op.ADD),
    exp.Sub: _sum(Op.SUB),
    exp.Mul: _product,
    exp.Div: _quotient,
    exp.Mod: _modulo,
    exp.Anonymous: _function,
    **dict.fromkeys(COMPARING, _comparison),
}
