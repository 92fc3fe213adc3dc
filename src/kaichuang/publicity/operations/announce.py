"""Draft a list, and correct the draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Stale, refuse_if
from kaichuang.notices.audience import Audience
from kaichuang.notices.operations import open_work
from kaichuang.parties.models import Role, Unit
from kaichuang.places.models import Programme
from kaichuang.publicity import kinds, masking
from kaichuang.publicity.columns import ColumnSpec, LineSpec, check, exposed
from kaichuang.publicity.enums import AnnouncementState
from kaichuang.publicity.models import Announcement, Line
from kaichuang.publicity.notices import OPEN
from kaichuang.publicity.operations.lines import lock
from kaichuang.publicity.permissions import may_draft, may_open, may_revise

_LONGEST_PERIOD = 250
_BATCH = 2000


def announce(
    *,
    programme: Programme,
    kind: str,
    title: str,
    columns: Sequence[ColumnSpec],
    lines: Iterable[LineSpec],
    days: int,
    clause: str,
    unit: Unit,
    actor: Actor,
    now: datetime,
    opens_on: date | None = None,
    text: str = "",
    contact: str = "",
    answer_days: int = 15,
    restart_days: int = 0,
    from_next_day: bool = True,
) -> Announcement:
    """A draft with all its lines; nobody but the programme's public servants sees it until it is opened.

    `opens_on` later than the day of opening lets the period begin on that day; `clause` is why it is publicised and
    for how long. Raises `Refused` with what is wrong with columns and cells, full personal numbers among it.
    """
    require(may_draft(actor, programme))
    checked = check(columns, lines)
    general = _problems(kind, title, text, days, answer_days)
    if unit.programme_id != programme.pk:
        general = [*general, Problem("unit", _("公示单位不属于本项目。"), field="unit")]
    refuse_if([*general, *checked.problems])
    with transaction.atomic():
        announcement = Announcement.objects.create(
            programme=programme,
            unit=unit,
            kind=kind,
            title=title.strip(),
            text=text.strip(),
            clause=clause.strip(),
            contact=contact.strip(),
            columns=[column.stored() for column in columns],
            days=days,
            answer_days=answer_days,
            restart_days=restart_days,
            from_next_day=from_next_day,
            opens_on=opens_on,
            drafted_at=now,
            drafted_by_id=actor.user_id,
        )
        Line.objects.bulk_create(
            (
                Line(
                    announcement=announcement,
                    position=position,
                    subject_type=line.reference[0],
                    subject_id=line.reference[1],
                    party=line.party,
                    cells=cells,
                    search=" ".join(str(value) for value in cells.values()),
                    amount_fen=line.amount_fen,
                )
                for position, (line, cells) in enumerate(checked.lines, start=1)
            ),
            batch_size=_BATCH,
        )
        payload = {"title": announcement.title, "kind": kind, "lines": len(checked.lines), "days": days}
        record(
            actor=actor, now=now, action="draft", subject=announcement, scope=programme.slug, payload=payload
        )
        if not may_open(actor, announcement):
            _ask_for_opening(announcement, now)
    return announcement


@transaction.atomic
def revise_draft(
    *,
    announcement: Announcement,
    title: str,
    text: str,
    contact: str,
    days: int,
    opens_on: date | None,
    actor: Actor,
    now: datetime,
) -> Announcement:
    """Correct what stands around the list, while nobody has seen it."""
    row = lock(announcement)
    require(may_revise(actor, row))
    if row.state != AnnouncementState.DRAFT:
        raise Stale()
    refuse_if(_problems(row.kind, title, text, days, row.answer_days))
    wanted = {
        "title": title.strip(),
        "text": text.strip(),
        "contact": contact.strip(),
        "days": days,
        "opens_on": opens_on,
    }
    changed = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        row.save(update_fields=list(changed))
        payload = {name: str(value) for name, value in changed.items()}
        record(actor=actor, now=now, action="revise", subject=row, scope=row.programme.slug, payload=payload)
    return row


def _problems(kind: str, title: str, text: str, days: int, answer_days: int) -> list[Problem]:
    return list(_iter_problems(kind, title, text, days, answer_days))


def _iter_problems(kind: str, title: str, text: str, days: int, answer_days: int) -> Iterator[Problem]:
    if not kinds.known(kind):
        yield Problem("kind", _("没有代号为“%(kind)s”的公示类别。") % {"kind": kind}, field="kind")
    if not title.strip() or len(title.strip()) > 200:
        yield Problem("title", _("请填写标题，不超过200字。"), field="title")
    if not 1 <= days <= _LONGEST_PERIOD:
        message = _("公示期为1至%(longest)s个工作日。") % {"longest": _LONGEST_PERIOD}
        yield Problem("days", message, field="days")
    if answer_days < 1:
        yield Problem("answer_days", _("异议答复时限至少为1个工作日。"), field="answer_days")
    for field, value in (("title", title), ("text", text)):
        for found in sorted(set(masking.numbers_in(value)) - {"phone"}):
            yield Problem("exposed", exposed(found), field=field)


def _ask_for_opening(announcement: Announcement, now: datetime) -> None:
    """Whoever drafted may not open: put it before those who may."""
    open_work(
        programme=announcement.programme,
        kind=OPEN.code,
        subject=announcement,
        recipient=Audience.of_role(Role.OFFICER, programme_id=announcement.programme_id),
        now=now,
        params={"title": announcement.title},
        link=f"/publicity/office/{announcement.pk}/",
        clause=announcement.clause,
    )
