"""The officers' side of questions."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kaichuang.clock.queries.today import business_date
from kaichuang.journal.queries import history_of
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import denied, require
from kaichuang.parties.models import STAFF
from kaichuang.places.web.attempt import attempt
from kaichuang.policy.models import Question, QuestionState
from kaichuang.policy.operations import answer, decline, route
from kaichuang.policy.permissions import may_answer, may_route
from kaichuang.policy.queries.clauses import find_clause
from kaichuang.policy.queries.questions import OPEN, desk_for, frequent_questions, questions_for
from kaichuang.policy.queries.reading import clause_url, label_of
from kaichuang.policy.web.forms import AnswerForm, ReasonForm, RouteForm
from kaichuang.policy.web.history import events_of
from kaichuang.policy.web.steps import deadline_of_question
from kaichuang.policy.web.tables import desk_table
from kaichuang.ui.components.structure import Tab
from kaichuang.ui.tables import respond

_SEPARATORS = re.compile(r"[;；\n]")


@login_required
@require_safe
def desk(request: Request) -> HttpResponse:
    """What waits for an answer, the most urgent first."""
    if not request.actor.has(*STAFF):
        require(denied(_("只有本项目的工作人员可以处理政策咨询。")))
    today = business_date(request.programme or None, request.now)
    view = request.GET.get("view", "")
    views = [
        ("", _("待办")),
        ("route", _("待转交")),
        ("answer", _("待答复")),
        ("overdue", _("已超期")),
        ("closed", _("已办结")),
    ]
    tabs = [
        Tab(
            label=label,
            url=f"?view={name}" if name else "?",
            active=view == name,
            count=None if name == "closed" else desk_for(request.actor, view=name, today=today).count(),
        )
        for name, label in views
    ]
    rows = desk_for(request.actor, view=view, today=today)
    return respond(
        request, table=desk_table(today), rows=rows, template="policy/desk.html", context={"tabs": tabs}
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handle(request: Request, pk: int) -> HttpResponse:
    """Route, answer or decline one question."""
    question = get_object_or_404(questions_for(request.actor), pk=pk)
    action = request.POST.get("action", "")
    forms = _forms(request, question, action)
    if (
        request.method == "POST"
        and action in forms
        and forms[action].is_valid()
        and _do(request, question, action, forms[action])
    ):
        return redirect("policy:handle", pk)
    clause = find_clause(question.clause_path) if question.clause_path else None
    context: dict[str, Any] = {
        "question": question,
        "clause": clause,
        "clause_url": clause_url(clause.part.code, clause.path) if clause is not None else "",
        "heading": label_of(clause) if clause is not None else "",
        "is_open": question.state in OPEN,
        "may_route": may_route(request.actor, question),
        "may_answer": may_answer(request.actor, question),
        "is_routed": question.state == QuestionState.ROUTED,
        "forms": forms,
        "deadline": deadline_of_question(question),
        "today": business_date(question.programme, request.now),
        "similar": frequent_questions(programme_id=question.programme_id).exclude(pk=question.pk)[:5],
        "events": events_of(history_of(question)),
        "crumbs": [(_("政策咨询"), reverse("policy:desk"))],
    }
    wrong = any(form.is_bound and form.errors for form in forms.values())
    return render(request, "policy/handle.html", context, status=422 if wrong else 200)


def _forms(request: Request, question: Question, action: str) -> dict[str, BaseForm]:
    def data(name: str) -> Any:
        return request.POST if request.method == "POST" and action == name else None

    units = question.programme.units.order_by("name")
    first = {"citations": question.clause_path}
    return {
        "route": RouteForm(
            data("route"), units=units, initial={"unit": question.unit_id}, auto_id="route_%s"
        ),
        "answer": AnswerForm(data("answer"), initial=first, auto_id="answer_%s"),
        "decline": ReasonForm(data("decline"), auto_id="decline_%s"),
    }


def _do(request: Request, question: Question, action: str, form: BaseForm) -> bool:
    values = form.cleaned_data
    who: dict[str, Any] = {"actor": request.actor, "now": request.now, "question": question}
    if action == "route":
        done = attempt(form, lambda: route(**who, unit=values["unit"]))
        message = _("已转交。")
    elif action == "answer":
        citations = [one.strip() for one in _SEPARATORS.split(values["citations"]) if one.strip()]
        done = attempt(
            form,
            lambda: answer(**who, text=values["text"], citations=citations, is_public=values["is_public"]),
        )
        message = _("已答复，提问人可以凭查询码查看。")
    else:
        done = attempt(form, lambda: decline(**who, reason=values["reason"]))
        message = _("已办结。")
    if done is not None:
        messages.success(request, message)
    return done is not None
