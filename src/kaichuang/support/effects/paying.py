"""pay, and what it means that a case is paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from kaichuang.cases.models import Case
from kaichuang.cases.registry import effect_of_many, need
from kaichuang.cases.step import Step
from kaichuang.kit.money import format_yuan
from kaichuang.kit.problems import Problem
from kaichuang.support.models import TrancheState
from kaichuang.support.operations.tranches import make_tranches, settle_tranches


@effect_of_many("pay")
def pay(steps: Sequence[Step]) -> None:
    """Divide what was granted into tranches and request what can be paid at once."""
    granted = [step.case for step in steps if step.case.granted_fen]
    if granted:
        make_tranches(granted)
        settle_tranches(granted, actor=steps[0].actor, now=steps[0].now)


@need("paid")
def is_paid(case: Case, now: datetime) -> Iterator[Problem]:
    """Every tranche has reached the party; what was stopped for good is not waited for."""
    for tranche in case.tranches.exclude(state=TrancheState.PAID).exclude(is_final=True):
        message = _("“%(tranche)s”%(amount)s元尚未付清（%(state)s）。") % {
            "tranche": tranche.title,
            "amount": format_yuan(tranche.amount_fen),
            "state": TrancheState(tranche.state).label,
        }
        yield Problem("not_paid", message, clause=tranche.clause)
