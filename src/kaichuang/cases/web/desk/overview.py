"""The page of leaders, finance and auditors: what waits for me, what is late, what money is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kaichuang.cases.queries.performance_of_desk import Desk, Sums, desks_of, sums_of
from kaichuang.cases.queries.queue import files_of, queue_for, versions_in, waits_for
from kaichuang.cases.web.desk.common import crumbs, for_staff, is_read_only
from kaichuang.cases.web.desk.queue import offered
from kaichuang.cases.web.desk.tables import queue_table
from kaichuang.clock.queries import business_date
from kaichuang.clock.queries.calendars import calendar_of
from kaichuang.entitlement.words import localised
from kaichuang.kit.http import Request
from kaichuang.parties.models import Role
from kaichuang.parties.models.role import STAFF
from kaichuang.ui.exports import response as export
from kaichuang.ui.tables import Column, Table

DESKS = Table(
    name="desks",
    caption=gettext_lazy("各单位办理情况"),
    columns=(
        Column("unit", gettext_lazy("单位"), url=lambda row: _late_url(row), wide=True),
        Column("lying", gettext_lazy("在办"), kind="number"),
        Column("overdue", gettext_lazy("超期"), kind="number"),
        Column("left", gettext_lazy("已办环节"), kind="number"),
        Column("left_late", gettext_lazy("逾期办结"), kind="number"),
        Column("kept", gettext_lazy("按期率"), kind="percent"),
        Column("avoidable", gettext_lazy("可避免的二次补正"), kind="number"),
    ),
    page_size=100,
    empty_title=gettext_lazy("还没有办件"),
)
SUMS = Table(
    name="sums",
    caption=gettext_lazy("资金情况"),
    columns=(
        Column(
            "matter",
            gettext_lazy("事项"),
            value=lambda row: localised(row.matter),
            wide=True,
            url=lambda row: _matter_url(row),
        ),
        Column("cases", gettext_lazy("办件"), kind="number"),
        Column("asked_fen", gettext_lazy("测算上限合计"), kind="money"),
        Column("proposed_fen", gettext_lazy("拟支持合计"), kind="money"),
        Column("granted_fen", gettext_lazy("批准合计"), kind="money"),
    ),
    page_size=200,
    empty_title=gettext_lazy("还没有办件"),
)


def _late_url(row: Desk) -> str:
    return f"{reverse('cases:desk')}?scope=open&due=overdue&desk={row.unit_id}"


def _matter_url(row: Sums) -> str:
    return f"{reverse('cases:desk')}?scope=all&matter={row.matter_id}"


@for_staff
@require_safe
def overview(request: Request) -> HttpResponse:
    """What waits for my decision; overdue by unit; money by matter."""
    today = business_date(request.programme, request.now)
    desks, sums = desks_of(request.actor, today), sums_of(request.actor)
    asked = request.GET.get("export", "")
    for table, rows in ((DESKS, desks), (SUMS, sums)):
        if asked in {f"{table.name}.csv", f"{table.name}.xlsx"}:
            file: HttpResponse = export(request, table=table, rows=rows, kind=asked.rpartition(".")[2])
            return file
    context = {
        "crumbs": crumbs(),
        "waiting": _waiting(request, today),
        "desks": DESKS.page(request, desks),
        "sums": SUMS.page(request, sums),
        "figures": _figures(desks, sums),
        "title": _title(request),
    }
    return render(request, "cases/desk/overview.html", context)


def _title(request: Request) -> str:
    if request.actor.has(Role.LEADER):
        return _("待我审定")
    if is_read_only(request):
        return _("办理总览（只读）")
    return _("办理总览")


def _waiting(request: Request, today: date) -> Any:
    """The cases that wait for somebody with the actor's roles, with the moves for many at once."""
    roles = request.actor.roles & set(STAFF)
    files_of(versions_in(request.actor))
    own = {Role.LEADER} if Role.LEADER in roles else {Role.FINANCE} if Role.FINANCE in roles else roles
    rows = queue_for(request.actor).filter(waits_for(request.actor, *own))
    table = queue_table(
        today,
        calendar_of(request.programme),
        moves=offered(request),
        compare=not is_read_only(request),
    )
    return replace(table, exports=False).page(request, rows)


def _figures(desks: list[Desk], sums: list[Sums]) -> dict[str, int]:
    return {
        "lying": sum(desk.lying for desk in desks),
        "overdue": sum(desk.overdue for desk in desks),
        "asked": sum(line.asked_fen for line in sums),
        "proposed": sum(line.proposed_fen for line in sums),
        "granted": sum(line.granted_fen for line in sums),
    }
