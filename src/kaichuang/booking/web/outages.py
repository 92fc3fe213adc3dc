"""Outages: declare one, see whom it hits, end it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.booking.models import Outage
from kaichuang.booking.moments import period_in_words
from kaichuang.booking.operations import declare_outage, end_outage
from kaichuang.booking.operations.outage import Hits
from kaichuang.booking.queries.lists import kept_by, outages_for
from kaichuang.booking.web.forms import OutageForm, initial_of
from kaichuang.booking.web.keep import kept_resource
from kaichuang.booking.web.posted import posted
from kaichuang.booking.web.tables import OUTAGES, state_badge
from kaichuang.booking.web.words import action_label
from kaichuang.journal.queries import history_of
from kaichuang.kit.http import Request
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.ui.components.history import Event
from kaichuang.ui.forms import add_problems
from kaichuang.ui.tables import respond

_FORM = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def outages(request: Request) -> HttpResponseBase:
    """What is, was or will be out of service."""
    rows = outages_for(request.actor)
    return respond(request, table=OUTAGES, rows=rows, template="booking/outages.html")


@login_required
@require_http_methods(_FORM)
def declare(request: Request, pk: int) -> HttpResponse:
    """Declare an outage. Whom it hits is listed first; only who confirms this list displaces them."""
    found = kept_resource(request, pk)
    start = request.now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    form = OutageForm(posted(request), initial=initial_of((start, start + timedelta(hours=2))))
    hit: list[Any] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        seen = {int(key) for key in request.POST.getlist("seen") if key.isdecimal()}
        try:
            made = declare_outage(
                actor=request.actor,
                now=request.now,
                resource=found,
                period=form.period,
                reason=data["reason"],
                is_planned=data["is_planned"],
                displace="displace" in request.POST,
                seen=seen,
            )
        except Hits as hits:
            hit = [(row, period_in_words(row.when), state_badge(row)) for row in hits.bookings]
        except NotAllowed:
            raise
        except Refused as refused:
            add_problems(form, refused)
        else:
            messages.success(request, _("停用已登记，受影响的预约方已收到通知。"))
            return redirect("booking:outage", made.pk)
    context = {
        "form": form,
        "resource": found,
        "hit": hit,
        "crumbs": [
            (_("管理的资源"), reverse("booking:kept")),
            (found.name, reverse("booking:keep", args=[pk])),
        ],
        "back": reverse("booking:keep", args=[pk]),
    }
    return render(
        request, "booking/declare.html", context, status=409 if hit else 422 if form.errors else 200
    )


@login_required
@require_safe
def outage(request: Request, pk: int) -> HttpResponse:
    """One outage and its history."""
    row = get_object_or_404(outages_for(request.actor), pk=pk)
    context = {
        "outage": row,
        "when": period_in_words((row.period.lower, row.period.upper)),
        "running": row.ended_at is None and row.period.upper > request.now,
        "may_end": row.ended_at is None
        and row.period.upper > request.now
        and kept_by(request.actor).filter(pk=row.resource_id).exists(),
        "events": [
            Event(
                at=entry.at,
                title=action_label(entry.action),
                actor=entry.actor_name or _("系统"),
                text=entry.reason,
            )
            for entry in history_of(row)
        ],
        "crumbs": [(_("停用安排"), reverse("booking:outages"))],
    }
    return render(request, "booking/outage.html", context)


@login_required
@require_POST
def end(request: Request, pk: int) -> HttpResponse:
    """Back in service."""
    row = get_object_or_404(Outage.objects.filter(resource__in=kept_by(request.actor)), pk=pk)
    end_outage(actor=request.actor, now=request.now, outage=row)
    messages.success(request, _("已恢复使用，空出的时间已提供给候补者。"))
    return redirect("booking:outage", pk)
