"""How many lines and objections stand where."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from kaichuang.publicity.enums import PENDING, LineState, ObjectionState
from kaichuang.publicity.models import Announcement


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers only; no name in it."""

    lines: int
    listed: int
    contested: int
    cleared: int
    struck: int
    withdrawn: int
    objections: int
    late: int
    pending: int
    holding: int
    """Unanswered ones that were lodged in time."""
    upheld: int
    dismissed: int
    not_accepted: int

    @property
    def open(self) -> int:
        """Lines not yet settled."""
        return self.listed + self.contested


def tally_of(announcement: Announcement) -> Tally:
    """Two queries."""
    lines = announcement.lines.aggregate(
        lines=Count("pk"), **{state.value: Count("pk", filter=Q(state=state)) for state in LineState}
    )
    objections = announcement.objections.aggregate(
        objections=Count("pk"),
        late=Count("pk", filter=Q(is_late=True)),
        pending=Count("pk", filter=Q(state__in=PENDING)),
        holding=Count("pk", filter=Q(state__in=PENDING, is_late=False)),
        upheld=Count("pk", filter=Q(state=ObjectionState.UPHELD)),
        dismissed=Count("pk", filter=Q(state=ObjectionState.DISMISSED)),
        not_accepted=Count("pk", filter=Q(state=ObjectionState.NOT_ACCEPTED)),
    )
    return Tally(**lines, **objections)
