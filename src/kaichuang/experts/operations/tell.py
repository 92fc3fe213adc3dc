"""What is told and put on lists, part of the transaction in which it happens."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.urls import reverse

from kaichuang.clock.queries import business_date, calendar_of
from kaichuang.experts.models import Expert, Item, Panel, Seat, SeatState
from kaichuang.experts.notices import ADMIT, CLOSE, CONFIRM, DIVERGED, REFILL, SCORE
from kaichuang.kit.actor import Actor
from kaichuang.notices.audience import Audience
from kaichuang.notices.operations import close_work, notify, open_work, withdraw_work
from kaichuang.parties.models import Role

ANSWER_DAYS = 3
"""Working days in which an invitation is to be answered."""


def tell_expert(expert: Expert, kind: str, now: datetime, *, link: str = "", **params: Any) -> None:
    notify(
        kind=kind,
        audience=_audience(expert),
        now=now,
        programme=expert.programme,
        params={"number": expert.number, **params},
        link=link or reverse("experts:mine"),
        subject=expert,
    )


def tell_seat(seat: Seat, kind: str, now: datetime, **params: Any) -> None:
    notify(
        kind=kind,
        audience=_audience(seat.expert),
        now=now,
        programme=seat.panel.programme,
        params={"panel": seat.panel.title, **params},
        link=reverse("experts:seat", args=[seat.pk]),
        subject=seat,
    )


def ask_to_confirm(seat: Seat, now: datetime) -> None:
    """An invitation, on the expert's list."""
    programme = seat.panel.programme
    due = calendar_of(programme).add(business_date(programme, now), ANSWER_DAYS)
    _open_for_seat(seat, CONFIRM.code, due, now)


def ask_to_score(seat: Seat, now: datetime) -> None:
    """The sheet, on the expert's list until everything is handed in."""
    _open_for_seat(seat, SCORE.code, seat.panel.due_on, now)


def answered(seat: Seat, actor: Actor, now: datetime) -> None:
    close_work(subject=seat, now=now, actor=actor, kind=CONFIRM.code)


def scored(seat: Seat, actor: Actor, now: datetime) -> None:
    close_work(subject=seat, now=now, actor=actor, kind=SCORE.code)


def off_the_lists(seat: Seat, actor: Actor, now: datetime) -> None:
    withdraw_work(subject=seat, now=now, actor=actor)


def ask_to_refill(panel: Panel, now: datetime) -> None:
    _open_for_officers(panel, panel, REFILL.code, now)


def ask_for_reader(item: Item, now: datetime) -> None:
    _open_for_officers(item.panel, item, DIVERGED.code, now, item=item.key)


def reader_found(item: Item, actor: Actor, now: datetime) -> None:
    close_work(subject=item, now=now, actor=actor, kind=DIVERGED.code)


def agreed(item: Item, actor: Actor, now: datetime) -> None:
    withdraw_work(subject=item, now=now, actor=actor, kind=DIVERGED.code)


def ask_to_close(panel: Panel, now: datetime) -> None:
    _open_for_officers(panel, panel, CLOSE.code, now)


def not_complete(panel: Panel, actor: Actor, now: datetime) -> None:
    withdraw_work(subject=panel, now=now, actor=actor, kind=CLOSE.code)


def ask_to_admit(expert: Expert, now: datetime) -> None:
    open_work(
        programme=expert.programme,
        kind=ADMIT.code,
        subject=expert,
        recipient=Audience.of_role(Role.OFFICER, programme_id=expert.programme_id),
        now=now,
        params={"name": expert.party.name},
        link=reverse("experts:expert", args=[expert.pk]),
    )


def judged(expert: Expert, actor: Actor, now: datetime) -> None:
    close_work(subject=expert, now=now, actor=actor, kind=ADMIT.code)


def panel_over(panel: Panel, actor: Actor, now: datetime, *, kind: str, reason: str = "") -> None:
    """Nothing is to be done any more; the readers are told."""
    close_work(subject=panel, now=now, actor=actor)
    for item in panel.items.all():
        withdraw_work(subject=item, now=now, actor=actor)
    for seat in panel.seats.select_related("expert__party", "expert__programme", "panel__programme"):
        withdraw_work(subject=seat, now=now, actor=actor)
        if seat.state in {SeatState.INVITED, SeatState.ACCEPTED}:
            tell_seat(seat, kind, now, reason=reason)


def _audience(expert: Expert) -> Audience:
    user_id = expert.party.user_id
    return Audience.of_user(user_id) if user_id is not None else Audience.of_party(expert.party_id)


def _open_for_seat(seat: Seat, kind: str, due_on: date | None, now: datetime) -> None:
    open_work(
        programme=seat.panel.programme,
        kind=kind,
        subject=seat,
        recipient=_audience(seat.expert),
        now=now,
        params={"panel": seat.panel.title},
        link=reverse("experts:seat", args=[seat.pk]),
        clause=seat.panel.clause,
        due_on=due_on,
    )


def _open_for_officers(panel: Panel, subject: Model, kind: str, now: datetime, **params: Any) -> None:
    open_work(
        programme=panel.programme,
        kind=kind,
        subject=subject,
        recipient=Audience.of_role(Role.OFFICER, programme_id=panel.programme_id),
        now=now,
        params={"panel": panel.title, **params},
        link=reverse("experts:panel", args=[panel.pk]),
        clause=panel.clause,
    )
