"""Object, and follow one's objection by its receipt code."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.accounts.ratelimit import allow
from kaichuang.clock.queries.deadlines import deadlines_of
from kaichuang.clock.queries.today import business_date
from kaichuang.files.codes import normalise
from kaichuang.files.web.download import file_response
from kaichuang.kit.http import Request
from kaichuang.parties.models import Party
from kaichuang.places.web.attempt import attempt
from kaichuang.publicity.enums import AnnouncementState, ObjectionState
from kaichuang.publicity.models import Announcement, Line, Objection
from kaichuang.publicity.operations import lodge_objection, retract_objection
from kaichuang.publicity.queries.lists import announcements_for
from kaichuang.publicity.queries.period import takes_objections
from kaichuang.publicity.web.forms import CodeForm, ObjectionForm
from kaichuang.publicity.web.tables import about, state_badge
from kaichuang.ui.components.structure import Step

RATE = "10/h/ip"
"""Enough for people; a machine soon waits."""
LOOKUPS = "30/m/ip"
_FORM = ["GET", "HEAD", "POST"]


@require_http_methods(_FORM)
def object_to(request: Request, pk: int) -> HttpResponse:
    """Object to one line (`?line=` its position) or to the whole list; with or without login."""
    row = get_object_or_404(announcements_for(request.actor).exclude(number=""), pk=pk)
    if row.state == AnnouncementState.WITHDRAWN:
        raise Http404
    line = _line(row, request.POST.get("line") or request.GET.get("line") or "")
    party = Party.objects.filter(pk=request.actor.party_id).first() if request.actor.party_id else None
    form = ObjectionForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        for_party=party is not None,
        has_account=request.actor.user_id is not None,
    )
    limited = ""
    if request.method == "POST" and form.is_valid():
        if allow(request, "publicity.object", RATE):
            if (made := _lodge(request, row, line, form)) is not None:
                messages.success(request, _("异议已提交。请保存回执码或本页地址，处理结果在此查看。"))
                return redirect("publicity:receipt", made.code)
        else:
            limited = _("提交过于频繁，请一小时后再试。您填写的内容仍保留在下面。")
    context = {
        "announcement": row,
        "line": line,
        "cells": _cells(row, line),
        "party": party,
        "form": form,
        "limited": limited,
        "files_lost": bool(request.FILES) and (bool(form.errors) or bool(limited)),
        "is_late": not takes_objections(row, line, business_date(row.programme, request.now)),
        "back": row.get_absolute_url(),
        "crumbs": [
            (_("公示"), reverse("publicity:announcements")),
            (row.title, row.get_absolute_url()),
        ],
    }
    status = 429 if limited else 422 if form.errors else 200
    return render(request, "publicity/object.html", context, status=status)


def _lodge(request: Request, row: Announcement, line: Line | None, form: ObjectionForm) -> Objection | None:
    values: dict[str, Any] = dict(form.cleaned_data)
    uploads = values.pop("files")
    return attempt(
        form,
        lambda: lodge_objection(
            announcement=row, line=line, uploads=uploads, actor=request.actor, now=request.now, **values
        ),
    )


def _line(row: Announcement, position: str) -> Line | None:
    """The line of that position; 404 for one that is not there."""
    if not position:
        return None
    if not (position.isascii() and position.isdigit() and len(position) < 9):
        raise Http404
    line: Line = get_object_or_404(row.lines, position=int(position))
    return line


def _cells(row: Announcement, line: Line | None) -> list[dict[str, Any]]:
    if line is None:
        return []
    return [
        {"label": spec.title, "value": line.cells.get(spec.code), "kind": spec.kind}
        for spec in row.column_specs
    ]


@require_safe
def receipt(request: Request, code: str) -> HttpResponse:
    """One objection under its code: where it stands and what the answer is. Nobody else is shown it."""
    objection = _objection(request, code)
    if objection is None:
        return _too_often(request)
    row = objection.announcement
    context = {
        "objection": objection,
        "announcement": row,
        "about": about(objection),
        "badge": state_badge(objection),
        "steps": _steps(objection),
        "deadline": deadlines_of(objection).first(),
        "today": business_date(row.programme, request.now),
        "permanent": request.build_absolute_uri(),
    }
    return _private(render(request, "publicity/receipt.html", context))


@require_safe
def letter(request: Request, code: str) -> HttpResponseBase:
    """The letter that answers it."""
    objection = _objection(request, code)
    if objection is None:
        return _too_often(request)
    if objection.letter is None:
        raise Http404
    return file_response(request, objection.letter.attachment)


@require_POST
def retract(request: Request, code: str) -> HttpResponse:
    """Take it back."""
    objection = _objection(request, code)
    if objection is None:
        return _too_often(request)
    retract_objection(objection=objection, actor=request.actor, now=request.now, code=objection.code)
    messages.success(request, _("异议已撤回。"))
    return redirect("publicity:receipt", objection.code)


@require_safe
def find(request: Request) -> HttpResponse:
    """From a code to its page."""
    form = CodeForm(request.GET or None)
    if form.is_bound and form.is_valid():
        code = normalise(form.cleaned_data["code"])
        if not allow(request, "publicity.receipt", LOOKUPS):
            form.add_error("code", _("查询过于频繁，请一分钟后再试。"))
        elif code and Objection.objects.filter(code=code).exists():
            return redirect("publicity:receipt", code)
        else:
            form.add_error("code", _("没有这个回执码，请核对后重新输入。"))
    context = {"form": form, "crumbs": [(_("公示"), reverse("publicity:announcements"))]}
    return render(request, "publicity/find.html", context, status=422 if form.errors else 200)


def _objection(request: Request, code: str) -> Objection | None:
    """The objection, 404 without one; None when the address asks too often."""
    if not allow(request, "publicity.receipt", LOOKUPS):
        return None
    plain = normalise(code)
    rows = Objection.objects.select_related(
        "announcement__programme", "announcement__unit", "line", "letter__attachment__content"
    )
    found: Objection = get_object_or_404(rows, code=plain or "-")
    return found


def _too_often(request: Request) -> HttpResponse:
    form = CodeForm()
    limited = _("查询过于频繁，请一分钟后再试。")
    return render(request, "publicity/find.html", {"form": form, "limited": limited}, status=429)


def _private(answer: HttpResponse) -> HttpResponse:
    answer["X-Robots-Tag"] = "noindex"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _steps(objection: Objection) -> list[Step]:
    lodged = Step(label=_("已提交"), state="done", on=objection.lodged_on)
    match objection.state:
        case ObjectionState.WITHDRAWN:
            return [lodged, Step(label=_("已由提出人撤回"), state="failed")]
        case ObjectionState.NOT_ACCEPTED:
            return [lodged, Step(label=_("不予受理"), state="failed", on=objection.decided_on)]
        case ObjectionState.LODGED:
            return [lodged, Step(label=_("待受理"), state="current"), Step(label=_("答复"))]
        case ObjectionState.ACCEPTED:
            return [lodged, Step(label=_("核查中"), state="current"), Step(label=_("答复"))]
    answered = Step(label=str(objection.get_state_display()), state="done", on=objection.decided_on)
    return [lodged, Step(label=_("已核查"), state="done"), answered]
