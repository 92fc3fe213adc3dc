"""Announcements, lines and objections as their readers may see them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from kaichuang.kit.actor import Actor
from kaichuang.places.queries import programmes_for
from kaichuang.publicity.enums import AnnouncementState
from kaichuang.publicity.models import Announcement, Line, Objection
from kaichuang.publicity.permissions import READERS


def announcements_for(actor: Actor) -> QuerySet[Announcement]:
    """What has been opened, of every public programme, for everybody; drafts for the programme's public servants."""
    rows = Announcement.objects.select_related("programme__place", "unit", "record__attachment")
    if actor.is_system:
        return rows
    seen = ~Q(number="") & Q(programme__in=programmes_for(actor))
    if actor.has(*READERS):
        seen |= Q(programme=actor.programme_id)
    return rows.filter(seen)


def open_on(rows: QuerySet[Announcement], today: date) -> QuerySet[Announcement]:
    """Those whose period runs on `today`, even if the timed job is late."""
    return rows.filter(state=AnnouncementState.OPEN, closes_on__gte=today)


def lines_for(actor: Actor, announcement: Announcement) -> QuerySet[Line]:
    """The lines of a list; whoever may read the list may read all of it."""
    if not announcements_for(actor).filter(pk=announcement.pk).exists():
        return Line.objects.none()
    return announcement.lines.all()


def lines_about(subject_type: str, subject_id: str) -> QuerySet[Line]:
    """The lines about one row, the newest list first, for the context that publicised it."""
    rows = Line.objects.filter(subject_type=subject_type, subject_id=subject_id)
    return rows.select_related("announcement").order_by("-announcement_id")


def last_lines(subject_type: str, subject_ids: Collection[str]) -> dict[str, Line]:
    """Of each of many rows the line on its newest list."""
    rows = Line.objects.filter(subject_type=subject_type, subject_id__in=subject_ids)
    last = rows.order_by("subject_id", "-announcement_id").distinct("subject_id")
    return {line.subject_id: line for line in last}


def settled(line: Line) -> bool:
    """Whether the line has come to its end: cleared, struck or withdrawn. Asks the database."""
    line.refresh_from_db(fields=["state"])
    return line.is_settled


def objections_for(actor: Actor) -> QuerySet[Objection]:
    """All of the programme for its public servants; to everybody else what they lodged themselves."""
    rows = Objection.objects.select_related("announcement__programme", "announcement__unit", "line", "letter")
    if actor.is_system:
        return rows
    if actor.is_public:
        return rows.none()
    seen = Q(lodged_by=actor.user_id or 0)
    if actor.party_id is not None:
        seen |= Q(party=actor.party_id)
    if actor.has(*READERS):
        seen |= Q(announcement__programme=actor.programme_id)
    return rows.filter(seen)


def search_lines(rows: QuerySet[Line], text: str) -> QuerySet[Line]:
    """Lines in which all words stand."""
    for word in text.replace("\x00", "").split():
        rows = rows.filter(search__icontains=word)
    return rows
