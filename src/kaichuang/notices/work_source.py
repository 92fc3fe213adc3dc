"""The work list as a source of the workspace page."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from kaichuang.kit.actor import Actor
from kaichuang.notices.queries import work_for, work_title
from kaichuang.ui.work import WorkItem, WorkList


def to_do(actor: Actor, /, *, today: date, limit: int) -> WorkList:
    """The most urgent open work of the actor, and how much there is in all."""
    rows = work_for(actor)
    items = tuple(
        WorkItem(
            title=work_title(row),
            url=row.link or reverse("notices:work_item", args=[row.pk]),
            due_on=row.due,
            paused=row.deadline is not None and row.due is None,
            tone="danger" if row.due is not None and row.due < today else "neutral",
            clause=row.clause,
        )
        for row in rows[:limit]
    )
    total = len(items) if len(items) < limit else rows.count()
    return WorkList(items, total, reverse("notices:work"))


def open_count(actor: Actor) -> int:
    return work_for(actor).count()
