"""Close what is over. Catches up: however late, and however many do it at once, each list is closed once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from kaichuang.clock.queries.today import business_date
from kaichuang.files.operations import supersede_document
from kaichuang.journal.operations import record, transition
from kaichuang.kit.actor import Actor
from kaichuang.places.models import Programme
from kaichuang.publicity.enums import AnnouncementState
from kaichuang.publicity.models import Announcement
from kaichuang.publicity.operations.lines import clear_free_lines, free_lines, mark_settled, unsettled
from kaichuang.publicity.operations.record import issue_record
from kaichuang.publicity.queries.tally import Tally, tally_of
from kaichuang.publicity.workflow import ANNOUNCEMENTS

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Closed:
    """What one look has done; `failed` lists are tried again at the next."""

    closed: tuple[int, ...] = ()
    settled: tuple[int, ...] = ()
    failed: tuple[int, ...] = ()


def close_due(*, now: datetime) -> Closed:
    """Close every list whose last day has passed on its programme's business date; settle what has come to its end.

    Each list in a transaction of its own, so that one whose handlers fail does not hold up the others.
    """
    closed: list[int] = []
    settled: list[int] = []
    failed: list[int] = []
    for programme in Programme.objects.filter(announcements__isnull=False).distinct().order_by("pk"):
        today = business_date(programme, now)
        rows = Announcement.objects.filter(programme=programme)
        due = rows.filter(state=AnnouncementState.OPEN, closes_on__lt=today)
        left = rows.filter(state=AnnouncementState.CLOSED, settled_on=None)
        for key in due.order_by("closes_on", "pk").values_list("pk", flat=True):
            _each(key, today, now, _close, closed, failed)
        for key in left.order_by("pk").values_list("pk", flat=True):
            _each(key, today, now, _settle, settled, failed)
    return Closed(tuple(closed), tuple(settled), tuple(failed))


def _each(
    key: int,
    today: date,
    now: datetime,
    step: Callable[[int, date, datetime], bool],
    done: list[int],
    failed: list[int],
) -> None:
    try:
        if step(key, today, now):
            done.append(key)
    # A handler of another context, or the renderer of PDFs, may fail in any way; the other lists must not wait for it.
    except Exception:
        log.exception("announcement %s could not be closed", key)
        failed.append(key)


def _held(key: int, state: AnnouncementState) -> Announcement | None:
    """The row, locked; None when another worker has it or has done it."""
    rows = Announcement.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    return rows.select_related("programme", "unit", "record").filter(pk=key, state=state).first()


@transaction.atomic
def _close(key: int, today: date, now: datetime) -> bool:
    row = _held(key, AnnouncementState.OPEN)
    if row is None or row.closes_on is None or row.closes_on >= today:
        return False
    actor = Actor.system("publicity", programme_id=row.programme_id)
    tally = _at_close(tally_of(row), free_lines(row, today).count())
    final = tally.open == 0 and tally.holding == 0
    document = issue_record(announcement=row, tally=tally, final=final, today=today, actor=actor, now=now)
    closed = transition(
        workflow=ANNOUNCEMENTS,
        instance=row,
        move="close",
        actor=actor,
        now=now,
        changes={"closed_on": today, "record": document},
        payload={"lines": tally.lines, "cleared": tally.cleared, "open": tally.open},
        scope=row.programme.slug,
    )
    cleared = clear_free_lines(announcement=closed, today=today, actor=actor, now=now)
    if len(cleared) != tally.cleared:
        raise RuntimeError(f"announcement {key}: {len(cleared)} lines cleared, {tally.cleared} recorded")
    if final:
        mark_settled(closed, today)
    return True


@transaction.atomic
def _settle(key: int, today: date, now: datetime) -> bool:
    """Clear lines whose new period is over; when nothing is left, put the final record in the first one's place."""
    row = _held(key, AnnouncementState.CLOSED)
    if row is None or row.settled_on is not None:
        return False
    actor = Actor.system("publicity", programme_id=row.programme_id)
    clear_free_lines(announcement=row, today=today, actor=actor, now=now)
    if unsettled(row):
        return False
    _replace_record(row, today, actor, now)
    mark_settled(row, today)
    record(actor=actor, now=now, action="settle", subject=row, scope=row.programme.slug)
    return True


def _replace_record(row: Announcement, today: date, actor: Actor, now: datetime) -> None:
    first = row.record
    document = issue_record(
        announcement=row, tally=tally_of(row), final=True, today=today, actor=actor, now=now
    )
    if first is not None:
        supersede_document(document=first, successor=document, actor=actor, now=now, reason="公示全部办结")
    Announcement.objects.filter(pk=row.pk).update(record=document)


def _at_close(tally: Tally, free: int) -> Tally:
    """The numbers as they will be when the free lines have been cleared."""
    return replace(tally, listed=tally.listed - free, cleared=tally.cleared + free)
