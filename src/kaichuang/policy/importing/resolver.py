"""Chooses among possible markers: which are clauses, and how deep.

A beam search over stacks of (family, last ordinal). Continuing a family at the next ordinal is free; opening a family
at 1 is nearly free; gaps, repeats, going back and taking a marker for plain text cost. The cheapest reading of the
whole part wins, so one misprinted number does not derail what follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from kaichuang.policy.importing.markers import KIN, RANK, Boundary, Marker, Reading

_BEAM = 10
_GREEDY_BEAM = 2
_MANY = 8000
_MARGIN = 12.0
_REJECT = {Boundary.LINE: 3.2, Boundary.SENTENCE: 0.9, Boundary.HEADING: 0.4, Boundary.NONE: 0.05}
_ACCEPT = {Boundary.LINE: 0.0, Boundary.SENTENCE: 0.15, Boundary.HEADING: 0.15, Boundary.NONE: 2.6}

# A line that starts with 第五条 or (二) is hardly ever plain text, one that starts with a figure may be.
_SURE = {
    "PART": 1.6,
    "CHAPTER": 1.6,
    "SECTION": 1.6,
    "ARTICLE": 1.6,
    "CN_DUN": 0.6,
    "CN_PAREN": 0.6,
    "AR_SPACE": -1.2,
}

Frame = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A marker taken as a clause: its reading, depth (0 = top) and how it follows what came before."""

    marker: Marker
    family: str
    ordinal: int
    depth: int
    kind: str
    expected: int
    damaged: bool


class _Trace(NamedTuple):
    before: _Trace | None
    accepted: Accepted


class _State(NamedTuple):
    cost: float
    stack: tuple[Frame, ...]
    running: dict[str, int]
    trace: _Trace | None
    bare: bool


class _Step(NamedTuple):
    cost: float
    stack: tuple[Frame, ...]
    ordinal: int
    depth: int
    kind: str
    expected: int


def _kin(one: str, other: str) -> bool:
    return any(one in group and other in group for group in KIN)


def _continue_cost(marker: Marker, last: int, ordinal: int) -> tuple[float, str]:
    step = ordinal - last
    if step == 1:
        return 0.0, "next"
    if ordinal == 1 and last >= 1:
        return (0.8 if marker.intro else 2.3), "restart"
    if step == 0:
        return 3.4, "repeat"
    if step > 1:
        return 2.0 + min(step - 1, 5) * 0.4, "gap"
    return 4.4, "back"


def _continuations(state: _State, marker: Marker, reading: Reading) -> list[_Step]:
    steps = []
    for depth, (family, last) in enumerate(state.stack):
        related = family != reading.family and _kin(family, reading.family)
        if family != reading.family and not related:
            continue
        ordinal = reading.ordinal or last + 1
        cost, kind = _continue_cost(marker, last, ordinal)
        if related:
            if kind != "next":
                continue
            cost += 0.9
            kind = "mixed"
        if state.bare and depth < len(state.stack) - 1:
            cost += 1.5
        stack = (*state.stack[:depth], (family, ordinal))
        steps.append(_Step(cost, stack, ordinal, depth, kind, last + 1))
    return steps


def _openings(state: _State, reading: Reading) -> list[_Step]:
    if any(family == reading.family for family, _ in state.stack):
        return []
    steps = []
    rank = RANK[reading.family]
    ordinal = reading.ordinal or 1
    running = state.running.get(reading.family, 0)
    if ordinal == 1:
        base, kind = 0.3, "open"
    elif ordinal == running + 1:
        base, kind = 0.5, "running"
    else:
        base, kind = 2.6 + min(abs(ordinal - running - 1), 6) * 0.35, "open_gap"
    for depth in range(len(state.stack) + 1):
        popped = len(state.stack) - depth
        parent = state.stack[depth - 1][0] if depth else ""
        if popped and depth and RANK[parent] >= rank:
            continue
        if popped and RANK[state.stack[depth][0]] < rank:
            continue
        cost = base + (0.5 + 0.1 * popped if popped else 0.0)
        if depth and not popped and RANK[parent] >= rank and not state.bare:
            cost += 1.0
        if popped and state.bare:
            cost += 1.5
        stack = (*state.stack[:depth], (reading.family, ordinal))
        expected = running + 1 if kind == "open_gap" and running else 1
        steps.append(_Step(cost, stack, ordinal, depth, kind, expected))
    return steps


def _advance(state: _State, marker: Marker) -> list[_State]:
    rejected = _REJECT[marker.boundary]
    if marker.boundary is Boundary.LINE:
        rejected += _SURE.get(marker.readings[0].family, 0.0)
    if all(reading.damaged for reading in marker.readings):
        rejected = min(rejected, 1.4)
    following = [state._replace(cost=state.cost + rejected, bare=False)]
    for reading in marker.readings:
        base = _ACCEPT[marker.boundary] + (0.7 if reading.damaged else 0.0)
        for step in (*_continuations(state, marker, reading), *_openings(state, reading)):
            if marker.boundary is not Boundary.LINE and step.kind in {"gap", "repeat", "back", "open_gap"}:
                continue
            family = step.stack[-1][0]
            accepted = Accepted(
                marker, family, step.ordinal, step.depth, step.kind, step.expected, reading.damaged
            )
            following.append(
                _State(
                    state.cost + base + step.cost,
                    step.stack,
                    {**state.running, family: step.ordinal},
                    _Trace(state.trace, accepted),
                    marker.bare,
                )
            )
    return following


def _prune(states: list[_State], width: int) -> list[_State]:
    best: dict[tuple[tuple[Frame, ...], bool], _State] = {}
    for state in states:
        key = (state.stack, state.bare)
        known = best.get(key)
        if known is None or state.cost < known.cost:
            best[key] = state
    ranked = sorted(best.values(), key=lambda state: state.cost)[:width]
    return [state for state in ranked if state.cost <= ranked[0].cost + _MARGIN]


def resolve(candidates: list[Marker]) -> tuple[list[Accepted], float]:
    """The cheapest consistent reading of the candidates, in order, and its cost (0 = no doubt at all)."""
    states = [_State(0.0, (), {}, None, False)]
    width = _BEAM if len(candidates) < _MANY else _GREEDY_BEAM
    for marker in candidates:
        states = _prune([following for state in states for following in _advance(state, marker)], width)
    best = min(states, key=lambda state: state.cost)
    chosen: list[Accepted] = []
    trace = best.trace
    while trace is not None:
        chosen.append(trace.accepted)
        trace = trace.before
    chosen.reverse()
    return chosen, best.cost
