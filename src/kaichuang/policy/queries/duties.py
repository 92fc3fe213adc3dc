"""Who answers for which clause."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Unit
from kaichuang.policy.models import Clause, Responsibility, UnitRole
from kaichuang.policy.paths import plain
from kaichuang.policy.queries.editions import current_for


def duties_for(
    actor: Actor, *, programme_id: int | None = None, code: str = "", unit: str = "", role: str = ""
) -> QuerySet[Responsibility]:
    """Assignments of current editions, in the order of the texts."""
    code, unit, role = plain(code), plain(unit), plain(role)
    rows = Responsibility.objects.filter(clause__edition__in=current_for(actor)).select_related(
        "unit__successor", "clause__part", "clause__edition__document__programme"
    )
    if programme_id is not None:
        rows = rows.filter(clause__edition__document__programme=programme_id)
    if code:
        rows = rows.filter(clause__part__code=code)
    if unit:
        rows = rows.filter(Q(unit__name__icontains=unit) | Q(printed__icontains=unit))
    if role:
        rows = rows.filter(role=role)
    return rows.order_by("clause__edition__document__code", "clause__position", "position", "pk")


def units_with_duties(actor: Actor, programme_id: int) -> QuerySet[Unit]:
    """The programme's units that answer for something, those with the most first."""
    current = Q(responsibilities__clause__edition__in=current_for(actor))
    return (
        Unit.objects.filter(programme=programme_id)
        .annotate(
            leads=Count("responsibilities", filter=current & Q(responsibilities__role=UnitRole.LEAD)),
            helps=Count("responsibilities", filter=current & Q(responsibilities__role=UnitRole.COOPERATING)),
        )
        .filter(Q(leads__gt=0) | Q(helps__gt=0))
        .order_by("-leads", "-helps", "id")
    )


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A clause and, for each unit of the matrix in order, its role or None."""

    clause: Clause
    cells: list[Responsibility | None]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Clauses by units; only those that have to do with each other."""

    units: list[Unit]
    rows: list[MatrixRow]


def matrix_of(duties: QuerySet[Responsibility]) -> Matrix:
    """All of `duties` as a table, units in the order in which the texts name them first."""
    units: dict[int, Unit] = {}
    by_clause: dict[int, dict[int, Responsibility]] = {}
    clauses: dict[int, Clause] = {}
    for duty in duties:
        units.setdefault(duty.unit_id, duty.unit)
        clauses.setdefault(duty.clause_id, duty.clause)
        by_clause.setdefault(duty.clause_id, {})[duty.unit_id] = duty
    order = list(units)
    rows = [MatrixRow(clause, [by_clause[pk].get(unit) for unit in order]) for pk, clause in clauses.items()]
    return Matrix([units[pk] for pk in order], rows)
