"""Experts answer an invitation, and withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.clock.queries import business_date, calendar_of
from kaichuang.experts.models import Item, Panel, PanelState, Score, ScoreState, Seat, SeatState
from kaichuang.experts.operations import tell
from kaichuang.experts.operations.progress import look_after
from kaichuang.experts.operations.replace import invite_next, locked_panel
from kaichuang.experts.permissions import holds, may_run
from kaichuang.experts.workflow import PANELS, SCORES, SEATS
from kaichuang.journal.operations import transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, refuse_if


@transaction.atomic
def accept(*, seat: Seat, actor: Actor, now: datetime, conflicts: Mapping[int, str] | None = None) -> Seat:
    """Take the seat and declare, item by item, that there is no conflict of interest.

    `conflicts` are the items (id -> reason) from which the expert stands back; all others count as declared free.
    When everybody has answered, scoring begins.
    """
    panel = locked_panel(seat.panel)
    require(holds(actor, seat))
    items = _items_of(seat, panel)
    given = {key: reason.strip() for key, reason in (conflicts or {}).items()}
    refuse_if(_wrong_declaration(items, given))
    row = transition(
        workflow=SEATS,
        instance=seat,
        move="accept",
        actor=actor,
        now=now,
        changes={"answered_at": now},
        payload={"conflicts": {str(key): reason for key, reason in given.items()}, "items": len(items)},
        scope=panel.programme.slug,
    )
    Score.objects.bulk_create(
        Score(
            seat=row,
            item=item,
            state=ScoreState.RECUSED if item.pk in given else ScoreState.DRAFT,
            reason=given.get(item.pk, "")[:500],
        )
        for item in items
    )
    tell.answered(row, actor, now)
    if panel.state == PanelState.SCORING:
        row.panel = panel
        tell.ask_to_score(row, now)
    else:
        _start_when_complete(panel, now)
    return row


@transaction.atomic
def recuse(*, seat: Seat, actor: Actor, now: datetime, reason: str) -> Seat:
    """Stand back from the whole panel; the next of the published order is invited at once."""
    panel = locked_panel(seat.panel)
    row = transition(
        workflow=SEATS,
        instance=seat,
        move="recuse",
        actor=actor,
        now=now,
        reason=reason,
        changes={"reason": reason.strip()[:500], "answered_at": seat.answered_at or now},
        scope=panel.programme.slug,
    )
    tell.off_the_lists(row, actor, now)
    system = Actor.system("experts", programme_id=panel.programme_id)
    if invite_next(panel=panel, actor=system, now=now, replaces=row) is None:
        tell.ask_to_refill(panel, now)
        if panel.state == PanelState.SCORING:
            look_after(panel, row, actor, now)
    return row


@transaction.atomic
def recuse_item(*, score: Score, actor: Actor, now: datetime, reason: str) -> Score:
    """Stand back from one item, having seen it; the others are scored on."""
    panel = locked_panel(score.seat.panel)
    row = transition(
        workflow=SCORES,
        instance=score,
        move="recuse_item",
        actor=actor,
        now=now,
        reason=reason,
        changes={"reason": reason.strip()[:500], "points": {}, "comments": {}, "recommended_fen": None},
        scope=panel.programme.slug,
    )
    look_after(panel, row.seat, actor, now)
    return row


@transaction.atomic
def start(*, panel: Panel, actor: Actor, now: datetime, reason: str = "") -> Panel:
    """Begin scoring; with fewer readers than wanted only for a reason. Open invitations stay open."""
    locked = locked_panel(panel)
    require(may_run(actor, locked))
    taken = locked.seats.filter(state=SeatState.ACCEPTED).count()
    if not taken:
        raise Refused(Problem("nobody", _("还没有专家接受邀请，不能开始评审。")))
    if taken < locked.seats_wanted and not reason.strip():
        message = _("只有%(taken)d位专家接受邀请，应有%(wanted)d位。如仍要开始，请填写理由。")
        counts = {"taken": taken, "wanted": locked.seats_wanted}
        raise Refused(Problem("too_few", message % counts, field="reason"))
    return _start(locked, actor, now, reason)


def _start_when_complete(panel: Panel, now: datetime) -> None:
    states = list(panel.seats.values_list("state", flat=True))
    if SeatState.INVITED not in states and states.count(SeatState.ACCEPTED) >= panel.seats_wanted:
        _start(panel, Actor.system("experts", programme_id=panel.programme_id), now, "")


def _start(panel: Panel, actor: Actor, now: datetime, reason: str) -> Panel:
    due_on = calendar_of(panel.programme).add(business_date(panel.programme, now), panel.due_days)
    row = transition(
        workflow=PANELS,
        instance=panel,
        move="start",
        actor=actor,
        now=now,
        reason=reason,
        changes={"due_on": due_on},
        payload={"due_on": str(due_on)},
        scope=panel.programme.slug,
    )
    seats = row.seats.filter(state=SeatState.ACCEPTED)
    for seat in seats.select_related("panel__programme", "expert__party", "expert__programme"):
        tell.ask_to_score(seat, now)
    return row


def _items_of(seat: Seat, panel: Panel) -> list[Item]:
    items = panel.items.select_related("panel").order_by("number")
    return list(items.filter(pk__in=seat.only_items) if seat.only_items else items)


def _wrong_declaration(items: list[Item], given: dict[int, str]) -> list[Problem]:
    numbers = {item.pk: item for item in items}
    problems = [
        Problem(
            "reason_required", _("请写明回避“%s”的理由。") % numbers[key].reader_label, field=f"reason_{key}"
        )
        for key, reason in given.items()
        if key in numbers and not reason
    ]
    if set(given) - set(numbers):
        problems.append(Problem("unknown_item", _("申明中有不属于本席位的评审项。")))
    if items and set(given) >= set(numbers):
        problems.append(Problem("all_items", _("所有评审项均须回避时，请选择“不参加本次评审”。")))
    return problems
