"""Pages of the party that reports."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.facts.enums import EDITABLE, KNOWN, WITH_PARTY, ReportState
from kaichuang.facts.evaluation import evaluate
from kaichuang.facts.models import Report
from kaichuang.facts.operations import (
    check_report,
    freeze_report,
    import_workbook,
    open_correction,
    save_cells,
    sign_report,
    submit_report,
)
from kaichuang.facts.permissions import may_collect, may_fill, may_review, may_sign
from kaichuang.facts.queries.reports import last_values, reports_for
from kaichuang.facts.web.common import collects, report_crumbs, report_in_sight, today_of
from kaichuang.facts.web.forms import ReasonForm, SignForm, WorkbookForm, posted_cells, posted_texts
from kaichuang.facts.web.grid import Grid, grid_of
from kaichuang.facts.web.history import events_of, returned_because, steps_of
from kaichuang.facts.web.tables import report_badge, report_table
from kaichuang.facts.words import period_of
from kaichuang.facts.workbook import write_workbook
from kaichuang.facts.workbook.layout import UNITS
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import NotAllowed, Problem, Refused
from kaichuang.places.web.attempt import attempt
from kaichuang.ui.tables import respond

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAX_SHEET = 5 * 1024 * 1024


@login_required
@require_safe
def mine(request: Request) -> HttpResponse:
    """The reports of the parties one acts for; collectors are led to their overview."""
    if collects(request.actor):
        return redirect("facts:overview")
    today = today_of(request)
    rows = reports_for(request.actor, on=today).exclude(state=ReportState.CORRECTED)
    waiting = rows.filter(state__in=WITH_PARTY).count()
    table = report_table(today, for_collectors=False)
    return respond(
        request, table=table, rows=rows, template="facts/reports.html", context={"waiting": waiting}
    )


@login_required
@require_safe
def report(request: Request, pk: int) -> HttpResponse:
    """One report as it stands: figures, explanations, notes, history, and what can be done next."""
    found = report_in_sight(request, pk)
    return render(request, "facts/report.html", _context(request, found))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: Request, pk: int) -> HttpResponse:
    """The table to be filled in. Without scripts the whole table is sent; with them every cell as it is left."""
    found = report_in_sight(request, pk)
    require(may_fill(request.actor, found))
    if found.state not in WITH_PARTY:
        return redirect("facts:report", pk)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        found = _save(request, found)
        if "check" not in request.POST:
            messages.success(request, _("已保存，尚未报送。"))
            return redirect("facts:fill", pk)
        try:
            check_report(actor=request.actor, now=request.now, report=found)
        except NotAllowed:
            raise
        except Refused as refused:
            problems = refused.problems
        else:
            messages.success(request, _("校验通过，请负责人签署后报送。"))
            return redirect("facts:report", pk)
    context = {
        "report": found,
        "grid": _grid(found, editable=True, strict=bool(problems)),
        "strict": bool(problems),
        "returned_because": returned_because(found),
        "base": json.dumps(found.entries),
        "period": period_of(found),
        "status": report_badge(found),
        "crumbs": [*report_crumbs(request, found), (period_of(found), reverse("facts:report", args=[pk]))],
        "today": today_of(request),
    }
    return render(request, "facts/fill.html", context, status=422 if problems else 200)


@login_required
@require_POST
def cells(request: Request, pk: int) -> HttpResponse:
    """Keep what was typed, and answer with all findings and the cells that are computed from it."""
    found = report_in_sight(request, pk)
    found = save_cells(
        actor=request.actor,
        now=request.now,
        report=found,
        entries=posted_cells(found.form.sheet, request.POST),
        explanations=posted_texts("e:", request.POST),
    )
    context = {"report": found, "grid": _grid(found, editable=True), "fresh": True}
    return render(request, "facts/fragments/findings.html", context)


@login_required
@require_safe
def export(request: Request, pk: int) -> HttpResponse:
    """The report as a workbook: to be filled in (元), or for handing up in the form's unit."""
    found = report_in_sight(request, pk)
    unit = request.GET.get("unit", "元")
    if unit not in UNITS:
        raise Http404
    data = write_workbook(found, evaluate(found, last_values(found)), unit=unit)
    name = quote(f"{found.form.title}_{found.party.name}_{period_of(found)}_{unit}.xlsx")
    answer = HttpResponse(data, content_type=_XLSX)
    answer["Content-Disposition"] = (
        f"attachment; filename=\"{found.form_code}.xlsx\"; filename*=UTF-8''{name}"
    )
    return answer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: Request, pk: int) -> HttpResponse:
    """Import a filled-in workbook; what cannot be read is told cell by cell."""
    found = report_in_sight(request, pk)
    require(may_fill(request.actor, found))
    form = WorkbookForm(request.POST or None, request.FILES or None)
    problems = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data["workbook"].read()
        done = attempt(
            form, lambda: import_workbook(actor=request.actor, now=request.now, report=found, data=data)
        )
        if done is not None:
            _report, count, problems = done
            messages.success(request, _("已导入，%(count)s个单元格有变化。") % {"count": count})
            if not problems:
                return redirect("facts:fill", pk)
    context = {
        "report": found,
        "form": form,
        "problems": problems,
        "crumbs": [*report_crumbs(request, found), (period_of(found), reverse("facts:report", args=[pk]))],
    }
    status = 422 if form.errors or problems else 200
    return render(request, "facts/workbook.html", context, status=status)


@login_required
@require_POST
def move(request: Request, pk: int, name: str) -> HttpResponse:
    """Sign, hand in, put on file; each leads back to the report."""
    found = report_in_sight(request, pk)
    who: dict[str, Any] = {"actor": request.actor, "now": request.now, "report": found}
    if name == "sign":
        form = SignForm(request.POST)
        if not form.is_valid():
            context = _context(request, found) | {"sign_form": form}
            return render(request, "facts/report.html", context, status=422)
        sign_report(**who, confirmed=form.cleaned_data["confirmed"])
        messages.success(request, _("已签署，请报送。"))
    elif name == "submit":
        submit_report(**who)
        messages.success(request, _("已报送，审核结果会通知您。"))
    else:
        freeze_report(**who)
        messages.success(request, _("已归档。"))
    return redirect("facts:report", pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: Request, pk: int) -> HttpResponse:
    """Open a correction, with its reason."""
    found = report_in_sight(request, pk)
    permit = may_collect(request.actor, found.programme_id)
    require(permit if permit else may_fill(request.actor, found))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        fresh = attempt(
            form, lambda: open_correction(actor=request.actor, now=request.now, report=found, reason=reason)
        )
        if fresh is not None:
            messages.success(request, _("已建立更正稿，原报表在更正通过前继续有效。"))
            return redirect("facts:report", fresh.pk)
    context = {
        "report": found,
        "form": form,
        "title": _("更正报表"),
        "crumbs": [*report_crumbs(request, found), (period_of(found), reverse("facts:report", args=[pk]))],
        "back": reverse("facts:report", args=[pk]),
        "submit": _("建立更正稿"),
        "subtitle": _("更正通过后，新的数据取代原来的数据；原数据和理由都会保留。"),
    }
    return render(request, "facts/form.html", context, status=422 if form.errors else 200)


def _save(request: Request, found: Report) -> Report:
    """Only what differs from the page as it was sent: another person may have filled in other cells since."""
    posted = posted_cells(found.form.sheet, request.POST)
    try:
        base = dict(json.loads(request.POST.get("base", "{}")))
    except ValueError:
        base = {}
    changed = {name: text for name, text in posted.items() if text.strip() != str(base.get(name, ""))}
    return save_cells(
        actor=request.actor,
        now=request.now,
        report=found,
        entries=changed,
        explanations=posted_texts("e:", request.POST),
    )


def _grid(found: Report, *, editable: bool, strict: bool = False) -> Grid:
    last = last_values(found)
    return grid_of(found, evaluate(found, last), last, editable=editable, strict=strict)


def _context(request: Request, found: Report) -> dict[str, Any]:
    actor = request.actor
    fills = bool(may_fill(actor, found))
    versions = Report.objects.filter(
        programme=found.programme_id,
        form_code=found.form_code,
        party=found.party_id,
        starts_on=found.starts_on,
    )
    return {
        "report": found,
        "grid": _grid(found, editable=False),
        "period": period_of(found),
        "status": report_badge(found),
        "today": today_of(request),
        "steps": steps_of(found),
        "events": events_of(found),
        "versions": list(versions.order_by("version")),
        "units": ["元"]
        if found.form.definition.export_unit == "元"
        else ["元", found.form.definition.export_unit],
        "can_fill": fills and found.state in WITH_PARTY,
        "can_edit": found.state in EDITABLE,
        "can_sign": found.state == ReportState.CHECKED and bool(may_sign(actor, found)),
        "waits_for_owner": found.state == ReportState.CHECKED and fills and not may_sign(actor, found),
        "can_submit": found.state == ReportState.SIGNED and fills,
        "can_review": found.state == ReportState.SUBMITTED and bool(may_review(actor, found)),
        "can_freeze": found.state == ReportState.ACCEPTED and bool(may_review(actor, found)),
        "can_correct": found.state in KNOWN and (fills or bool(may_collect(actor, found.programme_id))),
        "returned_because": returned_because(found) if fills else "",
        "sign_form": SignForm(),
        "crumbs": report_crumbs(request, found),
    }
