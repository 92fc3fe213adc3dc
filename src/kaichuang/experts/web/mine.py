"""The expert's desk: invitations, declaration, what is to be scored."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.experts.models import Expert, Item, PanelState, Score, ScoreState, Seat, SeatState
from kaichuang.experts.operations import accept, propose_expert, recuse, submit_scores
from kaichuang.experts.queries.panels import seats_for, with_progress
from kaichuang.experts.queries.results import counting_scores
from kaichuang.experts.reasons import points
from kaichuang.experts.scoring import Mark, total
from kaichuang.experts.specialities import labels_of
from kaichuang.experts.web.forms import DeclarationForm, ExpertForm, ReasonForm, own_person
from kaichuang.experts.web.words import state_badge
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import denied, require
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.places.web.attempt import attempt

FORM = ["GET", "HEAD", "POST"]
_LIVE = (SeatState.INVITED, SeatState.ACCEPTED)
_OVER = (PanelState.CLOSED, PanelState.CANCELLED)


def own_seat(request: Request, pk: int) -> Seat:
    """The seat, or 404 for everybody but its expert."""
    return get_object_or_404(seats_for(request.actor), pk=pk)


@login_required
@require_safe
def mine(request: Request) -> HttpResponse:
    """My panels: what waits for an answer, what is to be scored, what was."""
    rows = list(with_progress(seats_for(request.actor)).order_by("panel__due_on", "-pk"))
    current = [row for row in rows if row.state in _LIVE and row.panel.state not in _OVER]
    own = Expert.objects.filter(party__user=request.actor.user_id, programme=request.actor.programme_id)
    expert = own.first()
    context = {
        "invited": [row for row in current if row.state == SeatState.INVITED],
        "running": [row for row in current if row.state == SeatState.ACCEPTED],
        "past": [(row, state_badge(row), state_badge(row.panel)) for row in rows if row not in current],
        "expert": expert,
        "badge": state_badge(expert) if expert is not None else "",
        "specialities": labels_of(expert.specialities) if expert is not None else "",
    }
    return render(request, "experts/mine.html", context)


@login_required
@require_http_methods(FORM)
def apply(request: Request) -> HttpResponse:
    """Ask to be admitted to the pool of the programme."""
    person = own_person(request.actor)
    if person is None or request.programme is None:
        require(denied(_("请先在账号中登记本人信息，再申请入库。"), code="person_required"))
        raise AssertionError("require has raised")
    form = ExpertForm(
        request.POST if request.method == "POST" else None, instance=Expert(), programme=request.programme
    )
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: propose_expert(
                programme=request.programme, party=person, actor=request.actor, now=request.now, **form.values
            ),
        )
        if made is not None:
            messages.success(request, _("申请已提交，审核结果会通知您。"))
            return redirect("experts:mine")
    context = {
        "form": form,
        "title": _("申请进入专家库"),
        "subtitle": request.programme.name,
        "submit": _("提交申请"),
        "crumbs": [(_("我的评审"), reverse("experts:mine"))],
        "back": reverse("experts:mine"),
    }
    return render(request, "experts/form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(FORM)
def seat(request: Request, pk: int) -> HttpResponse:
    """One panel as its expert sees it: first the declaration, then the items."""
    found = own_seat(request, pk)
    if found.state == SeatState.INVITED and found.panel.state not in _OVER:
        return _declaration(request, found)
    if request.method == "POST":
        return redirect("experts:seat", pk)
    scores = _own_scores(found)
    sheet = found.panel.form
    context = {
        **_about(found),
        "rows": [
            {
                "score": score,
                "item": score.item,
                "badge": state_badge(score),
                "total": _total(score),
                "filled": len(score.points),
                "criteria": len(sheet.criteria),
            }
            for score in scores
        ],
        "full": points(sheet.full),
        "drafts": sum(score.state == ScoreState.DRAFT for score in scores),
        "done": sum(score.state == ScoreState.SUBMITTED for score in scores),
        "count": sum(score.state != ScoreState.RECUSED for score in scores),
        "may_score": found.panel.state == PanelState.SCORING and found.state == SeatState.ACCEPTED,
        "may_leave": found.state in _LIVE and found.panel.state not in _OVER,
        "problems": (),
        "others": _others(found) if found.panel.state == PanelState.CLOSED else None,
    }
    return render(request, "experts/seat.html", context)


def _declaration(request: Request, found: Seat) -> HttpResponse:
    items = list(Item.objects.filter(panel=found.panel).select_related("panel", "party").order_by("number"))
    if found.only_items:
        items = [item for item in items if item.pk in found.only_items]
    form = DeclarationForm(request.POST if request.method == "POST" else None, items=items)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: accept(actor=request.actor, now=request.now, seat=found, conflicts=form.conflicts),
        )
        if done is not None:
            messages.success(request, _("已接受邀请，利益冲突申明已记录。"))
            return redirect("experts:seat", found.pk)
    context = {**_about(found), "form": form, "rows": form.rows()}
    return render(request, "experts/declaration.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(FORM)
def leave(request: Request, pk: int) -> HttpResponse:
    """Stand back from the whole panel."""
    found = own_seat(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = attempt(form, lambda: recuse(actor=request.actor, now=request.now, seat=found, reason=reason))
        if done is not None:
            messages.success(request, _("已记录回避，将由候补专家递补。"))
            return redirect("experts:mine")
    context = {
        "form": form,
        "title": _("不参加本次评审"),
        "subtitle": found.panel.title,
        "submit": _("回避"),
        "tone": "danger",
        "crumbs": _about(found)["crumbs"],
        "back": reverse("experts:seat", args=[pk]),
    }
    return render(request, "experts/form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def submit(request: Request, pk: int) -> HttpResponse:
    """Hand in everything that is still a draft; else say everything that is missing."""
    found = own_seat(request, pk)
    try:
        done = submit_scores(seat=found, actor=request.actor, now=request.now)
    except NotAllowed:
        raise
    except Refused as refused:
        context = {**_about(found), "problems": refused.problems, "back": reverse("experts:seat", args=[pk])}
        return render(request, "experts/incomplete.html", context, status=422)
    messages.success(request, _("已提交%d份评分。") % len(done))
    return redirect("experts:seat", pk)


def _own_scores(found: Seat) -> list[Score]:
    scores = Score.objects.filter(seat=found).select_related("item__panel", "item__party", "seat__panel")
    return list(scores.order_by("item__number"))


def _total(score: Score) -> str:
    sheet = score.seat.panel.form
    if set(score.points) != set(sheet.codes):
        return ""
    return points(total(Mark("", score.points), sheet))


def _others(found: Seat) -> dict[str, Any]:
    """After the closing: everybody's totals without names."""
    scores = counting_scores(found.panel)
    for score in scores:
        score.seat.panel = found.panel
    readers = sorted({score.seat.number for score in scores})
    table: dict[int, dict[int, str]] = {}
    for score in scores:
        table.setdefault(score.item.number, {})[score.seat.number] = (
            _total(score) if score.state == ScoreState.SUBMITTED else "—"
        )
    names = {score.item.number: score.item for score in scores}
    for item in names.values():
        item.panel = found.panel
    return {
        "readers": [(number, number == found.number) for number in readers],
        "rows": [
            (names[number].reader_label, [cells.get(reader, "—") for reader in readers])
            for number, cells in sorted(table.items())
        ],
    }


def _about(found: Seat) -> dict[str, Any]:
    return {
        "seat": found,
        "panel": found.panel,
        "badge": state_badge(found),
        "panel_badge": state_badge(found.panel),
        "crumbs": [(_("我的评审"), reverse("experts:mine"))],
    }
