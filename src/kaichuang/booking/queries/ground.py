"""What the rules and the boards need to know of the database, in one round trip.

Plain SQL, because a booking asks while others wait for its locks. What the rows mean is said in `opening`, `quota`
and `rules`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from kaichuang.booking.intervals import Span, Taken
from kaichuang.booking.models import Resource
from kaichuang.booking.queries.opening import OPENING_COLUMNS, Opening, opening_values
from kaichuang.booking.queries.quota import USED_COLUMN, Counted, counted_in, used_values
from kaichuang.kit.sql import prepared

_CLAIMS_COLUMN = """
    (SELECT json_agg(json_build_array(resource_id, lower(span), upper(span), lower(lanes), upper(lanes), outage_id))
       FROM booking_claim
      WHERE resource_id = ANY(%(atoms)s::bigint[]) AND is_live
        AND span && tstzrange(%(near_from)s::timestamptz, %(near_to)s::timestamptz))"""

_SUSPENSION_COLUMN = """
    (SELECT json_build_array(reason, upper(period)) FROM booking_suspension
      WHERE programme_id = %(programme)s::bigint AND party_id = %(party)s::bigint AND NOT is_lifted
        AND period @> %(today)s::date)"""

_GROUND = f"SELECT {OPENING_COLUMNS}, {_CLAIMS_COLUMN}"
_GROUND_OF_PARTY = f"{_GROUND}, {_SUSPENSION_COLUMN}, {USED_COLUMN}"


@dataclass(frozen=True, slots=True)
class Held:
    """A live claim: `lanes` of an undivided resource are taken from `when[0]` to `when[1]`."""

    resource_id: int
    when: Span
    lanes: tuple[int, int]
    outage_id: int | None

    @property
    def taken(self) -> Taken:
        """Its span and lanes, for the arithmetic of `intervals`."""
        return self.when, self.lanes


@dataclass(frozen=True, slots=True)
class Suspended:
    """The party may not book before `until`."""

    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class Ground:
    """Opening hours, and the claims near a window."""

    opening: Opening
    claims: list[Held]


@dataclass(frozen=True, slots=True)
class PartyGround(Ground):
    """Also what stands against a party, and what it has used up."""

    suspended: Suspended | None
    quotas: list[Counted]


def ground_of(
    members: Collection[Resource], atoms: Collection[int], window: Span, near: Span, *, calendar: str
) -> Ground:
    """When `members` are open within `window`, and what is claimed of `atoms` within `near`."""
    (row,) = prepared(_GROUND, _values(members, atoms, window, near, calendar))
    return Ground(*_read(row, calendar))


def ground_for(
    party_id: int,
    resource: Resource,
    members: Collection[Resource],
    atoms: Collection[int],
    period: Span,
    near: Span,
    *,
    now: datetime,
) -> PartyGround:
    """`ground_of`, the party's suspension today, and its use of the quotas that count a booking of `resource`."""
    calendar = resource.programme.calendar
    values = {
        **_values(members, atoms, period, near, calendar),
        **used_values(resource, party_id=party_id, moment=period[0]),
        "today": timezone.localdate(now),
    }
    ((*row, suspended, quotas),) = prepared(_GROUND_OF_PARTY, values)
    return PartyGround(
        *_read(row, calendar),
        Suspended(suspended[0], date.fromisoformat(suspended[1])) if suspended else None,
        counted_in(quotas),
    )


def _values(
    members: Collection[Resource], atoms: Collection[int], window: Span, near: Span, calendar: str
) -> Mapping[str, Any]:
    return {
        **opening_values(members, window, calendar=calendar),
        "atoms": list(atoms),
        "near_from": near[0],
        "near_to": near[1],
    }


def _read(row: Sequence[Any], calendar: str) -> tuple[Opening, list[Held]]:
    *opening, claims = row
    return Opening(*opening, calendar=calendar), [_held(*claim) for claim in claims or ()]


def _held(resource_id: int, start: str, end: str, lane: int, last: int, outage_id: int | None) -> Held:
    when = datetime.fromisoformat(start), datetime.fromisoformat(end)
    return Held(resource_id, when, (lane, last), outage_id)
