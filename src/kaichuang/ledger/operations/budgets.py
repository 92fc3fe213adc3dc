"""Adopt, adjust, supplement, carry over and close budgets (catalogue S01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.clock.queries.today import business_date
from kaichuang.journal.operations import record, transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.money import format_yuan
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, refuse_if
from kaichuang.ledger.drafts import Draft, Posted
from kaichuang.ledger.enums import AccountKind, BudgetState, TransferKind
from kaichuang.ledger.models import Account, Budget, BudgetLine
from kaichuang.ledger.operations.accounts import open_account, open_pool, pool_named
from kaichuang.ledger.operations.post import post_together
from kaichuang.ledger.permissions import may_keep_books
from kaichuang.ledger.workflow import BUDGET
from kaichuang.places.models import Programme


@dataclass(frozen=True, slots=True)
class LinePlan:
    """One line of a budget as it is adopted; the amount in fen."""

    code: str
    name: str
    amount: int
    purpose: str = ""
    clause: str = ""
    funder: str = ""


def adopt_budget(
    *,
    programme: Programme,
    year: int,
    code: str,
    title: str,
    total: int,
    lines: Sequence[LinePlan],
    document: str,
    actor: Actor,
    now: datetime,
    clause: str = "",
) -> Budget:
    """Open a year's budget and give every line its money. Refused unless the lines add up to the total."""
    require(may_keep_books(actor, programme))
    refuse_if(_plan_problems(total, lines, document))
    today = business_date(programme, now)
    with transaction.atomic():
        if Budget.objects.filter(programme=programme, year=year, code=code).exists():
            raise Refused(
                Problem("budget_exists", _("该年度已有此代号的预算。请改用追加或调剂。"), field="code")
            )
        budget = Budget.objects.create(
            programme=programme,
            year=year,
            code=code,
            title=title,
            clause=clause,
            document=document,
            adopted_on=today,
        )
        for plan in lines:
            _open_line(budget, plan)
        given = {plan.code: plan.amount for plan in lines}
        _grant(budget, given, TransferKind.ADOPT, f"adopt:{budget.pool}", today, actor, document)
        record(
            actor=actor,
            now=now,
            action="adopt_budget",
            subject=budget,
            scope=programme.slug,
            payload={"total": total, "lines": given, "document": document},
        )
    return budget


def supplement_budget(
    *,
    budget: Budget,
    amounts: Mapping[str, int],
    document: str,
    key: str,
    actor: Actor,
    now: datetime,
    reason: str,
) -> Posted:
    """Add to lines (or, with negative amounts, take unspent money from them) by a document."""
    return _move(budget, amounts, TransferKind.SUPPLEMENT, document, key, actor, now, reason)


def adjust_budget(
    *,
    budget: Budget,
    amounts: Mapping[str, int],
    document: str,
    key: str,
    actor: Actor,
    now: datetime,
    reason: str,
) -> Posted:
    """Move money between lines by a document: `amounts` by line code add up to zero."""
    if sum(amounts.values()) != 0:
        raise Refused(
            Problem("unbalanced", _("调剂金额合计必须为零：调出多少，就调入多少。"), field="amounts")
        )
    return _move(budget, amounts, TransferKind.ADJUST, document, key, actor, now, reason)


def carry_over(
    *, budget: Budget, into: Budget | None, document: str, actor: Actor, now: datetime, reason: str
) -> list[Posted]:
    """Take what is unspent out of a year: into the lines of the same code of `into`, the rest (or all) lapses.

    Reserved, committed and ordered money stays on the old year's lines until it is paid or released.
    """
    require(may_keep_books(actor, budget))
    refuse_if(_document_problems(document, reason))
    today = business_date(budget.programme, now)
    posted: list[Posted] = []
    with transaction.atomic():
        targets = {line.code: line for line in into.lines.all()} if into else {}
        for line in budget.lines.order_by("code"):
            left = _available(line)
            if left:
                target = targets.get(line.code)
                posted += post_together([_leave(budget, line, target, into, left, today, actor, document)])
        record(
            actor=actor,
            now=now,
            action="carry_over",
            subject=budget,
            scope=budget.programme.slug,
            reason=reason,
            payload={"into": into.pk if into else None, "document": document},
        )
    return posted


def close_budget(*, budget: Budget, actor: Actor, now: datetime) -> Budget:
    """No more adjustments; refused while a line has money left."""
    return transition(
        workflow=BUDGET, instance=budget, move="close", actor=actor, now=now, scope=budget.programme.slug
    )


def appropriation_account(budget: Budget) -> Account:
    """Where the budget's money comes from; its balance is the total adopted so far."""
    return open_account(
        programme_id=budget.programme_id,
        code=f"{budget.pool}.{AccountKind.APPROPRIATION}",
        name=f"{budget.title}·{AccountKind.APPROPRIATION.label}",
        kind=AccountKind.APPROPRIATION,
        floor=0,
    )


def _open_line(budget: Budget, plan: LinePlan) -> BudgetLine:
    line = BudgetLine.objects.create(
        budget=budget,
        code=plan.code,
        name=plan.name,
        purpose=plan.purpose,
        clause=plan.clause or budget.clause,
        funder=plan.funder,
    )
    open_pool(programme_id=budget.programme_id, code=line.pool, name=str(line), line=line)
    return line


def _move(
    budget: Budget,
    amounts: Mapping[str, int],
    kind: TransferKind,
    document: str,
    key: str,
    actor: Actor,
    now: datetime,
    reason: str,
) -> Posted:
    require(may_keep_books(actor, budget))
    known = set(budget.lines.values_list("code", flat=True))
    problems = _document_problems(document, reason)
    problems += [
        Problem("no_line", _("预算中没有科目“%(code)s”。") % {"code": code}, field=code)
        for code in amounts
        if code not in known
    ]
    if not any(amounts.values()):
        problems.append(Problem("amount_not_positive", _("请填写金额。"), field="amounts"))
    refuse_if(problems)
    with transaction.atomic():
        row = Budget.objects.select_for_update(of=("self",), no_key=True).get(pk=budget.pk)
        if row.state != BudgetState.ADOPTED:
            raise Refused(Problem("budget_closed", _("预算已结账，不能再调整。")))
        posted = _grant(row, amounts, kind, key, business_date(budget.programme, now), actor, document)
        record(
            actor=actor,
            now=now,
            action=f"{kind}_budget",
            subject=row,
            scope=budget.programme.slug,
            reason=reason,
            payload={"amounts": dict(amounts), "document": document, "transfer": posted.id},
        )
    return posted


def _grant(
    budget: Budget,
    amounts: Mapping[str, int],
    kind: TransferKind,
    key: str,
    at: date,
    actor: Actor,
    document: str,
) -> Posted:
    codes = {line.code: line.pool for line in budget.lines.all()}
    lines = [
        (pool_named(programme_id=budget.programme_id, code=codes[code]).available, amount)
        for code, amount in amounts.items()
        if amount
    ]
    total = sum(amount for _account, amount in lines)
    if total:
        lines.append((appropriation_account(budget).pk, -total))
    return post_together([_draft(budget, kind, key, at, tuple(lines), actor, document)])[0]


def _leave(
    budget: Budget,
    line: BudgetLine,
    target: BudgetLine | None,
    into: Budget | None,
    amount: int,
    at: date,
    actor: Actor,
    document: str,
) -> Draft:
    kind = TransferKind.CARRY_OVER if target and into else TransferKind.LAPSE
    pool = pool_named(programme_id=budget.programme_id, code=line.pool)
    lines = [(pool.available, -amount), (appropriation_account(budget).pk, amount)]
    if target and into:
        next_pool = pool_named(programme_id=into.programme_id, code=target.pool)
        lines += [(next_pool.available, amount), (appropriation_account(into).pk, -amount)]
    return _draft(budget, kind, f"{kind}:{line.pool}:{at}", at, tuple(lines), actor, document)


def _draft(
    budget: Budget,
    kind: TransferKind,
    key: str,
    at: date,
    lines: tuple[tuple[int, int], ...],
    actor: Actor,
    document: str,
) -> Draft:
    return Draft(
        programme_id=budget.programme_id,
        key=key,
        kind=kind,
        at=at,
        lines=lines,
        actor=actor,
        description=document,
        clause=budget.clause,
    )


def _available(line: BudgetLine) -> int:
    return line.accounts.select_related("balance").get(kind=AccountKind.AVAILABLE).balance.balance


def _plan_problems(total: int, lines: Sequence[LinePlan], document: str) -> list[Problem]:
    problems = _document_problems(document, "-")
    added = sum(plan.amount for plan in lines)
    if added != total:
        problems.append(
            Problem(
                "lines_differ_from_total",
                _("各科目合计%(added)s元，与预算总额%(total)s元不符。请核对。")
                % {"added": format_yuan(added), "total": format_yuan(total)},
                field="total",
            )
        )
    if not lines or any(plan.amount <= 0 for plan in lines):
        problems.append(Problem("amount_not_positive", _("每个科目都须有大于零的金额。"), field="lines"))
    if len({plan.code for plan in lines}) != len(lines):
        problems.append(Problem("line_twice", _("科目代号重复。"), field="lines"))
    return problems


def _document_problems(document: str, reason: str) -> list[Problem]:
    problems = []
    if not document.strip():
        problems.append(Problem("document_required", _("请填写批复文件的名称和文号。"), field="document"))
    if not reason.strip():
        problems.append(Problem("reason_required", _("请填写理由。"), field="reason"))
    return problems
