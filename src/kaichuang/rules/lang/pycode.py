"""Writing an expression as Python text.

An operator on operands that cannot be unknown is written as it is.  Where an operand can be unknown, it is bound to a
local and tested; which operands can be unknown is proved beforehand, so most expressions carry no test at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kaichuang.rules.lang.analysis import Analysis
from kaichuang.rules.lang.nodes import Call, Case, Const, Node, Op, Ref

STRICT: dict[Op, Callable[..., str]] = {
    Op.NOT: "(not {0})".format,
    Op.EQ: "({0} == {1})".format,
    Op.NE: "({0} != {1})".format,
    Op.LT: "({0} < {1})".format,
    Op.LE: "({0} <= {1})".format,
    Op.GT: "({0} > {1})".format,
    Op.GE: "({0} >= {1})".format,
    Op.STARTS_WITH: "{0}.startswith({1})".format,
    Op.ADD: "({0} + {1})".format,
    Op.SUB: "({0} - {1})".format,
    Op.MUL: "({0} * {1})".format,
    Op.NEG: "(-{0})".format,
    Op.ABS: "abs({0})".format,
    Op.FLOOR_DIV: "({0} // {1})".format,
    Op.MOD: "({0} % {1})".format,
    Op.ADD_DAYS: "add_days({0}, {1})".format,
    Op.ADD_MONTHS: "add_months({0}, {1})".format,
    Op.DAYS_BETWEEN: "days_between({0}, {1})".format,
    Op.MONTHS_BETWEEN: "months_between({0}, {1})".format,
    Op.FULL_MONTHS: "full_months({0}, {1})".format,
    Op.YEAR: "{0}.year".format,
    Op.MONTH: "{0}.month".format,
    Op.DAY: "{0}.day".format,
    Op.DATE_FROM: "date_from({0}, {1}, {2})".format,
}


class Writer:
    """Writes the expressions of one function; ``recorded`` nodes are each kept in a local of their own."""

    def __init__(self, analysis: Analysis, recorded: frozenset[Node]) -> None:
        self.analysis = analysis
        self.recorded = recorded
        self.recorded_locals: dict[Node, str] = {}
        self.constants: dict[str, Any] = {}
        self._locals: dict[str, str] = {}
        self._constant_names: dict[tuple[type, Any], str] = {}
        self._temporaries = 0

    # -- names ------------------------------------------------------------------------------------------------------

    def local(self, slot: str) -> str:
        """The local variable of a slot."""
        return self._locals.setdefault(slot, f"v{len(self._locals)}")

    def constant(self, value: Any) -> str:
        """The global name of a constant that has no cheap spelling."""
        key = (type(value), value)
        name = self._constant_names.setdefault(key, f"k{len(self._constant_names)}")
        self.constants[name] = value
        return name

    def temporary(self) -> str:
        """A fresh local."""
        self._temporaries += 1
        return f"t{self._temporaries}"

    def prologue(self) -> list[str]:
        """Recorded locals start as "not reached"."""
        names = list(self.recorded_locals.values())
        return [" = ".join([*names[i : i + 200], "skipped"]) for i in range(0, len(names), 200)]

    def record(self) -> str:
        """The tuple of all recorded locals."""
        return f"({', '.join(self.recorded_locals.values())},)" if self.recorded_locals else "()"

    # -- expressions ------------------------------------------------------------------------------------------------

    def expression(self, node: Node) -> str:
        """The Python text of a node; a recorded node also binds its local."""
        if node not in self.recorded or isinstance(node, Const | Ref):
            return self._write(node)
        name = self.recorded_locals.get(node)
        if name is None:
            name = self.recorded_locals[node] = f"r{len(self.recorded_locals)}"
        return f"({name} := {self._write(node)})"

    def _write(self, node: Node) -> str:
        match node:
            case Const(value=value):
                return (
                    repr(value) if value is None or type(value) in (bool, int, str) else self.constant(value)
                )
            case Ref(name=name):
                return self.local(name)
            case Case(branches=branches, default=default):
                return self._case(branches, default)
            case Call():
                return self._call(node)
        raise AssertionError(node)

    def _call(self, node: Call) -> str:
        op, args = node.op, node.args
        if op in (Op.AND, Op.OR):
            return self._kleene(op, args)
        if op is Op.IS_NULL and not self.analysis.nullable(args[0]):
            return "False"
        if op is Op.IS_NULL:
            return f"({self.expression(args[0])} is None)"
        if op is Op.COALESCE:
            return self._coalesce(args)
        if op is Op.NONZERO:
            return f"({self.expression(args[0])} or None)"
        return self._strict(args, self._operator(node))

    def _operator(self, node: Call) -> Callable[[Sequence[str]], str]:
        op = node.op
        if op is Op.IN:
            chosen = frozenset(arg.value for arg in node.args[1:] if isinstance(arg, Const))
            return lambda texts: f"({texts[0]} in {self.constant(chosen)})"
        if op in (Op.LEAST, Op.GREATEST):
            return lambda texts: self._extreme(op, texts)
        if op is Op.ORIENT:
            return lambda texts: self._orient(node, texts)
        if op is Op.SHARE:
            return lambda texts: self._share(node, texts)
        return lambda texts: STRICT[op](*texts)

    def _strict(self, args: tuple[Node, ...], operator: Callable[[Sequence[str]], str]) -> str:
        """An operator that is unknown as soon as one operand is: operands that can be unknown are tested first."""
        tests: list[str] = []
        texts: list[str] = []
        for arg in args:
            text = self.expression(arg)
            if self.analysis.nullable(arg):
                name, bound = self._bind(text)
                tests.append(f"{bound} is None")
                texts.append(name)
            else:
                texts.append(text)
        answer = operator(texts)
        return f"(None if {' or '.join(tests)} else {answer})" if tests else answer

    def _bind(self, text: str) -> tuple[str, str]:
        """A local for a text (itself, if it is one), and the text that binds it."""
        if text.isidentifier():
            return text, text
        name = self.temporary()
        return name, f"({name} := {text})"

    def _kleene(self, op: Op, args: tuple[Node, ...]) -> str:
        """AND and OR: one deciding operand decides; else one unknown operand makes the answer unknown."""
        decides = "False" if op is Op.AND else "True"
        if not any(self.analysis.nullable(arg) for arg in args):
            word = " and " if op is Op.AND else " or "
            return f"({word.join(self.expression(arg) for arg in args)})"
        deciding: list[str] = []
        unknown: list[str] = []
        for arg in args:
            text = self.expression(arg)
            if self.analysis.nullable(arg):
                name, bound = self._bind(text)
                deciding.append(f"{bound} is {decides}")
                unknown.append(f"{name} is None")
            else:
                deciding.append(f"not {text}" if op is Op.AND else text)
        other = "True" if op is Op.AND else "False"
        return f"({decides} if {' or '.join(deciding)} else None if {' or '.join(unknown)} else {other})"

    def _case(self, branches: tuple[tuple[Node, Node], ...], default: Node) -> str:
        parts: list[str] = []
        for condition, value in branches:
            text = self.expression(condition)
            if self.analysis.nullable(condition):
                name, bound = self._bind(text)
                parts.append(f"{self.expression(value)} if {bound} else None if {name} is None else ")
            else:
                parts.append(f"{self.expression(value)} if {text} else ")
        return f"({''.join(parts)}{self.expression(default)})"

    def _coalesce(self, args: tuple[Node, ...]) -> str:
        parts: list[str] = []
        for arg in args[:-1]:
            text = self.expression(arg)
            if not self.analysis.nullable(arg):
                return f"({''.join(parts)}{text})"
            name, bound = self._bind(text)
            parts.append(f"{name} if {bound} is not None else ")
        return f"({''.join(parts)}{self.expression(args[-1])})"

    def _extreme(self, op: Op, texts: Sequence[str]) -> str:
        if len(texts) > 2 or not all(_is_atom(text) for text in texts):
            return f"{'min' if op is Op.LEAST else 'max'}({', '.join(texts)})"
        sign = "<=" if op is Op.LEAST else ">="
        return f"({texts[0]} if {texts[0]} {sign} {texts[1]} else {texts[1]})"

    def _orient(self, node: Call, texts: Sequence[str]) -> str:
        if self.analysis.bounds(node.args[1])[0] >= 0:
            return texts[0]
        return f"(-{texts[0]} if {texts[1]} < 0 else {texts[0]})"

    def _share(self, node: Call, texts: Sequence[str]) -> str:
        amount, num, den, mode = texts
        low, _ = self.analysis.bounds(node.args[0])
        if mode == "'down'" and low >= 0 and self.analysis.bounds(node.args[1])[0] >= 0:
            return f"({amount} * {num} // {den})"
        return f"share({amount}, {num}, {den}, {mode})"


def _is_atom(text: str) -> bool:
    return text.isidentifier() or text.lstrip("-").isdigit()
