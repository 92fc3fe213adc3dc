"""recover, and that a recovery ends only when the money is there or written off."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kaichuang.cases.registry import effect, on_move
from kaichuang.cases.step import Step
from kaichuang.kit.problems import Problem, Refused
from kaichuang.support.models import RecoveryState
from kaichuang.support.operations.money import give_back
from kaichuang.support.operations.recover import demand_back
from kaichuang.support.operations.tranches import stop_tranches


@effect("recover")
def recover(step: Step) -> None:
    """Claim back `data["amount_fen"]` (all that was paid where none is given) with interest at `data["rates"]`.

    What has not been paid is not paid any more. `data["plan"]` are due days with amounts; `data["clause"]` is the basis.
    """
    stop_tranches(step.case, why=step.reason, final=True, actor=step.actor, now=step.now)
    key = f"{step.move.id}:{step.case.stays.count()}"
    give_back(step.case, at=step.today, actor=step.actor, reason=step.reason, key=key)
    demand_back(
        case=step.case,
        principal=step.data.get("amount_fen"),
        rates=step.data.get("rates") or [],
        reason=step.reason,
        clause=str(step.data.get("clause") or step.case.matter.clause),
        actor=step.actor,
        now=step.now,
        plan=step.data.get("plan") or (),
    )


@on_move
def ends_when_settled(step: Step) -> None:
    """A case does not leave the state into which a claim for money led while the money is neither there nor written off."""
    into = {move.to for move in step.workflow.moves if "recover" in move.does}
    if step.source not in into or "recover" in step.move.does:
        return
    if step.case.recoveries.filter(state=RecoveryState.OPEN).exists():
        message = _("款项尚未收齐，也未核销，不能办结追回。请先登记收款，或由领导核销并写明理由。")
        raise Refused(Problem("recovery_open", message))
