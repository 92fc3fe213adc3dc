"""What the worker does for a run at the moment, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from kaichuang.cases.models import Run, RunState
from kaichuang.cases.operations.matching import OFFER
from kaichuang.cases.operations.running import DECIDE, PUBLICISE, is_under_way
from kaichuang.cases.queries.runs import (
    behind_list,
    counts_of,
    ready_to_decide,
    ready_to_publicise,
    without_list,
)


@dataclass(frozen=True, slots=True)
class Job:
    """A long job; `total` 0 means that its end is not known yet."""

    label: str
    done: int = 0
    total: int = 0


def job_of(run: Run) -> Job | None:
    """None when the run waits for people."""
    if run.state == RunState.WAITING:
        return Job(_("正在逐户匹配"), run.done, run.total)
    if run.state == RunState.MATCHED:
        return Job(_("正在建立办件并告知企业")) if is_under_way(run, OFFER) else None
    if run.state != RunState.OFFERED:
        return None
    if is_under_way(run, PUBLICISE):
        waiting = ready_to_publicise(run).count()
        if waiting or without_list(run).exists():
            total = counts_of(run).listed + waiting
            return Job(_("正在列入公示"), total - waiting, total)
    behind = behind_list(run).count()
    if behind:
        counts = counts_of(run)
        return Job(_("公示期满，正在转入审定"), counts.listed - behind, counts.listed)
    if is_under_way(run, DECIDE):
        waiting, granted = ready_to_decide(run).count(), counts_of(run).granted
        return Job(_("正在逐件批准"), granted, granted + waiting) if waiting else None
    return None
