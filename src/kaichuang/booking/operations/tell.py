"""What is told to parties and keepers, part of the transaction in which it happens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from kaichuang.booking.models import Booking, Strike
from kaichuang.booking.moments import period_in_words
from kaichuang.booking.notices import APPROVE, KINDS
from kaichuang.kit.actor import Actor
from kaichuang.notices.audience import Audience
from kaichuang.notices.operations import close_work, notify, open_work, withdraw_work


def tell(booking: Booking, what: str, now: datetime, *, clause: str = "", **more: Any) -> None:
    """Tell the party of a booking (`what` is a key of `notices.KINDS`); the same event is told once."""
    notify(
        kind=KINDS[what].code,
        audience=Audience.of_party(booking.party_id),
        now=now,
        programme=booking.programme,
        params={**params_of(booking), **more},
        link=reverse("booking:booking", args=[booking.pk]),
        clause=clause,
        subject=booking,
        key=f"booking:{what}:{booking.pk}:{more.get('nonce', '')}",
    )


def tell_strike(strike: Strike, what: str, now: datetime, **more: Any) -> None:
    """Tell the party about a strike or its appeal."""
    notify(
        kind=KINDS[what].code,
        audience=Audience.of_party(strike.party_id),
        now=now,
        programme=strike.booking.programme,
        params={**params_of(strike.booking), "kind": str(strike.get_kind_display()), **more},
        link=reverse("booking:strikes"),
        subject=strike,
        key=f"booking:{what}:strike:{strike.pk}",
    )


def ask_for_approval(booking: Booking, now: datetime) -> None:
    """Put a pending booking on the list of who keeps the resource."""
    open_work(
        programme=booking.programme,
        kind=APPROVE.code,
        subject=booking,
        recipient=Audience.of_party(booking.resource.owner_id),
        now=now,
        params=params_of(booking),
        link=reverse("booking:booking", args=[booking.pk]),
        due_on=timezone.localdate(booking.expires_at) if booking.expires_at else None,
    )


def decided(booking: Booking, actor: Actor, now: datetime) -> None:
    """The approval has been given or refused."""
    close_work(subject=booking, now=now, actor=actor, kind=APPROVE.code)


def moot(booking: Booking, actor: Actor, now: datetime) -> None:
    """Nobody needs to decide any more."""
    withdraw_work(subject=booking, now=now, actor=actor, kind=APPROVE.code)


def params_of(booking: Booking) -> dict[str, str]:
    """Names and times for the words of a notice."""
    return {
        "resource": booking.resource.name,
        "when": period_in_words(booking.when),
        "party": booking.party.name,
    }
