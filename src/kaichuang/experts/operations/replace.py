"""The next of the published order takes a seat: for one who withdrew, or as a further reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kaichuang.clock.queries import business_date
from kaichuang.experts.models import Draw, Expert, Item, Panel, PanelState, Seat, SeatState
from kaichuang.experts.operations import tell
from kaichuang.experts.permissions import may_run
from kaichuang.experts.queries.pool import eligible_for
from kaichuang.experts.workflow import SEATS
from kaichuang.journal.operations import record, transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, Stale
from kaichuang.places.models import Programme


@transaction.atomic
def replace(*, seat: Seat, actor: Actor, now: datetime, reason: str) -> Seat:
    """Take an expert off the panel and invite the next; marks of the one who leaves no longer count.

    A seat whose expert withdrew when nobody was left is filled the same way. Raises `Refused` when the order is used up.
    """
    panel = locked_panel(seat.panel)
    current = Seat.objects.select_related("expert__party", "expert__programme", "panel__programme").get(
        pk=seat.pk
    )
    require(may_run(actor, panel))
    if Seat.objects.filter(replaces=current).exists():
        raise Stale(_("该席位已经更换。"))
    if current.state != SeatState.RECUSED:
        current = transition(
            workflow=SEATS,
            instance=current,
            move="replace",
            actor=actor,
            now=now,
            reason=reason,
            changes={"reason": reason.strip()[:500], "answered_at": current.answered_at or now},
            scope=panel.programme.slug,
        )
        tell.off_the_lists(current, actor, now)
        tell.tell_seat(current, "experts.replaced", now, reason=reason)
    found = invite_next(panel=panel, actor=actor, now=now, replaces=current)
    if found is None:
        raise Refused(_used_up())
    return found


@transaction.atomic
def add_reader(*, panel: Panel, items: Iterable[Item], actor: Actor, now: datetime) -> Seat:
    """The next of the order reads these items too, because the readers diverged."""
    locked = locked_panel(panel)
    require(may_run(actor, locked))
    if locked.state != PanelState.SCORING:
        raise Stale(_("评审组不在评审中，不能增加评委。"))
    wanted = list(locked.items.filter(pk__in=[item.pk for item in items]).order_by("number"))
    if not wanted:
        raise Refused(Problem("no_items", _("请选择需要增加评委的评审项。"), field="items"))
    seat = invite_next(panel=locked, actor=actor, now=now, only=[item.pk for item in wanted])
    if seat is None:
        raise Refused(_used_up())
    for item in wanted:
        tell.reader_found(item, actor, now)
    return seat


def invite_next(
    *, panel: Panel, actor: Actor, now: datetime, replaces: Seat | None = None, only: Sequence[int] = ()
) -> Seat | None:
    """Invite the next of the order who may still sit; None when it is used up. The panel is locked.

    Experts who have left the pool, fill their panels or have come into a conflict since the draw are passed over;
    the journal says which.
    """
    record_of = Draw.objects.get(panel=panel)
    seated = set(Expert.objects.filter(seats__panel=panel).values_list("number", flat=True))
    able = {one.number for one in eligible_for(panel, on=business_date(panel.programme, now)).candidates}
    passed_over: list[str] = []
    for position, row in enumerate(record_of.order, start=1):
        number = row["number"]
        if number in seated:
            continue
        if number not in able:
            passed_over.append(number)
            continue
        seat = Seat.objects.create(
            panel=panel,
            expert=Expert.objects.select_related("party", "programme").get(
                programme=panel.programme_id, number=number
            ),
            position=position,
            number=(panel.seats.aggregate(last=Max("number"))["last"] or 0) + 1,
            only_items=list(only) or (replaces.only_items if replaces is not None else []),
            is_extra=bool(only) or (replaces is not None and replaces.is_extra),
            replaces=replaces,
            invited_at=now,
        )
        payload = {"number": number, "position": position, "passed_over": passed_over, "items": list(only)}
        record(
            actor=actor,
            now=now,
            action="invite_next",
            subject=seat,
            scope=panel.programme.slug,
            payload=payload,
        )
        tell.ask_to_confirm(seat, now)
        tell.not_complete(panel, actor, now)
        return seat
    return None


def locked_panel(panel: Panel) -> Panel:
    """The panel's row, locked after its programme's, as in a draw."""
    Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=panel.programme_id)
    rows = Panel.objects.select_for_update(of=("self",), no_key=True).select_related("programme")
    return rows.get(pk=panel.pk)


def _used_up() -> Problem:
    return Problem("used_up", _("抽取名单中已没有可以参加的专家。请按现有评委结束评审，或取消后重新组织。"))
