"""Book a resource."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from kaichuang.booking.intervals import Span
from kaichuang.booking.models import Booking, Series, State
from kaichuang.booking.operations.holding import lock_asked, refusing_conflicts, take
from kaichuang.booking.operations.tell import ask_for_approval, tell
from kaichuang.booking.permissions import may_book, may_keep
from kaichuang.booking.queries.availability import Asked, next_feasible
from kaichuang.booking.rules import Situation, Violation, broken_in, disorder, situation_of
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.kit.sql import prepared

HOPELESS = frozenset({"period_order", "inactive", "not_offered", "over_capacity", "quantity", "suspended"})
"""While one of these is broken, no other time is any better."""


class Refusal(Refused):
    """The booking breaks rules: all of them, who may override each, and when it would be possible."""

    def __init__(self, broken: list[Violation], find: Callable[[], list[Span]] = list) -> None:
        self.violations = tuple(broken)
        self._find = find
        super().__init__(*(violation.problem for violation in broken))

    @cached_property
    def feasible(self) -> tuple[Span, ...]:
        """The next feasible times; looked up when somebody wants to know, which is after the locks are gone."""
        return () if self.codes & HOPELESS else tuple(self._find())


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Rules, by code, that a keeper lets pass, and why."""

    codes: frozenset[str] = frozenset()
    reason: str = ""


NO_OVERRIDE = Override()

_KNOWN = "SELECT id FROM booking_booking WHERE party_id = %s::bigint AND request_key = %s::uuid"


def book(
    *,
    actor: Actor,
    now: datetime,
    asked: Asked,
    period: Span,
    party_id: int | None = None,
    purpose: str = "",
    override: Override = NO_OVERRIDE,
    request_key: UUID | None = None,
    series: Series | None = None,
    instead_of: Booking | None = None,
) -> Booking:
    """Hold the period, all members of the bundle or none; pending where the resource needs approval.

    `party_id` is given by keepers who book on behalf of somebody, else it is the actor's. `request_key` makes a
    repeated request return the first booking. `instead_of` is a booking that the caller has just ended, in the
    same transaction, to move it. Raises `Refusal` with every broken rule and the next feasible times.
    """
    require(may_book(actor, asked.resource))
    party = _party(actor, asked, party_id)
    _refuse(disorder(period), list)
    with refusing_conflicts():
        asked = lock_asked(asked)
        known = _known(asked, period, party, request_key)
        if known is not None:
            return known
        situation, passed = _check(actor, now, asked, period, party, override)
        booking = _draft(
            actor,
            now,
            asked,
            party_id=party,
            period=DateTimeTZRange(*period, "[)"),
            purpose=purpose,
            moved_from=instead_of,
            series=series,
            overrides=sorted(passed),
            override_reason=override.reason if passed else "",
            request_key=request_key,
        )
        take(booking, situation, beyond_quota="quota" in passed)
        if asked.offers:
            booking.extras.set(asked.offers)
        _write_down(actor, now, booking)
    return booking


def _party(actor: Actor, asked: Asked, party_id: int | None) -> int:
    if party_id is None or party_id == actor.party_id:
        if actor.party_id is None:
            raise Refused(Problem("party_required", _("请选择为谁预约。"), field="party"))
        return actor.party_id
    require(may_keep(actor, asked.resource))
    return party_id


def _known(asked: Asked, period: Span, party: int, request_key: UUID | None) -> Booking | None:
    """The booking made by the same request before."""
    if request_key is None:
        return None
    # The other columns only when there is one: a repeated request is rare.
    found = prepared(_KNOWN, [party, request_key])
    known = Booking.objects.get(pk=found[0][0]) if found else None
    if known is not None and (known.resource_id, known.when) != (asked.resource.pk, period):
        raise Refused(Problem("request_reused", _("该请求编号已用于另一笔预约，请重新打开预约页面。")))
    return known


def _check(
    actor: Actor,
    now: datetime,
    asked: Asked,
    period: Span,
    party: int,
    override: Override,
) -> tuple[Situation, frozenset[str]]:
    """The situation, and the codes of broken rules that the actor lets pass; raises when one remains."""
    situation = situation_of(asked, period, party_id=party, now=now)
    broken = broken_in(situation)
    keeps = bool(broken and override.codes) and bool(may_keep(actor, asked.resource))
    passed = frozenset(
        violation.code
        for violation in broken
        if keeps
        and violation.code in override.codes
        and violation.overridable_by
        and (actor.is_system or actor.roles & violation.overridable_by)
    )
    left = [violation for violation in broken if violation.code not in passed]
    if passed and not override.reason.strip():
        left.append(Violation(Problem("reason_required", _("放行规则须写明理由。"), field="override_reason")))
    _refuse(
        left,
        lambda: next_feasible(
            asked, period[1] - period[0], now=now, after=max(now, period[0]), party_id=party
        ),
    )
    return situation, passed


def _refuse(broken: list[Violation], find: Callable[[], list[Span]]) -> None:
    if broken:
        raise Refusal(broken, find)


def _draft(actor: Actor, now: datetime, asked: Asked, **fields: object) -> Booking:
    resource = asked.resource
    pending = resource.needs_approval and not may_keep(actor, resource)
    booking = Booking(
        programme=resource.programme,
        resource=resource,
        booked_by_id=actor.user_id,
        quantity=asked.quantity,
        state=State.PENDING if pending else State.CONFIRMED,
        booked_at=now,
        **fields,
    )
    if pending:
        hold = timedelta(minutes=resource.approval_hold)
        booking.expires_at = min(now + hold, booking.period.lower)
    return booking


def _write_down(actor: Actor, now: datetime, booking: Booking) -> None:
    record(
        actor=actor,
        now=now,
        action="book",
        subject=booking,
        scope=booking.programme.slug,
        to_state=booking.state,
        reason=booking.override_reason,
        payload={"period": [moment.isoformat() for moment in booking.when], "overrides": booking.overrides},
    )
    if booking.state == State.PENDING:
        ask_for_approval(booking, now)
    elif booking.party_id != actor.party_id:
        tell(booking, "booked_for_you", now)
