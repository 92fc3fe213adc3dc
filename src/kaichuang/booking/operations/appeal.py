"""Appeal against a strike."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaichuang.booking.models import Strike, Suspension
from kaichuang.booking.operations.conduct import apply_ladder
from kaichuang.booking.workflow import STRIKES
from kaichuang.journal.operations import record, transition
from kaichuang.kit.actor import Actor


def appeal(*, actor: Actor, now: datetime, strike: Strike, reason: str) -> Strike:
    """The party says why the strike is wrong."""
    return transition(
        workflow=STRIKES,
        instance=strike,
        move="appeal",
        actor=actor,
        now=now,
        reason=reason,
        changes={"appeal": reason},
        scope=strike.booking.programme.slug,
    )


def answer_appeal(*, actor: Actor, now: datetime, strike: Strike, waive: bool, answer: str) -> Strike:
    """Take the strike away, and with it a suspension that no longer has its strikes; or uphold it."""
    with transaction.atomic():
        strike = transition(
            workflow=STRIKES,
            instance=strike,
            move="waive" if waive else "uphold",
            actor=actor,
            now=now,
            reason=answer,
            changes={"answer": answer},
            scope=strike.booking.programme.slug,
        )
        if waive:
            _lift(actor, now, strike)
    return strike


def _lift(actor: Actor, now: datetime, strike: Strike) -> None:
    running = Suspension.objects.select_for_update(of=("self",)).filter(
        programme=strike.booking.programme_id,
        party=strike.party_id,
        is_lifted=False,
        period__endswith__gt=timezone.localdate(now),
    )
    for suspension in running:
        suspension.is_lifted = True
        suspension.save(update_fields=["is_lifted"])
        # What the remaining strikes deserve is decided anew.
        if apply_ladder(actor=actor, now=now, booking=strike.booking) is None:
            record(
                actor=actor,
                now=now,
                action="lift_suspension",
                subject=suspension,
                scope=strike.booking.programme.slug,
                reason=strike.answer,
            )
