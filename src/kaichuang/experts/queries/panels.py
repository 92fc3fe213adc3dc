"""Panels, seats, scores, items and draws that an actor may see."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from kaichuang.experts.models import Draw, Panel, Result, Score, ScoreState, Seat
from kaichuang.experts.permissions import READERS
from kaichuang.kit.actor import Actor


def _reads(actor: Actor) -> bool:
    return actor.programme_id is not None and actor.has(*READERS)


def panels_for(actor: Actor) -> QuerySet[Panel]:
    """All of the programme for its public servants, with everything; nobody else. Experts see their seats."""
    panels = Panel.objects.select_related("programme")
    if actor.is_system:
        return panels
    return panels.filter(programme=actor.programme_id) if _reads(actor) else panels.none()


def seats_for(actor: Actor) -> QuerySet[Seat]:
    """The actor's own seats in every programme, never those of others."""
    seats = Seat.objects.select_related("panel__programme", "expert__party")
    if actor.is_system:
        return seats
    return seats.filter(expert__party__user=actor.user_id) if actor.user_id is not None else seats.none()


def with_progress(seats: QuerySet[Seat]) -> QuerySet[Seat]:
    """Adds `to_score` and `scored`: how many items the reader has, and has handed in."""
    return seats.annotate(
        to_score=Count("scores", filter=~Q(scores__state=ScoreState.RECUSED)),
        scored=Count("scores", filter=Q(scores__state=ScoreState.SUBMITTED)),
    )


def scores_for(actor: Actor) -> QuerySet[Score]:
    """One's own scores; all of the programme for its public servants."""
    scores = Score.objects.select_related(
        "seat__panel__programme", "seat__expert__party", "item__panel", "item__party"
    )
    if actor.is_system:
        return scores
    own = Q(seat__expert__party__user=actor.user_id) if actor.user_id is not None else Q(pk=None)
    if _reads(actor):
        own |= Q(seat__panel__programme=actor.programme_id)
    return scores.filter(own)


def draws_for(actor: Actor) -> QuerySet[Draw]:
    """Records of draws are public: they name nobody."""
    return Draw.objects.select_related("panel__programme").filter(panel__programme__is_public=True) | (
        Draw.objects.select_related("panel__programme").filter(panel__programme=actor.programme_id)
    )


def results_for(actor: Actor) -> QuerySet[Result]:
    """Ranked results, for those who may see the panel."""
    return Result.objects.select_related("item__party", "panel").filter(panel__in=panels_for(actor))


def announced_for(actor: Actor) -> QuerySet[Panel]:
    """Panels whose seed has been announced, in the current programme: for everybody, by title only."""
    return Panel.objects.filter(programme=actor.programme_id, announced_at__isnull=False)
