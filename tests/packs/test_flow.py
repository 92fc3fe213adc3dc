"""Workflows are sound, and a table that is not is found out: stuck cases, money without a decision, returns to nowhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kaichuang.packs.flow import Flaw, flaws, next_actors, reachable
from kaichuang.packs.loader import load_pack
from kaichuang.packs.schema.workflows import Workflow

SHARED = load_pack("_common").own.workflows
EVERY = pytest.mark.parametrize("workflow", SHARED, ids=lambda workflow: workflow.id)
MONEY = pytest.mark.parametrize(
    "workflow",
    [flow for flow in SHARED if any({"commit", "pay"} & set(move.does) for move in flow.moves)],
    ids=lambda workflow: workflow.id,
)
Change = Callable[[dict[str, Any]], None]


def shared(id_: str) -> Workflow:
    return next(workflow for workflow in SHARED if workflow.id == id_)


def changed(workflow: Workflow, change: Change) -> list[Flaw]:
    """The flaws of a copy after a bureau's edit."""
    document = workflow.model_dump(mode="json", by_alias=True)
    change(document)
    return flaws(Workflow.model_validate(document))


def move(document: dict[str, Any], id_: str) -> dict[str, Any]:
    return next(one for one in document["moves"] if one["id"] == id_)


def without(id_: str) -> Change:
    def change(document: dict[str, Any]) -> None:
        document["moves"] = [one for one in document["moves"] if one["id"] != id_]

    return change


@EVERY
def test_a_shared_workflow_is_sound(workflow: Workflow) -> None:
    assert flaws(workflow) == []


def test_every_procedure_of_the_documents_has_its_workflow() -> None:
    assert {workflow.id for workflow in SHARED} >= {
        "award", "recommended", "filing", "automatic", "selection", "nomination", "recommendation", "transfer",
        "services", "training", "proposals", "pilot", "leave", "local_filing", "local_award",
    }  # fmt: skip


@EVERY
def test_in_every_state_somebody_is_expected_to_act_or_something_to_happen(workflow: Workflow) -> None:
    for state in workflow.states:
        assert (next_actors(workflow, state) == []) <= (state.kind == "end"), state.id


@EVERY
def test_an_applicant_can_always_leave_before_a_decision(workflow: Workflow) -> None:
    """Whoever applied can take it back while nothing is decided, except while the public or a reader has the case."""
    undecided = reachable(workflow, {workflow.start.id}, without="decide")
    withdrawn = {state.id for state in workflow.states if state.outcome == "withdrawn"}
    assert withdrawn
    first = workflow.out_of(workflow.start.id)
    assert any(one.to in withdrawn and "applicant" in one.by for one in first)
    assert withdrawn <= undecided


@MONEY
def test_money_only_moves_after_a_decision(workflow: Workflow) -> None:
    undecided = reachable(workflow, {workflow.start.id}, without="decide")
    for one in workflow.moves:
        if {"commit", "pay"} & set(one.does) and "decide" not in one.does:
            assert not set(one.from_) & undecided


@MONEY
def test_a_payment_before_the_decision_is_found(workflow: Workflow) -> None:
    found = changed(workflow, lambda document: document["moves"][0]["does"].append("pay"))
    assert any(flaw.path[-1] == "does" and "decision" in flaw.en for flaw in found)


@pytest.mark.parametrize("workflow", [shared("award"), shared("services")], ids=lambda workflow: workflow.id)
def test_a_decision_that_decides_nothing_is_found(workflow: Workflow) -> None:
    def change(document: dict[str, Any]) -> None:
        move(document, "decide")["does"].remove("decide")

    assert any("without a decision" in flaw.en for flaw in changed(workflow, change))


@EVERY
def test_taking_away_any_move_is_either_harmless_or_found(workflow: Workflow) -> None:
    """Without a move a case may get stuck or a state become unreachable: then, and only then, a flaw is told."""
    for one in workflow.moves:
        document = workflow.model_dump(mode="json", by_alias=True)
        without(one.id)(document)
        left = Workflow.model_validate(document)
        ends = {state.id for state in left.states if state.kind == "end"}
        there = {state.id for state in left.states}
        whole = (
            reachable(left, {left.start.id}) == there
            and reachable(left, ends, backwards=True) == there
            and not _waits_in_vain(left)
            and not _returns_to_nowhere(left)
        )
        assert (flaws(left) == []) == whole, one.id


def _waits_in_vain(workflow: Workflow) -> bool:
    awaited = {"panel": "scored", "publicity": "cleared", "payment": "paid"}
    return any(
        state.kind in awaited and awaited[state.kind] not in {one.on for one in workflow.out_of(state.id)}
        for state in workflow.states
    )


def _returns_to_nowhere(workflow: Workflow) -> bool:
    return any(one.returns and not set(one.from_) & reachable(workflow, {one.to}) for one in workflow.moves)


@pytest.mark.parametrize(
    ("gone", "where"),
    [("submit", "submitted"), ("scored", "review"), ("cleared", "publicity")],
)
def test_a_missing_move_is_told_where_it_is_missed(gone: str, where: str) -> None:
    workflow = shared("award")
    found = changed(workflow, without(gone))
    at = [state.id for state in workflow.states].index(where)
    assert ("states", at) in {flaw.path for flaw in found}


def test_an_end_that_nobody_reaches_is_found() -> None:
    def change(document: dict[str, Any]) -> None:
        end = {"id": "shelved", "title": "搁置", "kind": "end", "desk": "lead", "outcome": "refused"}
        document["states"].append(end)

    found = changed(shared("filing"), change)
    assert [flaw.en for flaw in found] == ["“shelved” cannot be reached"]


def test_a_state_that_leads_to_no_end_is_found() -> None:
    def change(document: dict[str, Any]) -> None:
        document["states"].append({"id": "drawer", "title": "压件", "desk": "lead"})
        document["moves"].append(
            {"id": "forget", "title": "压下", "from": ["submitted"], "to": "drawer", "by": ["officer"]}
        )

    assert [flaw.en for flaw in changed(shared("filing"), change)] == ["“drawer” leads to no end"]


def test_a_return_to_where_nothing_leads_back_from_is_found() -> None:
    def change(document: dict[str, Any]) -> None:
        move(document, "ask")["to"] = "rejected"
        document["moves"] = [one for one in document["moves"] if one["id"] != "appeal"]

    assert any("returns to where nothing leads back" in flaw.en for flaw in changed(shared("filing"), change))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: move(d, "accept").update(to="nowhere"), "there is no state “nowhere”"),
        (lambda d: d["moves"].append(dict(move(d, "accept"))), "“accept” is there twice"),
        (lambda d: d["states"].append(dict(d["states"][1])), "“submitted” is there twice"),
        (lambda d: d["states"][0].update(kind="work"), "the first state is a draft"),
        (lambda d: move(d, "lapse").update(by=["officer"]), "“lapse”: moves of the platform have an event"),
        (lambda d: move(d, "accept").update(by=["system"]), "“accept”: moves of the platform have an event"),
    ],
)
def test_a_slip_is_told_in_words(change: Change, message: str) -> None:
    assert message in [flaw.en for flaw in changed(shared("filing"), change)]
