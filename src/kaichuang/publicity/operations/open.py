"""Show a list to the public, or take it back."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.clock.queries.today import business_date
from kaichuang.journal.operations import transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, Stale
from kaichuang.notices.operations import close_work, withdraw_work
from kaichuang.places.models import Programme
from kaichuang.publicity import masking
from kaichuang.publicity.columns import exposed
from kaichuang.publicity.enums import FINAL, AnnouncementState
from kaichuang.publicity.models import Announcement
from kaichuang.publicity.operations.lines import lock, move_many
from kaichuang.publicity.permissions import may_open
from kaichuang.publicity.queries.period import last_day
from kaichuang.publicity.workflow import ANNOUNCEMENTS


@transaction.atomic
def open_announcement(*, announcement: Announcement, actor: Actor, now: datetime) -> Announcement:
    """From now on everybody sees the list, and may object until the end of its last working day.

    Raises `CalendarMissing` when the calendar does not reach to that day: nothing is guessed.
    """
    row = lock(announcement)
    require(may_open(actor, row))
    if row.state != AnnouncementState.DRAFT:
        raise Stale()
    today = business_date(row.programme, now)
    opens_on = max(row.opens_on or today, today)
    closes_on = last_day(
        programme=row.programme, opens_on=opens_on, days=row.days, from_next_day=row.from_next_day
    )
    number = _next_number(row.programme, opens_on.year)
    opened = transition(
        workflow=ANNOUNCEMENTS,
        instance=row,
        move="open",
        actor=actor,
        now=now,
        changes={
            "number": number,
            "opens_on": opens_on,
            "closes_on": closes_on,
            "opened_at": now,
            "opened_by_id": actor.user_id,
            "digest": digest_of(row),
        },
        payload={"number": number, "opens_on": str(opens_on), "closes_on": str(closes_on)},
        scope=row.programme.slug,
    )
    close_work(subject=row, now=now, actor=actor)
    return opened


@transaction.atomic
def withdraw_announcement(
    *, announcement: Announcement, reason: str, actor: Actor, now: datetime
) -> Announcement:
    """Take the list back, with a reason that everybody reads; its open lines end as withdrawn.

    Objections already lodged are still answered.
    """
    row = lock(announcement)
    for found in sorted(set(masking.numbers_in(reason))):
        raise Refused(Problem("exposed", exposed(found), field="reason"))
    if len(reason.strip()) > 500:
        raise Refused(Problem("too_long", _("理由不超过500字。"), field="reason"))
    withdrawn = transition(
        workflow=ANNOUNCEMENTS,
        instance=row,
        move="withdraw",
        actor=actor,
        now=now,
        reason=reason,
        changes={"reason": reason.strip()},
        scope=row.programme.slug,
    )
    move_many(
        announcement=row,
        rows=row.lines.exclude(state__in=FINAL),
        move="withdraw",
        actor=Actor.system("publicity", programme_id=row.programme_id),
        now=now,
        reason=reason,
        changes={"settled_on": business_date(row.programme, now)},
    )
    withdraw_work(subject=row, now=now, actor=actor)
    return withdrawn


def digest_of(announcement: Announcement) -> str:
    """SHA-256 of the list as the public reads it: the columns, then every line's position, cells and amount.

    Over JSON lines with sorted keys, so that anybody can repeat it from the API's answer.
    """
    digest = hashlib.sha256(_line(announcement.columns))
    rows = announcement.lines.order_by("position").values_list("position", "cells", "amount_fen")
    for row in rows.iterator(chunk_size=2000):
        digest.update(_line(list(row)))
    return digest.hexdigest()


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _next_number(programme: Programme, year: int) -> str:
    """`公示〔2026〕3号`: without gaps, because numbers are given on opening and never taken back."""
    Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
    stem = f"公示〔{year}〕"
    taken = Announcement.objects.filter(programme=programme, number__startswith=stem).count()
    return f"{stem}{taken + 1}号"
