"""letter: the decision is told in a letter with a verification code."""

from __future__ import annotations

from django.db import transaction

from kaichuang.cases.models import Letter
from kaichuang.cases.registry import effect
from kaichuang.cases.step import Step


@effect("letter")
def letter(step: Step) -> None:
    """Ask for the letter of the last decision; the worker sets it as soon as this is committed."""
    decision = step.case.decisions.order_by("-pk").first()
    if decision is None:
        return
    Letter.objects.get_or_create(decision=decision, defaults={"wanted_at": step.now})
    transaction.on_commit(_wake)


def _wake() -> None:
    from kaichuang.cases.tasks import wake

    wake()
