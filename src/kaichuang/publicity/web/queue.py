"""Objections and their answers, for public servants."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.clock.models import Deadline
from kaichuang.clock.queries.deadlines import deadlines_of
from kaichuang.clock.queries.today import business_date
from kaichuang.files.queries import attachments_of
from kaichuang.journal.queries import history_of
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Stale
from kaichuang.places.web.attempt import attempt
from kaichuang.publicity.enums import PENDING, ObjectionState
from kaichuang.publicity.models import Objection
from kaichuang.publicity.operations import (
    accept_objection,
    decide_objection,
    note_call,
    refuse_objection,
    reveal_author,
)
from kaichuang.publicity.permissions import may_handle, may_read_objections
from kaichuang.publicity.queries.lists import objections_for
from kaichuang.publicity.web.forms import (
    WAITING,
    CallForm,
    DecideForm,
    ObjectionFilter,
    ReasonForm,
    RefuseForm,
)
from kaichuang.publicity.web.tables import about, objections_table, state_badge
from kaichuang.publicity.web.words import events_of
from kaichuang.ui.tables import respond

_FORM = ["GET", "HEAD", "POST"]


def with_due(rows: QuerySet[Objection]) -> QuerySet[Objection]:
    """Each with `due_on`, the last day for its answer; answered ones have none and come last."""
    clocks = Deadline.objects.filter(
        subject_type="publicity.objection", subject_id=Cast(OuterRef("pk"), CharField()), met_on=None
    )
    return rows.annotate(due_on=Subquery(clocks.order_by("-pk").values("due_on")[:1]))


def of_programme(request: Request) -> QuerySet[Objection]:
    """The programme's objections, for its public servants."""
    require(may_read_objections(request.actor, request.programme.pk if request.programme else 0))
    return objections_for(request.actor).filter(announcement__programme=request.programme.pk)


@login_required
@require_safe
def objections(request: Request) -> HttpResponseBase:
    """The queue with due dates."""
    filters = ObjectionFilter(request.GET)
    rows = with_due(of_programme(request))
    if state := filters.values.get("state"):
        rows = rows.filter(state__in=PENDING) if state == WAITING else rows.filter(state=state)
    today = business_date(request.programme or None, request.now)
    return respond(
        request,
        table=objections_table(today),
        rows=rows,
        filters=filters,
        template="publicity/objections.html",
        context={"waiting": of_programme(request).filter(state__in=PENDING).count()},
    )


@login_required
@require_safe
def objection(request: Request, pk: int) -> HttpResponse:
    """One objection: what it says, whom it is about, what to do."""
    row = get_object_or_404(of_programme(request), pk=pk)
    return _page(request, row)


def _page(request: Request, row: Objection, **more: Any) -> HttpResponse:
    siblings = row.announcement.objections.exclude(pk=row.pk)
    if row.line_id is not None:
        siblings = siblings.filter(Q(line=row.line_id) | Q(line=None))
    others = list(siblings.select_related("line").order_by("serial")[:20])
    for other in others:
        other.announcement = row.announcement
    context = {
        "objection": row,
        "announcement": row.announcement,
        "line": row.line,
        "about": about(row),
        "badge": state_badge(row),
        "line_badge": state_badge(row.line) if row.line is not None else "",
        "cells": [
            {"label": spec.title, "value": row.line.cells.get(spec.code), "kind": spec.kind}
            for spec in row.announcement.column_specs
        ]
        if row.line is not None
        else [],
        "deadline": deadlines_of(row).first(),
        "today": business_date(row.announcement.programme, request.now),
        "attachments": attachments_of(request.actor, row).exclude(kind="document"),
        "others": [(other, state_badge(other)) for other in others],
        "events": events_of(history_of(row)),
        "permit": may_handle(request.actor, row),
        "is_lodged": row.state == ObjectionState.LODGED,
        "is_accepted": row.state == ObjectionState.ACCEPTED,
        "reveal_form": ReasonForm(prefix="reveal"),
        "call_form": CallForm(
            prefix="call",
            initial={
                "called_on": business_date(row.announcement.programme, request.now),
                "called_by": request.actor.name,
            },
        ),
        "crumbs": [(_("异议处理"), reverse("publicity:objections"))],
        **more,
    }
    status = 422 if any(getattr(form, "errors", None) for form in more.values()) else 200
    answer = render(request, "publicity/objection.html", context, status=status)
    answer["Cache-Control"] = "private, no-store"
    return answer


@login_required
@require_POST
def accept(request: Request, pk: int) -> HttpResponse:
    """Take it up; its line stops."""
    row = get_object_or_404(of_programme(request), pk=pk)
    accept_objection(objection=row, actor=request.actor, now=request.now)
    messages.success(
        request,
        _("已受理。该异议在公示期外提出，不中止名单。")
        if row.is_late
        else _("已受理，相关各行即时中止，公示期满也不会通过。"),
    )
    return redirect("publicity:objection", row.pk)


@login_required
@require_http_methods(_FORM)
def refuse(request: Request, pk: int) -> HttpResponse:
    """Do not take it up, with a reason."""
    row = get_object_or_404(of_programme(request), pk=pk)
    _ready(request, row, ObjectionState.LODGED)
    form = RefuseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: refuse_objection(
                objection=row, actor=request.actor, now=request.now, **form.cleaned_data
            ),
        )
        if done is not None:
            messages.success(request, _("已答复不予受理，答复书已生成。"))
            return redirect("publicity:objection", row.pk)
    return _answer_page(request, row, form, title=_("不予受理"), submit=_("不予受理并出具答复书"))


@login_required
@require_http_methods(_FORM)
def decide(request: Request, pk: int) -> HttpResponse:
    """Decide after checking."""
    row = get_object_or_404(of_programme(request), pk=pk)
    _ready(request, row, ObjectionState.ACCEPTED)
    form = DecideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: decide_objection(
                objection=row, actor=request.actor, now=request.now, **form.cleaned_data
            ),
        )
        if done is not None:
            messages.success(request, _("已作出处理，答复书已生成。"))
            return redirect("publicity:objection", row.pk)
    return _answer_page(request, row, form, title=_("作出处理"), submit=_("确定并出具答复书"))


@login_required
@require_POST
def called(request: Request, pk: int) -> HttpResponse:
    """Whoever objected has been told by telephone."""
    row = get_object_or_404(of_programme(request), pk=pk)
    require(may_handle(request.actor, row))
    form = CallForm(request.POST, prefix="call")
    if not form.is_valid():
        return _page(request, row, call_form=form)
    values = form.cleaned_data
    done = attempt(form, lambda: note_call(objection=row, actor=request.actor, now=request.now, **values))
    if done is None:
        return _page(request, row, call_form=form)
    messages.success(request, _("已登记电话告知。"))
    return redirect("publicity:objection", row.pk)


@login_required
@require_POST
def reveal(request: Request, pk: int) -> HttpResponse:
    """Show who objects, once, after the reason has been written down."""
    row = get_object_or_404(of_programme(request), pk=pk)
    form = ReasonForm(request.POST, prefix="reveal")
    if not form.is_valid():
        require(may_handle(request.actor, row))
        return _page(request, row, reveal_form=form)
    reason = form.cleaned_data["reason"]
    author = attempt(
        form, lambda: reveal_author(objection=row, reason=reason, actor=request.actor, now=request.now)
    )
    return _page(request, row, reveal_form=form, author=author)


def _ready(request: Request, row: Objection, state: ObjectionState) -> None:
    """Refuse the page to whoever may not answer, and when it is no longer, or not yet, time for it."""
    require(may_handle(request.actor, row))
    if row.state != state:
        raise Stale()


def _answer_page(request: Request, row: Objection, form: Any, *, title: str, submit: str) -> HttpResponse:
    context = {
        "objection": row,
        "about": about(row),
        "form": form,
        "title": title,
        "submit": submit,
        "back": reverse("publicity:objection", args=[row.pk]),
        "crumbs": [
            (_("异议处理"), reverse("publicity:objections")),
            (row.reference, reverse("publicity:objection", args=[row.pk])),
        ],
    }
    return render(request, "publicity/answer.html", context, status=422 if form.errors else 200)
