"""Accept an objection for checking, refuse it, or take it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.journal.operations import transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import NotAllowed, Problem, Refused
from kaichuang.publicity.enums import LineState, ObjectionState, Refusal
from kaichuang.publicity.models import Objection
from kaichuang.publicity.notices import CONTESTED, RETRACTED
from kaichuang.publicity.operations.answer import answer, finish
from kaichuang.publicity.operations.lines import lock, move_many, move_one
from kaichuang.publicity.operations.release import release
from kaichuang.publicity.operations.tell import tell_line, tell_outside
from kaichuang.publicity.permissions import is_author
from kaichuang.publicity.workflow import OBJECTIONS


@transaction.atomic
def accept_objection(*, objection: Objection, actor: Actor, now: datetime) -> Objection:
    """Take it up: in time, it stops its line (or every open line of the list) in this moment."""
    row = lock(objection.announcement)
    moved = transition(
        workflow=OBJECTIONS, instance=objection, move="accept", actor=actor, now=now, scope=row.programme.slug
    )
    if moved.is_late:
        return moved
    if moved.line_id is None:
        move_many(announcement=row, rows=row.lines.all(), move="contest", actor=actor, now=now)
        return moved
    line = row.lines.get(pk=moved.line_id)
    if line.state == LineState.LISTED:
        line = move_one(line=line, move="contest", actor=actor, now=now, scope=row.programme.slug)
        tell_line(CONTESTED, line, now)
    return moved


@transaction.atomic
def refuse_objection(
    *, objection: Objection, refusal: str, reason: str, actor: Actor, now: datetime, clause: str = ""
) -> Objection:
    """Do not take it up, for a named reason; a letter says so."""
    row = lock(objection.announcement)
    if refusal not in Refusal.values:
        raise Refused(Problem("refusal", _("请选择不予受理的情形。"), field="refusal"))
    moved = answer(
        objection=objection,
        announcement=row,
        move="refuse",
        state=ObjectionState.NOT_ACCEPTED,
        reason=reason,
        clause=clause,
        actor=actor,
        now=now,
        changes={"refusal": refusal},
    )
    release(objection=moved, announcement=row, actor=actor, now=now)
    return moved


@transaction.atomic
def retract_objection(*, objection: Objection, actor: Actor, now: datetime, code: str = "") -> Objection:
    """Taken back by whoever lodged it: signed in, or with the receipt code."""
    row = lock(objection.announcement)
    if not (is_author(actor, objection) or (code and code == objection.code)):
        raise NotAllowed(Problem("not_author", _("只有提出人可以撤回异议。")))
    moved = transition(
        workflow=OBJECTIONS,
        instance=objection,
        move="retract",
        actor=actor,
        now=now,
        scope=row.programme.slug,
    )
    finish(moved, actor, now, withdrawn=True)
    tell_outside(RETRACTED, moved, now)
    release(objection=moved, announcement=row, actor=actor, now=now)
    return moved
