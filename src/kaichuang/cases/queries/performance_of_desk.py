"""How the desks keep their promises, and what money is asked for: for leaders, finance and auditors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from kaichuang.cases.models import Case, Correction, Stay
from kaichuang.cases.queries.cases import cases_for
from kaichuang.kit.actor import Actor


@dataclass(frozen=True, slots=True)
class Desk:
    """One unit: what lies there, what of it is late, and how it did with what has left."""

    unit: str
    unit_id: int | None
    lying: int
    overdue: int
    left: int
    left_late: int
    avoidable: int
    """Second returns that asked for what could have been named at first."""

    @property
    def pk(self) -> int:
        return self.unit_id or 0

    @property
    def kept(self) -> float | None:
        """The share of steps that were done in time."""
        return (self.left - self.left_late) / self.left if self.left else None


@dataclass(frozen=True, slots=True)
class Sums:
    """Money of one matter, in fen."""

    matter: str
    matter_id: int
    cases: int
    asked_fen: int
    proposed_fen: int
    granted_fen: int

    @property
    def pk(self) -> int:
        return self.matter_id


def desks_of(actor: Actor, today: date) -> list[Desk]:
    """Every unit at whose desk something lies or lay; three queries."""
    stays = Stay.objects.filter(case__in=_cases(actor).values("pk"), desk__isnull=False).order_by()
    lying = stays.filter(left_at=None, case__ended_at=None)
    rows = (
        stays.values("desk", "desk__name")
        .annotate(
            left=Count("pk", filter=Q(left_at__isnull=False, late__isnull=False)),
            left_late=Count("pk", filter=Q(late=True)),
        )
        .order_by("desk__name")
    )
    now: dict[int, Any] = {
        row["desk"]: row
        for row in lying.values("desk").annotate(
            lying=Count("pk"), overdue=Count("pk", filter=Q(deadline__due_on__lt=today))
        )
    }
    asked = Correction.objects.filter(case__in=_cases(actor).values("pk"), avoidable=True).order_by()
    avoidable = dict(asked.values("case__desk").annotate(n=Count("pk")).values_list("case__desk", "n"))
    found = [
        Desk(
            unit=row["desk__name"],
            unit_id=row["desk"],
            lying=now[row["desk"]]["lying"] if row["desk"] in now else 0,
            overdue=now[row["desk"]]["overdue"] if row["desk"] in now else 0,
            left=row["left"],
            left_late=row["left_late"],
            avoidable=avoidable.get(row["desk"], 0),
        )
        for row in rows
    ]
    return sorted(found, key=lambda desk: (-desk.overdue, -desk.lying, desk.unit))


def sums_of(actor: Actor) -> list[Sums]:
    """Money by matter: the ceilings of what is asked for, what is proposed, what was granted."""
    rows = (
        _cases(actor)
        .order_by()
        .values("matter", "matter__title")
        .annotate(
            cases=Count("pk"),
            asked=Sum("ceiling_fen", default=0),
            proposed=Sum("proposed_fen", default=0),
            granted=Sum("granted_fen", default=0),
        )
        .order_by(F("granted").desc(), "matter__title")
    )
    return [
        Sums(row["matter__title"], row["matter"], row["cases"], row["asked"], row["proposed"], row["granted"])
        for row in rows
    ]


def _cases(actor: Actor) -> QuerySet[Case]:
    return (
        cases_for(actor).filter(programme=actor.programme_id, submitted_at__isnull=False).select_related(None)
    )
