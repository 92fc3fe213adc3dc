"""What happens to lines when an objection no longer stands in their way."""

from __future__ import annotations

from datetime import date, datetime

from kaichuang.clock.queries.calendars import calendar_of
from kaichuang.clock.queries.today import business_date
from kaichuang.kit.actor import Actor
from kaichuang.publicity.enums import AnnouncementState
from kaichuang.publicity.models import Announcement, Objection
from kaichuang.publicity.notices import RELISTED
from kaichuang.publicity.operations.lines import clear_free_lines, contested_without, move_many, move_one
from kaichuang.publicity.operations.tell import tell_line


def release(*, objection: Objection, announcement: Announcement, actor: Actor, now: datetime) -> None:
    """List its contested lines again, unless another objection stops them; clear them if the period is over.

    With `restart_days` they are shown again for so many working days from today; `CalendarMissing` is raised when the
    calendar does not reach so far.
    """
    if objection.is_late:
        return
    today = business_date(announcement.programme, now)
    rows = contested_without(announcement, objection)
    changes = {"until": shown_until(announcement, today)}
    if objection.line_id is None:
        system = Actor.system("publicity", programme_id=announcement.programme_id)
        move_many(announcement=announcement, rows=rows, move="relist", actor=system, now=now, changes=changes)
    else:
        for line in rows:
            relisted = move_one(
                line=line,
                move="relist",
                actor=Actor.system("publicity", programme_id=announcement.programme_id),
                now=now,
                scope=announcement.programme.slug,
                changes=changes,
            )
            tell_line(RELISTED, relisted, now)
    if announcement.state == AnnouncementState.CLOSED:
        clear_free_lines(
            announcement=announcement,
            today=today,
            actor=Actor.system("publicity", programme_id=announcement.programme_id),
            now=now,
        )


def shown_until(announcement: Announcement, today: date) -> date | None:
    """The last day of a line that is shown again; None for the announcement's own last day."""
    if announcement.restart_days == 0 or announcement.closes_on is None:
        return None
    return max(
        announcement.closes_on, calendar_of(announcement.programme).add(today, announcement.restart_days)
    )
