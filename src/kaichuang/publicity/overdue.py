"""What happens when an answer is overdue."""

from __future__ import annotations

from datetime import datetime

from kaichuang.clock.models import Deadline
from kaichuang.clock.operations.find_overdue import on_overdue
from kaichuang.notices.audience import Audience
from kaichuang.notices.operations import notify
from kaichuang.parties.models import Role
from kaichuang.publicity.models import Objection
from kaichuang.publicity.notices import OVERDUE


def register() -> None:
    """Called once at start-up."""
    on_overdue("publicity.objection")(tell_leaders)


def tell_leaders(deadline: Deadline, now: datetime) -> None:
    """The leaders of the programme hear of every objection that waits too long."""
    objection = Objection.objects.select_related("announcement__programme").get(pk=deadline.subject_id)
    announcement = objection.announcement
    notify(
        kind=OVERDUE.code,
        audience=Audience.of_role(Role.LEADER, programme_id=announcement.programme_id),
        now=now,
        programme=announcement.programme,
        params={
            "reference": objection.reference,
            "title": announcement.title,
            "due": str(deadline.due_on),
        },
        link=f"/publicity/queue/{objection.pk}/",
        subject=objection,
        key=f"publicity:overdue:{deadline.pk}",
    )
