"""The library as lists: what there is, what is new, what is in the making, who cites what."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce, ExtractYear

from kaichuang.kit.actor import Actor
from kaichuang.policy.models import Document, Draft, Edition, EditionState, Reference
from kaichuang.policy.paths import plain
from kaichuang.policy.permissions import may_edit_library
from kaichuang.policy.queries.editions import SHOWN, current_for, editions_for
from kaichuang.policy.queries.validity import only_future, only_in_force


def library_for(
    actor: Actor,
    *,
    today: date,
    q: str = "",
    place: str = "",
    effect: str = "",
    issuer: str = "",
    year: int | None = None,
) -> Any:
    """The current edition of every document with `year`, `clause_count` and `begins`, narrowed; `effect` is in_force, future or ended."""
    q, place, issuer = plain(q), plain(place), plain(issuer)
    rows: Any = current_for(actor).annotate(
        year=ExtractYear(Coalesce("signed_on", "published_on", "effective_on")),
        clause_count=Count("clauses"),
        begins=Coalesce("effective_on", "signed_on", "published_on"),
    )
    if q:
        rows = rows.filter(
            Q(title__icontains=q)
            | Q(number__icontains=q)
            | Q(document__code__iexact=q)
            | Q(issuer__icontains=q)
        )
    if place:
        rows = rows.filter(document__programme__place_id=place)
    if issuer:
        rows = rows.filter(issuer__icontains=issuer)
    if year is not None:
        rows = rows.filter(year=year)
    if effect == "in_force":
        rows = only_in_force(rows, today)
    elif effect == "future":
        rows = only_future(rows, today)
    elif effect == "ended":
        running = only_in_force(Edition.objects.all(), today).values("pk")
        future = only_future(Edition.objects.all(), today).values("pk")
        rows = rows.exclude(pk__in=running).exclude(pk__in=future)
    return rows


def places_of_library() -> list[tuple[str, str]]:
    """(code, name) of the places that have documents, highest level first."""
    rows = Document.objects.filter(editions__state__in=SHOWN).order_by(
        "programme__place__level", "programme__place"
    )
    return list(rows.values_list("programme__place_id", "programme__place__name").distinct())


def years_of_library() -> list[int]:
    """The years of signature of the shown texts, newest first."""
    signed = Edition.objects.filter(state__in=SHOWN).annotate(
        year=ExtractYear(Coalesce("signed_on", "published_on", "effective_on"))
    )
    return list(signed.filter(year__isnull=False).order_by("-year").values_list("year", flat=True).distinct())


def newest_for(actor: Actor) -> QuerySet[Edition]:
    """What was published here last."""
    return current_for(actor).order_by("-issued_at", "-pk")


def making_for(actor: Actor) -> QuerySet[Edition]:
    """Texts of the actor's programme that are imported or checked, but not published."""
    if actor.programme_id is None or not may_edit_library(actor, actor.programme_id):
        return Edition.objects.none()
    return (
        editions_for(actor)
        .filter(
            document__programme=actor.programme_id, state__in=[EditionState.IMPORTED, EditionState.CHECKED]
        )
        .annotate(
            doubts_open=Count("doubts", filter=Q(doubts__state="open") & ~Q(doubts__proposed="")),
            doubts_all=Count("doubts"),
        )
        .order_by("-imported_at", "-pk")
    )


def drafts_for(actor: Actor) -> QuerySet[Draft]:
    """Uploads of the actor's programme that wait for their import."""
    if actor.programme_id is None or not may_edit_library(actor, actor.programme_id):
        return Draft.objects.none()
    return Draft.objects.filter(programme=actor.programme_id).select_related("uploaded_by").defer("text")


def citations_of(actor: Actor, *, number: str, title: str) -> QuerySet[Reference]:
    """Where current texts cite the document of that number (or, without one, of that exact title)."""
    number, title = plain(number), plain(title)
    if not number and not title:
        return Reference.objects.none()
    wanted = Q(number=number) if number else Q(number="", title=title)
    return (
        Reference.objects.filter(wanted, edition__in=current_for(actor))
        .select_related("edition__document__programme__place", "clause__part", "target")
        .order_by("edition__document__code", "line", "pk")
    )
