"""The register as its readers may see it: one's own parties, the register of the place."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.security import django_auth
from pydantic import Field

from kaichuang.clock.queries import business_date
from kaichuang.kit.http import Request
from kaichuang.parties.queries import own_parties, parties_for, search_parties
from kaichuang.parties.uscc import check_uscc

router = Router(tags=["parties"])
_LIMIT = 100


class PartyOut(Schema):
    """Personal numbers are masked; the clear number needs the page and a reason."""

    id: int
    kind: str
    name: str
    uscc: str
    masked_phone: str
    email: str
    division_id: str | None
    registered_on: date | None
    closed_on: date | None


class UsccIn(Schema):
    code: str


class UsccOut(Schema):
    value: str
    valid: bool
    problems: list[str]
    proposals: list[str]


@router.get("/", response=list[PartyOut], auth=django_auth, summary="可见的主体")
def list_parties(request: Request, q: Annotated[str, Field(max_length=60)] = "") -> Any:  # ninja's way
    """At most 100 of the parties that the caller may see."""
    visible = parties_for(request.actor, on=business_date(request.programme or None, request.now))
    return search_parties(visible, q.replace("\x00", ""))[:_LIMIT]


@router.get("/mine", response=list[PartyOut], auth=django_auth, summary="可以代表的主体")
def list_own(request: Request) -> Any:
    return own_parties(request.actor, on=business_date(request.programme or None, request.now))


@router.get("/{int:pk}", response=PartyOut, auth=django_auth, summary="一个主体")
def get_party(request: Request, pk: int) -> Any:
    visible = parties_for(request.actor, on=business_date(request.programme or None, request.now))
    return get_object_or_404(visible, pk=pk if pk < 2**63 else 0)


@router.post("/uscc", response=UsccOut, summary="核对统一社会信用代码")
def check_code(request: Request, payload: UsccIn) -> Any:
    """What is wrong with a code, and what was probably meant. Nothing is looked up."""
    check = check_uscc(payload.code[:60])
    return {
        "value": check.value,
        "valid": check.is_valid,
        "problems": [str(problem) for problem in check.problems],
        "proposals": list(check.proposals),
    }
