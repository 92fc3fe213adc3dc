"""Pages of accounts, vouchers, claims, limits and the trial balance."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Max, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
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
from kaichuang.ledger.web.budgets import form_page
from kaichuang.ledger.web.forms import AccountFilter, ClaimFilter, LimitForm, UntilFilter
from kaichuang.ledger.web.statements import named, period, printed
from kaichuang.ledger.web.tables import (
    ACCOUNTS,
    CLAIMS,
    LIMITS,
    LIMITS_IN_FULL,
    POSTINGS,
    STATEMENT,
    TRANSFERS,
    TRIAL,
)
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
    filters, since, until = period(request)
    drawn = statement(account=found, since=since, until=until)
    context = {
        "account": found,
        "statement": drawn,
        "unit": found.unit,
        "pdf": f"{reverse('ledger:account_pdf', args=[pk])}?since={since}&until={until}",
    }
    rows = printed(drawn, since, until) if "export" in request.GET else named(drawn.rows)
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
        table=LIMITS_IN_FULL if "export" in request.GET else LIMITS,
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
    title = _("更改限额：%(name)s") % {"name": found.name}
    return form_page(request, form, title, reverse("ledger:limits"), submit=_("更改上限"))


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
