"""Lists for everybody."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from kaichuang.clock.queries.today import business_date
from kaichuang.kit.http import Request
from kaichuang.places.queries import programmes_for
from kaichuang.publicity.enums import AnnouncementState, ObjectionState
from kaichuang.publicity.models import Announcement
from kaichuang.publicity.permissions import READERS
from kaichuang.publicity.queries.lists import announcements_for, open_on, search_lines
from kaichuang.publicity.queries.period import strip_of, takes_objections
from kaichuang.publicity.queries.tally import tally_of
from kaichuang.publicity.web.forms import OPEN, AnnouncementFilter, LineFilter
from kaichuang.publicity.web.tables import PUBLIC, about, lines_table, state_badge
from kaichuang.ui.components.badges import badge
from kaichuang.ui.tables import respond

_ANSWERED = (ObjectionState.UPHELD, ObjectionState.DISMISSED, ObjectionState.NOT_ACCEPTED)
_SHOWN = 50


@require_safe
def announcements(request: Request) -> HttpResponseBase:
    """What is shown now and what was, of this programme or of all."""
    places = [(row.slug, row.name) for row in programmes_for(request.actor)]
    filters = AnnouncementFilter(request.GET, places=places)
    rows = _filtered(announcements_for(request.actor).exclude(number=""), filters, request)
    context = {"places": len(places)}
    return respond(
        request,
        table=PUBLIC,
        rows=rows,
        filters=filters,
        template="publicity/announcements.html",
        context=context,
    )


def _filtered(
    rows: QuerySet[Announcement], filters: AnnouncementFilter, request: Request
) -> QuerySet[Announcement]:
    values = filters.values
    place = values.get("place", "")
    if not place and request.programme:
        rows = rows.filter(programme=request.programme.pk)
    elif place and place != "all":
        rows = rows.filter(programme__slug=place)
    if text := values.get("q", "").replace("\x00", ""):
        rows = rows.filter(Q(title__icontains=text) | Q(number__icontains=text))
    if "kind" in values:
        rows = rows.filter(kind=values["kind"])
    if "when" in values:
        running = open_on(rows, business_date(request.programme or None, request.now))
        return running if values["when"] == OPEN else rows.exclude(pk__in=running.values("pk"))
    return rows


@require_safe
def announcement(request: Request, pk: int) -> HttpResponse:
    """The permanent page: period, list, how to object, what came of it."""
    row = get_object_or_404(announcements_for(request.actor), pk=pk)
    filters = LineFilter(request.GET)
    lines = row.lines.all()
    if text := filters.values.get("q"):
        lines = search_lines(lines, text)
    if "line_state" in filters.values:
        lines = lines.filter(state=filters.values["line_state"])
    today = business_date(row.programme, request.now)
    return respond(
        request,
        table=lines_table(row, today),
        rows=lines,
        filters=filters,
        template="publicity/announcement.html",
        context=page_context(request, row, today),
    )


def page_context(request: Request, row: Announcement, today: date) -> dict[str, Any]:
    """What the page says besides the list; the office's page says it too."""
    strip = strip_of(row, today)
    return {
        "announcement": row,
        "badge": state_badge(row),
        "strip": strip,
        "left": _left(strip.left) if strip is not None else "",
        "today": today,
        "tally": tally_of(row),
        "answered": _answered(row),
        "takes_objections": takes_objections(row, None, today),
        "takes_reports": row.is_public and row.state != AnnouncementState.WITHDRAWN,
        "works_here": request.actor.programme_id == row.programme_id and request.actor.has(*READERS),
        "permanent": request.build_absolute_uri(row.get_absolute_url()),
        "crumbs": [(_("公示"), reverse("publicity:announcements"))],
    }


def _left(days: int) -> str:
    if days < 0:
        return badge(_("公示期已过"), tone="neutral")
    if days == 0:
        return badge(_("今日截止"), tone="warning")
    words = ngettext("还剩 %(n)d 个工作日", "还剩 %(n)d 个工作日", days) % {"n": days}
    return badge(words, tone="info")


def _answered(row: Announcement) -> list[dict[str, Any]]:
    found = row.objections.filter(state__in=_ANSWERED).select_related("line").order_by("serial")[:_SHOWN]
    rows = []
    for objection in found:
        objection.announcement = row
        rows.append({"objection": objection, "about": about(objection), "badge": state_badge(objection)})
    return rows
