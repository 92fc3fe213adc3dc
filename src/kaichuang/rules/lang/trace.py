"""The trace of one case: every definition's value, every step that was computed, and the branches that were taken.

Running with a trace only keeps the values; texts are put to them when somebody reads the trace.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

from kaichuang.rules.lang.admission import slots_of, spread
from kaichuang.rules.lang.closure import build_function
from kaichuang.rules.lang.elaborate import Step
from kaichuang.rules.lang.nodes import Call, Case, Node, Ratio, walk
from kaichuang.rules.lang.semantics import evaluate
from kaichuang.rules.lang.types import Type, Value

if TYPE_CHECKING:
    from kaichuang.rules.lang.program import Program


class Skipped(Enum):
    """The mark of a step that was not computed, because the answer was clear without it."""

    SKIPPED = "skipped"

    def __repr__(self) -> str:
        return "SKIPPED"


SKIPPED: Final = Skipped.SKIPPED
Seen = Value | Skipped


@dataclass(frozen=True, slots=True)
class Branch:
    """The branch that a case took: its number from 0, ``None`` for "unknown"; the last number is the ELSE."""

    taken: int | None
    conditions: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class StepSeen:
    """One visible step: its text, its type, its value or ``SKIPPED``, the branch of a case, and its parts."""

    text: str
    type: Type | None
    unit: str | None
    value: Seen
    branch: Branch | None
    parts: tuple[StepSeen, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a definition came to its value."""

    name: str
    type: Type
    value: Value
    source: str
    inputs: dict[str, Value]
    """Values of the facts, parameters and definitions that its text names."""
    steps: tuple[StepSeen, ...]


class Trace:
    """What a traced run kept.  ``values`` holds every definition that was computed."""

    __slots__ = ("__dict__", "_compiled", "_record", "facts", "parameters", "values")

    def __init__(
        self,
        compiled: Traced,
        facts: Mapping[str, object],
        parameters: Mapping[str, Value],
        values: dict[str, Value],
        record: tuple[Seen, ...],
    ) -> None:
        self._compiled, self.facts, self.parameters = compiled, facts, parameters
        self.values, self._record = values, record

    def __getitem__(self, name: str) -> Value:
        return self.values[name]

    @property
    def outputs(self) -> dict[str, Value]:
        """The values that were asked for."""
        return {name: self.values[name] for name in self._compiled.outputs}

    @cached_property
    def inputs(self) -> dict[str, Value]:
        """The facts that were read, exact; unknown ones as ``None``."""
        return self._compiled.program.check(self.facts, self._compiled.outputs)

    @cached_property
    def _slots(self) -> dict[str, Value]:
        program = self._compiled.program
        slots = dict(self.parameters)
        for name, value in (*self.inputs.items(), *self.values.items()):
            slots |= spread(name, program.type_of(name), value)
        return slots

    def value_of(self, node: Node) -> Seen:
        """The value of a step, or ``SKIPPED``."""
        if isinstance(node, Ratio):
            return self._fraction(node)
        place = self._compiled.places.get(node)
        if place is not None:
            return self._record[place]
        if isinstance(node, Case) and node.type is Type.RATIO:
            return self._chosen(node)
        return evaluate(node, self._slots)

    def _fraction(self, node: Ratio) -> Seen:
        num, den = self.value_of(node.num), self.value_of(node.den)
        if num is SKIPPED or den is SKIPPED:
            return SKIPPED
        return Fraction(num, den) if isinstance(num, int) and isinstance(den, int) else None

    def _chosen(self, node: Case) -> Seen:
        branch = self.branch_of(node)
        if branch.taken is None:
            return None
        values = [*(value for _, value in node.branches), node.default]
        return self.value_of(values[branch.taken])

    def branch_of(self, node: Case) -> Branch:
        """Which branch a case took."""
        conditions = tuple(self.value_of(condition) for condition, _ in node.branches)
        for number, met in enumerate(conditions):
            if met is None or met is SKIPPED:
                return Branch(None, conditions)
            if met:
                return Branch(number, conditions)
        return Branch(len(conditions), conditions)

    def explain(self, name: str) -> Explanation:
        """How a definition came to its value; raises ``KeyError`` if it was not computed."""
        compiled = self._compiled.program.compiled[name]
        steps = sorted(compiled.steps, key=lambda step: (step.span.start, -step.span.end))
        source = compiled.definition.source
        value = self.values[name]
        inputs = {used: self._named(used) for used in sorted(compiled.uses)}
        return Explanation(name, compiled.type, value, source, inputs, tuple(self._nest(iter(steps), source)))

    def _named(self, name: str) -> Value:
        if name in self.values:
            return self.values[name]
        if name in self.inputs:
            return self.inputs[name]
        slots = [self.parameters[slot] for slot in slots_of(name, self._compiled.program.type_of(name))]
        return Fraction(*slots) if len(slots) == 2 else slots[0]  # type: ignore[arg-type]  # both are integers

    def _nest(self, steps: Iterator[Step], source: str) -> list[StepSeen]:
        """Steps as a tree: a step holds those whose text lies within its own."""
        roots: list[StepSeen] = []
        open_: list[tuple[Step, list[StepSeen]]] = []

        def close() -> None:
            step, parts = open_.pop()
            (open_[-1][1] if open_ else roots).append(self._seen(step, source, tuple(parts)))

        for step in steps:
            while open_ and open_[-1][0].span.end <= step.span.start:
                close()
            open_.append((step, []))
        while open_:
            close()
        return roots

    def _seen(self, step: Step, source: str, parts: tuple[StepSeen, ...]) -> StepSeen:
        node = step.node
        branch = self.branch_of(node) if isinstance(node, Case) else None
        text = source[step.span.start : step.span.end]
        return StepSeen(text, node.type, node.unit, self.value_of(node), branch, parts)

    def plain(self) -> dict[str, Any]:
        """The whole trace as plain data for JSON: exact, without floats (ratios as ``"3/10"``, dates as ISO texts)."""
        return {
            "inputs": {name: plain(value) for name, value in self.inputs.items()},
            "values": {name: plain(value) for name, value in self.values.items()},
            "steps": {name: [_plain_step(step) for step in self.explain(name).steps] for name in self.values},
        }


def plain(value: Seen) -> bool | int | str | None:
    """A value as JSON can hold it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return "…" if isinstance(value, Skipped) else value


def _plain_step(step: StepSeen) -> dict[str, Any]:
    written: dict[str, Any] = {"text": step.text, "value": plain(step.value)}
    if step.branch is not None:
        written["branch"] = step.branch.taken
    if step.parts:
        written["parts"] = [_plain_step(part) for part in step.parts]
    return written


class Traced:
    """A program compiled to run with a trace: ``traced(facts, parameters=None)`` gives a ``Trace``."""

    def __init__(self, program: Program, outputs: tuple[str, ...]) -> None:
        self.program, self.outputs = program, outputs
        names = program.needed_for(outputs)
        self._run, writer = build_function(program, names, _recorded(program, names), SKIPPED)
        self.places = {node: place for place, node in enumerate(writer.recorded_locals)}

    def __call__(self, facts: Mapping[str, object], parameters: Mapping[str, object] | None = None) -> Trace:
        """Answer one case and keep how; raises ``FactErrors`` or ``OutOfRange``."""
        bound = self.program.bind(parameters)
        values, record = self._run(facts, bound)
        return Trace(self, facts, bound, values, record)


def _recorded(program: Program, names: tuple[str, ...]) -> frozenset[Node]:
    """The nodes whose values are kept: visible steps, numerators and denominators, and conditions of cases."""
    kept: set[Node] = set()
    for name in names:
        compiled = program.compiled[name]
        for step in compiled.steps:
            kept.update(_parts(step.node))
        for _, root in compiled.slots:
            for node in walk(root):
                if isinstance(node, Case):
                    kept.update(condition for condition, _ in node.branches)
    return frozenset(node for node in kept if isinstance(node, Call | Case) and node.type is not Type.RATIO)


def _parts(node: Node) -> Iterator[Node]:
    if node.type is not Type.RATIO:
        yield node
    elif isinstance(node, Ratio):
        yield from (node.num, node.den)
    elif isinstance(node, Case):
        for condition, value in node.branches:
            yield condition
            yield from _parts(value)
        yield from _parts(node.default)


@lru_cache(maxsize=256)
def compile_traced(program: Program, outputs: tuple[str, ...]) -> Traced:
    """A traced program for some outputs; compiled once."""
    return Traced(program, outputs)
