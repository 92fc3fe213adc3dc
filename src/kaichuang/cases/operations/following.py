"""Cases follow the lines on which they stand. Asked again it changes nothing, so a job that broke off goes on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from kaichuang.cases.models import Case
from kaichuang.cases.operations.move import advance_many
from kaichuang.cases.queries.queue import files_of
from kaichuang.kit.actor import Actor
from kaichuang.packs.schema.matters import MatterFile
from kaichuang.packs.schema.workflows import Event
from kaichuang.publicity.enums import LineState
from kaichuang.publicity.models import Announcement, Line

CASE = "cases.case"
FOLLOW = "cases.follow_list"
TOGETHER = 50
"""As many cases move in one transaction: nobody else waits for a pool's balance longer than a third of a second."""
_EVENTS: dict[str, Event] = {
    LineState.LISTED: "relisted",
    LineState.CONTESTED: "contested",
    LineState.CLEARED: "cleared",
    LineState.STRUCK: "struck",
    LineState.WITHDRAWN: "unlisted",
}


def follow_lines(lines: Sequence[Line], *, now: datetime) -> int:
    """Move the cases behind these lines as the lines stand now; those that have moved already stay. In one transaction."""
    cases = Case.objects.select_related("programme").in_bulk([int(line.subject_id) for line in lines])
    moved = 0
    alike: dict[tuple[int, Event, str], list[Case]] = defaultdict(list)
    for line in lines:
        case = cases[int(line.subject_id)]
        reason = line.reason if line.state == LineState.STRUCK else ""
        alike[case.programme_id, _EVENTS[line.state], reason].append(case)
    for (programme, event, reason), group in alike.items():
        system = Actor.system("publicity", programme_id=programme)
        after = advance_many(cases=group, event=event, actor=system, now=now, reason=reason)
        moved += sum(case.state != before.state for case, before in zip(after, group, strict=True))
    return moved


def follow_list(*, announcement_id: int, now: datetime) -> int:
    """The same for a whole list, `TOGETHER` cases a transaction; returns how many moved."""
    moved = 0
    for keys in _parts(lines_behind(announcement_id)):
        with transaction.atomic():
            # Whoever lodges or decides an objection waits for these, and is followed by what they have done.
            Announcement.objects.select_for_update(of=("self",), no_key=True).get(pk=announcement_id)
            rows = Line.objects.filter(pk__in=keys).order_by("position")
            moved += follow_lines(list(rows), now=now)
    return moved


def follow_lists(*, now: datetime) -> int:
    """Every list of which a case lags behind its line: the second line behind the jobs."""
    waiting = Case.objects.filter(stage="publicity", ended_at=None).values_list("pk", flat=True)
    keys = [str(key) for key in waiting]
    lists = (
        Line.objects.filter(subject_type=CASE, subject_id__in=keys)
        .exclude(state=LineState.LISTED)
        .values_list("announcement_id", flat=True)
        .distinct()
    )
    return sum(follow_list(announcement_id=key, now=now) for key in sorted(set(lists)))


def _parts(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), TOGETHER):
        yield keys[start : start + TOGETHER]


def lines_behind(announcement_id: int) -> list[int]:
    """Lines of a list whose case has a move to make, in the order of the list; of several lists only a case's last counts."""
    rows = Line.objects.filter(announcement=announcement_id, subject_type=CASE).order_by("position")
    lines = list(rows.values_list("pk", "subject_id", "state"))
    subjects = [subject for _pk, subject, _state in lines]
    later = set(
        Line.objects.filter(
            subject_type=CASE, subject_id__in=subjects, announcement_id__gt=announcement_id
        ).values_list("subject_id", flat=True)
    )
    found = Case.objects.filter(pk__in=map(int, subjects)).values_list("pk", "version", "state")
    cases = {str(pk): (version, state) for pk, version, state in found}
    files = files_of(version for version, _state in cases.values())
    return [
        pk for pk, subject, state in lines if subject not in later and _waits(files, *cases[subject], state)
    ]


def _waits(files: Mapping[int, MatterFile], version: int, state: str, line: str) -> bool:
    """Whether a move that waits for the line's state leads out of the case's."""
    return any(move.on == _EVENTS[line] for move in files[version].workflow.out_of(state))
