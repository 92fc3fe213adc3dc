"""Parties that may not apply: list, bar, lift."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kaichuang.cases.models import Ban
from kaichuang.cases.operations.sanctions import ban_party, lift_ban
from kaichuang.cases.permissions import may_ban
from kaichuang.cases.web.desk.common import FORM, for_staff
from kaichuang.clock.queries import business_date
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.parties.models import Party
from kaichuang.places.web.attempt import attempt
from kaichuang.ui.components.badges import badge
from kaichuang.ui.forms import DateField, FilterForm
from kaichuang.ui.tables import Column, Table, respond

_REASON = forms.Textarea(attrs={"rows": 2})


class BanFilter(FilterForm):
    q = forms.CharField(
        label=gettext_lazy("名称或信用代码"), max_length=60, widget=forms.TextInput(attrs={"type": "search"})
    )
    current = forms.BooleanField(label=gettext_lazy("只看有效的"))


class BanForm(forms.Form):
    """Whom, until when, why and by which clause."""

    party = forms.CharField(
        label=gettext_lazy("主体"),
        max_length=200,
        help_text=gettext_lazy("统一社会信用代码，或与登记完全一致的名称。"),
    )
    since = DateField(label=gettext_lazy("起始日期"))
    until = DateField(label=gettext_lazy("截止日期"), help_text=gettext_lazy("含当日。"))
    clause = forms.CharField(label=gettext_lazy("依据的条款"), max_length=60)
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200, widget=_REASON)

    def clean_party(self) -> Party:
        text = self.cleaned_data["party"].replace("\x00", "").strip()
        found = list(Party.objects.filter(Q(uscc=text.upper()) | Q(name=text)).exclude(uscc="", name="")[:2])
        if not found:
            raise forms.ValidationError(_("没有找到该主体，请核对名称或信用代码。"))
        if len(found) > 1:
            raise forms.ValidationError(_("有多个同名主体，请填写统一社会信用代码。"))
        return found[0]


class LiftForm(forms.Form):
    on = DateField(label=gettext_lazy("解除日期"))
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200, widget=_REASON)


@for_staff
@require_safe
def bans(request: Request) -> HttpResponseBase:
    """Every bar of the programme; those in force first."""
    today = business_date(request.programme, request.now)
    filters = BanFilter(request.GET)
    rows = Ban.objects.filter(programme=request.programme.pk).select_related("party")
    if text := str(filters.values.get("q", "")).replace("\x00", ""):
        rows = rows.filter(Q(party__name__icontains=text) | Q(party__uscc__iexact=text))
    if filters.values.get("current"):
        rows = rows.filter(Q(lifted_on=None) | Q(lifted_on__gt=today), until__gte=today)
    permit = may_ban(request.actor, request.programme)

    def state(ban: Ban) -> str:
        if ban.lifted_on is not None and ban.lifted_on <= today:
            return badge(_("已解除"))
        if ban.until < today:
            return badge(_("已期满"))
        return badge(_("有效"), tone="danger") if ban.since <= today else badge(_("未开始"), tone="warning")

    def lift(ban: Ban) -> str:
        return reverse("cases:desk_lift", args=[ban.pk]) if permit and ban.lifted_on is None else ""

    table = Table(
        name="bans",
        caption=_("禁止申报"),
        columns=(
            Column("party", _("主体"), value="party.name", sort="party__sort_key", wide=True),
            Column("uscc", _("统一社会信用代码"), value="party.uscc", kind="code"),
            Column("since", _("起始日期"), kind="day", sort="since"),
            Column("until", _("截止日期"), kind="day", sort="until"),
            Column("clause", _("依据")),
            Column("reason", _("原因"), wide=True),
            Column("lifted_on", _("解除日期"), kind="day", sort="lifted_on"),
            Column("state", _("状态"), value=lambda ban: "", show=state, export=False),
            Column(
                "lift", _("操作"), value=lambda ban: _("解除") if lift(ban) else "", url=lift, export=False
            ),
        ),
        default_sort="-until",
        empty_title=_("没有被禁止申报的主体"),
        empty_text=_("对弄虚作假等情形作出处理后，在这里登记；期满自动失效。"),
    )
    return respond(
        request,
        table=table,
        rows=rows,
        filters=filters,
        template="cases/desk/bans.html",
        context={"permit": permit},
    )


@for_staff
@require_http_methods(FORM)
def add(request: Request) -> HttpResponse:
    """Bar a party, everywhere, from a day until a day."""
    require(may_ban(request.actor, request.programme))
    today = business_date(request.programme, request.now)
    form = BanForm(request.POST if request.method == "POST" else None, initial={"since": today})
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: ban_party(
                programme=request.programme, actor=request.actor, now=request.now, **form.cleaned_data
            ),
        )
        if done is not None:
            messages.success(request, _("已登记。该主体在此期间的任何申报都会被拒绝，并告知原因。"))
            return redirect("cases:desk_bans")
    return _page(request, form, title=_("登记禁止申报"), submit=_("登记"), tone="danger")


@for_staff
@require_http_methods(FORM)
def lift(request: Request, pk: int) -> HttpResponse:
    """End a bar early."""
    ban = get_object_or_404(
        Ban.objects.select_related("party", "programme"), pk=pk, programme=request.programme
    )
    require(may_ban(request.actor, request.programme))
    form = LiftForm(
        request.POST if request.method == "POST" else None,
        initial={"on": business_date(request.programme, request.now)},
    )
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form, lambda: lift_ban(ban=ban, actor=request.actor, now=request.now, **form.cleaned_data)
        )
        if done is not None:
            messages.success(request, _("已解除。"))
            return redirect("cases:desk_bans")
    return _page(request, form, title=_("解除：%(party)s") % {"party": ban.party.name}, submit=_("解除"))


def _page(request: Request, form: Any, *, title: str, submit: str, tone: str = "primary") -> HttpResponse:
    back = reverse("cases:desk_bans")
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "tone": tone,
        "back": back,
        "crumbs": [(_("禁止申报"), back)],
    }
    return render(request, "cases/desk/form.html", context, status=422 if form.errors else 200)
