"""Runs without application and their matches, as public servants may see them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Cast

from kaichuang.cases.models import Case, Match, Matter, Run
from kaichuang.cases.permissions import READERS
from kaichuang.kit.actor import Actor
from kaichuang.publicity.enums import LineState
from kaichuang.publicity.models import Line


def runs_for(actor: Actor) -> QuerySet[Run]:
    """The runs of the programme, for its public servants."""
    rows = Run.objects.select_related("programme", "version__matter", "started_by").defer("version__content")
    if actor.is_system:
        return rows
    return rows.filter(programme=actor.programme_id) if actor.has(*READERS) else rows.none()


def matches_for(actor: Actor, run: Run) -> QuerySet[Match]:
    """What the rules said about each party, without the long snapshots."""
    if not runs_for(actor).filter(pk=run.pk).exists():
        return Match.objects.none()
    return run.matches.select_related("party", "case").defer("document")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many parties of a run are entitled, nearly, undecided, not; and the money."""

    met: int
    near: int
    unknown: int
    not_met: int
    fen: int
    near_fen: int
    offered: int
    consented: int
    listed: int
    granted: int
    paid: int
    granted_fen: int


def counts_of(run: Run) -> Counts:
    """One query over the matches, one over their cases."""
    near = Q(status="not_met", near_fen__gt=0)
    found = run.matches.aggregate(
        met=Count("pk", filter=Q(status="met")),
        near=Count("pk", filter=near),
        unknown=Count("pk", filter=Q(status="unknown")),
        not_met=Count("pk", filter=Q(status="not_met")),
        fen=Sum("payable_fen", filter=Q(status="met")),
        near_fen=Sum("near_fen", filter=near),
        offered=Count("case"),
        consented=Count("case", filter=Q(case__submitted_at__isnull=False)),
        listed=Count("case", filter=Q(case__proposed_fen__isnull=False)),
        granted=Count("case", filter=Q(case__granted_fen__isnull=False)),
        paid=Count("case", filter=Q(case__granted_fen__isnull=False, case__stage="closed")),
        granted_fen=Sum("case__granted_fen"),
    )
    return Counts(**{name: value or 0 for name, value in found.items()})


def automatic_matters(actor: Actor) -> QuerySet[Matter]:
    """Matters whose workflow lets the party confirm instead of applying."""
    moves = [{"id": "consent"}]
    return Matter.objects.filter(
        programme=actor.programme_id, is_offered=True, current__content__workflow__moves__contains=moves
    )


def ready_to_publicise(run: Run) -> QuerySet[Case]:
    """The cases of a run that were confirmed and are on no list yet."""
    return Case.objects.filter(match__run=run, state="listed").order_by("pk")


def without_list(run: Run) -> QuerySet[Case]:
    """The cases of a run that were proposed and wait for their list to be opened."""
    return (
        Case.objects.filter(~Exists(_lines(LineState.LISTED)), match__run=run, state="publicity")
        .exclude(Exists(_lines(LineState.CLEARED)))
        .order_by("pk")
    )


def behind_list(run: Run) -> QuerySet[Case]:
    """The cases of a run whose line is cleared and which the worker has not moved yet."""
    return Case.objects.filter(Exists(_lines(LineState.CLEARED)), match__run=run, state="publicity")


def _lines(state: LineState) -> QuerySet[Line]:
    return Line.objects.filter(
        subject_type="cases.case", subject_id=Cast(OuterRef("pk"), CharField()), state=state
    )


def ready_to_decide(run: Run) -> QuerySet[Case]:
    """The cases of a run whose publicity is over without an objection that stands."""
    return Case.objects.filter(match__run=run, state="decision").order_by("pk")
