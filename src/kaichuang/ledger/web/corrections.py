"""Pages where finance reverses a voucher, claims money back, writes down what came in, and sets a new limit."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kaichuang.clock.queries import business_date
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.ledger.drafts import Posted
from kaichuang.ledger.models import Transfer
from kaichuang.ledger.operations import correct_transfer, declare_limit, demand_back, receive_back
from kaichuang.ledger.permissions import may_keep_books
from kaichuang.ledger.queries import transfers_for
from kaichuang.ledger.web.budgets import form_page
from kaichuang.ledger.web.forms import DemandForm, NewLimitForm, ReceiveForm, ReverseForm
from kaichuang.places.web.attempt import attempt


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reverse_transfer(request: Request, pk: int) -> HttpResponse:
    """Undo a voucher by its mirror image."""
    found = _voucher(request, pk)
    form = ReverseForm(request.POST or None, initial={"key": _key("reverse")})
    return _answer(
        request,
        form,
        found,
        _("冲正凭证 %(number)s") % {"number": found.pk},
        lambda: correct_transfer(transfer=found, actor=request.actor, now=request.now, **form.cleaned_data),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def demand(request: Request, pk: int) -> HttpResponse:
    """Claim back what a payment paid."""
    found = _voucher(request, pk)
    paid = found.claim.paid if found.claim else 0
    today = business_date(request.programme, request.now)
    form = DemandForm(
        request.POST or None, initial={"key": _key("demand"), "principal": paid or None, "until": today}
    )

    def work() -> Posted:
        data = form.cleaned_data
        return demand_back(
            payment=found,
            principal=data["principal"],
            ppm=form.ppm,
            until=data["until"],
            clause=data["clause"],
            reason=data["reason"],
            key=data["key"],
            actor=request.actor,
            now=request.now,
        )

    return _answer(request, form, found, _("追回已支付款项"), work)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def receive(request: Request, pk: int) -> HttpResponse:
    """Part or all of a demand has come in."""
    found = _voucher(request, pk)
    owed = found.claim.receivable if found.claim else 0
    form = ReceiveForm(request.POST or None, initial={"key": _key("receive"), "amount": owed or None})
    return _answer(
        request,
        form,
        found,
        _("登记收回款项"),
        lambda: receive_back(demand=found, actor=request.actor, now=request.now, **form.cleaned_data),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_limit(request: Request) -> HttpResponse:
    """A ceiling that holds for all claims, those that exist included."""
    require(may_keep_books(request.actor, request.programme))
    form = NewLimitForm(request.POST or None, programme=request.programme)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: declare_limit(
                programme=request.programme, actor=request.actor, now=request.now, **form.cleaned_data
            ),
        )
        if made is not None:
            messages.success(request, _("限额已设立。"))
            return redirect("ledger:limits")
    return form_page(request, form, _("设立限额"), reverse("ledger:limits"))


def _voucher(request: Request, pk: int) -> Transfer:
    found = get_object_or_404(transfers_for(request.actor).select_related("programme", "claim"), pk=pk)
    require(may_keep_books(request.actor, found))
    return found


def _key(kind: str) -> str:
    return f"{kind}:{uuid.uuid4()}"


def _answer(
    request: Request, form: BaseForm, subject: Transfer, title: str, work: Callable[[], Posted]
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        posted = attempt(form, work)
        if posted is not None:
            messages.success(request, _("已记账。"))
            return redirect("ledger:transfer", posted.id)
    return form_page(request, form, title, reverse("ledger:transfer", args=[subject.pk]))
