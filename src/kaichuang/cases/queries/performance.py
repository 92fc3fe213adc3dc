"""Promises and what became of them: for every unit and step the days promised, the days taken, and what is overdue.

One statement over all stays of a programme. Days are working days of the programme's calendar; the time in which a
clock stood still for a reason that the text allows is not counted. A step that had no limit promised nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from kaichuang.cases.models import Matter
from kaichuang.clock.models import WORKED, Calendar
from kaichuang.entitlement.words import localised, words
from kaichuang.places.models import Programme

_SQL = """
WITH day AS (
    SELECT DISTINCT ON (date) date, kind FROM clock_day
     WHERE calendar = ANY(%(calendars)s) ORDER BY date, array_position(%(calendars)s, calendar::text)
), worked AS (
    SELECT date, count(*) FILTER (WHERE kind = ANY(%(worked)s)) OVER (ORDER BY date) AS n FROM day
), stood AS (
    SELECT p.deadline_id, sum(greatest(e.n - b.n, 0)) AS days
      FROM clock_pause p JOIN clock_deadline d ON d.id = p.deadline_id AND d.programme_id = %(programme)s
      JOIN worked b ON b.date = p.began_on JOIN worked e ON e.date = p.ended_on
     GROUP BY p.deadline_id
), stay AS (
    SELECT s.desk_id, s.state, s.stage, d."limit", d.name, s.left_on, s.late, s.left_at IS NULL AS here,
           s.left_at IS NULL AND d.due_on < %(today)s AS overdue,
           greatest(l.n - e.n - coalesce(p.days, 0), 0) AS taken
      FROM cases_stay s
      JOIN cases_case c ON c.id = s.case_id AND c.programme_id = %(programme)s
      JOIN clock_deadline d ON d.id = s.deadline_id
      LEFT JOIN worked e ON e.date = s.entered_on
      LEFT JOIN worked l ON l.date = s.left_on
      LEFT JOIN stood p ON p.deadline_id = s.deadline_id
     WHERE s.desk_id IS NOT NULL
       AND (%(matter)s::bigint IS NULL OR c.matter_id = %(matter)s)
       AND (%(desk)s::bigint IS NULL OR s.desk_id = %(desk)s)
       AND (%(first)s::date IS NULL OR s.left_on IS NULL OR s.left_on BETWEEN %(first)s AND %(last)s)
)
SELECT desk_id, u.name, state, min(stage), min(stay.name), min("limit"), max("limit"),
       count(*) FILTER (WHERE NOT here),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY taken) FILTER (WHERE NOT here),
       percentile_cont(0.9) WITHIN GROUP (ORDER BY taken) FILTER (WHERE NOT here),
       count(*) FILTER (WHERE NOT here AND late IS NOT TRUE),
       count(*) FILTER (WHERE here), count(*) FILTER (WHERE overdue)
  FROM stay JOIN parties_unit u ON u.id = stay.desk_id
 GROUP BY desk_id, u.name, state
 ORDER BY u.name, min(stage), state
"""


@dataclass(frozen=True, slots=True)
class Performance:
    """One step at one unit. Days are working days; `median` and `ninth` are none where nothing has left the step."""

    unit_id: int
    unit: str
    state: str
    stage: str
    title: str
    least: int
    most: int
    done: int
    median: float | None
    ninth: float | None
    on_time: int
    here: int
    overdue: int

    @property
    def pk(self) -> str:
        return f"{self.unit_id}-{self.state}"

    @property
    def promised(self) -> str:
        """The limit, or the span of limits where matters differ."""
        return str(self.most) if self.least == self.most else f"{self.least}–{self.most}"

    @property
    def share(self) -> float | None:
        """How much was on time, of what has left the step."""
        return self.on_time / self.done if self.done else None


def performance_of(
    programme: Programme,
    *,
    today: date,
    matter: int | None = None,
    unit: int | None = None,
    year: int | None = None,
) -> list[Performance]:
    """Every unit and step that promised something; `year` is that in which cases left the step."""
    values: dict[str, Any] = {
        "calendars": _calendars(programme),
        "worked": sorted(WORKED),
        "programme": programme.pk,
        "today": today,
        "matter": matter,
        "desk": unit,
        "first": date(year, 1, 1) if year else None,
        "last": date(year, 12, 31) if year else None,
    }
    titles = _titles(programme)
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        return [_row(row, titles) for row in cursor.fetchall()]


def _row(row: Sequence[object], titles: dict[str, str]) -> Performance:
    unit_id, unit, state, stage, name, *rest = row
    return Performance(
        unit_id, localised(str(unit)), str(state), str(stage), titles.get(str(state)) or localised(str(name)), *rest  # type: ignore[arg-type]  # columns of the statement above
    )  # fmt: skip


def _calendars(programme: Programme) -> list[str]:
    """The calendar and the one that it stands on; what differs comes first."""
    slug = programme.calendar
    base = Calendar.objects.filter(slug=slug).values_list("base", flat=True).first()
    return [slug, *([base] if base else [])]


def _titles(programme: Programme) -> dict[str, str]:
    """The words of states in the reader's language, from the matters as they are now."""
    found: dict[str, str] = {}
    for matter in Matter.objects.filter(programme=programme, current__isnull=False).select_related("current"):
        assert matter.current is not None  # the query asks for it
        for state in matter.current.file.workflow.states:
            found.setdefault(state.id, words(state.title))
    return found
