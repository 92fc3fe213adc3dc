"""Workflows as tables: the states in which a case can be and the moves between them.

A table is data that a bureau can edit; what it may say is bounded. Requirements (`needs`) and consequences (`does`)
are words of a closed list, each of which one place in the platform gives its meaning.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from kaichuang.rules.measures.facts import Clause, Id, Name
from kaichuang.rules.measures.values import Part, Text

StateKind = Literal["draft", "work", "panel", "publicity", "payment", "end"]
"""draft: the applicant writes · work: somebody acts · panel, publicity, payment: the case waits for another · end."""
Stage = Literal["draft", "acceptance", "review", "publicity", "decision", "payment", "after", "closed"]
"""The public's words for where a case stands."""
Outcome = Literal["granted", "refused", "withdrawn", "lapsed", "revoked"]
Who = Literal[
    "applicant", "administrator", "leader", "officer", "clerk", "finance", "auditor", "inspector",
    "expert", "operator", "provider", "mentor", "investor", "bank", "system",
]  # fmt: skip
"""Who may make a move: the applicant, holders of a role at the desk of the state, or the platform itself."""
Need = Literal[
    "complete", "open", "eligible", "corrected", "scored", "publicised", "paid", "reported",
    "review", "no_review", "report", "no_report", "kept", "not_kept", "report_open", "report_closed",
]  # fmt: skip
"""complete: form and papers are · open: the window is · eligible: not ruled out · corrected: everything that was asked
for is there · scored, publicised, paid, reported: is done · review, report: the matter provides for it, or not · kept: part
of what was paid is not claimed back, and the decision stands · report_open: a report on the use is still to be accepted."""
Effect = Literal[
    "submit", "correct", "propose", "decide", "refuse", "appeal", "revoke",
    "hold", "release", "commit", "pay", "recover",
    "review", "publicise", "letter", "report", "register",
]  # fmt: skip
"""submit: freeze the application · correct: list what is missing · propose, decide: an amount · refuse, revoke: with
reasons · hold, release, commit, pay, recover: money · review: open a panel · publicise: put on a list · letter: issue
one · report: ask for a report on the use of money · register: enter the right or the title."""
Event = Literal["scored", "contested", "relisted", "cleared", "struck", "unlisted", "paid", "lapsed"]
"""What happens elsewhere and moves the case on."""


class State(Part):
    """Where a case can be. ``days`` is the working-day limit of whoever acts there; ``pauses`` stops the clock."""

    id: Name = Field(max_length=40)
    title: Text
    kind: StateKind = "work"
    stage: Stage = "review"
    """The public's word for several states."""
    desk: Name = "lead"
    """At whose desk it lies; the matter says which unit that is."""
    level: Literal["", "county", "city", "province"] = ""
    days: int | None = Field(default=None, ge=1, le=365)
    pauses: bool = False
    """Waiting for the applicant: the promised time stands still."""
    outcome: Outcome | None = None

    @model_validator(mode="after")
    def _ends_have_outcomes(self) -> Self:
        if (self.kind == "end") != (self.outcome is not None):
            raise ValueError("终点必须写 outcome,其余不写 | outcome belongs to ends")
        return self


class Move(Part):
    """One row of the table: from which states to which, who may, what must hold, what follows."""

    id: Name = Field(max_length=40)
    title: Text
    from_: tuple[Name, ...] = Field(alias="from", min_length=1)
    to: Name
    by: tuple[Who, ...] = Field(min_length=1)
    needs: tuple[Need, ...] = ()
    does: tuple[Effect, ...] = ()
    on: Event | None = None
    """Made by the platform when this happens."""
    returns: bool = False
    """Leads back."""
    reason: bool = False
    most: int | None = Field(default=None, ge=1)
    """How often at most in one case."""
    clause: Clause | None = None


class Workflow(Part):
    """A table. The first state is the one in which a case begins."""

    id: Id
    title: Text
    states: tuple[State, ...] = Field(min_length=2)
    moves: tuple[Move, ...] = Field(min_length=1)
    notes: tuple[Text, ...] = ()

    @property
    def start(self) -> State:
        """Where a case begins."""
        return self.states[0]

    @property
    def pays(self) -> bool:
        """Whether money follows from it at all."""
        return any({"commit", "pay"} & set(move.does) for move in self.moves)

    def state(self, id_: str) -> State:
        """Raises ``KeyError``."""
        for state in self.states:
            if state.id == id_:
                return state
        raise KeyError(id_)

    def move(self, id_: str) -> Move:
        """Raises ``KeyError``."""
        for move in self.moves:
            if move.id == id_:
                return move
        raise KeyError(id_)

    def out_of(self, state: str) -> tuple[Move, ...]:
        """The moves that lead out of a state, in the order of the table."""
        return tuple(move for move in self.moves if state in move.from_)
