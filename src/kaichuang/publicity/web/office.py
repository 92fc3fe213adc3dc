"""What public servants do with lists: draft, correct, open, withdraw."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.clock.problems import CalendarMissing
from kaichuang.clock.queries.today import business_date
from kaichuang.journal.queries import history_of
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.parties.models import Unit
from kaichuang.places.web.attempt import attempt
from kaichuang.publicity.enums import AnnouncementState
from kaichuang.publicity.models import Announcement
from kaichuang.publicity.operations import (
    announce,
    open_announcement,
    revise_draft,
    withdraw_announcement,
)
from kaichuang.publicity.permissions import may_draft, may_open, may_read_objections, may_revise, may_withdraw
from kaichuang.publicity.queries.lists import announcements_for, search_lines
from kaichuang.publicity.queries.period import last_day
from kaichuang.publicity.web.forms import DraftForm, LineFilter, NewForm, OfficeFilter, ReasonForm
from kaichuang.publicity.web.pasting import read
from kaichuang.publicity.web.public import page_context
from kaichuang.publicity.web.tables import OFFICE, lines_table
from kaichuang.publicity.web.words import events_of
from kaichuang.ui.tables import respond

_FORM = ["GET", "HEAD", "POST"]
_DRAFT_FIELDS = ("title", "text", "contact", "days", "opens_on")


def own(request: Request, pk: int) -> Announcement:
    """A list of the programme, for its public servants."""
    require(may_read_objections(request.actor, request.programme.pk if request.programme else 0))
    rows = announcements_for(request.actor).filter(programme=request.programme.pk)
    return get_object_or_404(rows, pk=pk)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("公示管理"), reverse("publicity:office"))]


@login_required
@require_safe
def announcements(request: Request) -> HttpResponseBase:
    """All lists of the programme, drafts among them."""
    require(may_read_objections(request.actor, request.programme.pk if request.programme else 0))
    filters = OfficeFilter(request.GET)
    rows = announcements_for(request.actor).filter(programme=request.programme.pk)
    if text := filters.values.get("q", "").replace("\x00", ""):
        rows = rows.filter(Q(title__icontains=text) | Q(number__icontains=text))
    if "state" in filters.values:
        rows = rows.filter(state=filters.values["state"])
    context = {"may_draft": may_draft(request.actor, request.programme)}
    return respond(
        request, table=OFFICE, rows=rows, filters=filters, template="publicity/office.html", context=context
    )


@login_required
@require_safe
def announcement(request: Request, pk: int) -> HttpResponse:
    """One list as its public servants see it: what can be done, what has happened."""
    row = own(request, pk)
    today = business_date(row.programme, request.now)
    filters = LineFilter(request.GET)
    lines = row.lines.all()
    if text := filters.values.get("q"):
        lines = search_lines(lines, text)
    if "line_state" in filters.values:
        lines = lines.filter(state=filters.values["line_state"])
    context = {
        **page_context(request, row, today),
        "crumbs": _crumbs(),
        "may_open": may_open(request.actor, row),
        "may_revise": may_revise(request.actor, row),
        "may_withdraw": may_withdraw(request.actor, row),
        "would_close": _would_close(row, request),
        "events": events_of(history_of(row)),
    }
    return respond(
        request,
        table=lines_table(row, today),
        rows=lines,
        filters=filters,
        template="publicity/office_announcement.html",
        context=context,
    )


def _would_close(row: Announcement, request: Request) -> Any:
    """For a draft: the last day if it were opened today; the calendar's complaint where it does not reach so far."""
    if row.state != AnnouncementState.DRAFT:
        return None
    today = business_date(row.programme, request.now)
    opens_on = max(row.opens_on or today, today)
    try:
        last = last_day(
            programme=row.programme, opens_on=opens_on, days=row.days, from_next_day=row.from_next_day
        )
    except CalendarMissing as missing:
        return {"problems": missing.problems}
    return {"opens_on": opens_on, "closes_on": last}


@login_required
@require_http_methods(_FORM)
def new(request: Request) -> HttpResponse:
    """Draft a list by hand, from a spreadsheet."""
    require(may_draft(request.actor, request.programme))
    units = Unit.objects.filter(programme=request.programme.pk)
    initial = {"unit": request.actor.unit_id}
    form = NewForm(request.POST if request.method == "POST" else None, units=units, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: _announce(request, dict(form.cleaned_data)))
        if made is not None:
            messages.success(request, _("草稿已保存，请核对名单后发布。"))
            return redirect("publicity:office_announcement", made.pk)
    return _form_page(
        request, form, title=_("起草公示"), submit=_("保存草稿"), back=reverse("publicity:office")
    )


def _announce(request: Request, values: dict[str, Any]) -> Announcement:
    columns, lines = read(values.pop("rows"))
    return announce(
        programme=request.programme,
        columns=columns,
        lines=lines,
        actor=request.actor,
        now=request.now,
        **values,
    )


@login_required
@require_http_methods(_FORM)
def revise(request: Request, pk: int) -> HttpResponse:
    """Correct a draft."""
    row = own(request, pk)
    require(may_revise(request.actor, row))
    initial = {name: getattr(row, name) for name in _DRAFT_FIELDS}
    form = DraftForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: revise_draft(announcement=row, actor=request.actor, now=request.now, **form.cleaned_data),
        )
        if done is not None:
            messages.success(request, _("草稿已修改。"))
            return redirect("publicity:office_announcement", row.pk)
    back = reverse("publicity:office_announcement", args=[row.pk])
    return _form_page(request, form, title=_("修改草稿"), submit=_("保存"), back=back, subtitle=row.title)


@login_required
@require_POST
def open_list(request: Request, pk: int) -> HttpResponse:
    """Show it to the public."""
    row = open_announcement(announcement=own(request, pk), actor=request.actor, now=request.now)
    messages.success(
        request,
        _("%(number)s 已发布，公示至 %(last)s。") % {"number": row.number, "last": row.closes_on},
    )
    return redirect("publicity:office_announcement", row.pk)


@login_required
@require_http_methods(_FORM)
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Take it back, with a reason."""
    row = own(request, pk)
    require(may_withdraw(request.actor, row))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: withdraw_announcement(
                announcement=row, actor=request.actor, now=request.now, **form.cleaned_data
            ),
        )
        if done is not None:
            messages.success(request, _("公示已撤回。"))
            return redirect("publicity:office_announcement", row.pk)
    back = reverse("publicity:office_announcement", args=[row.pk])
    text = _("已发布的公示撤回后，页面仍保留并显示撤回理由；名单中未办结的各行随之终止。")
    return _form_page(
        request, form, title=_("撤回公示"), submit=_("撤回公示"), back=back, subtitle=text, tone="danger"
    )


def _form_page(
    request: Request,
    form: Any,
    *,
    title: str,
    submit: str,
    back: str,
    subtitle: str = "",
    tone: str = "primary",
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "subtitle": subtitle,
        "submit": submit,
        "back": back,
        "tone": tone,
        "crumbs": _crumbs(),
    }
    return render(request, "publicity/form.html", context, status=422 if form.errors else 200)
