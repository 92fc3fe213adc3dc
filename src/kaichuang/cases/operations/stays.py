"""Entering and leaving states: the clock, the desk and the work list follow the case."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from kaichuang.cases.models import Case, Stay
from kaichuang.cases.notices import ACT
from kaichuang.clock.operations import meet_deadline, start_deadline
from kaichuang.clock.queries import business_date
from kaichuang.kit.actor import Actor
from kaichuang.notices.audience import Audience
from kaichuang.notices.operations.work import close_work, open_work
from kaichuang.packs.flow import next_actors
from kaichuang.packs.schema.matters import Matter
from kaichuang.packs.schema.workflows import State
from kaichuang.parties.models import Unit


def desk_of(case: Case, state: State) -> Unit | None:
    """The unit at whose desk a state lies; none for the applicant's own."""
    if state.desk == "applicant":
        return None
    matter: Matter = case.version.file.matter
    key = matter.desks.get(state.desk) or matter.desks.get("lead", "")
    if state.desk == "recommender":
        key = _district(matter, case) or key
    units: QuerySet[Unit] = Unit.objects.filter(programme=case.programme_id, key=key)
    return units.first() if key else None


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


def enter(case: Case, *, now: datetime, actor: Actor) -> Stay:
    """Begin a stay in the case's present state; writes stage and desk to the row."""
    state = case.version.file.workflow.state(case.state)
    today = business_date(case.programme, now)
    desk = desk_of(case, state)
    stay = Stay.objects.create(
        case=case, state=state.id, stage=state.stage, desk=desk, entered_at=now, entered_on=today
    )
    limit = limit_of(case, state)
    if limit is not None and not (state.kind == "draft" and case.source == "applied"):
        stay.deadline = start_deadline(
            programme=case.programme,
            subject=stay,
            name=state.title.zh,
            started_on=today,
            limit=limit,
            actor=actor,
            now=now,
        )
        stay.save(update_fields=["deadline"])
    case.stage, case.desk, case.changed_at = state.stage, desk, now
    case.ended_at = now if state.kind == "end" else None
    case.save(update_fields=["stage", "desk", "changed_at", "ended_at"])
    _put_on_list(case, state, stay, now)
    return stay


def leave(case: Case, move: str, *, now: datetime, actor: Actor) -> None:
    """End the open stay; whether it was late is settled now."""
    stay = Stay.objects.filter(case=case, left_at=None).select_related("deadline").first()
    if stay is None:
        return
    today = business_date(case.programme, now)
    stay.left_at, stay.left_on, stay.left_by = now, max(today, stay.entered_on), move
    if stay.deadline is not None:
        stay.due_on = stay.deadline.due_on
        stay.late = stay.due_on is not None and stay.left_on > stay.due_on
        if stay.deadline.met_on is None:
            meet_deadline(deadline=stay.deadline, met_on=stay.left_on, actor=actor, now=now)
    stay.save(update_fields=["left_at", "left_on", "left_by", "due_on", "late"])
    close_work(subject=case, now=now, actor=actor, kind=ACT.code)


def _put_on_list(case: Case, state: State, stay: Stay, now: datetime) -> None:
    """Whoever acts next finds the case on their list."""
    if state.kind == "end" or (
        case.submitted_at is None and state.kind == "draft" and case.source == "applied"
    ):
        return
    actors = [who for who in next_actors(case.version.file.workflow, state) if who != "system"]
    if not actors:
        return
    if state.desk == "applicant":
        recipient = Audience.of_party(case.party_id)
    else:
        role = next((who for who in actors if who != "applicant"), "officer")
        recipient = Audience.of_role(role, programme_id=case.programme_id, unit_id=_staffed(case, role))
    open_work(
        programme=case.programme,
        kind=ACT.code,
        subject=case,
        recipient=recipient,
        now=now,
        params={"number": case.number, "matter": case.matter.title, "state": state.title.zh},
        link=f"/cases/{case.pk}/",
        clause=case.matter.clause,
        deadline=stay.deadline,
        tell=False,
    )


def _staffed(case: Case, role: str) -> int | None:
    """The desk's unit where somebody sits with that role; else the whole programme is asked."""
    from kaichuang.parties.models import RoleGrant

    seated = RoleGrant.objects.filter(programme=case.programme_id, role=role, unit=case.desk_id, until=None)
    return case.desk_id if case.desk_id is not None and seated.exists() else None
