"""One case on one page: what was asked for, what the rules say, what there is to show, what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kaichuang.cases import panels
from kaichuang.cases.models import Case
from kaichuang.cases.operations.notes import add_note
from kaichuang.cases.permissions import may_work
from kaichuang.cases.queries.comparison import changes, line_of, statements_of, tables_told
from kaichuang.cases.queries.computing import asked_of, frozen
from kaichuang.cases.queries.papers import PaperNeeded, papers_of
from kaichuang.cases.queries.queue import files_of
from kaichuang.cases.web.desk.common import (
    FORM,
    crumbs,
    for_staff,
    matter_title,
    own_case,
    state_badge,
    status_badge,
)
from kaichuang.cases.web.desk.events import events_of, stays_of
from kaichuang.cases.web.desk.forms import NoteForm
from kaichuang.cases.web.desk.offers import offers
from kaichuang.clock.queries import business_date
from kaichuang.entitlement.queries.asking import Asked
from kaichuang.experts.models import Item
from kaichuang.journal.queries import history_of
from kaichuang.kit.http import Request
from kaichuang.places.web.attempt import attempt
from kaichuang.publicity.queries.lists import lines_about
from kaichuang.rules.lang.errors import FactErrors


@for_staff
@require_safe
def case(request: Request, pk: int) -> HttpResponse:
    """Everything about a case, and the moves out of its state."""
    return case_page(request, own_case(request, pk))


def case_page(request: Request, row: Case, **more: Any) -> HttpResponse:
    """The page; `more` brings a form that was refused."""
    files_of([row.version_id])
    papers = papers_of(row)
    today = business_date(row.programme, request.now)
    context = {
        "case": row,
        "today": today,
        "seen": row.changed_at.isoformat(),
        "badge": state_badge(row),
        "title": matter_title(row.matter),
        "status": status_badge(row),
        "crumbs": crumbs(),
        "offers": offers(row, request.actor, request.now),
        "stays": stays_of(row, today),
        "papers": papers,
        "corrections": list(row.corrections.select_related("asked_by")),
        "notes": list(row.notes.select_related("made_by")),
        "note_form": NoteForm(),
        "may_note": may_work(request.actor, row),
        "decisions": list(row.decisions.select_related("decided_by", "letter__document").order_by("-pk")),
        "reviews": reviews_of(row),
        "lines": list(lines_about("cases.case", str(row.pk))),
        "events": events_of(row, history_of(row)),
        "panels": panels.render("desk", row, request),
        "promise": row.version.file.matter.promise,
        **_answer(row, papers),
        **more,
    }
    wrong = any(getattr(form, "errors", None) for form in more.values())
    return render(request, "cases/desk/case.html", context, status=422 if wrong else 200)


def _answer(row: Case, papers: Sequence[PaperNeeded]) -> dict[str, Any]:
    """What the rules say now, beside what was handed in."""
    submission = row.submissions.order_by("-number").first()
    asked: Asked | None = asked_of(row)
    if asked is None:
        plain = [(name, value) for name, value in row.answers.get("f", {}).items()]
        return {"asked": None, "submission": submission, "plain": plain}
    try:
        line = line_of(asked)
        now = frozen(asked)
    except FactErrors as errors:
        return {"asked": None, "submission": submission, "broken": str(errors)}
    measure = row.version.file.matter.measure or ""
    return {
        "asked": asked,
        "line": line,
        "submission": submission,
        "changes": changes(submission.document if submission else None, now, measure),
        "statements": statements_of(asked, submission),
        "tables": tables_told(asked, papers),
    }


def reviews_of(row: Case) -> list[Item]:
    """The items of expert panels about a case, with their results; the newest first."""
    rows = Item.objects.filter(subject_type="cases.case", subject_id=str(row.pk))
    return list(rows.select_related("panel", "result").order_by("-pk"))


@for_staff
@require_http_methods(FORM)
def note(request: Request, pk: int) -> HttpResponse:
    """Write a remark for colleagues."""
    row = own_case(request, pk)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: add_note(case=row, text=form.cleaned_data["text"], actor=request.actor, now=request.now),
        )
        if made is not None:
            messages.success(request, _("备注已保存。"))
            return redirect(reverse("cases:desk_case", args=[pk]) + "#notes")
    return case_page(request, row, note_form=form)
