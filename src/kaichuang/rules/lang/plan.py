"""A program made ready for columns: parameters put in, constants folded, what is proved left out, and levelled again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from kaichuang.rules.lang.admission import slots_of
from kaichuang.rules.lang.analysis import Analysis
from kaichuang.rules.lang.errors import LanguageErrors
from kaichuang.rules.lang.nodes import (
    COMPARISONS,
    Call,
    Case,
    Const,
    Kind,
    Node,
    Op,
    Ref,
    boolean,
    rebuild,
    references,
)
from kaichuang.rules.lang.semantics import apply
from kaichuang.rules.lang.thresholds import simplified
from kaichuang.rules.lang.types import INT64_LIMIT, Type, Value

if TYPE_CHECKING:
    from kaichuang.rules.lang.program import Program

NEUTRAL = {Op.AND: True, Op.OR: False}


class Plan(Analysis):
    """The definitions' slots with simplified expressions, for one set of parameter values.

    With a ``base`` (the plan of other values), only definitions that depend on a changed value are made anew.
    Raises ``LanguageErrors`` if, with these values, a result could leave what can be computed exactly.
    """

    def __init__(self, program: Program, parameters: Mapping[str, Value], base: Plan | None = None) -> None:
        self.parameters = parameters
        self._base = base
        self._anew = frozenset(
            program.order if base is None else program.affected_by(*base.changed(parameters))
        )
        self.nodes: dict[str, Node] = {}
        self.owner: dict[str, str] = {}
        super().__init__(program, parameters)
        if self.problems:
            raise LanguageErrors(self.problems)

    def changed(self, parameters: Mapping[str, Value]) -> list[str]:
        """The parameters whose values differ from this plan's."""
        return [
            name
            for name, parameter in self.program.parameters.items()
            if any(parameters[slot] != self.parameters[slot] for slot in slots_of(name, parameter.type))
        ]

    def _define(self, name: str) -> None:
        if self._base is None or name in self._anew:
            super()._define(name)
            return
        for slot, _ in self.program.compiled[name].slots:
            self.owner[slot] = name
            self.nodes[slot] = self._base.nodes[slot]
            self.slot_bounds[slot] = self._base.slot_bounds[slot]
            self.slot_nullable[slot] = self._base.slot_nullable[slot]

    def _slots_of(self, name: str) -> Iterable[tuple[str, Node]]:
        for slot, node in self.program.compiled[name].slots:
            self.owner[slot] = name
            self.nodes[slot] = self.simplify(node)
            yield slot, self.nodes[slot]

    def levels(self, wanted: Iterable[str]) -> list[list[str]]:
        """The slots of the wanted definitions, grouped so that each group reads only facts and earlier groups."""
        level: dict[str, int] = {}
        groups: list[list[str]] = []
        needed = frozenset(wanted)
        for slot, node in self.nodes.items():
            if self.owner[slot] not in needed:
                continue
            depth = max((level[used] + 1 for used in references(node) if used in level), default=0)
            level[slot] = depth
            while len(groups) <= depth:
                groups.append([])
            groups[depth].append(slot)
        return groups

    def is_wide(self, *nodes: Node) -> bool:
        """Whether one of these numbers may leave 64 bits."""
        return any(self.guarded(node) for node in nodes if node.type is not None and node.type.is_number)

    def share_is_wide(self, node: Call) -> bool:
        """Whether a share needs more than 64 bits on the way: for the product, and for rounding it."""
        low, high = self.dividend(node)
        room = 2 * max(self.bounds(node.args[2])[1], 1)
        return max(-low, high) + room > INT64_LIMIT or self.is_wide(*node.args[:3])

    # -- simplification ---------------------------------------------------------------------------------------------

    def simplify(self, node: Node) -> Node:
        """An expression with the same value, cheaper to compute."""
        match node:
            case Ref(name=name, kind=Kind.PARAMETER):
                return Const(node.type, self.parameters[name])
            case Ref(name=name, kind=Kind.DEFINITION):
                known = self.nodes.get(name)
                return known if isinstance(known, Const) else node
        node = rebuild(node, self.simplify)
        match node:
            case Call():
                return self._call(node)
            case Case():
                return _case(node)
        return node

    def _call(self, node: Call) -> Node:
        if all(isinstance(arg, Const) for arg in node.args):
            return _folded(node)
        if node.op in NEUTRAL:
            return _connective(node)
        if node.op in COMPARISONS:
            return self._compared(node)
        if node.op in (Op.LEAST, Op.GREATEST):
            return self._extreme(node)
        if self._without_effect(node):
            return node.args[0]
        return node

    def _without_effect(self, node: Call) -> bool:
        first = node.args[0]
        match node.op:
            case Op.ABS:
                return self.bounds(first)[0] >= 0
            case Op.ORIENT:
                return self.bounds(node.args[1])[0] >= 0
            case Op.NONZERO:
                low, high = self.bounds(first)
                return low > 0 or high < 0
            case Op.COALESCE:
                return not self.nullable(first)
        return False

    def _compared(self, node: Call) -> Node:
        """A comparison that the bounds decide, if neither side can be unknown."""
        left, right = node.args
        if left.type in (Type.TEXT, Type.BOOL):
            return node
        simpler = simplified(node, self.bounds)
        if simpler is not None:
            return simpler
        if self.nullable(left) or self.nullable(right):
            return node
        (a, b), (c, d) = self.bounds(left), self.bounds(right)
        always = {Op.LT: b < c, Op.LE: b <= c, Op.GT: a > d, Op.GE: a >= d, Op.NE: b < c or a > d}
        never = {Op.LT: a >= d, Op.LE: a > d, Op.GT: b <= c, Op.GE: b < c, Op.EQ: b < c or a > d}
        if always.get(node.op):
            return boolean(True)
        return boolean(False) if never.get(node.op) else node

    def _extreme(self, node: Call) -> Node:
        """LEAST and GREATEST without operands that another always beats; unknown operands stay, for they decide."""
        kept = list(node.args)
        for arg in node.args:
            rivals = [other for other in kept if other is not arg]
            if rivals and not self.nullable(arg) and any(self._beats(node.op, r, arg) for r in rivals):
                kept.remove(arg)
        return kept[0] if len(kept) == 1 else Call(node.type, node.op, tuple(kept), unit=node.unit)

    def _beats(self, op: Op, one: Node, other: Node) -> bool:
        (low, high), (least, most) = self.bounds(one), self.bounds(other)
        return high <= least if op is Op.LEAST else low >= most


def _folded(node: Call) -> Node:
    values = [arg.value for arg in node.args if isinstance(arg, Const)]
    try:
        return Const(node.type, apply(node.op, values), unit=node.unit, vocabulary=node.vocabulary)
    except (ValueError, OverflowError):
        return node


def _connective(node: Call) -> Node:
    neutral = NEUTRAL[node.op]
    values = [arg.value for arg in node.args if isinstance(arg, Const)]
    if (not neutral) in values:
        return boolean(not neutral)
    kept = tuple(arg for arg in node.args if not (isinstance(arg, Const) and arg.value is neutral))
    return kept[0] if len(kept) == 1 else Call(node.type, node.op, kept)


def _case(node: Case) -> Node:
    branches: list[tuple[Node, Node]] = []
    default = node.default
    for condition, value in node.branches:
        if not isinstance(condition, Const):
            branches.append((condition, value))
        elif condition.value is not False:
            default = value if condition.value else Const(node.type, None)
            break
    if not branches:
        return default
    return Case(node.type, tuple(branches), default, unit=node.unit, vocabulary=node.vocabulary)


@lru_cache(maxsize=64)
def _plan(program: Program, bound: tuple[tuple[str, Value], ...]) -> Plan:
    defaults = tuple(program.bind().items())
    return Plan(program, dict(bound), None if bound == defaults else _plan(program, defaults))


def plan_for(program: Program, parameters: Mapping[str, object] | None) -> Plan:
    """The plan for some parameter values; raises ``FactErrors`` if they are refused."""
    return _plan(program, tuple(program.bind(parameters).items()))
