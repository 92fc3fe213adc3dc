"""Take time and give it back: the part that all operations of booking share.

Note [Locks]
Whoever takes or frees time locks the undivided resources concerned first, in the order of their keys, and
all of them at once; only then rows of bookings and quotas. So no two can wait for each other in a circle. The
locks make conflicts polite (a refusal that lists everything); the exclusion constraint makes them impossible.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange, NumericRange
from django.utils.translation import gettext as _

from kaichuang.booking.intervals import Span, allocate
from kaichuang.booking.models import Booking, Claim, Outage, Resource
from kaichuang.booking.queries.availability import Asked, taken
from kaichuang.booking.rules import quota_period, quota_units, quotas_of, span_of
from kaichuang.kit.problems import Problem, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

_USE_QUOTA = """
INSERT INTO booking_quotause (quota_id, party_id, begins_on, used, ceiling) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (quota_id, party_id, begins_on) DO UPDATE
   SET used = booking_quotause.used + excluded.used,
       ceiling = greatest(excluded.ceiling, CASE WHEN %s THEN booking_quotause.used + excluded.used ELSE 0 END)
"""

_REFUSALS = {
    "booking_claim_no_overlap": lambda: Problem("taken", _("该时段刚刚被预约，请另选时段。"), field="period"),
    "booking_quota_use_within": lambda: Problem("quota", _("已达到本周期的预约限额。"), field="period"),
    "booking_booking_request_once": lambda: Problem("repeated", _("该预约请求已提交，请勿重复提交。")),
    "booking_wait_once": lambda: Problem("waiting_already", _("您已在该时段的候补名单中。")),
}


@contextmanager
def refusing_conflicts() -> Iterator[None]:
    """A savepoint that turns the constraints of booking into `Refused`; any other failure passes through."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name not in _REFUSALS:
            raise
        raise Refused(_REFUSALS[name]()) from error


def lock(atoms: Iterable[Resource | int]) -> None:
    """Lock undivided resources until the transaction ends, see Note [Locks]."""
    keys = sorted({atom if isinstance(atom, int) else atom.pk for atom in atoms})
    # Evaluated here: a queryset that nobody reads locks nothing.
    list(
        Resource.objects.filter(pk__in=keys)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
        .values_list("pk")
    )


def take(booking: Booking, asked: Asked, *, beyond_quota: bool = False) -> None:
    """Claim the booking's period on every atom and count it against the quotas. The atoms are locked."""
    claims: list[Claim] = []
    for atom in asked.atoms:
        span = span_of(atom, booking.when)
        pieces = allocate(
            span,
            [claim.taken for claim in taken([atom], span)],
            capacity=atom.capacity,
            quantity=asked.quantity_of(atom),
        )
        if pieces is None:
            raise Refused(Problem("taken", _("“%s”在该时段已被预约。") % atom.name, field="period"))
        claims.extend(_claim(atom, when, lanes, booking=booking) for when, lanes in pieces)
    with refusing_conflicts():
        Claim.objects.bulk_create(claims)
        _count(booking, 1, beyond=beyond_quota)


def take_out(outage: Outage, atom: Resource) -> None:
    """Claim every unit of an atom for an outage. The atom is locked and free."""
    with refusing_conflicts():
        Claim.objects.create(
            resource=atom,
            outage=outage,
            span=outage.period,
            lanes=NumericRange(0, atom.capacity, "[)"),
        )


def give_back_quota(booking: Booking) -> None:
    """Uncount a booking that ends without blame. Its claims follow its state by trigger."""
    _count(booking, -1)


def shorten_claims(booking: Booking, until: Span) -> None:
    """Free the rest of a booking that ended early; buffers after it stay."""
    for claim in booking.claims.select_related("resource"):
        end = span_of(claim.resource, until)[1]
        if claim.span.upper > end:
            if claim.span.lower >= end:
                claim.delete()
            else:
                claim.span = DateTimeTZRange(claim.span.lower, end, "[)")
                claim.save(update_fields=["span"])


def _claim(atom: Resource, when: Span, lanes: tuple[int, int], *, booking: Booking) -> Claim:
    return Claim(
        resource=atom,
        booking=booking,
        span=DateTimeTZRange(*when, "[)"),
        lanes=NumericRange(*lanes, "[)"),
    )


def _count(booking: Booking, sign: int, *, beyond: bool = False) -> None:
    for quota in quotas_of(booking.resource):
        units = sign * quota_units(quota, booking.when)
        begins_on = quota_period(quota, booking.period.lower)
        with connection.cursor() as cursor:
            if sign > 0:
                ceiling = max(quota.limit, units) if beyond else quota.limit
                cursor.execute(_USE_QUOTA, [quota.pk, booking.party_id, begins_on, units, ceiling, beyond])
            else:
                cursor.execute(
                    "UPDATE booking_quotause SET used = used + %s WHERE quota_id = %s AND party_id = %s AND begins_on = %s",
                    [units, quota.pk, booking.party_id, begins_on],
                )
