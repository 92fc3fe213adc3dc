"""Move lines: one by the journal's door, a whole list by one statement.

Note [Ten thousand lines]
A line that moves alone (contested, struck, listed again) goes through `journal.transition` and has an entry of its
own. When a whole list moves (cleared at its end, withdrawn), one UPDATE moves all rows and one entry about the
announcement names them by position ("1-57,59-10000"), so the journal says of every line when and why it moved,
without ten thousand entries. The trigger `one_door` on lines knows both doors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from kaichuang.journal.operations import record, transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.publicity import effects
from kaichuang.publicity.enums import FINAL, PENDING, LineState, ObjectionState, Outcome
from kaichuang.publicity.models import Announcement, Line, Objection
from kaichuang.publicity.workflow import LINES

OUTCOMES = {
    "contest": Outcome.CONTESTED,
    "relist": Outcome.RELISTED,
    "clear": Outcome.CLEARED,
    "strike": Outcome.STRUCK,
    "withdraw": Outcome.WITHDRAWN,
}


def move_one(
    *,
    line: Line,
    move: str,
    actor: Actor,
    now: datetime,
    scope: str,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
) -> Line:
    """One line, with an entry of its own; its subject hears of it."""
    row = transition(
        workflow=LINES,
        instance=line,
        move=move,
        actor=actor,
        now=now,
        reason=reason,
        changes=changes,
        scope=scope,
        payload={"announcement": line.announcement_id, "position": line.position},
    )
    effects.tell([row], OUTCOMES[move], actor, now)
    return row


@transaction.atomic
def move_many(
    *,
    announcement: Announcement,
    rows: QuerySet[Line],
    move: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
) -> list[Line]:
    """All of `rows` that may make the move, by one statement. See Note [Ten thousand lines].

    `rows` are lines of `announcement`, which the caller has locked.
    """
    step = LINES[move]
    require(step.permission(actor, announcement))
    if step.needs_reason and not reason.strip():
        raise Refused(Problem("reason_required", _("请填写理由。"), field="reason"))
    found = list(
        rows.filter(announcement=announcement, state__in=step.sources)
        .select_for_update(of=("self",), no_key=True)
        .order_by("position")
    )
    if not found:
        return []
    values = {"state": step.target, **(changes or {})}
    _door(f"{Line._meta.db_table}:list-{announcement.pk}:{step.target}")
    moved = Line.objects.filter(pk__in=[line.pk for line in found]).update(**values)
    _door("")
    if moved != len(found):
        raise RuntimeError(f"{moved} of {len(found)} lines moved")
    for line in found:
        line.announcement = announcement
        for name, value in values.items():
            setattr(line, name, value)
    record(
        actor=actor,
        now=now,
        action=f"{move}_lines",
        subject=announcement,
        scope=announcement.programme.slug,
        reason=reason,
        payload={
            "count": len(found),
            "to": step.target,
            "positions": ranges(line.position for line in found),
        },
    )
    effects.tell(found, OUTCOMES[move], actor, now)
    return found


def ranges(positions: Iterable[int]) -> str:
    """Ascending positions as `1-57,59-10000`."""
    parts: list[list[int]] = []
    for position in positions:
        if parts and position == parts[-1][1] + 1:
            parts[-1][1] = position
        else:
            parts.append([position, position])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)


def free_lines(announcement: Announcement, today: date) -> QuerySet[Line]:
    """Lines whose period is over and about which nobody waits for an answer."""
    pending = Objection.objects.filter(announcement=announcement, state__in=PENDING, is_late=False)
    over = Q(until=None) | Q(until__lt=today)
    return (
        announcement.lines.filter(over, state=LineState.LISTED)
        .exclude(Exists(pending.filter(line=OuterRef("pk"))))
        .exclude(Exists(pending.filter(line=None)))
    )


def contested_without(announcement: Announcement, objection: Objection) -> QuerySet[Line]:
    """Contested lines of an objection's reach that no other accepted objection stops."""
    others = Objection.objects.filter(
        announcement=announcement, state=ObjectionState.ACCEPTED, is_late=False
    ).exclude(pk=objection.pk)
    rows = announcement.lines.filter(state=LineState.CONTESTED)
    if objection.line_id is not None:
        rows = rows.filter(pk=objection.line_id)
    return rows.exclude(Exists(others.filter(Q(line=None) | Q(line=OuterRef("pk")))))


def clear_free_lines(*, announcement: Announcement, today: date, actor: Actor, now: datetime) -> list[Line]:
    """Clear what may be cleared of a closed list."""
    return move_many(
        announcement=announcement,
        rows=free_lines(announcement, today),
        move="clear",
        actor=actor,
        now=now,
        changes={"settled_on": today, "until": None},
    )


def unsettled(announcement: Announcement) -> bool:
    """Whether a line is still open, or an objection unanswered."""
    if announcement.lines.exclude(state__in=FINAL).exists():
        return True
    return announcement.objections.filter(state__in=PENDING, is_late=False).exists()


def lock(announcement: Announcement) -> Announcement:
    """The announcement's row, held against everybody who lodges, answers or closes."""
    rows = Announcement.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("programme", "unit").get(pk=announcement.pk)


def mark_settled(announcement: Announcement, today: date) -> None:
    """Nothing of the list is open any more."""
    Announcement.objects.filter(pk=announcement.pk, settled_on=None).update(settled_on=today)
    announcement.settled_on = today


def _door(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('kaichuang.door', %s, true)", [key])
