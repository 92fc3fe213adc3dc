"""Move a case along its table: the only way from state to state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.cases import registry
from kaichuang.cases.flow import flow_of
from kaichuang.cases.models import Case
from kaichuang.cases.notices import MOVED
from kaichuang.cases.operations.draft import refresh_draft
from kaichuang.cases.operations.stays import enter, leave
from kaichuang.cases.step import Step
from kaichuang.journal.operations import transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import NotAllowed, Problem, Refused, Stale
from kaichuang.notices.audience import Audience
from kaichuang.notices.operations.notify import notify
from kaichuang.packs.schema.workflows import Event, Move
from kaichuang.parties.models import Membership

LONG = ("version__content", "matter__current__content", "version__pack_version__content")
"""Long documents that are parsed once for each version and need not be read with every case."""


def move_case(
    *,
    case: Case,
    move: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> Case:
    """Make one move with its consequences, all or nothing; returns the case in its new state.

    `data` is what the consequences need: an amount, grounds, a list of what is missing. Raises `Stale` when the case
    has moved on, `NotAllowed` for others than the table names, `Refused` with every problem at once.
    """
    with transaction.atomic():
        return _move(_locked(case), move, actor=actor, now=now, reason=reason, data=data or {})


def _move(row: Case, move: str, *, actor: Actor, now: datetime, reason: str, data: Mapping[str, Any]) -> Case:
    """`row` is locked."""
    row = refresh_draft(case=row, now=now)
    table = row.version.file.workflow
    try:
        declared = table.move(move)
    except KeyError:
        raise Refused(Problem("no_such_move", _("这份办件没有此项操作。"))) from None
    _refuse_own(declared, row, actor)
    _refuse_too_often(declared, row)
    source = row.state
    moved = transition(
        workflow=flow_of(row.version),
        instance=row,
        move=move,
        actor=actor,
        now=now,
        reason=reason,
        scope=row.programme.slug,
    )
    _keep_loaded(row, moved)
    leave(moved, move, now=now, actor=actor)
    step = Step(case=moved, move=declared, actor=actor, now=now, reason=reason, data=data, source=source)
    for word in declared.does:
        registry.consequence(word)(step)
    _hold_keys(step)
    enter(moved, now=now, actor=actor)
    for listener in registry.listeners():
        listener(step)
    _tell(step)
    return moved


def advance(*, case: Case, event: Event, actor: Actor, now: datetime, reason: str = "") -> Case:
    """Something happened elsewhere: make the move that waits for it, if the case waits for it."""
    with transaction.atomic():
        row = _locked(case)
        for move in row.version.file.workflow.out_of(row.state):
            if move.on != event:
                continue
            if not any(problem for word in move.needs for problem in registry.requirement(word)(row, now)):
                return _move(row, move.id, actor=actor, now=now, reason=reason, data={})
    return row


def _locked(case: Case) -> Case:
    return (
        Case.objects.select_for_update(of=("self",), no_key=True)
        .select_related("programme", "matter__current", "version__pack_version", "round", "party")
        .defer(*LONG)
        .get(pk=case.pk)
    )


def _keep_loaded(row: Case, moved: Case) -> None:
    """The moved row is the same row: what was read with the first need not be read again."""
    for name in ("programme", "matter", "version", "round", "party"):
        setattr(moved, name, getattr(row, name))


def _refuse_own(move: Move, case: Case, actor: Actor) -> None:
    """Nobody decides for the public about a party that he belongs to."""
    if (
        actor.is_system
        or actor.user_id is None
        or (actor.party_id == case.party_id and "applicant" in move.by)
    ):
        return
    if set(move.by) == {"applicant"}:
        return
    parties = [party for party in (case.party_id, case.beneficiary_id) if party]
    if Membership.objects.filter(user=actor.user_id, party__in=parties, until=None).exists():
        raise NotAllowed(Problem("own_case", _("您是申请人的成员，应当回避，请由其他同事办理。")))


def _refuse_too_often(move: Move, case: Case) -> None:
    if move.most is None:
        return
    if case.stays.filter(left_by=move.id).count() >= move.most:
        raise Refused(
            Problem("too_often", _("“%(move)s”最多%(most)s次。") % {"move": move.title.zh, "most": move.most})
        )


def _hold_keys(step: Step) -> None:
    """Invoices and other numbers are free again when a case ends without a grant."""
    state = step.state
    held = state.kind != "end" or state.outcome == "granted"
    step.case.keys.exclude(held=held).update(held=held)


def _tell(step: Step) -> None:
    """The applicant hears of every step that somebody else made."""
    if step.actor.party_id == step.case.party_id or step.case.submitted_at is None:
        return
    notify(
        kind=MOVED.code,
        audience=Audience.of_party(step.case.party_id),
        now=step.now,
        programme=step.case.programme,
        params={
            "number": step.case.number,
            "matter": step.case.matter.title,
            "state": step.state.title.zh,
            "reason": step.reason,
        },
        level="action" if step.state.desk == "applicant" else "",
        link=f"/cases/{step.case.pk}/",
        clause=step.case.matter.clause,
        subject=step.case,
    )


__all__ = ["Stale", "advance", "move_case"]
