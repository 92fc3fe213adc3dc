"""The dossier of a case as a file."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from kaichuang.cases.queries.dossier import dossier_of
from kaichuang.cases.web.desk.common import for_staff, own_case
from kaichuang.journal.operations import record
from kaichuang.kit.http import Request


@for_staff
@require_safe
def dossier(request: Request, pk: int) -> HttpResponse:
    """Everything about a case as ZIP; that it was taken out stands in the journal."""
    case = own_case(request, pk)
    content = dossier_of(case)
    if request.method == "GET":
        with transaction.atomic():
            record(
                actor=request.actor,
                now=request.now,
                action="take_dossier",
                subject=case,
                scope=case.programme.slug,
            )
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{case.number}.zip"'
    return answer
