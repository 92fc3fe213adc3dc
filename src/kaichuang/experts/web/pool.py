"""The pool as officers keep it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.experts.models import Expert
from kaichuang.experts.operations import (
    admit_expert,
    decline_expert,
    edit_expert,
    end_expert,
    propose_expert,
)
from kaichuang.experts.permissions import READERS, may_edit, may_keep_pool
from kaichuang.experts.queries.pool import experts_for
from kaichuang.experts.specialities import labels_of
from kaichuang.experts.web.events import events_of
from kaichuang.experts.web.forms import ExpertForm, NominateForm, PoolFilter, ReasonForm
from kaichuang.experts.web.tables import POOL
from kaichuang.experts.web.words import state_badge
from kaichuang.experts.workflow import EXPERTS
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import any_role, require
from kaichuang.places.web.attempt import attempt
from kaichuang.ui.tables import respond

FORM = ["GET", "HEAD", "POST"]
_reads_pool = any_role(*READERS)


@login_required
@require_safe
def pool(request: Request) -> HttpResponseBase:
    """All experts of the programme."""
    require(_reads_pool(request.actor, None))
    filters = PoolFilter(request.GET)
    values = filters.values
    rows = experts_for(request.actor).filter(programme=request.actor.programme_id)
    if "q" in values:
        text = values["q"].replace("\x00", "")
        rows = rows.filter(
            Q(number__iexact=text) | Q(party__name__icontains=text) | Q(employer__name__icontains=text)
        )
    if "speciality" in values:
        rows = rows.filter(specialities__contains=[values["speciality"]])
    if "state" in values:
        rows = rows.filter(state=values["state"])
    context = {"may_keep": bool(request.programme) and may_keep_pool(request.actor, request.programme)}
    return respond(
        request, table=POOL, rows=rows, filters=filters, template="experts/pool.html", context=context
    )


def one_expert(request: Request, pk: int) -> Expert:
    """The expert, or 404; one sees oneself."""
    return get_object_or_404(experts_for(request.actor), pk=pk)


@login_required
@require_safe
def expert(request: Request, pk: int) -> HttpResponse:
    """One expert: who, where, how many panels, what happened."""
    found = one_expert(request, pk)
    moves = {step.name for step, permit in EXPERTS.available(request.actor, found) if permit}
    seats = found.seats.select_related("panel").order_by("-pk")[:50]
    context = {
        "expert": found,
        "badge": state_badge(found),
        "specialities": labels_of(found.specialities),
        "moves": {name: name in moves for name in ("admit", "decline", "end")},
        "may_edit": may_edit(request.actor, found),
        "seats": [(row, state_badge(row)) for row in seats],
        "reads": request.actor.has(*READERS) and request.actor.programme_id == found.programme_id,
        "events": events_of(found),
        "crumbs": [(_("专家库"), reverse("experts:pool"))],
    }
    return render(request, "experts/expert.html", context)


@login_required
@require_http_methods(FORM)
def nominate(request: Request) -> HttpResponse:
    """Propose a person; admitting is a step of its own."""
    require(may_keep_pool(request.actor, request.programme))
    form = NominateForm(
        request.POST if request.method == "POST" else None, instance=Expert(), programme=request.programme
    )
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: propose_expert(
                programme=request.programme, actor=request.actor, now=request.now, **form.values
            ),
        )
        if made is not None:
            messages.success(request, _("已推荐%s，待审核入库。") % made.party.name)
            return redirect("experts:expert", made.pk)
    context = {
        "form": form,
        "title": _("推荐专家"),
        "submit": _("推荐"),
        "crumbs": [(_("专家库"), reverse("experts:pool"))],
        "back": reverse("experts:pool"),
    }
    return render(request, "experts/form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(FORM)
def edit(request: Request, pk: int) -> HttpResponse:
    """Change what is kept about an expert."""
    found = one_expert(request, pk)
    require(may_edit(request.actor, found))
    form = ExpertForm(
        request.POST if request.method == "POST" else None,
        instance=Expert.objects.get(pk=pk),
        programme=found.programme,
    )
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: edit_expert(actor=request.actor, now=request.now, expert=found, values=form.values),
        )
        if done is not None:
            messages.success(request, _("已保存。"))
            return redirect("experts:expert", pk)
    context = {
        "form": form,
        "title": _("修改专家资料"),
        "subtitle": found.party.name,
        "crumbs": _crumbs(found),
        "back": reverse("experts:expert", args=[pk]),
    }
    return render(request, "experts/form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def admit(request: Request, pk: int) -> HttpResponse:
    """Into the pool."""
    found = one_expert(request, pk)
    admit_expert(actor=request.actor, now=request.now, expert=found)
    messages.success(request, _("%s已入库。") % found.party.name)
    return redirect("experts:expert", pk)


_WITH_REASON: dict[str, Callable[..., Expert]] = {"decline": decline_expert, "end": end_expert}


@login_required
@require_http_methods(FORM)
def move(request: Request, pk: int, verb: str) -> HttpResponse:
    """Decline or end, with a reason."""
    operation = _WITH_REASON.get(verb)
    if operation is None:
        raise Http404
    found = one_expert(request, pk)
    require(EXPERTS[verb].permission(request.actor, found))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = attempt(
            form, lambda: operation(actor=request.actor, now=request.now, expert=found, reason=reason)
        )
        if done is not None:
            messages.success(request, _("已办理。"))
            return redirect("experts:expert", pk)
    context = {
        "form": form,
        "title": EXPERTS[verb].label,
        "subtitle": found.party.name,
        "submit": EXPERTS[verb].label,
        "tone": "danger",
        "crumbs": _crumbs(found),
        "back": reverse("experts:expert", args=[pk]),
    }
    return render(request, "experts/form.html", context, status=422 if form.errors else 200)


def _crumbs(found: Expert) -> list[tuple[str, str]]:
    return [
        (_("专家库"), reverse("experts:pool")),
        (found.party.name, reverse("experts:expert", args=[found.pk])),
    ]
