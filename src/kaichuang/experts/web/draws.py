"""What everybody may see of a draw: the record, and how to repeat it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kaichuang.experts.drawing import check_record
from kaichuang.experts.models import Draw, Panel
from kaichuang.experts.queries.panels import announced_for, draws_for
from kaichuang.experts.web.tables import DRAWS
from kaichuang.experts.web.words import EXCLUSIONS
from kaichuang.kit.http import Request
from kaichuang.ui.tables import respond


def one_draw(request: Request, pk: int) -> Draw:
    """The draw of the panel numbered `pk`."""
    return get_object_or_404(draws_for(request.actor), panel=pk)


@require_safe
def draws(request: Request) -> HttpResponseBase:
    """Panels announced, with the hash or source of their seeds, and their draws."""
    drawn = Draw.objects.filter(panel=OuterRef("pk"))
    rows = announced_for(request.actor).annotate(is_drawn=Exists(drawn))
    return respond(request, table=DRAWS, rows=rows, template="experts/draws.html")


@require_safe
def draw(request: Request, pk: int) -> HttpResponse:
    """One draw: seed, list in the order of the draw, who was excluded and why, who was picked."""
    found = one_draw(request, pk)
    picked = set(found.picked)
    panel: Panel = found.panel
    context = {
        "draw": found,
        "panel": panel,
        "order": [
            (position, row, row["number"] in picked) for position, row in enumerate(found.order, start=1)
        ],
        "excluded": [(row["number"], EXCLUSIONS.get(row["code"], row["code"])) for row in found.excluded],
        "wrong": check_record(found.record),
        "example": found.order[0]["number"] if found.order else "",
        "crumbs": [(_("专家抽取公开"), reverse("experts:draws"))],
    }
    return render(request, "experts/draw.html", context)


@require_safe
def record(request: Request, pk: int) -> HttpResponse:
    """The record as JSON, to be recomputed by `kaichuang experts draw --file draw.json` or by anything else."""
    found = one_draw(request, pk)
    answer = JsonResponse(found.record, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="draw-{found.panel_id}.json"'
    return answer
