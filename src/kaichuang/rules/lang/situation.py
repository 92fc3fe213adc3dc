"""One case with some facts unknown or changed: values on demand, straight from the meaning of the operators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from kaichuang.rules.lang.admission import spread
from kaichuang.rules.lang.nodes import Node
from kaichuang.rules.lang.semantics import evaluate
from kaichuang.rules.lang.types import Value

if TYPE_CHECKING:
    from kaichuang.rules.lang.program import Program


class Situation(dict[str, Value]):
    """The slots of a case; a definition's slot is computed when it is first read."""

    def __init__(
        self,
        program: Program,
        output: str,
        facts: Mapping[str, object],
        parameters: Mapping[str, object] | None,
    ) -> None:
        super().__init__(program.bind(parameters))
        self.program = program
        self.facts = program.check(facts, [output])
        for name, value in self.facts.items():
            self |= spread(name, program.fields[name].type, value)
        self._given = tuple(self)

    def __missing__(self, slot: str) -> Value:
        value = self[slot] = evaluate(self.program.slot_nodes[slot], self)
        return value

    def value(self, node: Node) -> Value:
        """The value of an expression; ``None`` also where a date would leave the calendar."""
        try:
            return evaluate(node, self)
        except (ValueError, OverflowError):
            return None

    def changed(self, fact: str, value: Value) -> Situation:
        """The same case with another value of one fact."""
        other = Situation.__new__(Situation)
        dict.__init__(other, {slot: self[slot] for slot in self._given})
        other.program, other.facts, other._given = self.program, {**self.facts, fact: value}, self._given
        other |= spread(fact, self.program.fields[fact].type, value)
        return other

    def fact_of(self, slot: str) -> str:
        """The fact that a slot belongs to."""
        name, mark, part = slot.rpartition("#")
        return name if mark and part in ("num", "den") and name in self.program.fields else slot


def number_of(value: Value) -> int | None:
    """A number or a date's day number, for searching; ``None`` for anything else."""
    if isinstance(value, dt.date):
        return value.toordinal()
    return value if isinstance(value, int) and not isinstance(value, bool) else None
