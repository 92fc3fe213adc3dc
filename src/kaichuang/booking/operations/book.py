"""Book a resource."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from kaichuang.booking.intervals import Span
from kaichuang.booking.models import Booking, Series, State
from kaichuang.booking.operations.holding import lock, refusing_conflicts, take
from kaichuang.booking.permissions import may_book, may_keep
from kaichuang.booking.queries.availability import Asked, next_feasible
from kaichuang.booking.rules import Violation, violations
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused


class Refusal(Refused):
    """The booking breaks rules: all of them, who may override each, and when it would be possible."""

    def __init__(self, broken: list[Violation], feasible: list[Span]) -> None:
        self.violations = tuple(broken)
        self.feasible = tuple(feasible)
        super().__init__(*(violation.problem for violation in broken))


def book(
    *,
    actor: Actor,
    now: datetime,
    asked: Asked,
    period: Span,
    party_id: int | None = None,
    purpose: str = "",
    overrides: frozenset[str] = frozenset(),
    override_reason: str = "",
    request_key: UUID | None = None,
    series: Series | None = None,
    instead_of: Booking | None = None,
) -> Booking:
    """Hold the period, all members of the bundle or none; pending where the resource needs approval.

    `party_id` is given by keepers who book on behalf of somebody, else it is the actor's. `overrides` are codes
    of rules to let pass, by those who may, with a reason. `request_key` makes a repeated request return the
    first booking. `instead_of` is a booking that the caller has just ended, in the same transaction, to move it.
    Raises `Refusal` with every broken rule and the next feasible times.
    """
    require(may_book(actor, asked.resource))
    party = _party(actor, asked, party_id)
    with transaction.atomic():
        lock(asked.atoms)
        if request_key is not None:
            known = Booking.objects.filter(party=party, request_key=request_key).first()
            if known is not None:
                return known
        passed = _check(actor, now, asked, period, party, overrides, override_reason)
        booking = _create(
            actor,
            now,
            asked,
            period,
            party,
            purpose,
            passed,
            override_reason,
            request_key,
            series,
            instead_of,
        )
        take(booking, asked, beyond_quota="quota" in passed)
        record(
            actor=actor,
            now=now,
            action="book",
            subject=booking,
            scope=asked.resource.programme.slug,
            to_state=booking.state,
            reason=override_reason,
            payload={"period": [moment.isoformat() for moment in period], "overrides": sorted(passed)},
        )
    return booking


def _party(actor: Actor, asked: Asked, party_id: int | None) -> int:
    if party_id is None or party_id == actor.party_id:
        if actor.party_id is None:
            raise Refused(Problem("party_required", _("请选择为谁预约。"), field="party"))
        return actor.party_id
    require(may_keep(actor, asked.resource))
    return party_id


def _check(
    actor: Actor,
    now: datetime,
    asked: Asked,
    period: Span,
    party: int,
    overrides: frozenset[str],
    reason: str,
) -> frozenset[str]:
    """The codes of broken rules that the actor lets pass; raises when one remains."""
    broken = violations(asked, period, party_id=party, now=now)
    keeps = bool(may_keep(actor, asked.resource))
    passed = {
        violation.code
        for violation in broken
        if violation.code in overrides
        and keeps
        and (actor.is_system or actor.roles & violation.overridable_by)
    }
    left = [violation for violation in broken if violation.code not in passed]
    if passed and not reason.strip():
        left.append(Violation(Problem("reason_required", _("放行规则须写明理由。"), field="override_reason")))
    if left:
        feasible = (
            []
            if period[0] >= period[1]
            else next_feasible(asked, period[1] - period[0], after=max(now, period[0]))
        )
        raise Refusal(left, feasible)
    return frozenset(passed)


def _create(
    actor: Actor,
    now: datetime,
    asked: Asked,
    period: Span,
    party: int,
    purpose: str,
    passed: frozenset[str],
    override_reason: str,
    request_key: UUID | None,
    series: Series | None,
    instead_of: Booking | None,
) -> Booking:
    resource = asked.resource
    pending = resource.needs_approval and not may_keep(actor, resource)
    with refusing_conflicts():
        booking = Booking.objects.create(
            programme=resource.programme,
            resource=resource,
            party_id=party,
            booked_by_id=actor.user_id,
            period=DateTimeTZRange(*period, "[)"),
            quantity=asked.quantity,
            purpose=purpose,
            state=State.PENDING if pending else State.CONFIRMED,
            booked_at=now,
            expires_at=min(now + timedelta(minutes=resource.approval_hold), period[0]) if pending else None,
            moved_from=instead_of,
            series=series,
            overrides=sorted(passed),
            override_reason=override_reason if passed else "",
            request_key=request_key,
        )
        if asked.offers:
            booking.extras.set(asked.offers)
    return booking
