"""Start, pause, resume and meet deadlines.

They ask no permission of their own: a deadline belongs to the step of a procedure that starts it, and the
operation of that step has asked. Each of them is part of the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from kaichuang.clock.counting import Span, due_date
from kaichuang.clock.models import Deadline, Pause
from kaichuang.clock.queries.calendars import calendar_of
from kaichuang.journal.models import Entry
from kaichuang.journal.operations import append, entry
from kaichuang.journal.operations.record import subject_type
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Problem, Refused
from kaichuang.kit.sql import update_each
from kaichuang.places.models import Programme


def start_deadline(
    *,
    programme: Programme,
    subject: models.Model,
    name: str,
    started_on: date,
    limit: int,
    actor: Actor,
    now: datetime,
    clause: str = "",
    in_working_days: bool = True,
    from_next_day: bool = True,
    extends: bool = True,
) -> Deadline:
    """The clock starts on `started_on`. Raises `Refused` when one of this name runs, or a year is unknown."""
    (deadline,) = start_deadlines(
        programme=programme,
        subjects=[subject],
        name=name,
        started_on=started_on,
        limit=limit,
        actor=actor,
        now=now,
        clause=clause,
        in_working_days=in_working_days,
        from_next_day=from_next_day,
        extends=extends,
    )
    return deadline


@transaction.atomic
def start_deadlines(
    *,
    programme: Programme,
    subjects: Sequence[models.Model],
    name: str,
    started_on: date,
    limit: int,
    actor: Actor,
    now: datetime,
    clause: str = "",
    in_working_days: bool = True,
    from_next_day: bool = True,
    extends: bool = True,
) -> list[Deadline]:
    """The same clock starts about each of the subjects, rows of one model; all or none. In the order of the subjects."""
    if not subjects:
        return []
    about = {"subject_type": subject_type(subjects[0]), "name": name}
    keys = [str(subject.pk) for subject in subjects]
    _alone_with([f"{about['subject_type']}\n{key}\n{name}" for key in keys])
    if Deadline.objects.filter(met_on=None, subject_id__in=keys, **about).exists():
        raise Refused(Problem("deadline_open", _("“%(name)s”的时限已在计算中。") % {"name": name}))
    deadlines = [
        Deadline(
            programme=programme,
            subject_id=key,
            started_on=started_on,
            limit=limit,
            clause=clause,
            in_working_days=in_working_days,
            from_next_day=from_next_day,
            extends=extends,
            **about,
        )
        for key in keys
    ]
    due_on = due_date(deadlines[0].terms, [], calendar_of(programme))
    for deadline in deadlines:
        deadline.due_on = due_on
    Deadline.objects.bulk_create(deadlines)
    payload = {"name": name, "started_on": str(started_on), "limit": limit, "due_on": str(due_on)}
    append([_entry(deadline, "start", actor, now, payload) for deadline in deadlines])
    return deadlines


@transaction.atomic
def pause_deadline(
    *, deadline: Deadline, reason: str, began_on: date, actor: Actor, now: datetime, clause: str = ""
) -> Deadline:
    """Stop the clock from `began_on` (not counted any more), for a reason that the rules allow."""
    locked = _locked(deadline)
    problems: list[Problem] = []
    if not reason.strip():
        problems.append(Problem("reason_required", _("中止时限必须写明事由。"), field="reason"))
    if locked.due_on is None:
        problems.append(Problem("already_paused", _("该时限已在中止中。")))
    elif began_on > locked.due_on:
        message = _("时限已于%(due)s届满，不能再中止。") % {"due": locked.due_on}
        problems.append(Problem("already_over", message, field="began_on"))
    if began_on < _earliest(locked):
        message = _("中止不能早于起算日或上一次恢复之日。")
        problems.append(Problem("pause_too_early", message, field="began_on"))
    if problems:
        raise Refused(*problems)
    Pause.objects.create(deadline=locked, reason=reason.strip(), clause=clause, began_on=began_on)
    locked.due_on = None
    locked.save(update_fields=["due_on"])
    _write_down(locked, "pause", actor, now, {"began_on": str(began_on), "clause": clause}, reason=reason)
    return locked


@transaction.atomic
def resume_deadline(*, deadline: Deadline, ended_on: date, actor: Actor, now: datetime) -> Deadline:
    """The clock goes on; `ended_on` is the first day that counts again."""
    locked = _locked(deadline)
    pause = locked.pauses.filter(ended_on=None).first()
    if pause is None:
        raise Refused(Problem("not_paused", _("该时限没有中止，无须恢复。")))
    if ended_on < pause.began_on:
        raise Refused(Problem("resume_too_early", _("恢复日不能早于中止日。"), field="ended_on"))
    pause.ended_on = ended_on
    pause.save(update_fields=["ended_on"])
    locked.due_on = due_date(locked.terms, spans_of(locked), calendar_of(locked.programme))
    locked.save(update_fields=["due_on"])
    _write_down(locked, "resume", actor, now, {"ended_on": str(ended_on), "due_on": str(locked.due_on)})
    return locked


def meet_deadline(*, deadline: Deadline, met_on: date, actor: Actor, now: datetime) -> Deadline:
    """What was promised has been done; an open pause ends with it."""
    (met,) = meet_deadlines(met=[(deadline, met_on)], actor=actor, now=now)
    return met


@transaction.atomic
def meet_deadlines(*, met: Sequence[tuple[Deadline, date]], actor: Actor, now: datetime) -> list[Deadline]:
    """The same for many deadlines, each with its day; all or none. In the order given."""
    rows = _locked_all([deadline for deadline, _day in met])
    for row, (_deadline, day) in zip(rows, met, strict=True):
        if day < row.started_on:
            raise Refused(Problem("met_before_start", _("完成日不能早于起算日。"), field="met_on"))
        row.met_on = day
    for day in sorted({day for _deadline, day in met}):
        Pause.objects.filter(deadline__in=[row for row in rows if row.met_on == day], ended_on=None).update(
            ended_on=models.functions.Greatest("began_on", models.Value(day))
        )
    update_each(rows, "met_on")
    append(
        [
            _entry(
                row,
                "meet",
                actor,
                now,
                {"met_on": str(day), "late": row.due_on is not None and day > row.due_on},
            )
            for row, (_deadline, day) in zip(rows, met, strict=True)
        ]
    )
    return rows


def spans_of(deadline: Deadline) -> list[Span]:
    return list(deadline.pauses.values_list("began_on", "ended_on"))


def _alone_with(subjects: Sequence[str]) -> None:
    """Two starts about one subject at once meet the check and not the bare constraint; others do not wait for them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(subject, 0)) FROM unnest(%s::text[]) AS subject",
            [[f"clock.deadline:{subject}" for subject in sorted(subjects)]],
        )


def _locked(deadline: Deadline) -> Deadline:
    return _locked_all([deadline])[0]


def _locked_all(deadlines: Sequence[Deadline]) -> list[Deadline]:
    """In the order of their keys, whatever the order asked for. Raises `Refused` where one was met before."""
    rows = Deadline.objects.select_for_update(of=("self",)).select_related("programme")
    found = {row.pk: row for row in rows.filter(pk__in=[one.pk for one in deadlines]).order_by("pk")}
    locked = [found[deadline.pk] for deadline in deadlines]
    for row in locked:
        if row.met_on is not None:
            raise Refused(Problem("deadline_met", _("该时限已于%(day)s完成。") % {"day": row.met_on}))
    return locked


def _earliest(deadline: Deadline) -> date:
    last = deadline.pauses.order_by("-began_on").first()
    return max(deadline.started_on, last.ended_on) if last and last.ended_on else deadline.started_on


def _write_down(
    deadline: Deadline,
    verb: str,
    actor: Actor,
    now: datetime,
    payload: dict[str, object],
    *,
    reason: str = "",
) -> None:
    append([_entry(deadline, verb, actor, now, payload, reason=reason)])


def _entry(
    deadline: Deadline,
    verb: str,
    actor: Actor,
    now: datetime,
    payload: dict[str, object],
    *,
    reason: str = "",
) -> Entry:
    return entry(
        actor=actor,
        now=now,
        action=f"{verb}_deadline",
        subject=deadline,
        scope=deadline.programme.slug,
        reason=reason,
        payload={"subject": f"{deadline.subject_type}:{deadline.subject_id}", **payload},
    )
