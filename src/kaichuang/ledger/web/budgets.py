"""Pages of budgets and of money by measure; reading them needs no login."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.clock.queries import business_date
from kaichuang.kit.http import Request
from kaichuang.kit.money import FEN_PER_WAN
from kaichuang.kit.permissions import require
from kaichuang.ledger.operations import (
    adjust_budget,
    adopt_budget,
    carry_over,
    close_budget,
    supplement_budget,
)
from kaichuang.ledger.permissions import may_keep_books
from kaichuang.ledger.queries import budgets_for, money_by_measure, usage_of
from kaichuang.ledger.queries.budgets import BudgetUsage
from kaichuang.ledger.web.forms import AdoptForm, CarryOverForm, ChangeForm, YearFilter
from kaichuang.ledger.web.tables import LINES, MEASURES
from kaichuang.places.web.attempt import attempt
from kaichuang.ui.charts import Chart, Series
from kaichuang.ui.tables import respond


@require_safe
def budgets(request: Request) -> HttpResponse:
    """Every year's budgets with their bars."""
    found = usage_of(budgets_for(request.actor))
    context = {
        "budgets": [(item, chart_of(item)) for item in found],
        "may_adopt": bool(request.programme) and bool(may_keep_books(request.actor, request.programme)),
    }
    return render(request, "ledger/budgets.html", context)


@require_safe
def budget(request: Request, pk: int) -> HttpResponse:
    """One budget, line by line, each figure leading to its account."""
    get_object_or_404(budgets_for(request.actor), pk=pk)
    (found,) = usage_of(budgets_for(request.actor).filter(pk=pk))
    permit = may_keep_books(request.actor, found.budget)
    context = {"budget": found.budget, "usage": found.usage, "chart": chart_of(found), "permit": permit}
    return respond(request, table=LINES, rows=found.lines, template="ledger/budget.html", context=context)


@require_safe
def measures(request: Request) -> HttpResponse:
    """What every policy measure has cost, for everybody."""
    filters = YearFilter(request.GET)
    rows = money_by_measure(request.actor, **filters.values)
    return respond(request, table=MEASURES, rows=rows, filters=filters, template="ledger/measures.html")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: Request) -> HttpResponse:
    """A new budget."""
    require(may_keep_books(request.actor, request.programme))
    year = business_date(request.programme, request.now).year
    form = AdoptForm(request.POST or None, initial={"year": year})
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: adopt_budget(
                programme=request.programme, actor=request.actor, now=request.now, **form.cleaned_data
            ),
        )
        if made is not None:
            messages.success(request, _("预算已下达。"))
            return redirect("ledger:budget", made.pk)
    return form_page(request, form, _("下达预算"), reverse("ledger:budgets"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, pk: int, kind: str) -> HttpResponse:
    """Adjust between lines, or supplement."""
    found = get_object_or_404(budgets_for(request.actor), pk=pk)
    require(may_keep_books(request.actor, found))
    form = ChangeForm(request.POST or None, budget=found, initial={"key": f"{kind}:{uuid.uuid4()}"})
    operation = adjust_budget if kind == "adjust" else supplement_budget
    title = _("科目调剂") if kind == "adjust" else _("追加追减")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = attempt(
            form,
            lambda: operation(
                budget=found,
                amounts=form.amounts,
                document=data["document"],
                reason=data["reason"],
                key=data["key"],
                actor=request.actor,
                now=request.now,
            ),
        )
        if done is not None:
            messages.success(request, _("预算已调整。"))
            return redirect("ledger:budget", pk)
    return form_page(request, form, title, reverse("ledger:budget", args=[pk]))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def carry(request: Request, pk: int) -> HttpResponse:
    """The end of the year."""
    found = get_object_or_404(budgets_for(request.actor).select_related("programme"), pk=pk)
    require(may_keep_books(request.actor, found))
    form = CarryOverForm(request.POST or None, budget=found)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: carry_over(budget=found, actor=request.actor, now=request.now, **form.cleaned_data),
        )
        if done is not None:
            messages.success(request, _("已结转或收回%(count)d个科目的余额。") % {"count": len(done)})
            return redirect("ledger:budget", pk)
    return form_page(request, form, _("年终结转"), reverse("ledger:budget", args=[pk]))


@login_required
@require_POST
def close(request: Request, pk: int) -> HttpResponse:
    """Close the year's books."""
    found = get_object_or_404(budgets_for(request.actor).select_related("programme"), pk=pk)
    require(may_keep_books(request.actor, found))
    close_budget(budget=found, actor=request.actor, now=request.now)
    messages.success(request, _("预算已结账。"))
    return redirect("ledger:budget", pk)


def chart_of(item: BudgetUsage) -> Chart:
    """The stages of every line as one bar, in 万元."""
    return Chart(
        title=_("%(title)s：各科目执行情况") % {"title": item.budget.title},
        kind="stacked",
        unit=_("万元"),
        decimals=2,
        categories=[str(line.line) for line in item.lines],
        series=[
            Series(label=label, values=[getattr(line.usage, stage) / FEN_PER_WAN for line in item.lines])
            for stage, label in _stages()
        ],
    )


def _stages() -> tuple[tuple[str, str], ...]:
    return (
        ("paid", _("已支付")),
        ("ordered", _("支付中")),
        ("committed", _("已批复")),
        ("reserved", _("预留")),
        ("available", _("可用")),
    )


def form_page(request: Request, form: BaseForm, title: str, back: str, submit: str = "") -> HttpResponse:
    context: dict[str, Any] = {"form": form, "title": title, "back": back, "submit": submit or title}
    return render(request, "ledger/form.html", context, status=422 if form.errors else 200)
