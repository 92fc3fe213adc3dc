"""Questions: public answers, one's own, and what waits for an officer."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, CharField, DateField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast

from kaichuang.clock.models import Deadline
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import STAFF
from kaichuang.policy.models import Question, QuestionState
from kaichuang.policy.paths import plain
from kaichuang.policy.permissions import CLERKS

OPEN = (QuestionState.ASKED, QuestionState.ROUTED)


def _with_due(rows: QuerySet[Question]) -> Any:
    """Each with `due_on`, the last day for the answer, and `met_on`; untyped, for its columns are made here."""
    deadlines = Deadline.objects.filter(
        subject_type=Question._meta.label_lower, subject_id=Cast(OuterRef("pk"), CharField())
    )
    return rows.annotate(
        due_on=Subquery(deadlines.values("due_on")[:1], output_field=DateField()),
        met_on=Subquery(deadlines.values("met_on")[:1], output_field=DateField()),
    )


def frequent_questions(*, programme_id: int | None = None, q: str = "", code: str = "") -> QuerySet[Question]:
    """Public answers, newest first."""
    q, code = plain(q), plain(code)
    rows = Question.objects.filter(is_public=True, state=QuestionState.ANSWERED).select_related(
        "unit", "document", "programme__place"
    )
    if programme_id is not None:
        rows = rows.filter(programme=programme_id)
    if code:
        rows = rows.filter(document__code=code)
    if q:
        rows = rows.filter(Q(text__icontains=q) | Q(answer__icontains=q))
    return rows.order_by("-answered_at", "-pk")


def questions_for(actor: Actor) -> Any:
    """All of the programme for its clerks, officers and administrators; for other public servants those of their unit."""
    rows = _with_due(Question.objects.select_related("unit", "document", "programme"))
    if actor.is_system:
        return rows
    if actor.programme_id is None or not actor.has(*STAFF):
        return rows.none()
    rows = rows.filter(programme=actor.programme_id)
    if actor.has(*CLERKS):
        return rows
    return rows.filter(unit=actor.unit_id) if actor.unit_id is not None else rows.none()


def desk_for(actor: Actor, *, view: str = "", today: date) -> Any:
    """The officer's queue: `route` (nobody in charge yet), `answer`, `overdue`, `closed`; without a view all that is open."""
    rows = questions_for(actor)
    if view == "closed":
        return rows.exclude(state__in=OPEN).order_by("-answered_at", "-pk")
    if view == "route":
        rows = rows.filter(state=QuestionState.ASKED)
    elif view == "answer":
        rows = rows.filter(state=QuestionState.ROUTED)
    else:
        rows = rows.filter(state__in=OPEN)
    if view == "overdue":
        rows = rows.filter(due_on__lt=today)
    first = Case(When(due_on=None, then=Value(date.max)), default="due_on", output_field=DateField())
    return rows.order_by(first, "asked_at", "pk")


def asked_by(actor: Actor) -> Any:
    """The user's own questions."""
    if actor.user_id is None:
        return Question.objects.none()
    return _with_due(
        Question.objects.filter(asked_by=actor.user_id).select_related("unit", "document", "programme")
    )
