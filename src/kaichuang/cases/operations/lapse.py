"""What applicants did not complete or confirm in time ends; overdue desks are told."""

from __future__ import annotations

from datetime import datetime

from kaichuang.cases.models import Case, Stay
from kaichuang.cases.notices import OVERDUE
from kaichuang.cases.operations.move import advance
from kaichuang.clock.models import Deadline
from kaichuang.clock.operations.find_overdue import on_overdue
from kaichuang.clock.queries import business_date
from kaichuang.kit.actor import Actor
from kaichuang.notices.audience import Audience
from kaichuang.notices.operations.notify import notify


def lapse_due(*, now: datetime) -> int:
    """Move on the cases whose applicant let the day pass, each in its own transaction; returns how many."""
    lapsed = 0
    stays = Stay.objects.filter(
        left_at=None, deadline__due_on__lt=now.date(), case__desk=None
    ).select_related("case__programme", "deadline")
    for stay in stays:
        case, due = stay.case, stay.deadline.due_on if stay.deadline is not None else None
        if due is None or business_date(case.programme, now) <= due:
            continue
        system = Actor.system("lapse", programme_id=case.programme_id)
        lapsed += advance(case=case, event="lapsed", actor=system, now=now).state != case.state
    return lapsed


@on_overdue("cases.stay")
def tell_overdue(deadline: Deadline, now: datetime) -> None:
    """The desk and its leaders hear that a promise was not kept."""
    stay = Stay.objects.select_related("case__programme", "case__matter").get(pk=deadline.subject_id)
    case: Case = stay.case
    if stay.left_at is not None or stay.desk_id is None:
        return
    notify(
        kind=OVERDUE.code,
        audience=[
            Audience.of_unit(stay.desk_id, programme_id=case.programme_id),
            Audience.of_role("leader", programme_id=case.programme_id),
        ],
        now=now,
        programme=case.programme,
        params={"number": case.number, "state": deadline.name},
        link=f"/cases/{case.pk}/",
        subject=case,
        key=f"cases.overdue:{stay.pk}",
    )
