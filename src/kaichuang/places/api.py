"""Divisions and programmes, open to everybody."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field

from kaichuang.kit.http import Request
from kaichuang.places.models import Division
from kaichuang.places.queries import full_name, programmes_for, search_divisions, successors_of

router = Router(tags=["places"])
_LIMIT = 100


class DivisionOut(Schema):
    code: str
    name: str
    level: int
    parent_id: str | None
    since_year: int | None
    until_year: int | None


class DivisionDetail(DivisionOut):
    full_name: str
    successors: list[DivisionOut]


class ProgrammeOut(Schema):
    slug: str
    name: str
    place_id: str
    calendar: str
    packs: list[str]


@router.get("/divisions", response=list[DivisionOut], summary="按名称、拼音或代码查找行政区划")
def list_divisions(request: HttpRequest, q: Annotated[str, Field(max_length=60)] = "") -> Any:  # ninja's way
    """At most 100 divisions; without `q` the provinces."""
    return search_divisions(q.replace("\x00", ""))[:_LIMIT]


@router.get("/divisions/{code}", response=DivisionDetail, summary="行政区划及其沿革")
def get_division(request: HttpRequest, code: str) -> Any:
    found = get_object_or_404(Division, code=code.replace("\x00", ""))
    fields = {name: getattr(found, name) for name in DivisionOut.model_fields}
    heirs = [] if found.is_current else successors_of(found)
    return {**fields, "full_name": full_name(found), "successors": heirs}


@router.get("/programmes", response=list[ProgrammeOut], summary="可见的项目")
def list_programmes(request: Request) -> Any:
    return programmes_for(request.actor)
