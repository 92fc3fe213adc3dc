"""propose, decide, refuse, revoke, appeal: amounts within the ceiling, reasons by clause, everything frozen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kaichuang.cases.models import Decision, DecisionKind
from kaichuang.cases.queries.computing import barred_among, frozen, parties_of
from kaichuang.cases.registry import each, effect, effect_of_many
from kaichuang.cases.step import Step, ask_together
from kaichuang.entitlement.words import words
from kaichuang.kit.money import format_yuan
from kaichuang.kit.problems import Problem, Refused
from kaichuang.kit.sql import update_each


@effect_of_many("propose")
def propose(steps: Sequence[Step]) -> None:
    """An amount (`data["amount_fen"]`, the ceiling where none is given) that the rules allow, with its reason."""
    barred = _asked_together(steps)

    def allow(step: Step) -> None:
        case = step.case
        case.ceiling_fen, case.proposed_fen = _allowed(step, step.data.get("amount_fen"), barred)
        if step.data.get("priority"):
            case.priority = str(step.data["priority"])[:200]

    each(allow)(steps)
    update_each([step.case for step in steps], "ceiling_fen", "proposed_fen", "priority")


@effect_of_many("decide")
def decide(steps: Sequence[Step]) -> None:
    """Grant `data["amount_fen"]`, or what was proposed; never above the ceiling computed now from the day's data."""
    barred = _asked_together(steps)
    decisions: list[Decision] = []

    def grant(step: Step) -> None:
        case, asked_for = step.case, step.data.get("amount_fen")
        ceiling, amount = _allowed(step, case.proposed_fen if asked_for is None else asked_for, barred)
        reason = step.reason.strip() or _default_reason(step, amount)
        if case.proposed_fen is not None and amount != case.proposed_fen and not step.reason.strip():
            message = _("批准金额与拟支持金额不同，请写明理由。")
            raise Refused(Problem("reason_required", message, field="reason"))
        document = frozen(step.asked) if step.asked is not None else None
        decisions.append(_decision(step, DecisionKind.GRANTED, amount, ceiling, reason, document))
        case.ceiling_fen, case.granted_fen, case.decided_at = ceiling, amount, step.now

    each(grant)(steps)
    _write(decisions)
    update_each([step.case for step in steps], "ceiling_fen", "granted_fen", "decided_at")


def _asked_together(steps: Sequence[Step]) -> frozenset[int]:
    """All cases put to the rules; who of their parties may not apply today."""
    ask_together(steps)
    return barred_among([step.case for step in steps], steps[0].today)


@effect("refuse")
def refuse(step: Step) -> None:
    """Reject with reasons by clause: the conditions that are not met, and what the officer adds (`data["grounds"]`)."""
    grounds = list(step.data.get("grounds") or ())
    found = step.entitlement
    if found is not None and found.status == "not_met":
        grounds += [
            {"clause": condition.clause, "text": condition.message.zh}
            for condition in found.conditions
            if condition.status == "not_met"
        ]
    reason = step.reason.strip() or "；".join(str(ground.get("text", "")) for ground in grounds)
    if not reason:
        message = _("请写明不予支持的理由和依据的条款。")
        raise Refused(Problem("reason_required", message, field="reason"))
    if not grounds:
        grounds = [{"clause": step.case.matter.clause, "text": reason}]
    asked = step.asked
    document = frozen(asked) if asked is not None else None
    _write([_decision(step, DecisionKind.REFUSED, 0, 0, reason, document, grounds)])
    step.case.decided_at = step.now
    step.case.save(update_fields=["decided_at"])


@effect("revoke")
def revoke(step: Step) -> None:
    """Take a grant back, with the reason and the clause (`data["grounds"]`)."""
    if not step.reason.strip():
        raise Refused(Problem("reason_required", _("撤销决定必须写明理由。"), field="reason"))
    grounds = list(step.data.get("grounds") or ()) or [
        {"clause": step.case.matter.clause, "text": step.reason.strip()}
    ]
    _write([_decision(step, DecisionKind.REVOKED, 0, 0, step.reason.strip(), None, grounds)])


@effect("appeal")
def appeal(step: Step) -> None:
    """An appeal lies against a refusal; its reason stands in the journal and on the case."""
    refused = step.case.decisions.order_by("-pk").first()
    if refused is None or refused.kind != DecisionKind.REFUSED:
        raise Refused(Problem("nothing_to_appeal", _("没有可以申诉的决定。")))


@effect("register")
def register(step: Step) -> None:
    """A right or a title is entered by its decision; contexts that keep a register of it listen to the move."""


def _allowed(step: Step, asked_for: Any, barred: frozenset[int]) -> tuple[int, int]:
    """(ceiling, amount) of a grant. Raises `Refused` where the rules do not allow it."""
    found = step.entitlement
    ceiling = 0 if found is None or found.plan.payable is None else found.payable_fen
    if ceiling is None and not step.workflow.pays:
        # A right or a title can be entered before the bureau has set what it is worth.
        ceiling = 0
    if ceiling is None:
        message = _("金额尚不能确定：缺少据以计算的数据，请先补充。")
        raise Refused(Problem("amount_unknown", message, field="amount_fen"))
    amount = ceiling if asked_for is None else int(asked_for)
    problems: list[Problem] = []
    limit = {"ceiling": format_yuan(ceiling)}
    clause = step.case.matter.clause
    if amount < 0:
        problems.append(Problem("amount_negative", _("金额不能为负。"), field="amount_fen"))
    if amount > ceiling:
        message = _("金额超过按政策测算的上限%(ceiling)s元。") % limit
        problems.append(Problem("above_ceiling", message, field="amount_fen", clause=clause))
    if found is not None and found.nature == "exact" and amount != ceiling and not problems:
        message = _("该项为定额，应为%(ceiling)s元，不能增减。") % limit
        problems.append(Problem("exact_amount", message, field="amount_fen", clause=clause))
    if not barred.isdisjoint(parties_of(step.case)):
        problems.append(Problem("banned", _("该主体处于禁止申报期内，不能给予支持。"), clause=clause))
    if found is not None and found.status != "met":
        told = words(found.sentence)
        problems.append(
            Problem("not_eligible", _("按现有数据不符合条件：%(why)s") % {"why": told}, clause=clause)
        )
    if problems:
        raise Refused(*problems)
    return ceiling, amount


def _default_reason(step: Step, amount: int) -> str:
    found = step.entitlement
    if found is None:
        return _("符合规定条件。")
    return _("符合规定条件，按政策测算上限%(ceiling)s元，批准%(amount)s元。") % {
        "ceiling": format_yuan(found.payable_fen or 0),
        "amount": format_yuan(amount),
    }


def _decision(
    step: Step,
    kind: DecisionKind,
    amount: int,
    ceiling: int,
    reason: str,
    document: dict[str, Any] | None,
    grounds: list[dict[str, str]] | None = None,
) -> Decision:
    return Decision(
        case=step.case,
        kind=kind,
        amount_fen=amount,
        ceiling_fen=ceiling,
        reason=reason,
        grounds=grounds or [{"clause": step.case.matter.clause, "text": reason}],
        document=document,
        digest=document["digest"] if document is not None else "",
        decided_at=step.now,
        decided_on=step.today,
        decided_by_id=step.actor.user_id,
    )


def _write(decisions: Sequence[Decision]) -> None:
    try:
        with transaction.atomic():
            Decision.objects.bulk_create(decisions)
    except IntegrityError as error:
        raise Refused(Problem("decided_before", _("该办件已经批准，不能再次批准。"))) from error
