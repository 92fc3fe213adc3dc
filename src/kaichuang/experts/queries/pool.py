"""The pool, and who of it is eligible for a panel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from kaichuang.experts.drawing import Candidate
from kaichuang.experts.models import Expert, ExpertState, Panel, SeatState
from kaichuang.experts.models.panel import RUNNING
from kaichuang.experts.permissions import READERS
from kaichuang.experts.queries.related import related
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Party

_LIVE = Q(seats__state__in=[SeatState.INVITED, SeatState.ACCEPTED], seats__panel__state__in=RUNNING)

SPECIALITY, BUSY, CONFLICT = "speciality", "busy", "conflict"


@dataclass(frozen=True, slots=True)
class Eligible:
    """Who may be drawn; `excluded` are (number, code), `grounds` the chains of relations in words by number."""

    candidates: tuple[Candidate, ...]
    excluded: tuple[tuple[str, str], ...]
    grounds: dict[str, list[str]]


def experts_for(actor: Actor) -> QuerySet[Expert]:
    """The programme's pool for its public servants; others see themselves. The pool is no public list."""
    experts = with_load(Expert.objects.select_related("party", "employer", "home", "programme"))
    if actor.is_system:
        return experts
    own = Q(party__user=actor.user_id) if actor.user_id is not None else Q(pk=None)
    if actor.programme_id is not None and actor.has(*READERS):
        own |= Q(programme=actor.programme_id)
    return experts.filter(own)


def with_load(experts: QuerySet[Expert]) -> QuerySet[Expert]:
    """Adds `load`: on how many running panels each sits."""
    return experts.annotate(load=Count("seats", filter=_LIVE, distinct=True))


def eligible_for(panel: Panel, *, on: date, applicants: Iterable[Party] | None = None) -> Eligible:
    """Sort the active experts of the programme into those who may be drawn and those who may not, and why.

    One speciality in common is enough; a panel without specialities takes everybody.
    """
    active = Expert.objects.select_related("party").filter(
        programme=panel.programme_id, state=ExpertState.ACTIVE
    )
    pool = list(with_load(active).order_by("number"))
    loads: dict[int, int] = {expert.pk: getattr(expert, "load", 0) for expert in pool}
    if applicants is None:
        applicants = Party.objects.filter(reviewed_items__panel=panel).distinct()
    wanted = set(panel.specialities)
    able = [expert for expert in pool if not wanted or wanted & set(expert.specialities)]
    conflicts = related(experts=able, applicants=applicants, on=on)
    candidates: list[Candidate] = []
    excluded: list[tuple[str, str]] = []
    grounds: dict[str, list[str]] = {}
    able_ids = {expert.pk for expert in able}
    for expert in pool:
        if expert.pk not in able_ids:
            excluded.append((expert.number, SPECIALITY))
        elif expert.pk in conflicts:
            excluded.append((expert.number, CONFLICT))
            grounds[expert.number] = [words for chains in conflicts[expert.pk].values() for words in chains]
        elif loads[expert.pk] >= expert.most_panels:
            excluded.append((expert.number, BUSY))
        else:
            candidates.append(Candidate(expert.number, loads[expert.pk]))
    return Eligible(tuple(candidates), tuple(excluded), grounds)
