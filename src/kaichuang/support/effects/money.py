"""hold, release, commit."""

from __future__ import annotations

from collections.abc import Sequence

from kaichuang.cases.models import Case, Holding
from kaichuang.cases.registry import effect, effect_of_many
from kaichuang.cases.step import Step
from kaichuang.support.operations.money import commit_money, give_back, hold_money
from kaichuang.support.operations.tranches import stop_tranches


@effect("hold")
def hold(step: Step) -> None:
    """Reserve what may be granted at most, or what was asked for if that is less."""
    amount = wanted(step)
    if amount:
        hold_money(step, amount)


@effect("release")
def release(step: Step) -> None:
    """Nothing more is paid: tranches stop, and what is not on its way to a bank goes back to the lines."""
    reason = step.reason.strip() or step.move.title.zh
    stop_tranches(step.case, why=reason, final=True, actor=step.actor, now=step.now)
    give_back(
        step.case, at=step.today, actor=step.actor, reason=reason, key=f"{step.move.id}:{stays(step.case)}"
    )


@effect_of_many("commit")
def commit(steps: Sequence[Step]) -> None:
    """Bind exactly what was granted."""
    holding = set(
        Holding.objects.filter(case__in=[step.case for step in steps])
        .order_by()
        .values_list("case", flat=True)
    )
    bound = [step for step in steps if step.case.granted_fen or step.case.pk in holding]
    if bound:
        commit_money([(step, step.case.granted_fen or 0) for step in bound])


def wanted(step: Step) -> int:
    """The ceiling that the rules come to, or the amount asked for if that is less; nothing where it is not known."""
    found, asked_for = step.entitlement, step.case.requested_fen
    ceiling = found.payable_fen if found is not None and found.plan.payable else None
    if not ceiling:
        return 0
    return ceiling if asked_for is None else min(ceiling, asked_for)


def stays(case: Case) -> int:
    """How often the case has changed its place: names the occasion in keys."""
    return case.stays.count()
