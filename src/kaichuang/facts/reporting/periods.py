"""Months, quarters, years: the stretches of time that reports are about."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kaichuang.facts.reporting.schema import FormSpec, Period

_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From a day to a day, both within."""

    starts_on: date
    ends_on: date

    @property
    def until(self) -> date:
        """The first day after it."""
        return self.ends_on + timedelta(days=1)

    @property
    def opens_a_year(self) -> bool:
        return (self.starts_on.month, self.starts_on.day) == (1, 1)


def span_of(period: Period, day: date) -> Span:
    """The month, quarter or year in which `day` lies."""
    size = _MONTHS[period]
    first = (day.month - 1) // size * size + 1
    last = first + size - 1
    return Span(date(day.year, first, 1), date(day.year, last, monthrange(day.year, last)[1]))


def previous(period: Period, span: Span) -> Span | None:
    """The stretch before; a form that is filled in once has none."""
    return None if period == "once" else span_of(period, span.starts_on - timedelta(days=1))


def cut_off(spec: FormSpec, span: Span) -> date:
    """The day whose state the report shows, and from which its time runs."""
    return span.ends_on + timedelta(days=spec.cut_off)


def ended_spans(spec: FormSpec, *, since: date, today: date) -> Iterator[Span]:
    """The stretches that began on `since` or later (or contain it) and whose cut-off day has come, in order."""
    if spec.period == "once":
        assert spec.starts is not None and spec.ends is not None
        span = Span(spec.starts, spec.ends)
        if span.ends_on >= since and cut_off(spec, span) <= today:
            yield span
        return
    span = span_of(spec.period, since)
    while cut_off(spec, span) <= today:
        yield span
        span = span_of(spec.period, span.until)
