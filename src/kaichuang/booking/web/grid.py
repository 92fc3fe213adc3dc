"""Times of one or several resources as cells of a grid and as runs of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kaichuang.booking.intervals import Span, intersect, overlap
from kaichuang.booking.models import Booking, Resource
from kaichuang.booking.models.booking import HOLDING
from kaichuang.booking.moments import at_local, clock_of, day_span, write_moment
from kaichuang.booking.queries.availability import Asked, Board, allowed_length, on_grid
from kaichuang.booking.queries.lists import bookings_for
from kaichuang.clock.problems import CalendarMissing
from kaichuang.kit.actor import Actor

FREE, TIGHT, BUSY, CLOSED = "free", "tight", "busy", "closed"
OUTAGE, PAST, MINE, SEEN = "outage", "past", "mine", "seen"
_DAY_BEGINS, _DAY_ENDS = 8, 20
"""Hours that a grid shows where nothing says otherwise."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One piece of time of one resource; `label` says in words what the colour says."""

    period: Span
    day: date
    state: str
    label: str
    url: str = ""
    text: str = ""

    @property
    def times(self) -> str:
        return f"{clock_of(self.period[0], day=self.day)}–{clock_of(self.period[1], day=self.day)}"


class Times:
    """What a resource's time is within the window of a board, as `actor` may see it."""

    def __init__(
        self, board: Board, asked: Asked, *, now: datetime, actor: Actor, bookings: Sequence[Booking]
    ) -> None:
        self.resource, self.now, self.actor = asked.resource, now, actor
        self.bookings = [booking for booking in bookings if booking.resource_id == asked.resource.pk]
        self.outages = board.outages(asked)
        self.length = allowed_length(asked.resource, timedelta(0))
        self.earliest = now + timedelta(minutes=asked.resource.notice)
        self.latest = now + timedelta(days=asked.resource.horizon)
        try:
            self.open, self.free = board.open(asked), board.free(asked)
        except CalendarMissing:
            self.open, self.free = [], []

    def cell(self, period: Span, day: date) -> Cell:
        """What stands in `period`: one's own booking first; free where the shortest booking can be."""
        if period[1] <= self.now:
            return self._plain(period, day, PAST)
        here = [booking for booking in self.bookings if overlap(booking.when, period)]
        mine = [booking for booking in here if booking.party_id == self.actor.party_id]
        if mine:
            return self._known(period, day, mine[0])
        start = self._start_in(period)
        if start is not None:
            return self._free(period, day, start)
        if here:
            return self._known(period, day, here[0])
        if any(overlap(span, period) for span in self.outages):
            return self._plain(period, day, OUTAGE)
        if any(overlap(span, period) for span in self.free):
            return self._plain(period, day, TIGHT)
        return self._plain(period, day, BUSY if any(overlap(span, period) for span in self.open) else CLOSED)

    def runs(self, day: date) -> list[Cell]:
        """The day as stretches of one state each, closed ones left out; a free one can be booked from its beginning."""
        window = day_span(day)
        cuts = {*window, self.now}
        for spans in (self.open, self.free, self.outages, [booking.when for booking in self.bookings]):
            cuts.update(moment for span in spans for moment in span)
        inside = sorted(cut for cut in cuts if window[0] <= cut <= window[1])
        runs: list[Cell] = []
        for start, end in pairwise(inside):
            cell = self.cell((start, end), day)
            last = runs[-1] if runs else None
            if (
                last is not None
                and (last.state, last.text) == (cell.state, cell.text)
                and last.period[1] == start
            ):
                runs[-1] = self.cell((last.period[0], end), day)
            else:
                runs.append(cell)
        return [run for run in runs if run.state not in {CLOSED, PAST}]

    def _start_in(self, period: Span) -> datetime | None:
        """Where the shortest booking may begin so that it has a part of the period: within it, or else before."""
        for first, last in self.free:
            earliest, latest = max(first, self.earliest), min(last - self.length, self.latest)
            start = on_grid(max(earliest, period[0]), self.resource)
            if start < period[1] and start <= latest:
                return start
            before = on_grid(max(earliest, period[0] - self.length), self.resource)
            step = timedelta(minutes=self.resource.step)
            while before + step <= min(latest, period[0]):
                before += step
            if before <= min(latest, period[0]) and before + self.length > period[0]:
                return before
        return None

    def _free(self, period: Span, day: date, start: datetime) -> Cell:
        query = urlencode({"start": write_moment(start), "end": write_moment(start + self.length)})
        url = f"{reverse('booking:book', args=[self.resource.pk])}?{query}"
        return Cell(period, day, FREE, _("空闲"), url)

    def _known(self, period: Span, day: date, booking: Booking) -> Cell:
        url = reverse("booking:booking", args=[booking.pk])
        if booking.party_id == self.actor.party_id:
            return Cell(period, day, MINE, _("我的预约"), url, _("我的预约"))
        return Cell(period, day, SEEN, _("已约：%s") % booking.party.name, url, booking.party.name)

    def _plain(self, period: Span, day: date, state: str) -> Cell:
        words = {
            PAST: _("已过"),
            OUTAGE: _("停用期间"),
            TIGHT: _("不能预约"),
            BUSY: _("已约满"),
            CLOSED: _("不开放"),
        }
        return Cell(period, day, state, words[state])


def times_of(resources: Sequence[Resource], window: Span, *, now: datetime, actor: Actor) -> list[Times]:
    """The times of several resources of one programme: six queries, however many."""
    questions = [Asked(resource) for resource in resources]
    board = Board(questions, window)
    seen = bookings_for(actor).filter(
        resource__in=[resource.pk for resource in resources], period__overlap=window, state__in=HOLDING
    )
    bookings = list(seen) if not actor.is_public else []
    return [Times(board, asked, now=now, actor=actor, bookings=bookings) for asked in questions]


def hours_shown(times: Sequence[Times], days: Sequence[date]) -> tuple[int, int]:
    """From which to which hour of the day anything is open; whole hours."""
    first, last = 24, 0
    for one in times:
        for day in days:
            for start, end in intersect(one.open, [day_span(day)]):
                first = min(first, timezone.localtime(start).hour)
                last = max(last, _hour_after(end, day))
    return (first, last) if first < last else (_DAY_BEGINS, _DAY_ENDS)


def _hour_after(moment: datetime, day: date) -> int:
    local = timezone.localtime(moment)
    if local.date() > day:
        return 24
    return local.hour + (1 if local.time() > time(local.hour) else 0)


def steps(day: date, hours: tuple[int, int], minutes: int) -> list[Span]:
    """The pieces of a day's hours, `minutes` each."""
    begin = at_local(day, time(0))
    marks = range(hours[0] * 60, hours[1] * 60, minutes)
    return [(begin + timedelta(minutes=mark), begin + timedelta(minutes=mark + minutes)) for mark in marks]


def grain(times: Sequence[Times], hours: tuple[int, int], most: int = 32) -> int:
    """How many minutes a cell stands for: half an hour, or more where there would be too many cells."""
    finest = max([30, *(min(one.resource.step, 120) for one in times if len(times) == 1)])
    return finest if (hours[1] - hours[0]) * 60 // finest <= most else 60


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the week: the time of day, and one cell for each day."""

    label: str
    cells: list[Cell]


def week_rows(times: Times, days: Sequence[date]) -> list[Row]:
    """The week of one resource, a row for each piece of the day."""
    hours = hours_shown([times], days)
    minutes = grain([times], hours)
    columns = [steps(day, hours, minutes) for day in days]
    return [
        Row(
            clock_of(columns[0][number][0], day=days[0]),
            [times.cell(column[number], day) for column, day in zip(columns, days, strict=True)],
        )
        for number in range(len(columns[0]))
    ]
