"""The report on the use of money, as it is written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import formset_factory
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kaichuang.cases.operations.move import move_case
from kaichuang.cases.permissions import may_edit, may_work
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import NotAllowed, Problem, Refused
from kaichuang.places.web.attempt import attempt
from kaichuang.support.models import OUTSIDE, ReportState, UseReport
from kaichuang.support.operations.reports import Spending, open_report, save_report
from kaichuang.support.operations.rule import rule_on_outside
from kaichuang.support.queries.uses import uses_of
from kaichuang.support.web.forms import RulingForm, SpendingForm, SummaryForm
from kaichuang.support.web.mine import FORM, form_page, own_case, report_move

_SPARE = 3
"""Empty rows under those that are there."""
_MOST = 500
GENERAL = "general"
"""The category of money without an earmark."""


@login_required
@require_http_methods(FORM)
def report(request: Request, pk: int) -> HttpResponse:
    """Write, save and hand in; saving keeps what is incomplete and adds rows."""
    case = own_case(request, pk)
    require(may_edit(request.actor, case))
    move = report_move(case)
    if move is None:
        raise Refused(Problem("not_open", _("目前不需要填写使用报告。")))
    found = open_report(case=case, now=request.now)
    uses = uses_of(case)
    choices = [(use.code, use.title.zh) for use in uses] or [(GENERAL, _("符合规定的支出"))]
    rows = formset_factory(SpendingForm, extra=_SPARE, max_num=_MOST)
    # What is posted stands for itself: beside the saved rows as initial values, a row sent again as it was saved
    # would count as untouched and be lost.
    posted = request.POST or None
    initial = None if posted else _initial(found)
    options = {"choices": choices, "earmarked": bool(uses)}
    lines = rows(posted, initial=initial, form_kwargs=options, prefix="l")
    summary = SummaryForm(request.POST or None, initial={"summary": found.summary})
    problems: list[Problem] = []
    if request.method == "POST" and lines.is_valid() and summary.is_valid():
        given = [_spending(form.cleaned_data) for form in lines if not form.is_empty]
        try:
            save_report(
                case=case,
                lines=given,
                summary=summary.cleaned_data["summary"],
                actor=request.actor,
                now=request.now,
            )
            if "hand_in" not in request.POST:
                messages.success(request, _("已保存。"))
                return redirect("support:report", pk)
            move_case(case=case, move=move, actor=request.actor, now=request.now)
            messages.success(request, _("使用报告已报送。"))
            return redirect("support:my_money")
        except NotAllowed:
            raise
        except Refused as refused:
            problems = [_placed(problem, lines) for problem in refused.problems]
    wrong = bool(problems or (request.method == "POST" and not lines.is_valid()))
    found.refresh_from_db()
    context = {
        "case": case,
        "report": found,
        "over": max(-found.unspent_fen, 0),
        "lines": lines,
        "summary": summary,
        "uses": uses,
        "problems": problems,
        "back": reverse("support:my_money"),
    }
    return render(request, "support/report.html", context, status=422 if wrong else 200)


def _placed(problem: Problem, lines: Any) -> Problem:
    """The problem with the field of the page that it is about: what is not filled in has no number in the report."""
    if not problem.field.startswith("lines."):
        return replace(problem, field="l-0-amount" if problem.field == "lines" else problem.field)
    _lines, number, name = problem.field.split(".")
    filled = [at for at, form in enumerate(lines) if not form.is_empty]
    return replace(problem, field=f"l-{filled[int(number) - 1]}-{name}")


def _initial(report: UseReport) -> list[dict[str, Any]]:
    return [
        {
            "category": line.category,
            "what": line.what,
            "amount": line.amount_fen,
            "spent_on": line.spent_on,
            "voucher": line.voucher,
            "why": line.why,
        }
        for line in report.lines.all()
    ]


def _spending(values: dict[str, Any]) -> Spending:
    return Spending(
        category=values["category"],
        what=values["what"],
        amount_fen=values["amount"],
        spent_on=values["spent_on"],
        voucher=values["voucher"],
        why=values.get("why", "") if values["category"] == OUTSIDE else "",
    )


@login_required
@require_http_methods(FORM)
def ruling(request: Request, pk: int) -> HttpResponse:
    """The officer decides how much of what was spent outside the earmark comes back."""
    case = own_case(request, pk)
    require(may_work(request.actor, case))
    found = get_object_or_404(UseReport, case=case, state=ReportState.HANDED_IN, outside_fen__gt=0)
    told = found.outside_fen if found.reclaim_fen is None else found.reclaim_fen
    initial = {
        "reclaim": told,
        "reason": found.ruling,
        "rate": found.rate_percent,
        "rate_clause": found.rate_clause or case.matter.clause,
    }
    form = RulingForm(request.POST or None, initial=initial)
    back = reverse("cases:desk_case", args=[pk])
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: rule_on_outside(report=found, actor=request.actor, now=request.now, **form.given()),
        )
        if done is not None:
            messages.success(request, _("已决定，核查通过时执行。"))
            return redirect(back)
    return form_page(request, form, _("专项以外支出的处理"), back)
