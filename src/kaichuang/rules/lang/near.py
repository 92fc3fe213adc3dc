"""Near misses: what a single fact would have to be for a condition that fails to hold ("two more employees")."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kaichuang.rules.lang.nodes import Call, Case, Kind, Node, Op, Ref, walk
from kaichuang.rules.lang.situation import Situation, number_of
from kaichuang.rules.lang.types import Field, Type, Value


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A change of one fact that would make a failing condition hold.

    ``distance`` is ``needed - value``: a count, fen, or days; ``None`` for a text or a truth value.  ``enough`` says
    that the change alone makes the whole definition true.
    """

    definition: str
    condition: str
    fact: str
    unit: str | None
    value: Value
    needed: Value
    distance: int | None
    enough: bool


@dataclass(frozen=True, slots=True)
class Failing:
    """An elementary condition that does not have the wanted value, and the definition it stands in."""

    definition: str
    node: Node
    wanted: bool


def near_misses(situation: Situation, name: str) -> tuple[NearMiss, ...]:
    """The changes that would mend the failing conditions of a definition, those that are enough first."""
    root = situation.program.slot_nodes[name]
    found: list[NearMiss] = []
    for failing in failing_conditions(situation, name, root, True):
        for fact in _facts(situation, failing.node):
            found += _mend(situation, root, failing, situation.program.fields[fact])
    return tuple(sorted(found, key=lambda miss: (not miss.enough, abs(miss.distance or 0), miss.fact)))


def failing_conditions(situation: Situation, name: str, node: Node, wanted: bool) -> Iterator[Failing]:
    """The elementary conditions because of which a node is known not to be ``wanted``."""
    if situation.value(node) is not (not wanted):
        return
    match node:
        case Ref(kind=Kind.DEFINITION, name=target):
            yield from failing_conditions(situation, target, situation.program.slot_nodes[target], wanted)
        case Call(op=Op.NOT, args=(arg,)):
            yield from failing_conditions(situation, name, arg, not wanted)
        case Call(op=Op.AND | Op.OR | Op.COALESCE, args=args):
            for arg in args:
                yield from failing_conditions(situation, name, arg, wanted)
        case Case(branches=branches, default=default):
            taken = next((value for test, value in branches if situation.value(test)), default)
            yield from failing_conditions(situation, name, taken, wanted)
        case _:
            yield Failing(name, node, wanted)


def _facts(situation: Situation, node: Node) -> list[str]:
    """The known facts that a node reads, also through definitions."""
    found: dict[str, None] = {}
    pending = [node]
    while pending:
        for part in walk(pending.pop()):
            if not isinstance(part, Ref):
                continue
            if part.kind is Kind.DEFINITION:
                pending.append(situation.program.slot_nodes[part.name])
            elif part.kind is Kind.FIELD and situation.facts[situation.fact_of(part.name)] is not None:
                found.setdefault(situation.fact_of(part.name))
    return list(found)


def _mend(situation: Situation, root: Node, failing: Failing, field: Field) -> Iterator[NearMiss]:
    value = situation.facts[field.name]

    def holds(candidate: Value) -> bool:
        return situation.changed(field.name, candidate).value(failing.node) is failing.wanted

    for needed in _candidates(field, value, holds):
        now, then = number_of(value), number_of(needed)
        yield NearMiss(
            failing.definition,
            _text(situation, failing),
            field.name,
            field.unit,
            value,
            needed,
            None if now is None or then is None else then - now,
            situation.changed(field.name, needed).value(root) is True,
        )


def _candidates(field: Field, value: Value, holds: Callable[[Value], bool]) -> list[Value]:
    if field.type is Type.BOOL:
        return [candidate for candidate in (True, False) if holds(candidate)]
    if field.type is Type.TEXT:
        return [word for word in field.values or () if holds(word)]
    start = number_of(value)
    if start is None:
        return []
    found = (_nearest(field, start, step, holds) for step in (1, -1))
    return [_back(field, number) for number in found if number is not None]


def _back(field: Field, number: int) -> Value:
    return dt.date.fromordinal(number) if field.type is Type.DATE else number


def _nearest(field: Field, start: int, step: int, holds: Callable[[Value], bool]) -> int | None:
    """The first number in one direction for which the condition holds: doubling the stride, then halving it."""
    limit = field.bounds[1] if step > 0 else -field.bounds[0]
    fails, stride = 0, 1
    room = limit - start * step
    while fails < room:
        tried = min(stride, room)
        if holds(_back(field, start + step * tried)):
            return start + step * _bisect(fails, tried, lambda n: holds(_back(field, start + step * n)))
        fails, stride = tried, stride * 2
    return None


def _bisect(fails: int, succeeds: int, holds: Callable[[int], bool]) -> int:
    while succeeds - fails > 1:
        middle = (fails + succeeds) // 2
        if holds(middle):
            succeeds = middle
        else:
            fails = middle
    return succeeds


def _text(situation: Situation, failing: Failing) -> str:
    compiled = situation.program.compiled[failing.definition]
    spans = [step.span for step in compiled.steps if step.node is failing.node]
    source = compiled.definition.source
    return source[spans[0].start : spans[0].end] if spans else source
