"""Keep the due dates of open deadlines right when a calendar changes."""

from __future__ import annotations

from collections import defaultdict

from kaichuang.clock.counting import Span, due_date
from kaichuang.clock.models import Calendar, Deadline, Pause
from kaichuang.clock.queries.calendars import working_calendar


def recount(*, calendar: Calendar) -> int:
    """Count every open deadline of the programmes that use `calendar` or build on it; how many moved."""
    slugs = [calendar.pk, *calendar.regional.values_list("slug", flat=True)]
    moved: list[Deadline] = []
    for slug in slugs:
        current = working_calendar(slug)
        deadlines = list(
            Deadline.objects.select_for_update(of=("self",))
            .filter(programme__calendar=slug, met_on=None)
            .exclude(due_on=None)
            .order_by("id")
        )
        spans = _spans(deadlines)
        for deadline in deadlines:
            due = due_date(deadline.terms, spans[deadline.pk], current)
            if due != deadline.due_on:
                deadline.due_on = due
                moved.append(deadline)
    Deadline.objects.bulk_update(moved, ["due_on"], batch_size=1000)
    return len(moved)


def _spans(deadlines: list[Deadline]) -> dict[int, list[Span]]:
    spans: dict[int, list[Span]] = defaultdict(list)
    for pause in Pause.objects.filter(deadline__in=deadlines):
        spans[pause.deadline_id].append((pause.began_on, pause.ended_on))
    return spans
