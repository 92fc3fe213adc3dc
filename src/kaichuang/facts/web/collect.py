"""Pages of those who collect reports: who has reported, who must, and the review."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.facts.enums import WITH_PARTY, ReportState
from kaichuang.facts.evaluation import evaluate
from kaichuang.facts.models import Form, Report, Respondent
from kaichuang.facts.operations import (
    accept_report,
    add_respondent,
    end_respondent,
    open_reports,
    return_report,
)
from kaichuang.facts.permissions import may_collect, may_read_all, may_review
from kaichuang.facts.queries.overview import periods_of, tally
from kaichuang.facts.queries.reports import forms_of, last_values, reports_for
from kaichuang.facts.web.common import report_crumbs, report_in_sight, today_of
from kaichuang.facts.web.forms import EndForm, ReasonForm, ReportFilter, RespondentForm, posted_texts
from kaichuang.facts.web.grid import grid_of
from kaichuang.facts.web.tables import report_badge, report_table
from kaichuang.facts.words import period_of, period_words
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.parties.queries.parties import find_organisation
from kaichuang.places.web.attempt import attempt
from kaichuang.ui.tables import respond


@login_required
@require_safe
def overview(request: Request) -> HttpResponse:
    """Who has reported on a form and period, who has not, what was returned."""
    require(may_read_all(request.actor, request.programme))
    today = today_of(request)
    forms = list(forms_of(request.actor.programme_id))
    form = next((one for one in forms if one.code == request.GET.get("form")), forms[0] if forms else None)
    periods = periods_of(form) if form is not None else []
    chosen = next((one for one in periods if str(one[0]) == request.GET.get("period")), None)
    starts_on = chosen[0] if chosen else periods[0][0] if periods else None
    rows = reports_for(request.actor, on=today).exclude(state=ReportState.CORRECTED)
    rows = rows.filter(form_code=form.code if form else "", starts_on=starts_on or date.min)
    figures = tally(rows, today)
    filters = ReportFilter(request.GET)
    values = filters.values
    if text := values.get("q"):
        rows = rows.filter(party__name__icontains=text)
    state = values.get("state")
    if state == "overdue":
        rows = rows.filter(state__in=WITH_PARTY, due_on__lt=today)
    elif state == "late":
        rows = rows.filter(late=True)
    elif state:
        rows = rows.filter(state=state)
    context = {
        "forms": forms,
        "form": form,
        "periods": [
            (str(start), period_words(form.period, start, end), start == starts_on)
            for start, end in periods
            if form is not None
        ],
        "tally": figures,
        "may_collect": bool(may_collect(request.actor, request.actor.programme_id or 0)),
        "handed_in": figures.submitted + figures.accepted,
    }
    table = report_table(today, for_collectors=True)
    return respond(
        request, table=table, rows=rows, filters=filters, template="facts/overview.html", context=context
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: Request, pk: int) -> HttpResponse:
    """The figures beside those of the last report, with a place for a note at every cell; accept or return."""
    found = report_in_sight(request, pk)
    if found.state != ReportState.SUBMITTED:
        return redirect("facts:report", pk)
    require(may_review(request.actor, found))
    notes = posted_texts("n:", request.POST) if request.method == "POST" else {}
    form = ReasonForm(request.POST if "return" in request.POST else None)
    if request.method == "POST":
        if "accept" in request.POST:
            accept_report(actor=request.actor, now=request.now, report=found)
            messages.success(request, _("已通过，数据已写入。"))
            return redirect("facts:report", pk)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            done = attempt(
                form,
                lambda: return_report(
                    actor=request.actor, now=request.now, report=found, reason=reason, notes=notes
                ),
            )
            if done is not None:
                messages.success(request, _("已退回，批注已告知填报单位。"))
                return redirect("facts:report", pk)
        found.notes = {name: text for name, text in notes.items() if text.strip()}
    last = last_values(found)
    context = {
        "report": found,
        "grid": grid_of(found, evaluate(found, last), last, editable=False),
        "form": form,
        "period": period_of(found),
        "status": report_badge(found),
        "today": today_of(request),
        "crumbs": [*report_crumbs(request, found), (period_of(found), reverse("facts:report", args=[pk]))],
    }
    return render(request, "facts/review.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def respondents(request: Request, code: str) -> HttpResponse:
    """Who must report, and since when; add one by its credit code."""
    found = get_object_or_404(forms_of(request.actor.programme_id), code=code)
    require(may_collect(request.actor, found.programme_id))
    form = RespondentForm(request.POST or None, initial={"since": today_of(request)})
    if request.method == "POST" and form.is_valid():
        party = find_organisation(form.cleaned_data["uscc"])
        if party is None:
            form.add_error("uscc", _("没有登记这个统一社会信用代码的单位，请先在主体名录中登记。"))
        else:
            row = attempt(
                form,
                lambda: add_respondent(
                    actor=request.actor,
                    now=request.now,
                    form=found,
                    party=party,
                    since=form.cleaned_data["since"],
                ),
            )
            if row is not None:
                messages.success(request, _("已将“%(name)s”列为填报单位。") % {"name": party.name})
                return redirect("facts:respondents", code)
    rows = Respondent.objects.filter(programme=found.programme_id, form_code=code).select_related("party")
    context = {
        "report_form": found,
        "rows": rows.order_by("party__sort_key", "since"),
        "form": form,
        "crumbs": [(_("填报情况"), reverse("facts:overview"))],
    }
    return render(request, "facts/respondents.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: Request, pk: int) -> HttpResponse:
    """A party need not report any more."""
    require(may_collect(request.actor, request.actor.programme_id or 0))
    rows = Respondent.objects.select_related("party").filter(programme=request.actor.programme_id)
    row = get_object_or_404(rows, pk=pk)
    form = EndForm(request.POST or None, initial={"until": today_of(request)})
    if request.method == "POST" and form.is_valid():
        until = form.cleaned_data["until"]
        done = attempt(
            form, lambda: end_respondent(actor=request.actor, now=request.now, respondent=row, until=until)
        )
        if done is not None:
            messages.success(request, _("已结束“%(name)s”的填报。") % {"name": row.party.name})
            return redirect("facts:respondents", row.form_code)
    back = reverse("facts:respondents", args=[row.form_code])
    context = {
        "form": form,
        "title": _("结束填报：%(name)s") % {"name": row.party.name},
        "crumbs": [(_("填报单位"), back)],
        "back": back,
        "submit": _("结束填报"),
    }
    return render(request, "facts/form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def open_period(request: Request, code: str) -> HttpResponse:
    """Open now what the hourly scan would open."""
    found: Form = get_object_or_404(forms_of(request.actor.programme_id), code=code)
    try:
        opened: list[Report] = open_reports(actor=request.actor, now=request.now, form=found)
    except NotAllowed:
        raise
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        if opened:
            messages.success(request, _("已建立%(count)s份报表并通知填报单位。") % {"count": len(opened)})
        else:
            messages.info(request, _("没有需要建立的报表：已结束的报告期都已建立。"))
    return redirect(f"{reverse('facts:overview')}?form={code}")
