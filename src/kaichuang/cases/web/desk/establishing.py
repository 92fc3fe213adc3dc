"""Establishing a fact of a case: what the applicant cannot supply, or what a check found to be otherwise."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kaichuang.cases.operations.establish import establish_fact
from kaichuang.cases.permissions import may_work
from kaichuang.cases.queries.computing import asked_of
from kaichuang.cases.web.desk.common import FORM, crumbs, for_staff, own_case, state_badge
from kaichuang.entitlement.web.forms import as_initial, as_value, described, field_for
from kaichuang.entitlement.words import title_of
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.places.web.attempt import attempt
from kaichuang.rules.measures.facts import Described


class FactForm(forms.Form):
    """The value, and where it comes from."""

    def __init__(self, *args: Any, item: Described, now: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"] = field_for(item)
        self.fields["value"].required = True
        self.fields["value"].initial = as_initial(item, now)
        self.fields["note"] = forms.CharField(
            label=gettext_lazy("数据来源或核查依据"),
            max_length=300,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=gettext_lazy("例如：市场监管部门 5 月 3 日函复、现场核查记录。会写入办件和决定。"),
        )


@for_staff
@require_http_methods(FORM)
def establish(request: Request, pk: int, fact: str) -> HttpResponse:
    """Write down what is so, with its source; the entitlement is computed again at once."""
    case = own_case(request, pk)
    require(may_work(request.actor, case))
    asked = asked_of(case)
    item = described(asked.book, fact) if asked is not None else None
    if asked is None or item is None:
        raise Http404
    form = FactForm(request.POST if request.method == "POST" else None, item=item, now=asked.facts.get(fact))
    if request.method == "POST" and form.is_valid():
        value = as_value(item, form.cleaned_data["value"])
        done = attempt(
            form,
            lambda: establish_fact(
                case=case,
                fact=fact,
                value=value,  # type: ignore[arg-type]  # the field is required
                note=form.cleaned_data["note"],
                actor=request.actor,
                now=request.now,
            ),
        )
        if done is not None:
            messages.success(request, _("已核定，测算结果已更新。"))
            return redirect("cases:desk_case", pk)
    context = {
        "case": case,
        "form": form,
        "title": _("核定：%(fact)s") % {"fact": title_of(asked.book, fact)},
        "badge": state_badge(case),
        "crumbs": crumbs((case.number, f"/cases/desk/{case.pk}/")),
        "back": f"/cases/desk/{case.pk}/",
        "submit": _("核定"),
    }
    return render(request, "cases/desk/form.html", context, status=422 if form.errors else 200)
