"""Everything on one page before it is handed in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kaichuang.cases.models import Case
from kaichuang.cases.operations.move import move_case
from kaichuang.cases.queries.form import elsewhere, form_of, sections_of
from kaichuang.cases.queries.obstacles import hand_in
from kaichuang.cases.queries.papers import papers_of
from kaichuang.cases.web.apply.common import (
    is_open,
    open_case,
    paper_lines,
    placed,
    problems_of,
)
from kaichuang.cases.web.apply.forms import takes_amount
from kaichuang.cases.web.apply.panel import panel_of
from kaichuang.cases.web.apply.statement import statement_of
from kaichuang.entitlement.words import words
from kaichuang.kit.http import Request
from kaichuang.kit.problems import NotAllowed, Problem, Refused


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: Request, pk: int) -> HttpResponse:
    """What would be handed in, what stands in the way, and what follows; POST hands it in."""
    case = open_case(request, pk)
    move = hand_in(case)
    if not is_open(case) or move is None:
        return redirect("cases:case", case.pk)
    problems = problems_of(case, request)
    if request.method == "POST" and not problems:
        try:
            moved = move_case(case=case, move=move.id, actor=request.actor, now=request.now)
        except NotAllowed:
            raise
        except Refused as refused:
            problems = [placed(case, problem) for problem in refused.problems]
        else:
            told = _("申请已提交，受理编号 %(number)s。") % {"number": moved.number}
            messages.success(request, told)
            return redirect("cases:case", moved.pk)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "cases/apply/review.html", _context(case, problems, words(move.title)), status=status
    )


def _context(case: Case, problems: list[Problem], label: str) -> dict[str, Any]:
    matter, asked = case.version.file.matter, form_of(case)
    sections = sections_of(asked, matter)
    fields = frozenset(question.name for section in sections for question in section.questions)
    form_url = reverse("cases:apply", args=[case.pk])
    return {
        "case": case,
        "matter": case.matter,
        "problems": problems,
        "label": label,
        "lines": statement_of(asked, sections, case.answers.get("n", {}), papers_of(case)),
        "elsewhere": elsewhere(asked, matter),
        "papers": paper_lines(case, asked),
        "panel": panel_of(asked, matter, fields=fields, requested_fen=case.requested_fen),
        "asked": asked,
        "takes_amount": takes_amount(asked, matter),
        "form_url": form_url,
        "correction": case.corrections.filter(answered_at=None).first(),
        "crumbs": [(_("我的办件"), reverse("cases:mine")), (case.matter.title, form_url)],
    }
