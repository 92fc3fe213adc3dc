"""Entering and leaving states: the clock, the desk and the work list follow the case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kaichuang.cases.models import Case, Stay
from kaichuang.cases.notices import ACT
from kaichuang.clock.operations import meet_deadlines, start_deadlines
from kaichuang.clock.queries import business_date
from kaichuang.kit.actor import Actor
from kaichuang.kit.sql import update_each
from kaichuang.notices.audience import Audience
from kaichuang.notices.operations.work import Task, close_works, open_works
from kaichuang.packs.flow import next_actors
from kaichuang.packs.schema.matters import Matter
from kaichuang.packs.schema.workflows import State
from kaichuang.parties.models import Unit


def desks_of(cases: Sequence[Case], state: State) -> list[Unit | None]:
    """The unit at whose desk the state of each lies; none for the applicant's own."""
    if state.desk == "applicant":
        return [None] * len(cases)
    keys = [_desk_key(case, state) for case in cases]
    units = Unit.objects.filter(programme=cases[0].programme_id, key__in={key for key in keys if key})
    found = {unit.key: unit for unit in units} if any(keys) else {}
    return [found.get(key) for key in keys]


def _desk_key(case: Case, state: State) -> str:
    matter: Matter = case.version.file.matter
    key = matter.desks.get(state.desk) or matter.desks.get("lead", "")
    return (_district(matter, case) or key) if state.desk == "recommender" else key


def _district(matter: Matter, case: Case) -> str:
    code = case.party.division_id or ""
    found = [one for one in matter.districts if code and code.startswith(_within(one))]
    return matter.districts[max(found, key=len)] if found else ""


def _within(division: str) -> str:
    """The part of a division's code that the divisions within it share: two digits a level (GB/T 2260)."""
    return division.removesuffix("00").removesuffix("00")


def limit_of(case: Case, state: State) -> int | None:
    """Working days for a state: the matter's own, or the workflow's."""
    return case.version.file.matter.days.get(state.id, state.days)


def enter(cases: Sequence[Case], *, now: datetime, actor: Actor) -> list[Stay]:
    """Begin a stay of each case in its present state; writes stage and desk to the rows.

    The cases are of one version and stand in one state: they have just come there by the same move.
    """
    first = cases[0]
    state = first.version.file.workflow.state(first.state)
    today = business_date(first.programme, now)
    desks = desks_of(cases, state)
    stays = [
        Stay(case=case, state=state.id, stage=state.stage, desk=desk, entered_at=now, entered_on=today)
        for case, desk in zip(cases, desks, strict=True)
    ]
    Stay.objects.bulk_create(stays)
    _start_clocks(stays, state, today, now=now, actor=actor)
    for case, desk in zip(cases, desks, strict=True):
        case.stage, case.desk, case.changed_at = state.stage, desk, now
        case.ended_at = now if state.kind == "end" else None
    update_each(cases, "stage", "desk", "changed_at", "ended_at")
    _put_on_list(stays, state, now)
    return stays


def _start_clocks(stays: Sequence[Stay], state: State, today: date, *, now: datetime, actor: Actor) -> None:
    first = stays[0].case
    limit = limit_of(first, state)
    if limit is None:
        return
    timed = [stay for stay in stays if not (state.kind == "draft" and stay.case.source == "applied")]
    deadlines = start_deadlines(
        programme=first.programme,
        subjects=timed,
        name=state.title.zh,
        started_on=today,
        limit=limit,
        actor=actor,
        now=now,
    )
    for stay, deadline in zip(timed, deadlines, strict=True):
        stay.deadline = deadline
    update_each(timed, "deadline")


def leave(cases: Sequence[Case], move: str, *, now: datetime, actor: Actor) -> None:
    """End the open stays; whether they were late is settled now."""
    stays = list(Stay.objects.filter(case__in=cases, left_at=None).select_related("deadline").order_by("pk"))
    today = business_date(cases[0].programme, now)
    met = []
    for stay in stays:
        stay.left_at, stay.left_on, stay.left_by = now, max(today, stay.entered_on), move
        if stay.deadline is not None:
            stay.due_on = stay.deadline.due_on
            stay.late = stay.due_on is not None and stay.left_on > stay.due_on
            if stay.deadline.met_on is None:
                met.append((stay.deadline, stay.left_on))
    if met:
        meet_deadlines(met=met, actor=actor, now=now)
    update_each(stays, "left_at", "left_on", "left_by", "due_on", "late")
    left = {stay.case_id for stay in stays}
    close_works(subjects=[case for case in cases if case.pk in left], now=now, actor=actor, kind=ACT.code)


def _put_on_list(stays: Sequence[Stay], state: State, now: datetime) -> None:
    """Whoever acts next finds the cases on their list."""
    if state.kind == "end":
        return
    first = stays[0].case
    actors = [who for who in next_actors(first.version.file.workflow, state) if who != "system"]
    if not actors:
        return
    role = next((who for who in actors if who != "applicant"), "officer")
    units = {} if state.desk == "applicant" else _staffed([stay.case for stay in stays], role)
    tasks = []
    for stay in stays:
        case = stay.case
        if case.submitted_at is None and state.kind == "draft" and case.source == "applied":
            continue
        if state.desk == "applicant":
            recipient = Audience.of_party(case.party_id)
        else:
            recipient = Audience.of_role(
                role, programme_id=case.programme_id, unit_id=units.get(case.desk_id or 0)
            )
        tasks.append(
            Task(
                programme=case.programme,
                kind=ACT.code,
                subject=case,
                recipient=recipient,
                params={"number": case.number, "matter": case.matter.title, "state": state.title.zh},
                link=f"/cases/{case.pk}/",
                clause=case.matter.clause,
                deadline=stay.deadline,
            )
        )
    open_works(tasks, now=now, tell=False)


def _staffed(cases: Sequence[Case], role: str) -> dict[int, int]:
    """The units among the desks where somebody sits with that role; for any other the whole programme is asked."""
    from kaichuang.parties.models import RoleGrant

    desks = {case.desk_id for case in cases if case.desk_id is not None}
    seated = RoleGrant.objects.filter(
        programme=cases[0].programme_id, role=role, unit__in=desks, until=None
    ).values_list("unit", flat=True)
    return {unit: unit for unit in seated if unit is not None}
