"""Inbox and work list as an API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.pagination import paginate
from ninja.security import django_auth

from kaichuang.kit.http import Request
from kaichuang.notices.models import Receipt, WorkItem
from kaichuang.notices.operations import finish_work, mark_all_read, mark_read, urge_work
from kaichuang.notices.queries import all_work_for, inbox_for, unread_count, words_of, work_for, work_title

router = Router(tags=["notices"], auth=django_auth)


class NoticeOut(Schema):
    id: int
    title: str
    body: str
    kind: str
    level: str
    link: str
    clause: str
    programme_id: int | None
    created_at: datetime
    read_at: datetime | None

    @staticmethod
    def resolve_title(row: Receipt) -> str:
        return words_of(row.notice).title

    @staticmethod
    def resolve_body(row: Receipt) -> str:
        return words_of(row.notice).body

    @staticmethod
    def resolve_kind(row: Receipt) -> str:
        return row.notice.kind

    @staticmethod
    def resolve_level(row: Receipt) -> str:
        return row.notice.level

    @staticmethod
    def resolve_link(row: Receipt) -> str:
        return row.notice.link

    @staticmethod
    def resolve_clause(row: Receipt) -> str:
        return row.notice.clause

    @staticmethod
    def resolve_programme_id(row: Receipt) -> int | None:
        return row.notice.programme_id

    @staticmethod
    def resolve_created_at(row: Receipt) -> datetime:
        return row.notice.created_at


class WorkOut(Schema):
    id: int
    title: str
    kind: str
    state: str
    due: date | None
    link: str
    clause: str
    programme_id: int
    subject_type: str
    subject_id: str
    opened_at: datetime
    closed_at: datetime | None

    @staticmethod
    def resolve_title(row: WorkItem) -> str:
        return work_title(row)


class Ids(Schema):
    """Which notices; none means all."""

    ids: list[int] = []


class Count(Schema):
    count: int


@router.get("/inbox", response=list[NoticeOut], summary="My notices, newest first")
@paginate
def inbox(request: Request, unread: bool = False) -> Any:
    rows = inbox_for(request.actor)
    return rows.filter(read_at=None) if unread else rows


@router.get("/unread", response=Count, summary="How many notices are unread")
def unread(request: Request) -> Any:
    return {"count": unread_count(request.actor)}


@router.post("/read", response=Count, summary="Mark notices as read")
def read(request: Request, body: Ids) -> Any:
    if body.ids:
        return {"count": mark_read(receipts=body.ids, actor=request.actor, now=request.now)}
    return {"count": mark_all_read(actor=request.actor, now=request.now)}


@router.get("/work", response=list[WorkOut], summary="What I have to do, soonest first")
@paginate
def work(request: Request, closed: bool = False, everybody: bool = False) -> Any:
    ask = all_work_for if everybody else work_for
    return ask(request.actor, closed=closed)


@router.post("/work/{int:pk}/finish", response=WorkOut, summary="Tick work off that is closed by hand")
def finish(request: Request, pk: int) -> Any:
    item = get_object_or_404(work_for(request.actor), pk=pk)
    finish_work(item=item, actor=request.actor, now=request.now)
    return all_work_for(request.actor, closed=True).get(pk=pk)


@router.post("/work/{int:pk}/urge", response=WorkOut, summary="Ask for work to be done")
def urge(request: Request, pk: int) -> Any:
    item = get_object_or_404(all_work_for(request.actor), pk=pk)
    urge_work(item=item, actor=request.actor, now=request.now)
    return item
