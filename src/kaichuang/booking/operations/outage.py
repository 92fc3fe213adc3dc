"""Take a resource out of service."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange, NumericRange
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kaichuang.booking.intervals import Span, subtract
from kaichuang.booking.models import Booking, Claim, Outage, Resource, State
from kaichuang.booking.operations.change import claimed_by, displace, finish
from kaichuang.booking.operations.holding import cut, refusing_conflicts
from kaichuang.booking.operations.promote import lock_line, promote
from kaichuang.booking.operations.tell import tell
from kaichuang.booking.permissions import may_keep
from kaichuang.booking.queries.availability import taken
from kaichuang.booking.queries.bundle import atoms_of
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, Stale, refuse_if


class Hits(Refused):
    """The outage would hit these bookings; declare it with `displace` to end them."""

    def __init__(self, bookings: list[Booking]) -> None:
        self.bookings = tuple(bookings)
        number = len(bookings)
        text = ngettext(
            "停用时段内有 %d 笔预约。请逐笔改期，或确认由系统调整并通知对方。",
            "停用时段内有 %d 笔预约。请逐笔改期，或确认由系统调整并通知对方。",
            number,
        )
        super().__init__(Problem("hits", text % number))


def declare_outage(
    *,
    actor: Actor,
    now: datetime,
    resource: Resource,
    period: Span,
    reason: str,
    is_planned: bool = True,
    displace: bool = False,
    seen: Collection[int] | None = None,
) -> Outage:
    """Close the resource for a period. Bookings in the way are listed (`Hits`), or displaced when asked to.

    `seen` are the keys of the bookings that the actor has been shown: should there be another one by now, they
    are listed again. Displaced bookings do not count against quotas; whoever uses the resource must leave when
    the outage begins.
    """
    require(may_keep(actor, resource))
    refuse_if(_wrong(period, reason, now))
    atoms = atoms_of([resource])
    with refusing_conflicts():
        hit = _lock_hit(atoms, period)
        unseen = [booking for booking in hit if seen is not None and booking.pk not in seen]
        if hit and (unseen or not displace):
            raise Hits(hit)
        for booking in hit:
            _clear(actor, now, booking, period[0], reason)
        for claim in taken(atoms, period):
            if claim.booking_id is not None:  # what was used until now; how long stands in the booking itself
                cut(claim, period[0])
        outage = Outage.objects.create(
            resource=resource,
            period=DateTimeTZRange(*period, "[)"),
            is_planned=is_planned,
            reason=reason,
            declared_by_id=actor.user_id,
            declared_at=now,
        )
        _cover(atoms, outage, period)
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


def bookings_hit(atoms: Sequence[Resource], period: Span) -> list[Booking]:
    """The bookings that hold any of `atoms` during `period`, earliest first."""
    keys = {claim.booking_id for claim in taken(atoms, period) if claim.booking_id is not None}
    hit = Booking.objects.filter(pk__in=keys).exclude(state=State.COMPLETED)
    return list(hit.select_related("resource", "party", "programme").order_by("period"))


def end_outage(*, actor: Actor, now: datetime, outage: Outage) -> Outage:
    """Back in service, perhaps earlier than planned: the rest of the time is free again."""
    require(may_keep(actor, outage.resource))
    atoms = atoms_of([outage.resource])
    with transaction.atomic():
        lock_line(lambda: {atom.pk for atom in atoms})
        row = (
            Outage.objects.select_for_update(of=("self",))
            .select_related("resource__programme")
            .get(pk=outage.pk)
        )
        if row.ended_at is not None:
            raise Stale()
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        for claim in row.claims.filter(span__endswith__gt=now):
            cut(claim, now)
        for other, common in _others(atoms, row):
            _cover(common, other, (max(now, other.period.lower), other.period.upper))
        record(actor=actor, now=now, action="end_outage", subject=row, scope=row.resource.programme.slug)
        promote(now=now, atoms=atoms)
    return row


def _wrong(period: Span, reason: str, now: datetime) -> list[Problem]:
    wrong = []
    if period[0] >= period[1]:
        wrong.append(Problem("period_order", _("结束时间须晚于开始时间。"), field="end"))
    elif period[1] <= now:
        wrong.append(Problem("over", _("停用时段已经过去。"), field="end"))
    if not reason.strip():
        wrong.append(Problem("reason_required", _("请填写停用原因。"), field="reason"))
    return wrong


def _lock_hit(atoms: Sequence[Resource], period: Span) -> list[Booking]:
    """Lock the atoms and all that the bookings in the way hold besides; answers with these bookings."""
    own = {atom.pk for atom in atoms}
    lock_line(
        lambda: own.union(*(claimed_by(booking) for booking in bookings_hit(atoms, period))),
        lambda: [booking.party_id for booking in bookings_hit(atoms, period)],
    )
    return bookings_hit(atoms, period)


def _clear(actor: Actor, now: datetime, booking: Booking, begins: datetime, reason: str) -> None:
    if booking.state != State.IN_USE:
        displace(actor=actor, now=now, booking=booking, reason=reason)
    elif begins <= now:
        finish(actor=actor, now=now, booking=booking, offer=False)
    else:
        _cut_short(actor, now, booking, begins, reason)


def _cut_short(actor: Actor, now: datetime, booking: Booking, begins: datetime, reason: str) -> None:
    """It may be used until the outage begins."""
    Booking.objects.filter(pk=booking.pk).update(ended_at=begins)
    record(
        actor=actor,
        now=now,
        action="cut_short",
        subject=booking,
        scope=booking.programme.slug,
        reason=reason,
        payload={"until": begins.isoformat()},
    )
    until = f"{timezone.localtime(begins):%Y-%m-%d %H:%M}"
    tell(booking, "cut_short", now, reason=reason, until=until, nonce=until)


def _cover(atoms: Sequence[Resource], outage: Outage, period: Span) -> None:
    """Claim every unit of the atoms for an outage, where no other outage has done so yet."""
    claims = taken(atoms, period)
    for atom in atoms:
        others = [
            claim.when for claim in claims if claim.resource_id == atom.pk and claim.outage_id is not None
        ]
        for span in subtract([period], others):
            Claim.objects.create(
                resource=atom,
                outage=outage,
                span=DateTimeTZRange(*span, "[)"),
                lanes=NumericRange(0, atom.capacity, "[)"),
            )


def _others(atoms: Sequence[Resource], ended: Outage) -> list[tuple[Outage, list[Resource]]]:
    """Outages of the same things, or of wholes or parts of them, that go on, each with what it has in common."""
    running = Outage.objects.filter(ended_at=None, period__overlap=ended.period).select_related("resource")
    found = []
    for other in running:
        its = {atom.pk for atom in atoms_of([other.resource])}
        if common := [atom for atom in atoms if atom.pk in its]:
            found.append((other, common))
    return found
