"""Find something to book: the catalogue, a resource, its week, many resources side by side."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kaichuang.booking.models import Outage, Resource, ResourceKind
from kaichuang.booking.moments import day_span, read_day
from kaichuang.booking.permissions import may_book, may_keep
from kaichuang.booking.queries.availability import Asked, Board
from kaichuang.booking.queries.bundle import atoms_of
from kaichuang.booking.queries.lists import kept_by, resources_for
from kaichuang.booking.queries.photos import photos_of
from kaichuang.booking.rules import minutes_in_words
from kaichuang.booking.web.forms import ResourceFilter, TimelineFilter
from kaichuang.booking.web.grid import Times, grain, hours_shown, steps, times_of, week_rows
from kaichuang.booking.web.tables import RESOURCES
from kaichuang.clock.problems import CalendarMissing
from kaichuang.kit.http import Request
from kaichuang.places.queries.programmes import programmes_for
from kaichuang.ui import exports
from kaichuang.ui.components.structure import Tab
from kaichuang.ui.forms import FilterForm
from kaichuang.ui.tables import Rows

ICONS = {
    ResourceKind.ROOM: "users",
    ResourceKind.DESK: "device-desktop",
    ResourceKind.INSTRUMENT: "microscope",
    ResourceKind.MENTOR: "user-star",
    ResourceKind.VENUE: "building-community",
    ResourceKind.OPERATOR: "tool",
}
_AHEAD = timedelta(days=7)
_EVENING = 6
_MOST = 12
"""How many resources stand side by side."""

WEEKDAYS = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)


def visible_resource(request: Request, pk: int) -> Resource:
    """The resource, or 404 for whoever may not see it."""
    return get_object_or_404(
        resources_for(request.actor).select_related("programme", "owner", "whole"), pk=pk
    )


def _elsewhere(request: Request, pk: int) -> HttpResponse:
    """To the programme of the resource, where a link from another programme leads to an open one; else 404."""
    found = Resource.objects.filter(
        pk=pk,
        is_active=True,
        programme__in=programmes_for(request.actor).exclude(pk=request.actor.programme_id or 0),
    )
    resource = get_object_or_404(found.select_related("programme"))
    return redirect(f"{request.path}?{urlencode({'programme': resource.programme.slug})}")


@require_safe
def resources(request: Request) -> HttpResponseBase:
    """What can be booked, each with its next free time."""
    filters = ResourceFilter(request.GET)
    rows: Rows = _filtered(request, filters)
    if request.GET.get("export") in {"resources.csv", "resources.xlsx"}:
        kind = request.GET["export"].rpartition(".")[2]
        answer: HttpResponseBase = exports.response(request, table=RESOURCES, rows=rows, kind=kind)
        return answer
    period = filters.period
    if period is not None:
        rows = _free_during(list(rows), period)
    page = RESOURCES.page(request, rows)
    questions = [Asked(resource) for resource in page.rows]
    board = Board(questions, (request.now, request.now + _AHEAD)) if questions else None
    cards = [
        {
            "resource": asked.resource,
            "icon": ICONS[ResourceKind(asked.resource.kind)],
            "next": board.first_free(asked, now=request.now) if board is not None else None,
        }
        for asked in questions
    ]
    context = {
        "cards": cards,
        "table": page,
        "filters": filters,
        "period": period,
        "keeps": kept_by(request.actor).exists() if not request.actor.is_public else False,
    }
    return render(request, "booking/resources.html", context)


def _filtered(request: Request, filters: FilterForm) -> QuerySet[Resource]:
    values = filters.values
    rows = resources_for(request.actor).filter(is_active=True)
    if "q" in values:
        text = values["q"].replace("\x00", "")
        rows = rows.filter(
            Q(name__icontains=text) | Q(location__icontains=text) | Q(owner__name__icontains=text)
        )
    # An operator is booked with the instrument, not alone.
    kind = values.get("kind")
    rows = rows.filter(kind=kind) if kind else rows.exclude(kind=ResourceKind.OPERATOR)
    if "capacity" in values:
        rows = rows.filter(capacity__gte=values["capacity"])
    return rows


def _free_during(rows: list[Resource], period: tuple[Any, Any]) -> list[Resource]:
    questions = [Asked(resource) for resource in rows]
    board = Board(questions, period)
    free = []
    for asked in questions:
        try:
            if board.free(asked) == [period]:
                free.append(asked.resource)
        except CalendarMissing:
            continue
    return sorted(free, key=lambda resource: resource.name)


@require_safe
def resource(request: Request, pk: int) -> HttpResponse:
    """One resource: what it is, its rules, its companions, when it is free next."""
    try:
        found = visible_resource(request, pk)
    except Http404:
        return _elsewhere(request, pk)
    asked = Asked(found)
    board = Board([asked], (request.now, request.now + _AHEAD))
    atoms = atoms_of([found])
    context = {
        "resource": found,
        "icon": ICONS[ResourceKind(found.kind)],
        "next": board.first_free(asked, now=request.now),
        "parts": [member for member in asked.members if member.whole_id == found.pk],
        "requires": [one for one in asked.members if one.pk != found.pk and one.whole_id != found.pk],
        "offers": found.offers.order_by("name"),
        "hours": _hours(found),
        "exceptions": found.exceptions.filter(date__gte=timezone.localdate(request.now))[:10],
        "quotas": found.quotas.order_by("pk"),
        "outages": Outage.objects.filter(
            resource__in=[found, *atoms], ended_at=None, period__endswith__gt=request.now
        ).order_by("period"),
        "facts": _facts(found),
        "photos": photos_of(found),
        "permit": may_book(request.actor, found),
        "may_keep": may_keep(request.actor, found),
        "crumbs": [(_("空间与预约"), reverse("booking:resources"))],
        "tabs": tabs_of(found, "resource"),
    }
    return render(request, "booking/resource.html", context)


def _hours(resource: Resource) -> list[tuple[Any, str]]:
    """Weekday → opening hours in words; empty when it is always open."""
    found: dict[int, list[str]] = {}
    for row in resource.hours.all():
        closes = "24:00" if not (row.closes.hour or row.closes.minute) else f"{row.closes:%H:%M}"
        found.setdefault(row.weekday, []).append(f"{row.opens:%H:%M}–{closes}")
    if not found:
        return []
    return [(WEEKDAYS[day - 1], "、".join(found.get(day, [])) or _("不开放")) for day in range(1, 8)]


def _facts(resource: Resource) -> list[tuple[str, str]]:
    """The rules in words."""
    facts = [
        (_("时长"), f"{minutes_in_words(resource.minimum)} – {minutes_in_words(resource.maximum)}"),
        (_("时间粒度"), minutes_in_words(resource.step)),
        (_("至少提前"), minutes_in_words(resource.notice) if resource.notice else _("不限")),
        (_("最多提前"), minutes_in_words(resource.horizon * 24 * 60)),
        (_("审批"), _("须审批") if resource.needs_approval else _("即时确认")),
        (_("签到"), _("须签到，逾期记为爽约") if resource.needs_check_in else _("无须签到")),
        (_("免责取消"), _("开始前 %s") % minutes_in_words(resource.late_cancel)),
        (_("节假日"), resource.get_holidays_display()),
    ]
    if resource.buffer_before or resource.buffer_after:
        facts.insert(
            2,
            (
                _("准备与清理"),
                f"{minutes_in_words(resource.buffer_before)} / {minutes_in_words(resource.buffer_after)}",
            ),
        )
    return facts


def tabs_of(resource: Resource, active: str) -> list[Tab]:
    names = ((_("介绍"), "resource"), (_("一周"), "week"), (_("预约"), "book"))
    return [
        Tab(label=label, url=reverse(f"booking:{name}", args=[resource.pk]), active=name == active)
        for label, name in names
    ]


@require_safe
def week(request: Request, pk: int) -> HttpResponse:
    """Seven days of one resource, from today on: a grid on a desk, a list of days on a phone."""
    try:
        found = visible_resource(request, pk)
    except Http404:
        return _elsewhere(request, pk)
    today = timezone.localdate(request.now)
    first = read_day(request.GET.get("day", ""), today)
    days = [first + timedelta(days=offset) for offset in range(7)]
    (times,) = times_of([found], day_span(first, 7), now=request.now, actor=request.actor)
    address, following = reverse("booking:week", args=[pk]), first + timedelta(days=7)
    context = {
        "resource": found,
        "days": [
            {"day": day, "name": WEEKDAYS[day.weekday()], "runs": times.runs(day), "today": day == today}
            for day in days
        ],
        "rows": week_rows(times, days),
        "previous": f"{address}?day={first - timedelta(days=7)}" if first > today else "",
        "this": address if first != today else "",
        "next": f"{address}?day={following}" if following <= timezone.localdate(times.latest) else "",
        "crumbs": [(_("空间与预约"), reverse("booking:resources"))],
        "tabs": tabs_of(found, "week"),
        "permit": may_book(request.actor, found),
    }
    return render(request, "booking/week.html", context)


@require_safe
def timeline(request: Request) -> HttpResponse:
    """One day of many resources side by side."""
    filters = TimelineFilter(request.GET)
    today = timezone.localdate(request.now)
    # In the evening people look for tomorrow.
    likely = timezone.localdate(request.now + timedelta(hours=_EVENING))
    day = filters.values.get("day") or likely
    if not date(2000, 1, 1) <= day <= date(2100, 1, 1):
        raise Http404
    rows = list(_filtered(request, filters).order_by("kind", "name")[: _MOST + 1])
    shown = rows[:_MOST]
    times = times_of(shown, day_span(day), now=request.now, actor=request.actor) if shown else []
    context = {
        "filters": filters,
        "day": day,
        "name": WEEKDAYS[day.weekday()],
        **_lines(times, day),
        "more": len(rows) > _MOST,
        "previous": _at_day(request, day - timedelta(days=1)) if day > today else "",
        "next": _at_day(request, day + timedelta(days=1)),
        "crumbs": [(_("空间与预约"), reverse("booking:resources"))],
    }
    return render(request, "booking/timeline.html", context)


def _lines(times: list[Times], day: date) -> dict[str, Any]:
    hours = hours_shown(times, [day])
    minutes = grain(times, hours)
    columns = steps(day, hours, minutes)
    return {
        "hours": [
            {"label": f"{timezone.localtime(start).hour:02}", "span": 60 // minutes or 1}
            for start, _end in columns
            if timezone.localtime(start).minute == 0
        ],
        "lines": [
            {
                "resource": one.resource,
                "cells": [one.cell(column, day) for column in columns],
                "runs": one.runs(day),
            }
            for one in times
        ],
    }


def _at_day(request: Request, day: date) -> str:
    query = request.GET.copy()
    query["day"] = str(day)
    return f"{request.path}?{query.urlencode()}"
