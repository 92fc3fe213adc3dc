"""What is free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from kaichuang.booking.intervals import Span, full, intersect, subtract
from kaichuang.booking.models import Claim, Resource
from kaichuang.booking.queries.bundle import atoms_of, bundle_of
from kaichuang.booking.queries.opening import open_spans
from kaichuang.clock.problems import CalendarMissing


@dataclass(frozen=True)
class Asked:
    """What somebody would like: a resource with chosen offers, how many units, without a time yet."""

    resource: Resource
    offers: tuple[Resource, ...] = ()
    quantity: int = 1

    @cached_property
    def members(self) -> list[Resource]:
        """What must be open: the resource, what it requires, the chosen offers."""
        return bundle_of(self.resource, self.offers)

    @cached_property
    def atoms(self) -> list[Resource]:
        """What must be free: the undivided resources behind the members."""
        return atoms_of(self.members)

    def quantity_of(self, atom: Resource) -> int:
        """Units of an atom: the quantity is counted on the resource itself; what comes along is taken once."""
        own = atom.pk == self.resource.pk or atom.whole_id == self.resource.pk
        return self.quantity if own else 1


def taken(atoms: Sequence[Resource], window: Span) -> list[Claim]:
    """Live claims on `atoms` that overlap the window."""
    return list(Claim.objects.filter(resource__in=atoms, is_live=True, span__overlap=window))


def free_spans(asked: Asked, window: Span) -> list[Span]:
    """When every member of the bundle is open and has enough free units, buffers respected.

    Raises `CalendarMissing`, see `open_spans`.
    """
    atoms = asked.atoms
    reach = timedelta(minutes=max(max(atom.buffer_before, atom.buffer_after) for atom in atoms))
    claims = taken(atoms, (window[0] - reach, window[1] + reach))
    free = [window]
    for member in asked.members:
        free = intersect(free, open_spans(member, window))
    for atom in atoms:
        own = [
            (claim.when, claim.lanes.upper - claim.lanes.lower)
            for claim in claims
            if claim.resource_id == atom.pk
        ]
        busy = full(own, capacity=atom.capacity, quantity=asked.quantity_of(atom))
        free = subtract(free, [_widened(span, atom) for span in busy])
    return free


def _widened(busy: Span, atom: Resource) -> Span:
    """A new booking brings its own buffers, so it must stay away from what is busy by as much."""
    return (
        busy[0] - timedelta(minutes=atom.buffer_after),
        busy[1] + timedelta(minutes=atom.buffer_before),
    )


def next_feasible(asked: Asked, length: timedelta, *, after: datetime, limit: int = 3) -> list[Span]:
    """The next times at which it could be booked, on the resource's grid, each beginning after the one before ends."""
    resource = asked.resource
    step = timedelta(minutes=resource.step)
    begin = after + timedelta(minutes=resource.notice)
    until = after + timedelta(days=resource.horizon)
    found: list[Span] = []
    # A week at a time: most questions are answered within the first.
    while begin < until and len(found) < limit:
        end = min(begin + timedelta(days=7), until)
        try:
            free = free_spans(asked, (begin, end + length))
        except CalendarMissing:
            return found
        for start, stop in free:
            start = on_grid(max(start, begin), resource)
            while start + length <= stop and start < end and len(found) < limit:
                found.append((start, start + length))
                start = on_grid(start + max(length, step), resource)
        begin = end
    return found


def on_grid(moment: datetime, resource: Resource) -> datetime:
    """The first instant of the resource's grid at or after `moment`; the grid begins at local midnight."""
    step = resource.step * 60
    # China keeps one offset of whole hours, so local midnight is a multiple of the step's day in UTC too.
    offset = int(moment.timestamp()) + 8 * 3600
    late = moment.microsecond > 0
    rest = offset % 86_400 % step
    if rest == 0 and not late:
        return moment
    return moment.replace(microsecond=0) + timedelta(seconds=step - rest)
