"""Pages of accounts, vouchers, claims, limits and the trial balance."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Max, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kaichuang.clock.queries import business_date
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.ledger.enums import TransferKind
from kaichuang.ledger.operations import declare_limit
from kaichuang.ledger.operations.correct import BY_HAND
from kaichuang.ledger.permissions import may_keep_books, may_see_books
from kaichuang.ledger.queries import (
    accounts_for,
    claims_for,
    limits_for,
    statement,
    transfers_for,
    trial_balance,
)
from kaichuang.ledger.queries.statement import Row, Statement
from kaichuang.ledger.web.budgets import form_page
from kaichuang.ledger.web.forms import AccountFilter, ClaimFilter, LimitForm, PeriodFilter, UntilFilter
from kaichuang.ledger.web.tables import ACCOUNTS, CLAIMS, LIMITS, POSTINGS, STATEMENT, TRANSFERS, TRIAL
from kaichuang.places.web.attempt import attempt
from kaichuang.ui.tables import respond


@login_required
@require_safe
def accounts(request: Request) -> HttpResponse:
    """The accounts that the actor may see, with their balances."""
    filters = AccountFilter(request.GET)
    values = filters.values
    rows = accounts_for(request.actor)
    if "q" in values:
        rows = rows.filter(Q(code__icontains=values["q"]) | Q(name__icontains=values["q"]))
    if "kind" in values:
        rows = rows.filter(kind=values["kind"])
    return respond(request, table=ACCOUNTS, rows=rows, filters=filters, template="ledger/accounts.html")


@login_required
@require_safe
def account(request: Request, pk: int) -> HttpResponse:
    """One account's statement for a period: opening, every posting, closing."""
    found = get_object_or_404(accounts_for(request.actor), pk=pk)
    filters = PeriodFilter(request.GET)
    today = business_date(request.programme, request.now)
    since = filters.values.get("since", date(today.year, 1, 1))
    until = filters.values.get("until", date(today.year, 12, 31))
    drawn = statement(account=found, since=since, until=max(since, until))
    context = {"account": found, "statement": drawn, "unit": found.unit}
    rows = _printed(drawn) if "export" in request.GET else _named(drawn.rows)
    return respond(
        request, table=STATEMENT, rows=rows, filters=filters, template="ledger/account.html", context=context
    )


@login_required
@require_safe
def transfer(request: Request, pk: int) -> HttpResponse:
    """One voucher (记账凭证) with its postings and what it is linked to."""
    found = get_object_or_404(transfers_for(request.actor), pk=pk)
    visible = accounts_for(request.actor)
    postings = found.postings.filter(account__in=visible).select_related("account").order_by("line")
    context = {
        "transfer": found,
        "reversal": found.reversals.first(),
        "hidden": found.lines - len(postings),
        "permit": may_keep_books(request.actor, found),
        "by_hand": found.kind in BY_HAND,
    }
    return respond(
        request, table=POSTINGS, rows=list(postings), template="ledger/transfer.html", context=context
    )


@login_required
@require_safe
def claims(request: Request) -> HttpResponse:
    """What is reserved, committed and paid, claim by claim."""
    filters = ClaimFilter(request.GET)
    values = filters.values
    rows = claims_for(request.actor).filter(unit__code="CNY")
    if "measure" in values:
        rows = rows.filter(measure__icontains=values["measure"])
    if "year" in values:
        rows = rows.filter(year=values["year"])
    return respond(request, table=CLAIMS, rows=rows, filters=filters, template="ledger/claims.html")


@login_required
@require_safe
def claim(request: Request, pk: int) -> HttpResponse:
    """One claim with its whole history."""
    found = get_object_or_404(claims_for(request.actor), pk=pk)
    history = transfers_for(request.actor).filter(Q(pk=found.pk) | Q(claim=found)).order_by("pk")
    origin = history.first()
    context = {"claim": found, "clause": origin.clause if origin else ""}
    return respond(
        request, table=TRANSFERS, rows=list(history), template="ledger/claim.html", context=context
    )


@login_required
@require_safe
def limits(request: Request) -> HttpResponse:
    """The programme's limits and how near anybody is to them."""
    require(may_see_books(request.actor, request.programme))
    rows = limits_for(request.actor).annotate(most=Max("sums__total"))
    permit = may_keep_books(request.actor, request.programme)
    return respond(
        request,
        table=LIMITS,
        rows=rows,
        template="ledger/limits.html",
        context={"permit": permit, "all": rows},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def limit(request: Request, pk: int) -> HttpResponse:
    """Change a limit's ceiling."""
    found = get_object_or_404(limits_for(request.actor).select_related("programme"), pk=pk)
    require(may_keep_books(request.actor, found))
    form = LimitForm(request.POST or None, initial={"ceiling": found.ceiling_in_force})
    if request.method == "POST" and form.is_valid():
        same = {name: getattr(found, name) for name in _SAME}
        done = attempt(
            form,
            lambda: declare_limit(
                **same, ceiling=form.cleaned_data["ceiling"], actor=request.actor, now=request.now
            ),
        )
        if done is not None:
            messages.success(request, _("限额已更改。"))
            return redirect("ledger:limits")
    return form_page(request, form, _("更改限额：%(name)s") % {"name": found.name}, reverse("ledger:limits"))


_SAME = ("programme", "code", "name", "dimension", "period", "clause", "measure", "pool", "unit")


@login_required
@require_safe
def trial(request: Request) -> HttpResponse:
    """Debits equal credits: added up from the postings."""
    require(may_see_books(request.actor, request.programme))
    filters = UntilFilter(request.GET)
    found = trial_balance(programme_id=request.programme.pk, until=filters.values.get("until"))
    rows = [row for unit in found for row in unit.rows]
    return respond(
        request,
        table=TRIAL,
        rows=rows,
        filters=filters,
        template="ledger/trial_balance.html",
        context={"units": found},
    )


def _named(rows: tuple[Row, ...]) -> list[dict[str, Any]]:
    """Rows with the kind in words; the list does not sort, so the running balance stays right."""
    labels: dict[str, str] = {str(kind): str(kind.label) for kind in TransferKind}
    return [
        {
            "transfer_id": row.transfer_id,
            "at": row.at,
            "kind": labels[row.kind],
            "description": row.description,
            "clause": row.clause,
            "debit": row.debit,
            "credit": row.credit,
            "balance": row.balance,
        }
        for row in rows
    ]


def _printed(drawn: Statement) -> list[dict[str, Any]]:
    """The exported statement opens and closes, so that it can be added up on its own."""

    def edge(label: str, at: date, debit: int, credit: int, balance: int) -> dict[str, Any]:
        return {
            "transfer_id": "",
            "at": at,
            "kind": label,
            "description": "",
            "clause": "",
            "debit": debit,
            "credit": credit,
            "balance": balance,
        }

    return [
        edge(_("期初余额"), drawn.since, 0, 0, drawn.opening),
        *_named(drawn.rows),
        edge(_("合计与期末余额"), drawn.until, drawn.debit, drawn.credit, drawn.closing),
    ]
