"""What stands in the way of handing in."""

from __future__ import annotations

from datetime import datetime

from kaichuang.cases import registry
from kaichuang.cases.models import Case
from kaichuang.kit.problems import Problem
from kaichuang.packs.schema.workflows import Move


def hand_in(case: Case) -> Move | None:
    """The move by which the applicant hands in from here."""
    moves = case.version.file.workflow.out_of(case.state)
    return next((move for move in moves if "applicant" in move.by and "submit" in move.does), None)


def obstacles(case: Case, now: datetime) -> list[Problem]:
    """Everything that is wrong or missing, at once; nothing where there is nothing to hand in."""
    move = hand_in(case)
    needs = move.needs if move is not None else ()
    return [problem for word in needs for problem in registry.requirement(word)(case, now)]
