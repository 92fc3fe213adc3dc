"""Appeal against a strike."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from kaichuang.booking.models import Strike, Suspension
from kaichuang.booking.notices import APPEAL
from kaichuang.booking.operations.conduct import apply_ladder
from kaichuang.booking.operations.holding import lock_parties
from kaichuang.booking.operations.tell import params_of, tell_strike
from kaichuang.booking.workflow import STRIKES
from kaichuang.journal.operations import record, transition
from kaichuang.kit.actor import Actor
from kaichuang.notices.audience import Audience
from kaichuang.notices.operations import close_work, open_work
from kaichuang.parties.models import Role


def appeal(*, actor: Actor, now: datetime, strike: Strike, reason: str) -> Strike:
    """The party says why the strike is wrong; the officers are asked to answer."""
    programme = strike.booking.programme
    with transaction.atomic():
        strike = transition(
            workflow=STRIKES,
            instance=strike,
            move="appeal",
            actor=actor,
            now=now,
            reason=reason,
            changes={"appeal": reason},
            scope=programme.slug,
        )
        open_work(
            programme=programme,
            kind=APPEAL.code,
            subject=strike,
            recipient=Audience.of_role(Role.OFFICER, programme_id=programme.pk),
            now=now,
            params=params_of(strike.booking),
            link=reverse("booking:appeals"),
        )
    return strike


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
        close_work(subject=strike, now=now, actor=actor, kind=APPEAL.code)
        tell_strike(strike, "appeal_waived" if waive else "appeal_upheld", now, answer=answer)
        if waive:
            lock_parties([strike.party_id])
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
