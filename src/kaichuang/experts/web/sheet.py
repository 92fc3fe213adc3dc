"""The scoring sheet of one item."""

from __future__ import annotations

from fractions import Fraction
from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.experts.models import Item, Score, ScoreState, SeatState
from kaichuang.experts.models.panel import PanelState
from kaichuang.experts.operations import recuse_item, save_score, submit_scores
from kaichuang.experts.operations.score import missing
from kaichuang.experts.queries.panels import scores_for
from kaichuang.experts.reasons import points
from kaichuang.experts.sheet import TENTHS
from kaichuang.experts.web.forms import ReasonForm, ScoreForm
from kaichuang.experts.web.words import state_badge, title_of
from kaichuang.files.models import Attachment
from kaichuang.files.web.download import file_response
from kaichuang.kit.http import Request
from kaichuang.kit.problems import Refused
from kaichuang.places.web.attempt import attempt

FORM = ["GET", "HEAD", "POST"]


def own_score(request: Request, pk: int) -> Score:
    """The score, or 404 for everybody but its reader: officers have a page of their own."""
    own = scores_for(request.actor).filter(seat__expert__party__user=request.actor.user_id or 0)
    return get_object_or_404(own, pk=pk)


@login_required
@require_http_methods(FORM)
def score(request: Request, pk: int) -> HttpResponse:
    """Read the material, give points; the button says whether to stay, go on or hand in."""
    found = own_score(request, pk)
    form = ScoreForm(request.POST if request.method == "POST" else None, score=found)
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, lambda: _save(request, found, form))
        if saved is not None:
            return _after(request, found, request.POST.get("action", "save"), form)
    return _page(request, found, form)


def _save(request: Request, found: Score, form: ScoreForm) -> Score:
    return save_score(
        actor=request.actor,
        now=request.now,
        score=found,
        points=form.points,
        comments=form.comments,
        recommended_fen=form.amount,
    )


def _after(request: Request, found: Score, action: str, form: ScoreForm) -> HttpResponse:
    if action == "submit":
        item = Item.objects.get(pk=found.item_id)
        done = attempt(
            form,
            lambda: submit_scores(seat=found.seat, items=[item], actor=request.actor, now=request.now),
        )
        if done is None:
            return _page(request, own_score(request, found.pk), form)
        messages.success(request, _("“%s”的评分已提交。") % found.item.reader_label)
    elif action == "save":
        messages.success(request, _("草稿已保存。"))
        return redirect("experts:score", found.pk)
    following = _neighbours(found)[1]
    return redirect("experts:score", following) if following else redirect("experts:seat", found.seat_id)


@login_required
@require_POST
def autosave(request: Request, pk: int) -> HttpResponse:
    """Keep what is right while one types, and answer with the total and what is wrong."""
    found = own_score(request, pk)
    form = ScoreForm(request.POST, score=found)
    form.is_valid()
    problems = [error for errors in form.errors.values() for error in errors]
    try:
        found = _save(request, found, form)
    except Refused as refused:
        problems.extend(str(problem) for problem in refused.problems)
    context = {**_standing(found), "problems": problems, "saved_at": found.saved_at}
    return render(request, "experts/fragments/standing.html", context)


@login_required
@require_http_methods(FORM)
def stand_back(request: Request, pk: int) -> HttpResponse:
    """Stand back from this item alone."""
    found = own_score(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = attempt(
            form, lambda: recuse_item(actor=request.actor, now=request.now, score=found, reason=reason)
        )
        if done is not None:
            messages.success(request, _("已回避该项，其余各项继续评审。"))
            return redirect("experts:seat", found.seat_id)
    context = {
        "form": form,
        "title": _("回避该项：%s") % found.item.reader_label,
        "subtitle": found.seat.panel.title,
        "submit": _("回避该项"),
        "tone": "danger",
        "crumbs": _crumbs(found),
        "back": reverse("experts:score", args=[pk]),
    }
    return render(request, "experts/form.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def material(request: Request, pk: int, file: int) -> HttpResponseBase:
    """A file of the item; in a blind panel its name is replaced, which may tell whose it is."""
    found = own_score(request, pk)
    if file not in found.item.attachments or found.state == ScoreState.RECUSED or not _readable(found):
        raise Http404
    attachment = get_object_or_404(Attachment.objects.select_related("content"), pk=file)
    if found.seat.panel.is_blind:
        attachment.name = _blind_name(found.item, attachment)
    return file_response(request, attachment)


def _readable(found: Score) -> bool:
    return found.seat.state == SeatState.ACCEPTED and found.seat.panel.state != PanelState.CANCELLED


def _blind_name(item: Item, attachment: Attachment) -> str:
    number = item.attachments.index(attachment.pk) + 1
    return f"{item.blind_label}-{number}{PurePath(attachment.name).suffix}"


def _page(request: Request, found: Score, form: ScoreForm) -> HttpResponse:
    before, after = _neighbours(found)
    blind = found.seat.panel.is_blind
    names = {row.pk: row for row in Attachment.objects.filter(pk__in=found.item.attachments)}
    context = {
        **_standing(found),
        "score": found,
        "seat": found.seat,
        "panel": found.seat.panel,
        "item": found.item,
        "badge": state_badge(found),
        "form": form,
        "material": found.item.material if found.state != ScoreState.RECUSED else [],
        "files": [
            (key, _blind_name(found.item, names[key]) if blind else names[key].name)
            for key in found.item.attachments
            if key in names and found.state != ScoreState.RECUSED
        ],
        "before": before,
        "after": after,
        "open": found.state == ScoreState.DRAFT
        and found.seat.panel.state == PanelState.SCORING
        and found.seat.state == SeatState.ACCEPTED,
        "given": given_points(found),
        "crumbs": _crumbs(found),
        "saved_at": found.saved_at,
        "problems": [],
    }
    return render(request, "experts/score.html", context, status=422 if form.errors else 200)


def given_points(found: Score) -> list[tuple[str, str, str, str]]:
    """Title, points, the most, comment of each criterion."""
    return [
        (
            title_of(one),
            points(Fraction(found.points[one.code], TENTHS)) if one.code in found.points else "—",
            points(Fraction(one.max_points)),
            found.comments.get(one.code, ""),
        )
        for one in found.seat.panel.form.criteria
    ]


def _standing(found: Score) -> dict[str, Any]:
    sheet = found.seat.panel.form
    given = sum(
        (
            Fraction(found.points[one.code], TENTHS) * one.factor
            for one in sheet.criteria
            if one.code in found.points
        ),
        Fraction(0),
    )
    return {
        "total": points(given),
        "full": points(sheet.full),
        "lacking": len(missing(found)),
        "whole_comment": found.comments.get("", ""),
    }


def _neighbours(found: Score) -> tuple[int | None, int | None]:
    """The scores before and after this one, recused ones left out."""
    rows = Score.objects.filter(seat=found.seat_id).exclude(state=ScoreState.RECUSED)
    keys = list(rows.order_by("item__number").values_list("pk", flat=True))
    if found.pk not in keys:
        return None, None
    place = keys.index(found.pk)
    return keys[place - 1] if place else None, keys[place + 1] if place + 1 < len(keys) else None


def _crumbs(found: Score) -> list[tuple[str, str]]:
    return [
        (_("我的评审"), reverse("experts:mine")),
        (found.seat.panel.title, reverse("experts:seat", args=[found.seat_id])),
    ]
