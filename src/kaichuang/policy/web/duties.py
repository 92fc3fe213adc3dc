"""Who answers for what: as a list, as a matrix, by unit."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kaichuang.kit.http import Request
from kaichuang.parties.models import Unit
from kaichuang.policy.models import Part
from kaichuang.policy.queries.duties import MatrixRow, duties_for, matrix_of, units_with_duties
from kaichuang.policy.queries.editions import current_for
from kaichuang.policy.queries.reading import clause_url, label_of
from kaichuang.policy.web.forms import DutyFilter
from kaichuang.policy.web.tables import DUTIES, reference, role_badge
from kaichuang.ui import exports
from kaichuang.ui.tables import Column, Table, respond


def _filters(request: Request) -> DutyFilter:
    parts = Part.objects.filter(
        edition__in=current_for(request.actor), clauses__responsibilities__isnull=False
    )
    if request.programme:
        parts = parts.filter(edition__document__programme=request.programme.pk)
    codes = sorted({(part.code, f"{part.code} {part.title}"[:40]) for part in parts.distinct()})
    asked = request.GET.get("code", "")
    if asked and asked not in dict(codes):
        codes.append((asked, asked))
    return DutyFilter(request.GET, codes=codes)


@require_safe
def duties(request: Request) -> HttpResponse:
    """All assignments of the programme, one a row; those of a document of another place when it is named."""
    filters = _filters(request)
    values = filters.values
    programme = None if values.get("code") else (request.programme.pk if request.programme else None)
    rows = duties_for(request.actor, programme_id=programme, **values)
    units = units_with_duties(request.actor, request.programme.pk)[:12] if request.programme else []
    context = {"units": units, "query": request.GET.urlencode()}
    return respond(
        request, table=DUTIES, rows=rows, filters=filters, template="policy/duties.html", context=context
    )


@require_safe
def matrix(request: Request) -> HttpResponse:
    """Clauses by units, as a page and as a spreadsheet."""
    filters = _filters(request)
    values = filters.values
    programme = None if values.get("code") else (request.programme.pk if request.programme else None)
    found = matrix_of(duties_for(request.actor, programme_id=programme, **values))
    if request.GET.get("export") in {"matrix.xlsx", "matrix.csv"}:
        columns = (
            Column("clause", _("条款"), value=lambda row: reference(row.clause)),
            Column("heading", _("内容"), value=lambda row: label_of(row.clause), wide=True),
            *(Column(f"unit-{at}", unit.name, value=_cell(at)) for at, unit in enumerate(found.units)),
        )
        table = Table(name="matrix", caption=_("责任矩阵"), columns=columns)
        kind = str(request.GET["export"]).rpartition(".")[2]
        answer: HttpResponse = exports.response(request, table=table, rows=found.rows, kind=kind)
        return answer
    context = {
        "filters": filters,
        "units": found.units,
        "rows": [
            {
                "reference": reference(row.clause),
                "url": clause_url(row.clause.part.code, row.clause.path),
                "label": label_of(row.clause),
                "cells": row.cells,
            }
            for row in found.rows
        ],
        "export": request.GET.urlencode(),
    }
    return render(request, "policy/matrix.html", context)


def _cell(at: int) -> Callable[[MatrixRow], str]:
    return lambda row: _word(row.cells[at])


def _word(cell: object) -> str:
    return str(cell.get_role_display()) if cell is not None else ""  # type: ignore[attr-defined]  # a responsibility


@require_safe
def unit(request: Request, pk: int) -> HttpResponse:
    """One unit: what it leads, what it helps with, what has become of it."""
    found = get_object_or_404(Unit.objects.select_related("successor", "programme__place"), pk=pk)
    rows = duties_for(request.actor).filter(unit=found)
    context = {
        "unit": found,
        "predecessors": list(found.predecessors.all()),
        "leads": rows.filter(role="lead").count(),
        "helps": rows.filter(role="cooperating").count(),
        "role_badge": role_badge,
    }
    return respond(request, table=DUTIES, rows=rows, template="policy/unit.html", context=context)
