"""Which unknown facts are still needed: the smallest sets that could make a condition true, or settle an answer.

Short circuits are honoured: of ``false AND unknown`` nothing is missing.  Each elementary condition is judged by
itself: that two conditions on one fact exclude each other is not seen here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kaichuang.rules.lang.nodes import Call, Case, Const, Kind, Node, Op, Ref
from kaichuang.rules.lang.situation import Situation
from kaichuang.rules.lang.types import Value

Family = frozenset[frozenset[str]]
"""Alternative sets of facts: any one of them is enough.  An empty family means "impossible"."""

NOTHING: Family = frozenset({frozenset()})
NEVER: Family = frozenset()
MOST = 48
"""So many alternatives are kept, the smallest first."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What is still needed about a definition.

    ``to_hold``: sets of unknown facts whose values could make it true (for a truth value).  ``to_decide``: sets whose
    values could settle it either way.  Both are minimal, the smallest first; an empty set alone means that nothing is
    needed; no set at all, that no answer can bring it about.
    """

    value: Value
    to_hold: tuple[frozenset[str], ...]
    to_decide: tuple[frozenset[str], ...]

    @property
    def smallest(self) -> frozenset[str]:
        """The first of the smallest sets that could make it true, or else settle it."""
        return next(iter(self.to_hold or self.to_decide), frozenset())


def missing(situation: Situation, slots: tuple[Node, ...], *, is_truth: bool) -> Missing:
    """What is needed for the definition whose value lies in these slots."""
    search = Search(situation)
    decide = cross(search.known(node) for node in slots)
    hold = search.holds(slots[0], True) if is_truth else decide
    value = situation.value(slots[0])
    return Missing(value, _sorted(hold), _sorted(decide))


class Search:
    """Families of fact sets for the nodes of one situation."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self._memo: dict[tuple[Node, object], Family] = {}

    def _remember(self, node: Node, question: object, find: Callable[[], Family]) -> Family:
        key = (node, question)
        if key not in self._memo:
            self._memo[key] = find()
        return self._memo[key]

    def holds(self, node: Node, wanted: bool) -> Family:
        """Sets that could make a condition true (or false)."""
        value = self.situation.value(node)
        if value is wanted:
            return NOTHING
        return self._remember(node, wanted, lambda: self._holds(node, wanted, value))

    def _holds(self, node: Node, wanted: bool, value: Value) -> Family:
        match node:
            case Const():
                return NEVER
            case Ref():
                return self._reference(node, lambda target: self.holds(target, wanted))
            case Case():
                return self._case(node, lambda chosen: self.holds(chosen, wanted))
            case Call(op=Op.NOT, args=(arg,)):
                return self.holds(arg, not wanted)
            case Call(op=Op.AND | Op.OR as op, args=args):
                families = [self.holds(arg, wanted) for arg in args]
                return cross(families) if (op is Op.AND) is wanted else either(families)
            case Call(op=Op.IS_NULL, args=(arg,)):
                return NEVER if wanted else self.known(arg)
            case Call(op=Op.COALESCE, args=args):
                return self._first(args, lambda arg: self.holds(arg, wanted))
            case Call(args=args):
                return self._all_known(args) if value is None else self._any_varied(args)
        return NEVER

    def known(self, node: Node) -> Family:
        """Sets that could make a value known."""
        if self.situation.value(node) is not None:
            return NOTHING
        return self._remember(node, "known", lambda: self._known(node))

    def _known(self, node: Node) -> Family:
        match node:
            case Const():
                return NEVER
            case Ref():
                return self._reference(node, self.known)
            case Case():
                return self._case(node, self.known)
            case Call(op=Op.AND | Op.OR):
                return either([self.holds(node, True), self.holds(node, False)])
            case Call(op=Op.COALESCE, args=args):
                return either([self.known(arg) for arg in args])
            case Call(args=args):
                return self._all_known(args)
        return NEVER

    def varied(self, node: Node) -> Family:
        """Sets of unknown facts that could change a value that is known without them (by COALESCE or IS NULL)."""
        if self.situation.value(node) is None:
            return self.known(node)
        return self._remember(node, "varied", lambda: self._varied(node))

    def _varied(self, node: Node) -> Family:
        match node:
            case Ref():
                return self._reference(node, self.varied)
            case Call(op=Op.COALESCE, args=args):
                return self._first(args, self.varied)
            case Call(op=Op.IS_NULL, args=(arg,)):
                return NEVER if self.situation.value(arg) is not None else self.known(arg)
            case Call(args=args):
                return self._any_varied(args)
            case Case(branches=branches, default=default):
                return self._any_varied([part for pair in branches for part in pair] + [default])
        return NEVER

    def _all_known(self, args: Iterable[Node]) -> Family:
        """All operands known; where they are and the answer is not (division by zero), other operands."""
        family = cross(self.known(arg) for arg in args)
        return self._any_varied(args) if family == NOTHING else family

    def _any_varied(self, args: Iterable[Node]) -> Family:
        return either([self.varied(arg) for arg in args])

    def _first(self, args: tuple[Node, ...], ask: Callable[[Node], Family]) -> Family:
        """COALESCE: an operand counts if those before it are unknown."""
        families: list[Family] = []
        for arg in args:
            families.append(ask(arg))
            if self.situation.value(arg) is not None:
                break
        return either(families)

    def _reference(self, node: Ref, ask: Callable[[Node], Family]) -> Family:
        if node.kind is Kind.DEFINITION:
            return ask(self.situation.program.slot_nodes[node.name])
        fact = self.situation.fact_of(node.name)
        unknown = node.kind is Kind.FIELD and self.situation.facts[fact] is None
        return frozenset({frozenset({fact})}) if unknown else NEVER

    def _case(self, node: Case, ask: Callable[[Node], Family]) -> Family:
        """Every way through a case: the branches before do not hold, this one does, and its value is as asked."""
        before = NOTHING
        ways: list[Family] = []
        for condition, chosen in node.branches:
            ways.append(cross([before, self.holds(condition, True), ask(chosen)]))
            before = cross([before, self.holds(condition, False)])
        return either([*ways, cross([before, ask(node.default)])])


def either(families: Iterable[Family]) -> Family:
    """Any of the alternatives of any family."""
    return _minimal(chosen for family in families for chosen in family)


def cross(families: Iterable[Family]) -> Family:
    """One alternative of each family, together."""
    found = NOTHING
    for family in families:
        found = _minimal(one | other for one in found for other in family)
    return found


def _minimal(sets: Iterable[frozenset[str]]) -> Family:
    kept: list[frozenset[str]] = []
    for candidate in sorted(set(sets), key=lambda s: (len(s), sorted(s))):
        if len(kept) >= MOST:
            break
        if not any(smaller <= candidate for smaller in kept):
            kept.append(candidate)
    return frozenset(kept)


def _sorted(family: Family) -> tuple[frozenset[str], ...]:
    return tuple(sorted(family, key=lambda s: (len(s), sorted(s))))
