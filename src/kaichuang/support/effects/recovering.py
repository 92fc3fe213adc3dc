"""recover, that a recovery ends only when the money is there or written off, and where the case goes then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from kaichuang.cases.models import Case
from kaichuang.cases.registry import effect, need, on_move
from kaichuang.cases.step import Step
from kaichuang.kit.money import format_yuan
from kaichuang.kit.problems import Problem, Refused
from kaichuang.support.models import RecoveryState
from kaichuang.support.operations.money import give_back
from kaichuang.support.operations.recover import demand_back
from kaichuang.support.operations.tranches import stop_tranches
from kaichuang.support.queries.kept import kept_of, owes_report, stands


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


@need("kept")
def is_kept(case: Case, now: datetime) -> Iterator[Problem]:
    """Part of what was paid stays with the party, and the decision stands."""
    if not stands(case):
        yield Problem("not_kept", _("没有仍然有效的资金：款项已全额追回，或决定已撤销。"))


@need("not_kept")
def is_not_kept(case: Case, now: datetime) -> Iterator[Problem]:
    """Nothing stays with the party, or the decision was revoked."""
    if stands(case):
        message = _(
            "还有%(kept)s元没有追回，支持决定仍然有效；要全部收回的，请先由领导撤销决定或继续追回。"
        ) % {"kept": format_yuan(kept_of(case))}
        yield Problem("kept", message)


@need("report_open")
def has_open_report(case: Case, now: datetime) -> Iterator[Problem]:
    """A report on the use of the money is still to be handed in or accepted."""
    if not owes_report(case):
        yield Problem("report_closed", _("资金使用情况不需要报送，或已核查通过。"))


@need("report_closed")
def has_closed_report(case: Case, now: datetime) -> Iterator[Problem]:
    """No report on the use of the money is due any more."""
    if owes_report(case):
        yield Problem("report_open", _("余下的资金还须报送使用情况。"))


@on_move
def ends_when_settled(step: Step) -> None:
    """A case does not leave the state into which a claim for money led while the money is neither there nor written off."""
    into = {move.to for move in step.workflow.moves if "recover" in move.does}
    if step.source not in into or "recover" in step.move.does:
        return
    if step.case.recoveries.filter(state=RecoveryState.OPEN).exists():
        message = _("款项尚未收齐，也未核销，不能办结追回。请先登记收款，或由领导核销并写明理由。")
        raise Refused(Problem("recovery_open", message))
