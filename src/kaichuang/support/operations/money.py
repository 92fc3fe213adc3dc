"""Hold, commit and give back the money of a case: what the ledger sees of it.

Everything is part of the move's transaction. Requests to a pool come in one order (release or reserve, then commit),
so that two decisions never wait for each other in a ring.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from django.db import connection
from django.db.models import Sum
from django.utils.translation import gettext as _

from kaichuang.cases.models import Case, Holding, Round, Shortfall
from kaichuang.cases.queries.computing import prior_facts_of, whose
from kaichuang.cases.queries.years import year_of
from kaichuang.cases.step import Step, ask_together
from kaichuang.kit.actor import Actor
from kaichuang.kit.money import format_yuan
from kaichuang.kit.problems import Problem, Refused, Stale, refuse_rows
from kaichuang.ledger.enums import TransferKind
from kaichuang.ledger.models import BudgetLine, Claim
from kaichuang.ledger.operations import pool_named, post_together
from kaichuang.ledger.operations.accounts import Pool
from kaichuang.ledger.operations.claims import reservation
from kaichuang.ledger.operations.claims import step as stage_step
from kaichuang.support.queries.funding import (
    funders_of,
    left_in,
    line_name,
    shortfall_label,
    shortfall_of,
    split,
)

AGREED = ":agreement"


def hold_money(step: Step, amount: int) -> bool:
    """Reserve `amount` for the case, all or nothing; what it holds already counts. Tells whether it is held.

    Where there is too little (or no line at all) the declared rule decides: `refuse` raises `Refused` with the figures,
    any other lets the case wait without money.
    """
    alone_with([step])
    held = sum(claim.reserved for claim in claims_of(step.case))
    try:
        if amount < held:
            _release(step, held - amount)
        elif amount > held:
            _reserve(step, amount - held)
    except Refused as refused:
        if (
            not refused.codes & {"insufficient", "no_line", "pot_empty"}
            or shortfall_of(step.case) == Shortfall.REFUSE
        ):
            raise
        return False
    return True


def commit_money(amounts: Sequence[tuple[Step, int]]) -> None:
    """Bind for each case exactly its amount: give back what is held above it, reserve what lacks, commit all of it.

    Raises `SomeRefused` saying what is left and what to do for each case for which the pot is too small.
    """
    cases = [step.case for step, _amount in amounts]
    alone_with([step for step, _amount in amounts])
    claims = claims_of_each(cases)
    if _fit([(step, amount, sum(c.reserved for c in claims[step.case.pk])) for step, amount in amounts]):
        claims = claims_of_each(cases)
    pools: dict[str, Pool] = {}
    drafts = [
        stage_step(
            claim=claim,
            kind=TransferKind.COMMIT,
            amount=claim.reserved,
            key=f"case:{step.case.pk}:commit:{claim.pk}",
            at=step.today,
            actor=step.actor,
            clause=step.case.matter.clause,
            pool=_pool(claim, pools),
        )
        for step, _amount in amounts
        for claim in claims[step.case.pk]
        if claim.reserved
    ]
    if drafts:
        post_together(drafts)


def _fit(amounts: Sequence[tuple[Step, int, int]]) -> bool:
    """Make what each case holds (the last figure) the amount that it is to have; whether anything was posted."""
    other = [(step, amount, held) for step, amount, held in amounts if amount != held]
    refused: dict[int, Refused] = {}
    for step, amount, held in other:
        try:
            if amount < held:
                _release(step, held - amount)
            else:
                _reserve(step, amount - held)
        except Refused as why:
            refused[step.case.pk] = why
    refuse_rows(refused)
    return bool(other)


def _pool(claim: Claim, known: dict[str, Pool]) -> Pool:
    """The pool of a claim; `known` are those of the programme that have been looked up."""
    if claim.pool not in known:
        known[claim.pool] = pool_named(programme_id=claim.programme_id, code=claim.pool)
    return known[claim.pool]


def give_back(case: Case, *, at: date, actor: Actor, reason: str, key: str) -> int:
    """Return to the lines all that is reserved or committed for the case and not on its way to a bank; fen returned.

    `key` names the occasion: a case may come back and hold money again.
    """
    drafts = []
    for claim in claims_of(case):
        for kind, amount in ((TransferKind.RELEASE, claim.reserved), (TransferKind.CANCEL, claim.committed)):
            if amount:
                draft = stage_step(
                    claim=claim,
                    kind=kind,
                    amount=amount,
                    key=f"case:{case.pk}:{kind}:{claim.pk}:{key}",
                    at=at,
                    actor=actor,
                    description=reason[:200],
                )
                drafts.append((draft, amount))
    if drafts:
        post_together([draft for draft, _amount in drafts])
    return sum(amount for _draft, amount in drafts)


def claims_of(case: Case) -> list[Claim]:
    """The claims of a case as the ledger has them now, the oldest first."""
    return claims_of_each([case])[case.pk]


def claims_of_each(cases: Sequence[Case]) -> dict[int, list[Claim]]:
    """The same of many cases."""
    holders = dict(Holding.objects.filter(case__in=cases).order_by().values_list("claim", "case"))
    found: dict[int, list[Claim]] = {case.pk: [] for case in cases}
    for claim in Claim.objects.filter(pk__in=holders).order_by("pk") if holders else ():
        found[holders[claim.pk]].append(claim)
    return found


def alone_with(steps: Sequence[Step]) -> None:
    """No other case of the same party and measure is decided at the same time.

    Ceilings and once-rules that are not plain figures are asked by the rules only; so what was granted before must not
    have changed since they were asked. Raises `SomeRefused` naming those for which it has.
    """
    ask_together(steps)
    asking = [step for step in steps if step.asked is not None]
    if not asking:
        return
    keys = {f"support:{whose(step.case)}:{step.matter.measure}" for step in asking}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(%s::text[]) AS key",
            [sorted(keys)],
        )
    refuse_rows({key: Stale() for key in _changed(asking)})


def _changed(steps: Sequence[Step]) -> Iterator[int]:
    """The cases about whose parties other facts hold than those that the rules were asked with."""
    asked_on: dict[tuple[int, date], list[Step]] = defaultdict(list)
    for step in steps:
        asked_on[step.case.version_id, step.case.as_of].append(step)
    for (_version, day), group in asked_on.items():
        asked, measure = group[0].asked, group[0].matter.measure
        assert asked is not None and measure is not None  # only such are asked about
        fresh = prior_facts_of([step.case for step in group], asked.book, measure, day)
        for step, facts in zip(group, fresh, strict=True):
            known = step.asked.known if step.asked is not None else {}
            if any(known[name].value != fact.value for name, fact in facts.items() if name in known):
                yield step.case.pk


def _reserve(step: Step, amount: int) -> None:
    case = step.case
    funders = funders_of(case, step.entitlement)
    if not funders:
        message = _(
            "没有支付这一事项的预算科目“%(line)s”（%(year)s年）。请财政部门先下达预算，或在预算中增设该科目。"
        ) % {"line": line_name(case, step.entitlement), "year": year_of(case)}
        raise Refused(Problem("no_line", message, clause=case.matter.clause))
    if case.round is not None:
        _fit_in_round(case, case.round, amount)
    number = case.holdings.count() + 1
    parts = split(amount, funders)
    drafts = [
        reservation(
            pool=pool_named(programme_id=case.programme_id, code=line.pool),
            amount=part,
            key=f"case:{case.pk}:hold:{number}:{line.pool}",
            at=step.today,
            actor=step.actor,
            party_id=case.beneficiary_id or case.party_id,
            measure=booked_under(step),
            year=year_of(case),
            clause=case.matter.clause,
            description=case.number,
        )
        for line, part in parts
    ]
    try:
        posted = post_together(drafts)
    except Refused as refused:
        if "insufficient" in refused.codes:
            raise Refused(
                *(_short(step, line, part) for line, part in parts if left_in(line) < part)
            ) from refused
        raise
    Holding.objects.bulk_create(
        Holding(case=case, claim_id=one.id, pool=line.pool)
        for one, (line, _part) in zip(posted, parts, strict=True)
    )


def booked_under(step: Step) -> str:
    """The measure as the ledger counts it; apart where an agreement takes the place of the rule and its ceilings."""
    found = step.entitlement
    return f"{step.case.matter.measure}{AGREED if found is not None and found.by_agreement else ''}"


def _release(step: Step, surplus: int) -> None:
    """Give back part of what is held, the newest claims first, levels that share keeping their shares."""
    drafts = []
    for claim, part in _surplus(claims_of(step.case), surplus):
        count = claim_steps(claim)
        drafts.append(
            stage_step(
                claim=claim,
                kind=TransferKind.RELEASE,
                amount=part,
                key=f"case:{step.case.pk}:surplus:{claim.pk}:{count}",
                at=step.today,
                actor=step.actor,
            )
        )
    post_together(drafts)


def claim_steps(claim: Claim) -> int:
    """How many transfers a claim has seen: names the next one."""
    return claim.transfers.count()


def _surplus(claims: Sequence[Claim], surplus: int) -> list[tuple[Claim, int]]:
    from kaichuang.rules.pots import apportion

    parts = apportion({str(claim.pk): claim.reserved for claim in claims}, surplus)
    return [(claim, parts[str(claim.pk)]) for claim in claims if parts[str(claim.pk)]]


def _fit_in_round(case: Case, round_: Round, amount: int) -> None:
    """A round's own pot; its row is locked so that two decisions see each other."""
    if round_.pot_fen is None:
        return
    Round.objects.select_for_update(no_key=True).get(pk=round_.pk)
    claims = Claim.objects.filter(pk__in=Holding.objects.filter(case__round=round_.pk).values("claim"))
    sums = claims.aggregate(
        total=Sum("reserved") + Sum("committed") + Sum("ordered") + Sum("paid"),
    )
    left = round_.pot_fen - int(sums["total"] or 0)
    if amount > left:
        message = _("“%(round)s”的资金还剩%(left)s元，本次需要%(wanted)s元。%(rule)s") % {
            "round": round_.title,
            "left": format_yuan(left),
            "wanted": format_yuan(amount),
            "rule": _what_to_do(case),
        }
        raise Refused(Problem("pot_empty", message, field="amount_fen"))


def _short(step: Step, line: BudgetLine, part: int) -> Problem:
    message = _("“%(line)s”（%(year)s年）还可安排%(left)s元，本次需要%(wanted)s元。%(rule)s") % {
        "line": line.name,
        "year": line.budget.year,
        "left": format_yuan(left_in(line)),
        "wanted": format_yuan(part),
        "rule": _what_to_do(step.case),
    }
    return Problem("insufficient", message, field="amount_fen", clause=line.clause)


def _what_to_do(case: Case) -> str:
    rule = shortfall_of(case)
    hints = {
        Shortfall.REFUSE: _("可由财政部门追加预算或调剂科目；否则按“%(rule)s”不能受理。"),
        Shortfall.PRO_RATA: _("请先对本批次按比例核减，或由财政部门追加预算。"),
        Shortfall.BY_SCORE: _("请先按得分安排本批次资金，或由财政部门追加预算。"),
        Shortfall.FIRST_COME: _("请先按提交先后安排本批次资金，或由财政部门追加预算。"),
        Shortfall.QUEUE: _("该件可留在待审定，等预算追加或下年预算下达后再批准。"),
        Shortfall.CARRY_OVER: _("请先批准现有资金可安排的部分，其余结转下年；或由财政部门追加预算。"),
    }
    return hints[Shortfall(rule)] % {"rule": shortfall_label(rule)}
