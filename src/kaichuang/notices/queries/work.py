"""The work list."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Case, DateField, F, Q, QuerySet, When

from kaichuang.kit.actor import Actor
from kaichuang.notices.enums import WorkState
from kaichuang.notices.models import WorkItem
from kaichuang.notices.permissions import SUPERIORS
from kaichuang.parties.models import Role

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Due(TypedDict):
    due: date | None


def with_due(items: QuerySet[WorkItem]) -> QuerySet[WithAnnotations[WorkItem, Due]]:
    """Adds `due`: the date of the deadline if there is one (empty while it is paused), else the item's own."""
    due = Case(
        When(deadline__isnull=False, then=F("deadline__due_on")),
        default=F("due_on"),
        output_field=DateField(),
    )
    return items.annotate(due=due)


def work_for(actor: Actor, *, closed: bool = False) -> QuerySet[WithAnnotations[WorkItem, Due]]:
    """What the actor has to do: by name, for the party, by role, in the unit. The most urgent first, undated last."""
    mine = Q(user=actor.user_id or 0)
    if actor.party_id is not None:
        mine |= Q(party=actor.party_id)
    if actor.programme_id is not None and actor.roles:
        units = Q(unit=None) if actor.unit_id is None else Q(unit=None) | Q(unit=actor.unit_id)
        mine |= Q(programme=actor.programme_id, role__in=actor.roles) & units
        if actor.unit_id is not None:
            mine |= Q(programme=actor.programme_id, role="", unit=actor.unit_id)
    return _listed(WorkItem.objects.filter(mine), closed)


def all_work_for(actor: Actor, *, closed: bool = False) -> QuerySet[WithAnnotations[WorkItem, Due]]:
    """Everybody's work in the programme, for leaders, administrators and auditors; others see their own."""
    if actor.is_system:
        return _listed(WorkItem.objects.all(), closed)
    if actor.programme_id is None or not actor.has(*SUPERIORS, Role.AUDITOR):
        return work_for(actor, closed=closed)
    return _listed(WorkItem.objects.filter(programme=actor.programme_id), closed)


def _listed(items: QuerySet[WorkItem], closed: bool) -> QuerySet[WithAnnotations[WorkItem, Due]]:
    states = [WorkState.DONE, WorkState.WITHDRAWN] if closed else [WorkState.OPEN]
    return (
        with_due(items.filter(state__in=states))
        .select_related("programme", "user", "unit", "party", "deadline")
        .order_by(F("due").asc(nulls_last=True), "id")
    )
