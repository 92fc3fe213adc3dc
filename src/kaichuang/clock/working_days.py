"""A calendar's working days in memory: pure arithmetic, no database."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from kaichuang.clock.problems import CalendarMissing

_DAY = timedelta(days=1)


class WorkingCalendar:
    """The working days of the years that are known, each as sorted ordinals; immutable.

    Every method raises `CalendarMissing` when an answer would need a year that is not known.
    """

    __slots__ = ("_years", "slug")

    def __init__(self, slug: str, years: Mapping[int, Sequence[int]]) -> None:
        self.slug = slug
        self._years = {year: sorted(ordinals) for year, ordinals in years.items()}

    @property
    def years(self) -> list[int]:
        """The years that are known."""
        return sorted(self._years)

    def is_working_day(self, day: date) -> bool:
        working, ordinal = self._year(day.year), day.toordinal()
        place = bisect_left(working, ordinal)
        return place < len(working) and working[place] == ordinal

    def on_or_after(self, day: date) -> date:
        """`day` if it is a working day, else the first one after it."""
        return self.add(day - _DAY, 1)

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        return self.add(day, 1)

    def add(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which itself is not counted; before it when negative.

        0 gives `day` itself, whatever it is.
        """
        if count == 0:
            return day
        return self._forward(day, count) if count > 0 else self._backward(day, -count)

    def between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`; negative the other way round."""
        if end < start:
            return -self.between(end, start)
        if start == end:
            return 0
        first, last = start.toordinal() + 1, end.toordinal()
        total = 0
        for year in range((start + _DAY).year, end.year + 1):
            working = self._year(year)
            total += bisect_right(working, last) - bisect_left(working, first)
        return total

    def _forward(self, day: date, count: int) -> date:
        year = day.year
        place = bisect_right(self._year(year), day.toordinal()) + count - 1
        while place >= len(working := self._year(year)):
            place -= len(working)
            year += 1
        return date.fromordinal(working[place])

    def _backward(self, day: date, count: int) -> date:
        year = day.year
        place = bisect_left(self._year(year), day.toordinal()) - count
        while place < 0:
            year -= 1
            place += len(self._year(year))
        return date.fromordinal(self._years[year][place])

    def _year(self, year: int) -> list[int]:
        try:
            return self._years[year]
        except KeyError:
            raise CalendarMissing(self.slug, year) from None
