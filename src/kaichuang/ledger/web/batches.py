"""Pages of payment batches: make, check by a second person, send, take in the results."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.clock.queries import business_date
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.ledger.models import Batch
from kaichuang.ledger.operations import (
    approve_batch,
    cancel_batch,
    make_batch,
    reconcile,
    release_payment,
    send_batch,
)
from kaichuang.ledger.permissions import may_keep_books, may_see_books
from kaichuang.ledger.queries import batches_for, due_payments_for, held_payments_for
from kaichuang.ledger.web.budgets import form_page
from kaichuang.ledger.web.forms import MakeBatchForm, ReasonForm, ReleaseForm, ResultsForm
from kaichuang.ledger.web.tables import BATCHES, HELD, HELD_TO_RELEASE, PAYMENTS
from kaichuang.ledger.workflow import BATCH
from kaichuang.places.web.attempt import attempt
from kaichuang.ui.tables import respond


@login_required
@require_safe
def batches(request: Request) -> HttpResponse:
    """All batches."""
    require(may_see_books(request.actor, request.programme))
    permit = may_keep_books(request.actor, request.programme)
    held = list(held_payments_for(request.actor))
    context = {
        "permit": permit,
        "due": due_payments_for(request.actor).count(),
        "held": (HELD_TO_RELEASE if permit else HELD).page(request, held) if held else None,
    }
    return respond(
        request,
        table=BATCHES,
        rows=batches_for(request.actor),
        template="ledger/batches.html",
        context=context,
    )


@login_required
@require_safe
def batch(request: Request, pk: int) -> HttpResponse:
    """One batch with its payments and what can be done next."""
    require(may_see_books(request.actor, request.programme))
    found = _batch(request, pk)
    context = {
        "batch": found,
        "moves": {m.name: permit for m, permit in BATCH.available(request.actor, found)},
    }
    rows = found.payments.select_related("claim", "retries")
    return respond(request, table=PAYMENTS, rows=rows, template="ledger/batch.html", context=context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: Request) -> HttpResponse:
    """Gather what is due."""
    require(may_keep_books(request.actor, request.programme))
    today = business_date(request.programme, request.now)
    number = f"{today:%Y%m%d}-{batches_for(request.actor).count() + 1:03d}"
    form = MakeBatchForm(request.POST or None, initial={"number": number, "due_by": today})
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: make_batch(
                programme=request.programme, actor=request.actor, now=request.now, **form.cleaned_data
            ),
        )
        if made is not None:
            messages.success(request, _("批次已编制，请由另一人复核。"))
            return redirect("ledger:batch", made.pk)
    return form_page(request, form, _("编制支付批次"), reverse("ledger:batches"))


@login_required
@require_POST
def approve(request: Request, pk: int) -> HttpResponse:
    """The second person's check."""
    return _act(request, pk, lambda found: approve_batch(batch=found, actor=request.actor, now=request.now))


@login_required
@require_POST
def send(request: Request, pk: int) -> HttpResponse:
    """Mark as sent and download the bank's file."""
    require(may_keep_books(request.actor, request.programme))
    found = _batch(request, pk)
    data = send_batch(batch=found, actor=request.actor, now=request.now)
    answer = HttpResponse(data, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="batch-{found.pk}.csv"'
    return answer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: Request, pk: int) -> HttpResponse:
    """Give up an unchecked batch, with a reason."""
    require(may_keep_books(request.actor, request.programme))
    found = _batch(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = attempt(
            form, lambda: cancel_batch(batch=found, actor=request.actor, now=request.now, reason=reason)
        )
        if done is not None:
            messages.success(request, _("批次已作废，款项重新待付。"))
            return redirect("ledger:batch", pk)
    return form_page(request, form, _("作废批次"), reverse("ledger:batch", args=[pk]))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def results(request: Request, pk: int) -> HttpResponse:
    """Take in the bank's results."""
    require(may_keep_books(request.actor, request.programme))
    found = _batch(request, pk)
    form = ResultsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data["file"].read()
        done = attempt(form, lambda: reconcile(batch=found, data=data, actor=request.actor, now=request.now))
        if done is not None:
            messages.success(
                request,
                _("已对账：成功%(paid)d笔，失败%(failed)d笔，退票%(returned)d笔，重复%(repeated)d笔。")
                % {
                    "paid": done.paid,
                    "failed": done.failed,
                    "returned": done.returned,
                    "repeated": done.repeated,
                },
            )
            return redirect("ledger:batch", pk)
    return form_page(request, form, _("导入银行结果"), reverse("ledger:batch", args=[pk]))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: Request, pk: int) -> HttpResponse:
    """Let a payment that came back go to the same account again, with a reason."""
    require(may_keep_books(request.actor, request.programme))
    found = get_object_or_404(held_payments_for(request.actor), pk=pk)
    form = ReleaseForm(request.POST or None, payment=found)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = attempt(
            form, lambda: release_payment(payment=found, reason=reason, actor=request.actor, now=request.now)
        )
        if done is not None:
            messages.success(request, _("已放行，下一批次支付。"))
            return redirect("ledger:batches")
    return form_page(request, form, _("放行退回的款项"), reverse("ledger:batches"))


def _act(request: Request, pk: int, operation: Callable[[Batch], Batch]) -> HttpResponse:
    require(may_keep_books(request.actor, request.programme))
    operation(_batch(request, pk))
    messages.success(request, _("已办理。"))
    return redirect("ledger:batch", pk)


def _batch(request: Request, pk: int) -> Batch:
    return get_object_or_404(batches_for(request.actor), pk=pk)
