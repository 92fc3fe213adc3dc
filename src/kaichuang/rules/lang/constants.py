"""The value of a constant expression, such as ``wan(20)`` or ``DATE '2016-09-20'``."""

from __future__ import annotations

from fractions import Fraction

from kaichuang.rules.lang.elaborate import Elaborator
from kaichuang.rules.lang.errors import Problem
from kaichuang.rules.lang.nodes import Node, Ratio, references
from kaichuang.rules.lang.semantics import evaluate
from kaichuang.rules.lang.syntax import SyntaxProblem, parse
from kaichuang.rules.lang.types import Value


class NotConstant(ValueError):
    """The text names facts, or cannot be read."""


def constant(source: str) -> Value:
    """The value of a constant expression; raises ``NotConstant``."""
    problems: list[Problem] = []
    try:
        node = Elaborator("", source, {}, problems).visit(parse("", source))
    except SyntaxProblem as error:
        raise NotConstant(source) from error
    if node is None or problems or references(node):
        raise NotConstant(source)
    return _value(node)


def _value(node: Node) -> Value:
    if isinstance(node, Ratio):
        num, den = evaluate(node.num, {}), evaluate(node.den, {})
        return Fraction(num, den) if isinstance(num, int) and isinstance(den, int) else None
    return evaluate(node, {})
