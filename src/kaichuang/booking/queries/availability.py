"""What is free."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from kaichuang.booking.intervals import Span, full, intersect, merge, subtract
from kaichuang.booking.models import Claim, Resource
from kaichuang.booking.queries.bundle import Bundle, bundle_of, bundles_of
from kaichuang.booking.queries.ground import ground_of
from kaichuang.booking.queries.quota import quota_period, quota_units, quotas_of, uses_of
from kaichuang.clock.problems import CalendarMissing

_CHINA = timedelta(hours=8)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """What somebody would like: a resource with chosen offers, how many units, without a time yet."""

    resource: Resource
    offers: tuple[Resource, ...] = ()
    quantity: int = 1

    @cached_property
    def bundle(self) -> Bundle:
        return bundle_of(self.resource, self.offers)

    @property
    def members(self) -> tuple[Resource, ...]:
        """What must be open: the resource, its parts, what they require, the chosen offers."""
        return self.bundle.members

    @property
    def atoms(self) -> tuple[Resource, ...]:
        """What must be free: the undivided resources among the members."""
        return self.bundle.atoms

    def quantity_of(self, atom: Resource) -> int:
        """Units of an atom: the quantity is counted on the resource itself; what comes along is taken once."""
        return self.quantity if atom.pk in self.bundle.own else 1


def taken(atoms: Sequence[Resource], window: Span) -> list[Claim]:
    """Live claims on `atoms` that overlap the window."""
    return list(Claim.objects.filter(resource__in=atoms, is_live=True, span__overlap=window))


class Board:
    """What is open, free and out of service within a window, for several questions about one programme.

    Two queries, however many questions.
    """

    def __init__(self, questions: Sequence[Asked], window: Span) -> None:
        self.window = window
        fill_bundles(questions)
        atoms = {atom.pk: atom for asked in questions for atom in asked.atoms}
        members = {member.pk: member for asked in questions for member in asked.members}
        longest = max((max(atom.buffer_before, atom.buffer_after) for atom in atoms.values()), default=0)
        near = timedelta(minutes=longest)
        calendar = questions[0].resource.programme.calendar if questions else ""
        ground = ground_of(
            members.values(), atoms, window, (window[0] - near, window[1] + near), calendar=calendar
        )
        self.claims, self._opening = ground.claims, ground.opening

    def open(self, asked: Asked) -> list[Span]:
        """When every member of the bundle is open. Raises `CalendarMissing`, see `Opening.spans`."""
        spans = [self.window]
        for member in asked.members:
            spans = intersect(spans, self._opening.spans(member, self.window))
        return spans

    def free(self, asked: Asked) -> list[Span]:
        """When every member is open and has enough free units, buffers respected. Raises `CalendarMissing`."""
        if any(asked.quantity_of(atom) > atom.capacity for atom in asked.atoms):
            return []
        free = self.open(asked)
        for atom in asked.atoms:
            own = [
                (claim.when, claim.lanes[1] - claim.lanes[0])
                for claim in self.claims
                if claim.resource_id == atom.pk
            ]
            busy = full(own, capacity=atom.capacity, quantity=asked.quantity_of(atom))
            free = subtract(free, [_widened(span, atom) for span in busy])
        return free

    def outages(self, asked: Asked) -> list[Span]:
        """When a member is out of service."""
        keys = {atom.pk for atom in asked.atoms}
        return merge(
            claim.when for claim in self.claims if claim.outage_id is not None and claim.resource_id in keys
        )

    def first_free(self, asked: Asked, *, now: datetime) -> Span | None:
        """The first time within the window at which the shortest booking is possible; None also without calendar."""
        length = allowed_length(asked.resource, timedelta(0))
        earliest = max(self.window[0], now + timedelta(minutes=asked.resource.notice))
        try:
            free = self.free(asked)
        except CalendarMissing:
            return None
        for start, stop in free:
            start = on_grid(max(start, earliest), asked.resource)
            if start + length <= stop:
                return start, start + length
        return None


def fill_bundles(questions: Sequence[Asked]) -> None:
    """Look up the bundles of all questions that do not know theirs yet, at once."""
    unknown = [asked for asked in questions if "bundle" not in asked.__dict__]
    bundles = bundles_of((asked.resource, asked.offers) for asked in unknown) if unknown else []
    for asked, bundle in zip(unknown, bundles, strict=True):
        asked.__dict__["bundle"] = bundle


def free_spans(asked: Asked, window: Span) -> list[Span]:
    """`Board.free` of a single question."""
    return Board([asked], window).free(asked)


def _widened(busy: Span, atom: Resource) -> Span:
    """A new booking brings its own buffers, so it must stay away from what is busy by as much."""
    return (
        busy[0] - timedelta(minutes=atom.buffer_after),
        busy[1] + timedelta(minutes=atom.buffer_before),
    )


def next_feasible(
    asked: Asked,
    length: timedelta,
    *,
    now: datetime,
    after: datetime,
    party_id: int | None = None,
    limit: int = 3,
) -> list[Span]:
    """The next times from `after` on at which it could be booked, on the resource's grid, one after the other.

    The length is brought within what the resource allows. With `party_id`, times that its quotas do not allow
    are left out.
    """
    length = allowed_length(asked.resource, length)
    step = timedelta(minutes=asked.resource.step)
    within = _within_quotas(asked.resource, party_id)
    begin, until = (
        max(after, now + timedelta(minutes=asked.resource.notice)),
        now + asked.resource.horizon * _DAY,
    )
    found: list[Span] = []
    # A week at a time: most questions are answered within the first.
    while begin < until and len(found) < limit:
        end = min(begin + 7 * _DAY, until)
        try:
            free = free_spans(asked, (begin, end + length))
        except CalendarMissing:
            return found
        for start, stop in free:
            start = on_grid(max([start, *(done[1] for done in found[-1:])]), asked.resource)
            while start + length <= stop and start < end and len(found) < limit:
                period = (start, start + length)
                if within(period):
                    found.append(period)
                start = on_grid(start + (length if within(period) else step), asked.resource)
        begin = end
    return found


def _within_quotas(resource: Resource, party_id: int | None) -> Callable[[Span], bool]:
    """Whether a booking of a period would stay within the party's quotas."""
    quotas = quotas_of(resource) if party_id is not None else []
    uses = uses_of(resource, party_id=party_id) if quotas and party_id is not None else {}

    def within(period: Span) -> bool:
        return all(
            uses.get((quota.pk, quota_period(quota, period[0])), 0) + quota_units(quota, period)
            <= quota.limit
            for quota in quotas
        )

    return within


def allowed_length(resource: Resource, length: timedelta) -> timedelta:
    """The nearest length that the resource allows: on its grid, between its minimum and maximum."""
    step = timedelta(minutes=resource.step)
    shortest = -(-timedelta(minutes=resource.minimum) // step) * step
    longest = timedelta(minutes=resource.maximum) // step * step
    return max(min(-(-length // step) * step, longest), shortest)


def on_grid(moment: datetime, resource: Resource) -> datetime:
    """The first instant of the resource's grid at or after `moment`; the grid begins anew at local midnight."""
    # China keeps one offset of whole hours and no summer time, so a day has always 24 hours.
    local = moment.astimezone(UTC) + _CHINA
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    step = timedelta(minutes=resource.step)
    return min(midnight - (midnight - local) // step * step, midnight + _DAY) - _CHINA
