"""Where a case stands, as its applicant sees it: the way so far, who acts now and until when, what one can do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.cases.models import Case, Stay
from kaichuang.cases.queries.cases import open_moves
from kaichuang.cases.queries.catalogue import stage_title, way_of
from kaichuang.clock.queries.deadlines import days_left
from kaichuang.entitlement.words import localised, words
from kaichuang.kit.actor import Actor
from kaichuang.packs.flow import next_actors
from kaichuang.packs.schema.matters import MatterFile
from kaichuang.packs.schema.workflows import Move, State
from kaichuang.parties.models import Role, Unit
from kaichuang.ui.components.history import Event
from kaichuang.ui.components.structure import Step

TONES = {
    "granted": "success",
    "refused": "danger",
    "withdrawn": "neutral",
    "lapsed": "warning",
    "revoked": "danger",
}
_NOT_HERE = frozenset({"report"})
"""Moves that need more than a button: other parts of the page offer them."""
_SYSTEM = gettext_lazy("平台自动办理")


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is: the applicant's own (`mine`), a unit's, or nobody's."""

    state: str
    mine: bool
    who: str
    due_on: date | None
    left: int | None
    paused: bool
    ended: bool


def tone_of(state: State) -> str:
    """The colour of a state."""
    if state.outcome:
        return TONES[state.outcome]
    return "warning" if state.desk == "applicant" else "info"


def who_acts(file: MatterFile, state: State, desk: Unit | None) -> str:
    """Who acts next, in words; empty at an end."""
    if state.kind == "end":
        return ""
    if state.desk == "applicant":
        return _("申请人")
    roles = [who for who in next_actors(file.workflow, state) if who in Role.values]
    if any(move.on == "contested" and move.to == state.id for move in file.workflow.moves):
        # The case itself waits; whoever checks the objection is the officer.
        roles = [Role.OFFICER.value]
    unit = localised(desk.name) if desk is not None else ""
    if not roles:
        return f"{unit}（{_SYSTEM}）" if unit else str(_SYSTEM)
    labels = "、".join(str(Role(role).label) for role in roles)
    return f"{unit}（{labels}）" if unit else labels


def turn_of(case: Case, stays: Iterable[Stay], today: date) -> Turn:
    """Who acts now and until when."""
    state = case.version.file.workflow.state(case.state)
    here = next((stay for stay in stays if stay.left_at is None), None)
    deadline = here.deadline if here is not None else None
    return Turn(
        state=words(state.title),
        mine=state.desk == "applicant" and state.kind != "end",
        who=who_acts(case.version.file, state, case.desk),
        due_on=deadline.due_on if deadline is not None else None,
        left=days_left(deadline, today) if deadline is not None else None,
        paused=deadline is not None and deadline.due_on is None,
        ended=state.kind == "end",
    )


def steps_of(case: Case, stays: list[Stay]) -> list[Step]:
    """The stages of the usual way, with the days on which they were reached."""
    file = case.version.file
    state = file.workflow.state(case.state)
    stages = list(dict.fromkeys(stop.state.stage for stop in way_of(file, {})))
    if state.stage not in stages:
        stages.insert(len(stages) - 1, state.stage)
    reached: dict[str, date] = {}
    for stay in stays:
        reached.setdefault(stay.stage, stay.entered_on)
    at = stages.index(state.stage)
    return [
        Step(
            label=stage_title(stage),
            state=_step_state(state, at, number, stage, reached),
            on=reached.get(stage),
        )
        for number, stage in enumerate(stages)
    ]


def _step_state(state: State, at: int, number: int, stage: str, reached: dict[str, date]) -> str:
    if number == at:
        if state.kind == "end":
            return "done" if state.outcome == "granted" else "failed"
        return "current"
    return "done" if number < at and stage in reached else "todo"


def events_of(case: Case, stays: list[Stay]) -> list[Event]:
    """Every stay, the newest first: who had it, until when, and whether it was on time."""
    flow = case.version.file.workflow
    titles = {state.id: state for state in flow.states}
    moves = {move.id: words(move.title) for move in flow.moves}
    events = []
    for stay in reversed(stays):
        state = titles.get(stay.state)
        due = stay.due_on or (stay.deadline.due_on if stay.deadline is not None else None)
        parts = [_("时限 %(day)s") % {"day": due.isoformat()}] if due else []
        if stay.late is not None:
            parts.append(_("逾期办结") if stay.late else _("按期办结"))
        if stay.left_on is not None:
            left = _("%(day)s %(move)s") % {"day": stay.left_on, "move": moves.get(stay.left_by, "")}
            parts.append(left.strip())
        events.append(
            Event(
                at=_moment(stay),
                title=words(state.title) if state is not None else stay.state,
                actor=localised(stay.desk.name) if stay.desk is not None else "",
                text=" · ".join(parts),
                tone="danger" if stay.late else "info" if stay.left_at is None else "success",
            )
        )
    return events


def _moment(stay: Stay) -> date | datetime:
    """The day of the place: its clock may stand on another day than the computer's."""
    return stay.entered_on


def own_moves(case: Case, actor: Actor) -> list[Move]:
    """What the applicant can do now besides filling in the form."""
    return [
        move
        for move, refusal in open_moves(case, actor)
        if not refusal and "applicant" in move.by and not _NOT_HERE & set(move.does)
    ]
