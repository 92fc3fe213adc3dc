"""Several cases of one matter side by side, the ranking under quota and pot, and the papers of the meeting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods

from kaichuang.cases.models import Case, Round
from kaichuang.cases.queries.comparison import Beside, Place, beside, comparable, ranking
from kaichuang.cases.queries.queue import files_of, queue_for, versions_in
from kaichuang.cases.web.desk.common import crumbs, for_staff, matter_title
from kaichuang.cases.web.desk.meeting import meeting_data
from kaichuang.clock.queries import business_date
from kaichuang.files.pdf.render import render_pdf
from kaichuang.kit.http import Request
from kaichuang.ui.components.cards import Row

_MOST_BESIDE = 6


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: Request) -> HttpResponseBase:
    """Cases chosen in the queue, or all that wait for a decision in a round. As a page, or as the meeting's PDF."""
    keys = _keys(request)
    if not keys:
        return _choose(request)
    cases = list(comparable(request.actor, keys))
    files_of(case.version_id for case in cases)
    if len({case.matter_id for case in cases}) != 1:
        context = {"crumbs": crumbs(), "several": bool(cases), "nothing": not cases}
        return render(request, "cases/desk/compare.html", context, status=422)
    first = cases[0]
    places = ranking(cases, quota=_quota(first), pot_fen=_pot(first.round))
    if request.GET.get("format") == "pdf":
        return _pdf(request, places)
    shown = beside([place.case for place in places[:_MOST_BESIDE]])
    query = "&".join(f"id={case.pk}" for case in cases)
    context = {
        "crumbs": crumbs(),
        "title": matter_title(first.matter),
        "round": first.round,
        "quota": _quota(first),
        "pot_fen": _pot(first.round),
        "places": places,
        "total_fen": places[-1].total_fen,
        "beside": shown,
        "rows": _rows(shown),
        "pdf_url": f"{reverse('cases:desk_compare')}?{query}&format=pdf",
        "self_url": f"{reverse('cases:desk_compare')}?{query}",
    }
    return render(request, "cases/desk/compare.html", context)


def _keys(request: Request) -> list[int]:
    given = [*request.GET.getlist("id"), *request.POST.getlist("selected")]
    keys = [int(key) for key in given if key.isascii() and key.isdigit() and len(key) < 18]
    if keys or not request.GET.get("round", "").isdigit():
        return keys
    rows = queue_for(request.actor, scope="open").filter(round=int(request.GET["round"]))
    return list(rows.values_list("pk", flat=True)[:40])


def _choose(request: Request) -> HttpResponse:
    """Nothing chosen: the rounds and matters that have something to compare."""
    rows = queue_for(request.actor, scope="open").filter(round__isnull=False)
    rounds = Round.objects.filter(pk__in=rows.order_by().values("round")).select_related("matter")
    files_of(versions_in(request.actor))
    listed = [
        Row(
            title=f"{matter_title(one.matter)} · {one.title}",
            url=f"{reverse('cases:desk_compare')}?round={one.pk}",
            icon="arrows-sort",
        )
        for one in rounds
    ]
    return render(request, "cases/desk/compare.html", {"crumbs": crumbs(), "rounds": listed, "choose": True})


def _quota(case: Case) -> int | None:
    if case.round is not None and case.round.quota is not None:
        quota: int | None = case.round.quota
        return quota
    review = case.version.file.matter.review
    return review.quota if review is not None else None


def _pot(round_: Round | None) -> int | None:
    return round_.pot_fen if round_ is not None else None


def _rows(shown: Sequence[Beside]) -> list[tuple[str, list[str], bool]]:
    """Facts by title, a cell for each case; and whether they differ."""
    titles = dict.fromkeys(title for one in shown for title in one.values)
    found = []
    for title in titles:
        cells = [one.values.get(title, "—") for one in shown]
        found.append((title, cells, len(set(cells)) > 1))
    return found


def _pdf(request: Request, places: Sequence[Place]) -> HttpResponse:
    """The papers of the decision meeting."""
    today = business_date(request.programme, request.now)
    data: dict[str, Any] = meeting_data(
        places,
        programme=request.programme,
        today=today,
        quota=_quota(places[0].case),
        pot_fen=_pot(places[0].case.round),
    )
    pdf = render_pdf("cases/meeting", data, created=localtime(request.now))
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{places[0].case.matter.code}-{today}.pdf"'
    return answer
