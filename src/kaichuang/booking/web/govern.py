"""What officers do: rules of the whole programme, strikes and appeals."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.booking.models import Ladder, Quota, Strike
from kaichuang.booking.models.conduct import StrikeState
from kaichuang.booking.moments import period_in_words
from kaichuang.booking.operations import add_quota, answer_appeal, remove_rung, set_rung
from kaichuang.booking.permissions import may_answer, may_rule
from kaichuang.booking.queries.lists import strikes_for
from kaichuang.booking.web.forms import AnswerForm
from kaichuang.booking.web.keep_forms import KindQuotaForm, RungForm
from kaichuang.booking.web.posted import posted
from kaichuang.booking.web.tables import APPEALS, state_badge
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.places.web.attempt import attempt
from kaichuang.ui.forms import FilterForm
from kaichuang.ui.tables import respond

_FORM = ["GET", "HEAD", "POST"]


class AppealFilter(FilterForm):
    state = forms.ChoiceField(
        label=gettext_lazy("状态"), choices=[("", gettext_lazy("全部")), *StrikeState.choices]
    )


def _officers_strikes(request: Request) -> Any:
    require(may_rule(request.actor, request.programme))
    return strikes_for(request.actor).filter(booking__programme=request.programme.pk)


@login_required
@require_safe
def appeals(request: Request) -> HttpResponseBase:
    """Strikes of the programme; those with an appeal wait for an answer."""
    rows = _officers_strikes(request)
    filters = AppealFilter(request.GET)
    if "state" in filters.values:
        rows = rows.filter(state=filters.values["state"])
    return respond(request, table=APPEALS, rows=rows, filters=filters, template="booking/appeals.html")


@login_required
@require_http_methods(_FORM)
def answer(request: Request, pk: int) -> HttpResponse:
    """One strike, what its party says, and the answer."""
    rows = _officers_strikes(request).select_related(
        "booking__resource", "booking__programme", "booking__party", "party"
    )
    row: Strike = get_object_or_404(rows, pk=pk)
    form = AnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: answer_appeal(actor=request.actor, now=request.now, strike=row, **form.cleaned_data),
        )
        if done is not None:
            messages.success(request, _("已答复，并通知该主体。"))
            return redirect("booking:appeals")
    context = {
        "strike": row,
        "badge": state_badge(row),
        "when": period_in_words(row.booking.when),
        "permit": may_answer(request.actor, row),
        "open": row.state in {StrikeState.APPEALED, StrikeState.COUNTED},
        "form": form,
        "crumbs": [(_("失约与申诉"), reverse("booking:appeals"))],
    }
    return render(request, "booking/answer.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def rules(request: Request) -> HttpResponse:
    """Quotas by kind and the ladder of strikes."""
    require(may_rule(request.actor, request.programme))
    context = {
        "quotas": Quota.objects.filter(programme=request.programme.pk, resource=None).order_by("kind", "pk"),
        "ladder": Ladder.objects.filter(programme=request.programme.pk).order_by("strikes"),
        "crumbs": [(_("管理的资源"), reverse("booking:kept"))],
    }
    return render(request, "booking/rules.html", context)


@login_required
@require_http_methods(_FORM)
def new_kind_quota(request: Request) -> HttpResponse:
    """Limit each party on a kind of resources."""
    require(may_rule(request.actor, request.programme))
    form = KindQuotaForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: add_quota(
                actor=request.actor, now=request.now, programme=request.programme, **form.cleaned_data
            ),
        )
        if done is not None:
            messages.success(request, _("限额已生效，已有的预约计入其中。"))
            return redirect("booking:rules")
    return _form_page(request, form, _("类别限额"), _("每个主体在一个周期内对一类资源最多预约多少。"))


@login_required
@require_http_methods(_FORM)
def new_rung(request: Request) -> HttpResponse:
    """So many strikes, so long a suspension."""
    require(may_rule(request.actor, request.programme))
    form = RungForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: set_rung(
                actor=request.actor, now=request.now, programme=request.programme, **form.cleaned_data
            ),
        )
        if done is not None:
            messages.success(request, _("规则已保存。"))
            return redirect("booking:rules")
    return _form_page(request, form, _("失约处理规则"), _("在统计天数内失约达到次数的主体，暂停预约若干天。"))


@login_required
@require_POST
def drop_rung(request: Request, pk: int) -> HttpResponse:
    """Take a rung away."""
    require(may_rule(request.actor, request.programme))
    rung = get_object_or_404(Ladder.objects.filter(programme=request.programme.pk), pk=pk)
    remove_rung(actor=request.actor, now=request.now, rung=rung)
    messages.success(request, _("规则已取消，正在执行的暂停不受影响。"))
    return redirect("booking:rules")


def _form_page(request: Request, form: forms.Form, title: str, text: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "subtitle": text,
        "submit": "",
        "crumbs": [(_("预约规则"), reverse("booking:rules"))],
        "back": reverse("booking:rules"),
        "tone": "primary",
    }
    return render(request, "booking/form.html", context, status=422 if form.errors else 200)
