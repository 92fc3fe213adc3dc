"""letter: the decision is told in a letter with a verification code."""

from __future__ import annotations

from collections.abc import Sequence

from kaichuang.cases.models import Decision, Letter
from kaichuang.cases.registry import effect_of_many
from kaichuang.cases.step import Step
from kaichuang.kit.commit import once_on_commit


@effect_of_many("letter")
def letter(steps: Sequence[Step]) -> None:
    """Ask for the letter of the last decision; the worker sets it as soon as this is committed."""
    last = (
        Decision.objects.filter(case__in=[step.case for step in steps])
        .order_by("case_id", "-pk")
        .distinct("case_id")
        .values_list("pk", flat=True)
    )
    wanted = [Letter(decision_id=decision, wanted_at=steps[0].now) for decision in last]
    if not wanted:
        return
    Letter.objects.bulk_create(wanted, ignore_conflicts=True)
    once_on_commit(_wake)


def _wake() -> None:
    from kaichuang.cases.tasks import wake

    wake()
