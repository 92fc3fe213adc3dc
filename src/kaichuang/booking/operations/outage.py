"""Take a resource out of service."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from kaichuang.booking.intervals import Span
from kaichuang.booking.models import Booking, Outage, Resource, State
from kaichuang.booking.operations.change import end, finish
from kaichuang.booking.operations.holding import lock, take_out
from kaichuang.booking.operations.promote import atoms_of_waiting, promote
from kaichuang.booking.permissions import may_keep
from kaichuang.booking.queries.availability import taken
from kaichuang.booking.queries.bundle import atoms_of
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, Stale


class Hits(Refused):
    """The outage would hit these bookings; declare it with `displace` to end them."""

    def __init__(self, bookings: list[Booking]) -> None:
        self.bookings = tuple(bookings)
        message = _("停用时段内有 %d 笔预约。请逐笔改期，或确认由系统调整并通知对方。") % len(bookings)
        super().__init__(Problem("hits", message))


def declare_outage(
    *,
    actor: Actor,
    now: datetime,
    resource: Resource,
    period: Span,
    reason: str,
    is_planned: bool = True,
    displace: bool = False,
) -> Outage:
    """Close the resource for a period. Bookings in the way are listed (`Hits`), or displaced when asked to.

    Displaced bookings do not count against quotas, and whoever uses the resource at this moment is cut short.
    """
    require(may_keep(actor, resource))
    if period[0] >= period[1]:
        raise Refused(Problem("period_order", _("结束时间须晚于开始时间。"), field="end"))
    if not reason.strip():
        raise Refused(Problem("reason_required", _("请填写停用原因。"), field="reason"))
    atoms = atoms_of([resource])
    with transaction.atomic():
        lock([*atoms, *atoms_of_waiting(atoms)])
        hit = list(bookings_hit(atoms, period))
        if hit and not displace:
            raise Hits(hit)
        for booking in hit:
            _clear(actor, now, booking, reason)
        _cut_used(atoms, period)
        outage = Outage.objects.create(
            resource=resource,
            period=DateTimeTZRange(*period, "[)"),
            is_planned=is_planned,
            reason=reason,
            declared_by_id=actor.user_id,
            declared_at=now,
        )
        for atom in atoms:
            take_out(outage, atom)
        record(
            actor=actor,
            now=now,
            action="declare_outage",
            subject=outage,
            scope=resource.programme.slug,
            reason=reason,
            payload={"displaced": [booking.pk for booking in hit]},
        )
    return outage


def bookings_hit(atoms: list[Resource], period: Span) -> list[Booking]:
    """The bookings that hold any of `atoms` during `period`, earliest first."""
    keys = {claim.booking_id for claim in taken(atoms, period) if claim.booking_id is not None}
    hit = Booking.objects.filter(pk__in=keys).exclude(state=State.COMPLETED)
    return list(hit.select_related("resource", "party").order_by("period"))


def end_outage(*, actor: Actor, now: datetime, outage: Outage) -> Outage:
    """Back in service, perhaps earlier than planned: the rest of the time is free again."""
    require(may_keep(actor, outage.resource))
    atoms = atoms_of([outage.resource])
    with transaction.atomic():
        lock([*atoms, *atoms_of_waiting(atoms)])
        row = Outage.objects.select_for_update(of=("self",)).get(pk=outage.pk)
        if row.ended_at is not None:
            raise Stale()
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        row.claims.filter(span__startswith__gte=now).delete()
        for claim in row.claims.filter(span__endswith__gt=now):
            claim.span = DateTimeTZRange(claim.span.lower, now, "[)")
            claim.save(update_fields=["span"])
        record(actor=actor, now=now, action="end_outage", subject=row, scope=row.resource.programme.slug)
        promote(now=now, atoms=atoms)
    return row


def _clear(actor: Actor, now: datetime, booking: Booking, reason: str) -> None:
    if booking.state == State.IN_USE:
        finish(actor=actor, now=now, booking=booking, offer=False)
    else:
        end(actor=actor, now=now, booking=booking, move_name="displace", reason=reason, offer=False)


def _cut_used(atoms: list[Resource], period: Span) -> None:
    """Claims of what was used until now give way; how long it was used stands in the booking itself."""
    for claim in taken(atoms, period):
        if claim.span.lower >= period[0]:
            claim.delete()
        else:
            claim.span = DateTimeTZRange(claim.span.lower, period[0], "[)")
            claim.save(update_fields=["span"])
