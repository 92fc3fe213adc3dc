"""Who got what, for everybody; money and recoveries for those who may see them. Amounts in fen."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from ninja import Router, Schema
from ninja.security import django_auth
from pydantic import Field

from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.support.queries.awards import awards_for, narrowed, public_name, totals_of
from kaichuang.support.queries.money import (
    money_of_programme,
    recoveries_for,
    tranches_for,
    waiting_for_money,
)
from kaichuang.support.web.finance import may_see_money

router = Router(tags=["support"])
_MOST = 500
Word = Annotated[str, Field(max_length=120, pattern=r"^[^\x00]*$")]
Year = Annotated[int, Field(ge=1949, le=2199)]
Offset = Annotated[int, Field(ge=0, le=10_000_000)]


class AwardOut(Schema):
    """`party` is shortened where it is a person's name; `returned` is what came back of `paid`, without interest."""

    number: str
    programme: str
    matter: str
    measure: str
    clause: str
    party: str
    decided_on: date
    granted: int
    paid: int
    returned: int
    revoked: bool


class TotalOut(Schema):
    measure: str
    clause: str
    matter: str
    count: int
    granted: int
    paid: int


class MoneyOut(Schema):
    measure: str
    clause: str
    year: int
    cases: int
    held: int
    committed: int
    ordered: int
    paid: int
    owed: int


class WaitingOut(Schema):
    case: int
    number: str
    matter: str
    held: int
    lacks: int


class TrancheOut(Schema):
    case: int
    number: int
    title: str
    amount: int
    state: str
    paid_on: date | None
    why: str


class InstalmentOut(Schema):
    number: int
    due_on: date
    amount: int


class RecoveryOut(Schema):
    id: int
    case: int
    state: str
    principal: int
    interest: int
    received: int
    clause: str
    instalments: list[InstalmentOut]


@router.get("/awards", response=list[AwardOut])
def awards(
    request: Request,
    programme: Word = "",
    year: Year | None = None,
    measure: Word = "",
    clause: Word = "",
    party: Word = "",
    offset: Offset = 0,
) -> list[dict[str, Any]]:
    """Grants of money, the newest first, at most 500 from `offset`."""
    rows = narrowed(
        awards_for(request.actor), programme=programme, year=year, measure=measure, clause=clause, party=party
    )
    return [
        {
            "number": case.number,
            "programme": case.programme.slug,
            "matter": case.matter.title,
            "measure": case.matter.measure,
            "clause": case.matter.clause,
            "party": public_name(case),
            "decided_on": case.decided_on,
            "granted": case.granted_fen,
            "paid": case.paid_fen,
            "returned": case.returned_fen,
            "revoked": case.revoked,
        }
        for case in rows[offset : offset + _MOST]
    ]


@router.get("/awards/totals", response=list[TotalOut])
def totals(request: Request, programme: Word = "", year: Year | None = None) -> list[Any]:
    """The same added up by measure and clause; what was revoked does not count."""
    return list(totals_of(narrowed(awards_for(request.actor), programme=programme, year=year)))


@router.get("/money", response=list[MoneyOut], auth=django_auth)
def money(request: Request) -> list[Any]:
    """The money of cases by measure, clause and year."""
    require(may_see_money(request.actor, request.programme))
    return list(money_of_programme(request.actor))


@router.get("/money/waiting", response=list[WaitingOut], auth=django_auth)
def waiting(request: Request) -> list[dict[str, Any]]:
    """Cases that the pots could not serve, in the order in which they came."""
    require(may_see_money(request.actor, request.programme))
    return [
        {
            "case": case.pk,
            "number": case.number,
            "matter": case.matter.title,
            "held": case.held_fen,
            "lacks": case.lacks_fen,
        }
        for case in waiting_for_money(request.actor)[:_MOST]
    ]


@router.get("/my-tranches", response=list[TrancheOut], auth=django_auth)
def tranches(request: Request) -> list[dict[str, Any]]:
    """What the party that the caller acts for is paid."""
    return [
        {
            "case": one.case_id,
            "number": one.number,
            "title": one.title,
            "amount": one.amount_fen,
            "state": one.state,
            "paid_on": one.paid_on,
            "why": one.why,
        }
        for one in tranches_for(request.actor)[:_MOST]
    ]


@router.get("/recoveries", response=list[RecoveryOut], auth=django_auth)
def recoveries(request: Request) -> list[dict[str, Any]]:
    """Demands that the caller may see, with their instalments."""
    return [
        {
            "id": one.pk,
            "case": one.case_id,
            "state": one.state,
            "principal": one.principal_fen,
            "interest": one.interest_fen,
            "received": one.received_fen,
            "clause": one.clause,
            "instalments": [
                {"number": part.number, "due_on": part.due_on, "amount": part.amount_fen}
                for part in one.instalments.all()
            ],
        }
        for one in recoveries_for(request.actor)[:_MOST]
    ]
