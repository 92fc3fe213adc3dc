"""The answer to an objection: state, letter, clock and work list together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from kaichuang.clock.operations.deadlines import meet_deadline
from kaichuang.clock.queries.deadlines import deadlines_of
from kaichuang.clock.queries.today import business_date
from kaichuang.journal.operations import transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, Stale
from kaichuang.notices.operations import close_work, withdraw_work
from kaichuang.publicity.enums import ObjectionState
from kaichuang.publicity.models import Announcement, Objection
from kaichuang.publicity.notices import ANSWERED
from kaichuang.publicity.operations.letter import issue_letter
from kaichuang.publicity.operations.tell import tell_author
from kaichuang.publicity.permissions import may_handle
from kaichuang.publicity.workflow import OBJECTIONS

_LONGEST = 1000


def answer(
    *,
    objection: Objection,
    announcement: Announcement,
    move: str,
    state: ObjectionState,
    reason: str,
    clause: str,
    actor: Actor,
    now: datetime,
    changes: Mapping[str, Any] | None = None,
) -> Objection:
    """Make the move with its letter; part of the caller's transaction, which holds the announcement."""
    row = Objection.objects.select_for_update(of=("self",), no_key=True).get(pk=objection.pk)
    row.announcement = announcement
    require(may_handle(actor, row))
    if row.state not in OBJECTIONS[move].sources:
        raise Stale()
    if not reason.strip() or len(reason.strip()) > _LONGEST:
        message = _("请写明处理意见，不超过%(longest)s字。") % {"longest": _LONGEST}
        raise Refused(Problem("reason_required", message, field="reason"))
    letter = issue_letter(
        objection=row, state=state, reason=reason.strip(), clause=clause.strip(), actor=actor, now=now
    )
    moved = transition(
        workflow=OBJECTIONS,
        instance=row,
        move=move,
        actor=actor,
        now=now,
        reason=reason.strip(),
        changes={
            "reason": reason.strip(),
            "clause": clause.strip(),
            "decided_on": business_date(announcement.programme, now),
            "decided_by_id": actor.user_id,
            "letter": letter,
            **(changes or {}),
        },
        scope=announcement.programme.slug,
    )
    moved.announcement = announcement
    finish(moved, actor, now)
    with translation.override(moved.language):
        outcome = str(moved.get_state_display())
    tell_author(ANSWERED, moved, now, outcome=outcome)
    return moved


def finish(objection: Objection, actor: Actor, now: datetime, *, withdrawn: bool = False) -> None:
    """Stop the clock and take it off the work lists."""
    today = business_date(objection.announcement.programme, now)
    for deadline in deadlines_of(objection).filter(met_on=None):
        meet_deadline(deadline=deadline, met_on=max(today, deadline.started_on), actor=actor, now=now)
    (withdraw_work if withdrawn else close_work)(subject=objection, now=now, actor=actor)
