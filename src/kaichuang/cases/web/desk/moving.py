"""Making a move: the form, the check of an amount while it is typed, and what happens when somebody was faster."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kaichuang.cases.models import Case
from kaichuang.cases.operations.batch import publicise_cases
from kaichuang.cases.operations.move import move_case
from kaichuang.cases.queries.computing import entitlement_of
from kaichuang.cases.queries.queue import files_of, state_of
from kaichuang.cases.web.desk.common import FORM, crumbs, for_staff, own_case, state_badge
from kaichuang.cases.web.desk.moving_form import MoveForm
from kaichuang.cases.web.desk.offers import Offer, offers
from kaichuang.entitlement.words import words
from kaichuang.kit.http import Request
from kaichuang.kit.money import format_yuan, parse_yuan
from kaichuang.kit.problems import Stale
from kaichuang.places.web.attempt import attempt


@for_staff
@require_http_methods(FORM)
def move(request: Request, pk: int, move: str) -> HttpResponse:
    """Ask for what the move needs, then make it. What was typed is kept whatever happens."""
    case = own_case(request, pk)
    files_of([case.version_id])
    declared = case.version.file.workflow
    try:
        step = declared.move(move)
    except KeyError:
        raise Http404 from None
    given = request.POST if request.method == "POST" else None
    form = MoveForm(given, case=case, move=step, found=entitlement_of(case), now=request.now)
    stale = given is not None and given.get("seen", form["seen"].initial) != case.changed_at.isoformat()
    if given is not None and "more" not in given and form.is_valid():
        moved = attempt(form, lambda: _make(request, case, move, form, stale))
        if moved is not None:
            messages.success(
                request,
                _("已办理：%(move)s。现为“%(state)s”。")
                % {"move": words(step.title), "state": words(state_of(moved).title)},
            )
            return redirect("cases:desk_case", pk)
    offer: Offer | None = next(
        (one for one in offers(case, request.actor, request.now) if one.move.id == move), None
    )
    context = {
        "case": case,
        "form": form,
        "move": step,
        "title": words(step.title),
        "offer": offer,
        "stale": stale or offer is None,
        "badge": state_badge(case),
        "crumbs": crumbs((case.number, f"/cases/desk/{case.pk}/")),
    }
    wrong = bool(given is not None and "more" not in given and form.errors)
    return render(request, "cases/desk/move.html", context, status=422 if wrong else 200)


def _make(request: Request, case: Case, move: str, form: MoveForm, stale: bool) -> Case:
    """Raises `Stale` when the case changed after the page was read."""
    if stale:
        raise Stale(
            _("您打开页面之后，这份办件已被他人办理。您填写的内容都还在：请先查看办件现状，再决定是否提交。")
        )
    data = form.given()
    reason = form.cleaned_data.get("reason", "")
    title = data.pop("title", "")
    if title and form.move.does == ("publicise",):
        publicise_cases(cases=[case], title=title, actor=request.actor, now=request.now, move=move)
        return Case.objects.select_related("version").get(pk=case.pk)
    return move_case(case=case, move=move, actor=request.actor, now=request.now, reason=reason, data=data)


@for_staff
@require_safe
def amount(request: Request, pk: int) -> HttpResponse:
    """What an amount means, while it is typed: within the ceiling or not."""
    case = own_case(request, pk)
    found = entitlement_of(case)
    try:
        fen = parse_yuan(request.GET.get("amount_fen", ""))
    except ValueError:
        return HttpResponse(_("请填写金额，例如 12,000 或 1.2万。"))
    context: dict[str, Any] = {"fen": fen, "exact": found is not None and found.nature == "exact"}
    if found is None or found.payable_fen is None:
        return render(request, "cases/desk/fragments/amount.html", {**context, "unknown": True})
    ceiling = found.payable_fen
    context |= {
        "ceiling": format_yuan(ceiling),
        "over": format_yuan(fen - ceiling) if fen > ceiling else "",
        "under": format_yuan(ceiling - fen) if fen < ceiling else "",
        "clause": case.matter.clause,
    }
    return render(request, "cases/desk/fragments/amount.html", context)
