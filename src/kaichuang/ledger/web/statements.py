"""Statements of account: the party's own, and every statement as a paper with a verification code."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kaichuang.clock.queries import business_date
from kaichuang.files.web.download import file_response
from kaichuang.kit.http import Request
from kaichuang.ledger.enums import TransferKind
from kaichuang.ledger.operations import issue_party_statement, issue_statement
from kaichuang.ledger.permissions import may_see_party
from kaichuang.ledger.queries import Section, accounts_for, party_statement
from kaichuang.ledger.queries.statement import Row, Statement
from kaichuang.ledger.web.forms import PeriodFilter
from kaichuang.ledger.web.tables import PARTY_PART, PARTY_STATEMENT
from kaichuang.parties.models import Party
from kaichuang.ui.tables import respond


@login_required
@require_safe
def party(request: Request, pk: int) -> HttpResponse:
    """What a party was paid and what it owes in a period: opening, every posting, closing."""
    found = _party(request, pk)
    filters, since, until = period(request)
    sections = party_statement(party=found, programme=request.programme, since=since, until=until)
    rows = [
        {"section": section.title, **row} for section in sections for row in printed(section, since, until)
    ]
    context = {
        "party": found,
        "parts": [
            (one, replace(PARTY_PART, name=one.code, caption=one.title).page(request, named(one.rows)))
            for one in sections
        ],
        "pdf": f"{reverse('ledger:party_statement_pdf', args=[pk])}?since={since}&until={until}",
    }
    return respond(
        request,
        table=PARTY_STATEMENT,
        rows=rows,
        filters=filters,
        template="ledger/party_statement.html",
        context=context,
    )


@login_required
@require_POST
def party_pdf(request: Request, pk: int) -> HttpResponseBase:
    """The same on paper."""
    _filters, since, until = period(request)
    document = issue_party_statement(
        party=_party(request, pk),
        programme=request.programme,
        since=since,
        until=until,
        actor=request.actor,
        now=request.now,
    )
    return file_response(request, document.attachment)


@login_required
@require_POST
def account_pdf(request: Request, pk: int) -> HttpResponseBase:
    """The statement of one account on paper."""
    found = get_object_or_404(accounts_for(request.actor).select_related("programme"), pk=pk)
    _filters, since, until = period(request)
    document = issue_statement(account=found, since=since, until=until, actor=request.actor, now=request.now)
    return file_response(request, document.attachment)


def period(request: Request) -> tuple[PeriodFilter, date, date]:
    """The days asked for, by default those of the present year."""
    filters = PeriodFilter(request.GET)
    today = business_date(request.programme, request.now)
    since = filters.values.get("since", date(today.year, 1, 1))
    until = filters.values.get("until", date(today.year, 12, 31))
    return filters, since, max(since, until)


def _party(request: Request, pk: int) -> Party:
    """Nobody learns here which parties there are."""
    found = get_object_or_404(Party, pk=pk)
    if not request.programme or not may_see_party(request.actor, found, request.programme):
        raise Http404
    return found


def named(rows: tuple[Row, ...]) -> list[dict[str, Any]]:
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


def printed(drawn: Statement | Section, since: date, until: date) -> list[dict[str, Any]]:
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
        edge(_("期初余额"), since, 0, 0, drawn.opening),
        *named(drawn.rows),
        edge(_("合计与期末余额"), until, drawn.debit, drawn.credit, drawn.closing),
    ]
