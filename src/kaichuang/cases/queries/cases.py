"""Cases as their readers may see them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from kaichuang.cases.models import Case
from kaichuang.cases.permissions import READERS
from kaichuang.kit.actor import Actor
from kaichuang.packs.schema.workflows import Move, State
from kaichuang.parties.models import Role


def cases_for(actor: Actor) -> QuerySet[Case]:
    """All submitted cases of the programme for its staff; to everybody else those of the party they act for."""
    # A version's content is long, and parsed once for each version (`models.matter.parsed`).
    rows = Case.objects.select_related(
        "programme", "matter", "version", "round", "party", "beneficiary", "desk"
    ).defer("version__content")
    if actor.is_system:
        return rows
    seen = Q(pk=None)
    if actor.party_id is not None:
        seen |= Q(party=actor.party_id)
    if actor.has(*READERS):
        seen |= Q(programme=actor.programme_id, submitted_at__isnull=False)
    return rows.filter(seen)


def desk_of_actor(actor: Actor) -> QuerySet[Case]:
    """What lies at the desk of a public servant: cases of their unit (of every unit for those without one) not yet ended."""
    rows = cases_for(actor).filter(programme=actor.programme_id, ended_at=None, submitted_at__isnull=False)
    if actor.unit_id is not None and not actor.has(Role.AUDITOR):
        rows = rows.filter(desk=actor.unit_id)
    return rows


def open_moves(case: Case, actor: Actor) -> list[tuple[Move, str]]:
    """The moves out of the present state, each with why the actor may not make it (empty: may)."""
    from kaichuang.cases.permissions import may_move

    found = []
    for move in case.version.file.workflow.out_of(case.state):
        if move.on is None:
            permit = may_move(move, actor, case)
            found.append((move, "" if permit else str(permit.reason)))
    return found


def state_of(case: Case) -> State:
    """The state in which a case is, with its words."""
    return case.version.file.workflow.state(case.state)
