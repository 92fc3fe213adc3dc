"""Share out a round whose pot is too small, by the rule that was declared before it opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kaichuang.cases.models import Case, Holding, Round, Shortfall
from kaichuang.cases.operations.move import move_case
from kaichuang.cases.queries.computing import entitlement_of
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.money import format_yuan
from kaichuang.kit.permissions import any_role, require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.ledger.models import Claim
from kaichuang.parties.models import Role
from kaichuang.rules.pots import Claim as Wish
from kaichuang.rules.pots import Share, Terms, share_out
from kaichuang.support.queries.funding import funders_of, left_in

may_allocate = any_role(Role.OFFICER, Role.LEADER)

TERMS = {
    Shortfall.BY_SCORE: Terms("by_score"),
    Shortfall.FIRST_COME: Terms("first_come"),
    Shortfall.PRO_RATA: Terms("pro_rata"),
    Shortfall.CARRY_OVER: Terms("first_come", carry_over=True),
    Shortfall.QUEUE: Terms("first_come", partial=False, carry_over=True),
    Shortfall.REFUSE: Terms("first_come", partial=False),
}
"""How the engine understands the words of packs."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What one rule would give to whom; `problem` says why it cannot be applied."""

    rule: str
    label: str
    declared: bool
    shares: Sequence[Share] = ()
    problem: str = ""

    @property
    def total_fen(self) -> int:
        return sum(share.fen for share in self.shares)

    @property
    def carried_fen(self) -> int:
        return sum(share.carried_fen for share in self.shares)

    @property
    def served(self) -> int:
        return sum(1 for share in self.shares if share.fen)

    def of(self, case: Case) -> Share | None:
        """The share of a case."""
        return next((share for share in self.shares if share.claim.key == str(case.pk)), None)


def waiting_in(round_: Round) -> list[Case]:
    """The cases of a round that stand before the proposal of an amount, in the order in which they came."""
    cases = (
        Case.objects.filter(round=round_, ended_at=None, granted_fen=None, submitted_at__isnull=False)
        .select_related("programme", "matter", "version__pack_version", "round", "party", "beneficiary")
        .order_by("submitted_at", "pk")
    )
    return [case for case in cases if proposing(case) is not None]


def proposing(case: Case) -> str | None:
    """The move that sets an amount, where the case stands before it."""
    for move in case.version.file.workflow.out_of(case.state):
        if "propose" in move.does and not move.returns:
            return move.id
    return None


def pot_of(round_: Round, cases: Sequence[Case]) -> int:
    """Fen to share out: what is left of the round's own pot, else of the lines, with what these cases hold already."""
    mine = Claim.objects.filter(pk__in=Holding.objects.filter(case__in=cases).values("claim"))
    held = int(mine.aggregate(total=Sum("reserved"))["total"] or 0)
    if round_.pot_fen is not None:
        others = Claim.objects.filter(
            pk__in=Holding.objects.filter(case__round=round_).exclude(case__in=cases).values("claim")
        )
        sums = others.aggregate(total=Sum("reserved") + Sum("committed") + Sum("ordered") + Sum("paid"))
        return max(round_.pot_fen - int(sums["total"] or 0), 0)
    lines = {
        funder.line.pk: funder.line for case in cases for funder in funders_of(case, entitlement_of(case))
    }
    return held + sum(left_in(line) for line in lines.values())


def wishes_of(cases: Sequence[Case]) -> list[Wish]:
    """What each case may get at most, its score, and its place in the queue."""
    return [
        Wish(
            key=str(case.pk),
            fen=_most(case),
            score=Fraction(case.score) if case.score is not None else None,
            arrived=place,
            priority=bool(case.priority),
        )
        for place, case in enumerate(cases)
    ]


def _most(case: Case) -> int:
    ceiling = case.ceiling_fen or 0
    return ceiling if case.requested_fen is None else min(ceiling, case.requested_fen)


def preview_allocation(round_: Round, *, pot_fen: int | None = None) -> list[Preview]:
    """Every rule side by side, the declared one first."""
    cases = waiting_in(round_)
    pot = pot_of(round_, cases) if pot_fen is None else pot_fen
    wishes = wishes_of(cases)
    found = [_preview(Shortfall(rule), round_, wishes, pot) for rule in Shortfall.values]
    return sorted(found, key=lambda preview: not preview.declared)


def _preview(rule: Shortfall, round_: Round, wishes: list[Wish], pot: int) -> Preview:
    declared = rule == round_.shortfall
    short = sum(wish.fen for wish in wishes) > pot
    if short and rule == Shortfall.BY_SCORE and any(wish.score is None for wish in wishes):
        return Preview(rule, str(rule.label), declared, problem=_("有办件还没有评审得分。"))
    if not short:
        return Preview(rule, str(rule.label), declared, share_out(wishes, pot, Terms("first_come")))
    return Preview(rule, str(rule.label), declared, share_out(wishes, pot, TERMS[rule]))


def allocate(*, round_: Round, actor: Actor, now: datetime) -> list[Case]:
    """Propose to each case what the declared rule gives it, all of them or none; who gets nothing stays where it is.

    Raises `Refused` where the rule cannot be applied, or where it is to refuse and the pot is too small.
    """
    require(may_allocate(actor, round_.matter))
    with transaction.atomic():
        row = (
            Round.objects.select_for_update(of=("self",), no_key=True)
            .select_related("matter")
            .get(pk=round_.pk)
        )
        cases = waiting_in(row)
        if not cases:
            raise Refused(Problem("nothing_to_share", _("本批次没有待拟定金额的办件。")))
        pot = pot_of(row, cases)
        preview = _preview(Shortfall(row.shortfall), row, wishes_of(cases), pot)
        if preview.problem:
            raise Refused(Problem("not_applicable", preview.problem))
        if row.shortfall == Shortfall.REFUSE and preview.total_fen < sum(_most(case) for case in cases):
            message = _(
                "资金还剩%(left)s元，不够全部安排；本批次已声明不足时不再受理，请追加预算或逐件不予支持。"
            )
            raise Refused(Problem("short", message % {"left": format_yuan(pot)}))
        shares = {share.claim.key: share for share in preview.shares}
        moved = [
            _propose(case, shares[str(case.pk)], actor, now) for case in cases if shares[str(case.pk)].fen
        ]
        record(
            actor=actor,
            now=now,
            action="allocate",
            subject=row,
            scope=row.matter.programme.slug,
            payload={"rule": row.shortfall, "pot": pot, "given": {k: s.fen for k, s in shares.items()}},
        )
    return moved


def _propose(case: Case, share: Share, actor: Actor, now: datetime) -> Case:
    move = proposing(case)
    assert move is not None  # waiting_in took only cases that have it
    why = share.why.get("en") if (get_language() or "").startswith("en") else share.why.zh
    return move_case(case=case, move=move, actor=actor, now=now, reason=why, data={"amount_fen": share.fen})
