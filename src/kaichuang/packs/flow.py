"""Whether a workflow is sound: what a bureau may do with the table, and what it may not."""

from __future__ import annotations

from collections.abc import Iterator

from .flaw import Flaw
from .flow_words import words
from .reach import reachable
from .schema.workflows import Move, State, Workflow

__all__ = ["Flaw", "flaws", "next_actors", "reachable", "waiting"]

AFTER_DECISION = frozenset({"commit", "pay"})
"""Money that only a decision can set free."""

AWAITED = {"panel": {"scored"}, "publicity": {"cleared"}, "payment": {"paid"}}
"""What states of a kind wait for."""


def flaws(workflow: Workflow) -> list[Flaw]:
    """Everything that is wrong. With none of these a case never gets stuck, and no money leaves undecided."""
    named = [*_repeated(workflow), *_unknown(workflow)]
    return named or [
        *_stuck(workflow),
        *_events(workflow),
        *_returns(workflow),
        *_undecided(workflow),
        *words(workflow),
    ]


def _repeated(workflow: Workflow) -> Iterator[Flaw]:
    named = (("states", [s.id for s in workflow.states]), ("moves", [m.id for m in workflow.moves]))
    for kind, ids in named:
        for at, id_ in enumerate(ids):
            if id_ in ids[:at]:
                yield Flaw((kind, at, "id"), f"“{id_}”重复", f"“{id_}” is there twice")


def _unknown(workflow: Workflow) -> Iterator[Flaw]:
    states = {state.id for state in workflow.states}
    for at, move in enumerate(workflow.moves):
        for name in (*move.from_, move.to):
            if name not in states:
                yield Flaw(("moves", at), f"没有状态“{name}”", f"there is no state “{name}”")
    if workflow.start.kind != "draft":
        yield Flaw(("states", 0, "kind"), "第一个状态应为 draft", "the first state is a draft")


def _stuck(workflow: Workflow) -> Iterator[Flaw]:
    forward = reachable(workflow, {workflow.start.id})
    ends = {state.id for state in workflow.states if state.kind == "end"}
    finishing = reachable(workflow, ends, backwards=True)
    for at, state in enumerate(workflow.states):
        if state.id not in forward:
            yield Flaw(("states", at), f"无法到达“{state.title.zh}”", f"“{state.id}” cannot be reached")
        if state.id not in finishing:
            yield Flaw(("states", at), f"“{state.title.zh}”到不了终点", f"“{state.id}” leads to no end")


def _events(workflow: Workflow) -> Iterator[Flaw]:
    for at, state in enumerate(workflow.states):
        for event in waiting(workflow, state):
            zh = f"“{state.title.zh}”等待的结果（{event}）没有对应的流转"
            yield Flaw(("states", at), zh, f"“{state.id}” waits for {event}, which moves nothing")
    for at, move in enumerate(workflow.moves):
        if (move.on is not None) != (move.by == ("system",)):
            zh, en = "由系统推动的流转须写明 on，且仅由 system 执行", "moves of the platform have an event"
            yield Flaw(("moves", at), f"“{move.title.zh}”：{zh}", f"“{move.id}”: {en}")


def waiting(workflow: Workflow, state: State) -> set[str]:
    """Events that a state waits for and that lead nowhere from it."""
    return AWAITED.get(state.kind, set()) - {str(move.on) for move in workflow.out_of(state.id)}


def _returns(workflow: Workflow) -> Iterator[Flaw]:
    for at, move in enumerate(workflow.moves):
        if move.returns and not set(move.from_) & reachable(workflow, {move.to}):
            zh = f"“{move.title.zh}”退回之后应能再次提交"
            yield Flaw(("moves", at, "to"), zh, f"“{move.id}” returns to where nothing leads back from")


def _undecided(workflow: Workflow) -> Iterator[Flaw]:
    """No way from the start to a payment that does not pass a decision."""
    undecided = reachable(workflow, {workflow.start.id}, without="decide")
    for at, move in enumerate(workflow.moves):
        spends = AFTER_DECISION & set(move.does)
        if spends and "decide" not in move.does and set(move.from_) & undecided:
            zh = f"“{move.title.zh}”会在作出决定之前动用资金"
            yield Flaw(("moves", at, "does"), zh, f"“{move.id}” spends before a decision")
    for at, state in enumerate(workflow.states):
        if state.outcome == "granted" and state.id in undecided:
            zh = f"不经决定也能到达“{state.title.zh}”"
            yield Flaw(("states", at), zh, f"“{state.id}” can be reached without a decision")


def next_actors(workflow: Workflow, state: State) -> list[str]:
    """Who is expected to act in a state: those of its forward moves."""
    forward: list[Move] = [move for move in workflow.out_of(state.id) if not move.returns]
    return list(dict.fromkeys(who for move in forward for who in move.by))
