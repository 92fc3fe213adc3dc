"""Decide an objection."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.clock.queries.today import business_date
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Problem, refuse_if
from kaichuang.publicity import masking
from kaichuang.publicity.columns import exposed
from kaichuang.publicity.enums import FINAL, ObjectionState
from kaichuang.publicity.models import Announcement, Objection
from kaichuang.publicity.notices import STRUCK
from kaichuang.publicity.operations.answer import answer
from kaichuang.publicity.operations.lines import lock, move_many, move_one
from kaichuang.publicity.operations.release import release
from kaichuang.publicity.operations.tell import tell_line


@transaction.atomic
def decide_objection(
    *, objection: Objection, upheld: bool, reason: str, actor: Actor, now: datetime, clause: str = ""
) -> Objection:
    """Upheld: the line (or every open line) is struck, with the reason on the public page. Dismissed: it goes on.

    A letter answers whoever objected. Raises `Stale` when somebody else has decided, `Refused` when the reason would
    show personal data to the public.
    """
    row = lock(objection.announcement)
    if upheld:
        refuse_if(_exposing(objection, reason))
    moved = answer(
        objection=objection,
        announcement=row,
        move="uphold" if upheld else "dismiss",
        state=ObjectionState.UPHELD if upheld else ObjectionState.DISMISSED,
        reason=reason,
        clause=clause,
        actor=actor,
        now=now,
    )
    if upheld and not moved.is_late:
        _strike(moved, row, actor, now)
    elif not upheld:
        release(objection=moved, announcement=row, actor=actor, now=now)
    return moved


def _strike(objection: Objection, announcement: Announcement, actor: Actor, now: datetime) -> None:
    changes = {
        "settled_on": business_date(announcement.programme, now),
        "until": None,
        "reason": objection.reason,
        "clause": objection.clause,
    }
    rows = announcement.lines.exclude(state__in=FINAL)
    if objection.line_id is None:
        move_many(
            announcement=announcement,
            rows=rows,
            move="strike",
            actor=actor,
            now=now,
            reason=objection.reason,
            changes=changes,
        )
        return
    for line in rows.filter(pk=objection.line_id):
        struck = move_one(
            line=line,
            move="strike",
            actor=actor,
            now=now,
            scope=announcement.programme.slug,
            reason=objection.reason,
            changes=changes,
        )
        tell_line(STRUCK, struck, now)


def _exposing(objection: Objection, reason: str) -> list[Problem]:
    """What of the reason the public must not read: it stands on the permanent page."""
    found = [
        Problem("exposed", exposed(kind), field="reason") for kind in sorted(set(masking.numbers_in(reason)))
    ]
    own = [text for text in (objection.name, objection.phone, objection.email) if len(text) > 1]
    if any(text in reason for text in own):
        message = _("异议成立的理由将公开，请不要写入提出人的姓名或联系方式。")
        found.append(Problem("names_author", message, field="reason"))
    return found
