"""Deadlines: of a row, of a programme, and how many days are left."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import QuerySet

from kaichuang.clock.counting import days_used
from kaichuang.clock.models import Deadline
from kaichuang.clock.permissions import may_see_deadlines
from kaichuang.clock.queries.calendars import calendar_of
from kaichuang.kit.actor import Actor


def deadlines_for(actor: Actor) -> QuerySet[Deadline]:
    """The current programme's deadlines, for its public servants; nothing for others; all for the system."""
    deadlines = Deadline.objects.select_related("programme").order_by("due_on", "id")
    if actor.is_system:
        return deadlines
    if actor.programme_id is None or not may_see_deadlines(actor, None):
        return deadlines.none()
    return deadlines.filter(programme_id=actor.programme_id)


def deadlines_of(subject: models.Model) -> QuerySet[Deadline]:
    """All deadlines of a row. Whoever may see the row may see them."""
    label = subject._meta.label_lower
    deadlines = Deadline.objects.filter(subject_type=label, subject_id=str(subject.pk))
    return deadlines.select_related("programme").prefetch_related("pauses").order_by("started_on", "id")


def days_left(deadline: Deadline, today: date) -> int:
    """Days (working days, where it counts in them) from tomorrow to the last day; 0 today, negative when over.

    While paused: what was left when the clock stopped.
    """
    calendar = calendar_of(deadline.programme)
    if deadline.due_on is None:
        spans = [(pause.began_on, pause.ended_on) for pause in deadline.pauses.all()]
        return deadline.limit - days_used(deadline.terms, spans, calendar, through=today)
    if deadline.in_working_days:
        return calendar.between(today, deadline.due_on)
    return (deadline.due_on - today).days
