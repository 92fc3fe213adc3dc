"""Budgets and money by measure for everybody; accounts, statements and claims for those who may see them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.security import django_auth

from kaichuang.kit.http import Request
from kaichuang.ledger.models import Limit
from kaichuang.ledger.queries import (
    accounts_for,
    budgets_for,
    claims_for,
    limits_for,
    money_by_measure,
    statement,
    usage_of,
)

router = Router(tags=["ledger"])
_MOST = 500


class UsageOut(Schema):
    """Amounts in fen."""

    total: int
    available: int
    reserved: int
    committed: int
    ordered: int
    paid: int


class LineOut(Schema):
    code: str
    name: str
    clause: str
    funder: str
    usage: UsageOut


class BudgetOut(Schema):
    id: int
    year: int
    code: str
    title: str
    clause: str
    document: str
    state: str
    lines: list[LineOut]


class MeasureOut(Schema):
    measure: str
    clause: str
    year: int
    claims: int
    parties: int | None
    pending: int
    committed: int
    paid: int


class AccountOut(Schema):
    id: int
    code: str
    name: str
    kind: str
    unit: str
    balance: int


class RowOut(Schema):
    transfer_id: int
    at: date
    kind: str
    description: str
    clause: str
    debit: int
    credit: int
    balance: int


class StatementOut(Schema):
    """`opening` + debits - credits (on the account's normal side) = `closing`; amounts in the account's unit."""

    account: str
    unit: str
    since: date
    until: date
    opening: int
    debit: int
    credit: int
    closing: int
    rows: list[RowOut]


class ClaimOut(Schema):
    id: int
    pool: str
    measure: str
    party_id: int | None
    year: int
    reserved: int
    committed: int
    ordered: int
    paid: int
    receivable: int


class LimitOut(Schema):
    """`ceiling` is null where the limit was lifted; `lifted_by` says by what."""

    code: str
    name: str
    clause: str
    measure: str
    dimension: str
    period: str
    ceiling: int | None
    lifted_by: str

    @staticmethod
    def resolve_ceiling(limit: Limit) -> int | None:
        return limit.ceiling_in_force


@router.get("/budgets", response=list[BudgetOut], summary="预算及其执行")
def list_budgets(request: Request, year: int | None = None) -> Any:
    """Every budget of the programme with the stages of its lines. Public."""
    budgets = budgets_for(request.actor)
    if year is not None:
        budgets = budgets.filter(year=min(max(year, 0), 9999))
    return [
        {
            "id": item.budget.pk,
            "year": item.budget.year,
            "code": item.budget.code,
            "title": item.budget.title,
            "clause": item.budget.clause,
            "document": item.budget.document,
            "state": item.budget.state,
            "lines": [
                {
                    "code": line.line.code,
                    "name": line.line.name,
                    "clause": line.line.clause,
                    "funder": line.line.funder,
                    "usage": line.usage,
                }
                for line in item.lines
            ],
        }
        for item in usage_of(budgets)
    ]


@router.get("/measures", response=list[MeasureOut], summary="按政策措施的资金")
def list_measures(request: Request, year: int | None = None) -> Any:
    """What every measure has cost. Public; small numbers of parties are left out."""
    return money_by_measure(request.actor, year=None if year is None else min(max(year, 0), 9999))


@router.get("/limits", response=list[LimitOut], summary="限额")
def list_limits(request: Request) -> Any:
    """The ceilings that the database enforces. Public."""
    return limits_for(request.actor)[:_MOST]


@router.get("/accounts", auth=django_auth, response=list[AccountOut], summary="可查看的账户")
def list_accounts(request: Request, offset: int = 0) -> Any:
    """The accounts that the caller may see, at most 500 from `offset`."""
    start = min(max(offset, 0), 10**9)
    return [
        {
            "id": account.pk,
            "code": account.code,
            "name": account.name,
            "kind": account.kind,
            "unit": account.unit.code,
            "balance": account.balance.balance,
        }
        for account in accounts_for(request.actor).order_by("pk")[start : start + _MOST]
    ]


@router.get("/accounts/{account_id}/statement", auth=django_auth, response=StatementOut, summary="对账单")
def get_statement(request: Request, account_id: int, since: date, until: date) -> Any:
    """A statement that anyone can add up again; 404 for an account that the caller may not see."""
    account = get_object_or_404(accounts_for(request.actor), pk=account_id if abs(account_id) < 2**63 else 0)
    drawn = statement(account=account, since=since, until=max(since, until))
    return {
        "account": account.code,
        "unit": account.unit.code,
        "since": drawn.since,
        "until": drawn.until,
        "opening": drawn.opening,
        "debit": drawn.debit,
        "credit": drawn.credit,
        "closing": drawn.closing,
        "rows": drawn.rows,
    }


@router.get("/claims", auth=django_auth, response=list[ClaimOut], summary="资金占用")
def list_ledger_claims(request: Request, offset: int = 0) -> Any:
    """The claims that the caller may see, newest first, at most 500 from `offset`."""
    start = min(max(offset, 0), 10**9)
    return claims_for(request.actor).order_by("-pk")[start : start + _MOST]
