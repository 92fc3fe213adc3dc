"""Take time and give it back: the part that all operations of booking share.

Note [Locks]
Whoever takes or frees time locks the undivided resources concerned first, in the order of their keys, and
all of them at once; then the parties whose quotas or strikes may change, likewise; only then rows of bookings.
So no two can wait for each other in a circle. The locks make conflicts polite (a refusal that lists
everything); the exclusion constraint makes them impossible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from kaichuang.booking.intervals import Span, Taken, allocate
from kaichuang.booking.models import Booking, Claim, Quota, Resource
from kaichuang.booking.queries.availability import Asked
from kaichuang.booking.queries.bundle import Bundle
from kaichuang.booking.queries.quota import quota_period, quota_units, quotas_of
from kaichuang.booking.rules import Situation, span_of
from kaichuang.kit.problems import Problem, Refused
from kaichuang.kit.sql import columns_of, inserted, inserting, prepared, read, values_of
from kaichuang.parties.models import Party

# SELECT hides the number of keys from the planner: one plan for all.
_LOCK = f"""
SELECT {columns_of(Resource)} FROM booking_resource WHERE id = ANY((SELECT %s::bigint[])::bigint[]) ORDER BY id FOR NO KEY UPDATE
"""  # noqa: S608  # names of the model

# A booking and its claims in one round trip.
_TAKE = f"""
WITH made AS ({inserting(Booking)}),
claimed AS (
    INSERT INTO booking_claim (resource_id, booking_id, span, lanes, is_live)
    SELECT piece.resource_id, made.id, tstzrange(piece.starts, piece.ends), int4range(piece.lane, piece.last), true
      FROM made, unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::int[], %s::int[])
                 AS piece (resource_id, starts, ends, lane, last)
)
SELECT id FROM made
"""  # noqa: S608  # names of the model

_USE_QUOTA = """
INSERT INTO booking_quotause (quota_id, party_id, begins_on, used, ceiling) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (quota_id, party_id, begins_on) DO UPDATE
   SET used = booking_quotause.used + excluded.used,
       ceiling = greatest(excluded.ceiling, CASE WHEN %s THEN booking_quotause.used + excluded.used ELSE 0 END)
"""

_UNUSE_QUOTA = """
UPDATE booking_quotause SET used = used - %s WHERE quota_id = %s AND party_id = %s AND begins_on = %s
"""

_REFUSALS = {
    "booking_claim_no_overlap": lambda: Problem("taken", _("该时段刚刚被预约，请另选时段。"), field="period"),
    "booking_quota_use_within": lambda: Problem("quota", _("已达到本周期的预约限额。"), field="period"),
    "booking_booking_request_once": lambda: Problem("repeated", _("该预约请求已提交，请勿重复提交。")),
    "booking_wait_once": lambda: Problem("waiting_already", _("您已在该时段的候补名单中。")),
}


@contextmanager
def refusing_conflicts() -> Iterator[None]:
    """A transaction that turns the constraints of booking into `Refused`; any other failure passes through."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name not in _REFUSALS:
            raise
        raise Refused(_REFUSALS[name]()) from error


def lock(atoms: Iterable[Resource | int]) -> dict[int, Resource]:
    """Lock undivided resources until the transaction ends, see Note [Locks]; answers with them as they are now."""
    keys = sorted({atom if isinstance(atom, int) else atom.pk for atom in atoms})
    rows = (read(Resource, row) for row in prepared(_LOCK, [keys]))
    return {row.pk: row for row in rows}


def lock_asked(asked: Asked) -> Asked:
    """Lock what `asked` must claim; answers with the same question about the rows as they are now."""
    fresh = lock(asked.atoms)
    same = replace(asked)
    same.__dict__["bundle"] = Bundle(
        asked.members, tuple(fresh.get(atom.pk, atom) for atom in asked.atoms), asked.bundle.own
    )
    return same


def lock_parties(keys: Iterable[int]) -> None:
    """Lock parties, after the resources; see Note [Locks]."""
    rows = Party.objects.filter(pk__in=set(keys)).order_by("pk").select_for_update(of=("self",), no_key=True)
    # Evaluated here: a queryset that nobody reads locks nothing.
    list(rows.values_list("pk"))


def lock_stable(find: Callable[[], set[int]]) -> None:
    """Lock the atoms that `find` answers with, all at once, until it answers the same under the lock.

    What must be locked may grow while one waits for the lock; then all are given up and taken again, because
    adding some more to those held could close a circle.
    """
    wanted = find()
    while True:
        before = transaction.savepoint()
        lock(wanted)
        found = find()
        if found <= wanted:
            transaction.savepoint_commit(before)
            return
        # Locks taken since the savepoint are given up with it.
        transaction.savepoint_rollback(before)
        wanted |= found


def take(booking: Booking, situation: Situation, *, beyond_quota: bool = False) -> None:
    """Insert the booking, claim its period on every atom and count it against the quotas.

    The situation was read while its atoms were locked, and they still are.
    """
    pieces = list(_pieces(booking, situation))
    claimed = [(atom.pk, starts, ends, lane, last) for atom, ((starts, ends), (lane, last)) in pieces]
    columns = [list(column) for column in zip(*claimed, strict=True)]
    ((key,),) = prepared(_TAKE, [*values_of(booking), *columns])
    inserted(booking, key)
    count(booking, [counted.quota for counted in situation.ground.quotas], beyond=beyond_quota)


def _pieces(booking: Booking, situation: Situation) -> Iterator[tuple[Resource, Taken]]:
    """What to claim: each atom with a span and lanes."""
    asked = situation.asked
    for atom in asked.atoms:
        pieces = allocate(
            span_of(atom, booking.when),
            [claim.taken for claim in situation.ground.claims if claim.resource_id == atom.pk],
            capacity=atom.capacity,
            quantity=asked.quantity_of(atom),
        )
        if pieces is None:
            raise Refused(Problem("taken", _("“%s”在该时段已被预约。") % atom.name, field="period"))
        yield from ((atom, piece) for piece in pieces)


def give_back_quota(booking: Booking) -> None:
    """Uncount a booking that ended without blame (`counts` is false by now). Claims follow its state by trigger."""
    for quota in quotas_of(booking.resource):
        with connection.cursor() as cursor:
            units, begins = quota_units(quota, booking.when), quota_period(quota, booking.period.lower)
            cursor.execute(_UNUSE_QUOTA, [units, quota.pk, booking.party_id, begins])


def shorten_claims(booking: Booking, until: Span) -> None:
    """Free the rest of a booking that ends early; buffers after it stay."""
    for claim in booking.claims.select_related("resource"):
        cut(claim, span_of(claim.resource, until)[1])


def cut(claim: Claim, end: object) -> None:
    """Let a claim end at `end`, if it would end later; it goes when nothing is left."""
    if claim.span.upper <= end:
        return
    if claim.span.lower >= end:
        claim.delete()
    else:
        claim.span = DateTimeTZRange(claim.span.lower, end, "[)")
        claim.save(update_fields=["span"])


def count(booking: Booking, quotas: Sequence[Quota], *, beyond: bool = False) -> None:
    """Count a booking against quotas."""
    if quotas:
        lock_parties([booking.party_id])
    for quota in quotas:
        units, begins = quota_units(quota, booking.when), quota_period(quota, booking.period.lower)
        ceiling = max(quota.limit, units) if beyond else quota.limit
        with connection.cursor() as cursor:
            cursor.execute(_USE_QUOTA, [quota.pk, booking.party_id, begins, units, ceiling, beyond])
