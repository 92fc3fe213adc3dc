"""Questions for everybody: read answers, ask, follow one's own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kaichuang.accounts.ratelimit import allow
from kaichuang.clock.queries.today import business_date
from kaichuang.kit.http import Request
from kaichuang.places.models import Programme
from kaichuang.places.queries import programmes_for
from kaichuang.places.web.attempt import attempt
from kaichuang.policy.models import Clause, Question, QuestionState
from kaichuang.policy.operations import ask as ask_question
from kaichuang.policy.operations import rate
from kaichuang.policy.paths import plain
from kaichuang.policy.permissions import may_rate
from kaichuang.policy.queries.clauses import find_clause
from kaichuang.policy.queries.questions import asked_by, frequent_questions
from kaichuang.policy.queries.reading import clause_url, label_of
from kaichuang.policy.web.forms import AskForm, QuestionFilter, RateForm, TicketForm
from kaichuang.policy.web.steps import steps_of
from kaichuang.policy.web.tables import MINE
from kaichuang.ui.tables import respond

RATE = "10/h/ip"
"""Enough for people; a machine soon waits."""
LOOKUPS = "30/m/ip"
_SHOWN = 30


@require_safe
def frequent(request: Request) -> HttpResponse:
    """Public answers of the programme, with what they rest on."""
    filters = QuestionFilter(request.GET)
    values = filters.values
    rows = frequent_questions(programme_id=request.programme.pk if request.programme else None, **values)
    context = {
        "filters": filters,
        "questions": list(rows[:_SHOWN]),
        "total": rows.count(),
        "shown": _SHOWN,
        "filtered": bool(values),
        "ticket_form": TicketForm(),
    }
    return render(request, "policy/questions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Request) -> HttpResponse:
    """Ask, from a clause or without one; with or without login."""
    clause = _clause(request.POST.get("clause") or request.GET.get("clause") or "")
    programme = _programme(request, clause)
    form = AskForm(request.POST or None)
    limited = ""
    if request.method == "POST" and form.is_valid():
        if allow(request, "policy.ask", RATE):
            question = attempt(
                form,
                lambda: ask_question(
                    actor=request.actor,
                    now=request.now,
                    programme=programme,
                    clause=clause,
                    text=form.cleaned_data["text"],
                    contact=form.cleaned_data["contact"],
                ),
            )
            if question is not None:
                messages.success(request, _("问题已提交。请保存本页地址或查询码，答复后在此查看。"))
                return redirect("policy:track", question.ticket)
        else:
            limited = _("提问过于频繁，请一小时后再试。您填写的内容仍保留在下面。")
    context = {
        "form": form,
        "clause": clause,
        "reference": f"{clause.part.code} {clause.path}" if clause is not None else "",
        "heading": label_of(clause) if clause is not None else "",
        "back": clause_url(clause.part.code, clause.path) if clause is not None else "/policy/questions/",
        "programme": programme,
        "limited": limited,
    }
    return render(request, "policy/ask.html", context, status=429 if limited else 422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def track(request: Request, ticket: str) -> HttpResponse:
    """One question under its secret address: where it stands and what the answer is."""
    question = get_object_or_404(
        Question.objects.select_related("unit", "document", "programme"), ticket=plain(ticket)
    )
    form = RateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        stars = form.cleaned_data["stars"]
        if attempt(form, lambda: rate(actor=request.actor, now=request.now, question=question, stars=stars)):
            messages.success(request, _("谢谢您的评价。"))
            return redirect("policy:track", ticket)
    clause = find_clause(question.clause_path) if question.clause_path else None
    context: dict[str, Any] = {
        "question": question,
        "clause": clause,
        "heading": label_of(clause) if clause is not None else "",
        "steps": steps_of(question),
        "today": business_date(question.programme, request.now),
        "may_rate": question.state == QuestionState.ANSWERED and may_rate(request.actor, question),
        "form": form,
        "permanent": request.build_absolute_uri(),
    }
    answer = render(request, "policy/track.html", context, status=422 if form.errors else 200)
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_safe
def find(request: Request) -> HttpResponse:
    """From a ticket to its page."""
    form = TicketForm(request.GET or None)
    if form.is_bound and form.is_valid():
        if not allow(request, "policy.track", LOOKUPS):
            form.add_error("ticket", _("查询过于频繁，请一分钟后再试。"))
        elif Question.objects.filter(ticket=form.cleaned_data["ticket"].strip()).exists():
            return redirect("policy:track", form.cleaned_data["ticket"].strip())
        else:
            form.add_error("ticket", _("没有这个查询码，请核对大小写和符号。"))
    return render(request, "policy/find_question.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_safe
def mine(request: Request) -> HttpResponse:
    """The user's own questions."""
    return respond(request, table=MINE, rows=asked_by(request.actor), template="policy/my_questions.html")


def _clause(reference: str) -> Clause | None:
    return find_clause(reference[:150]) if reference else None


def _programme(request: Request, clause: Clause | None) -> Programme:
    """The clause's programme, else the one chosen. Raises `Http404` where there is none."""
    if clause is not None:
        return clause.edition.document.programme
    if not request.programme:
        raise Http404
    return programmes_for(request.actor).get(pk=request.programme.pk)
