"""One's own bookings, one booking, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.booking.models import Booking, State, WaitEntry
from kaichuang.booking.models.waiting import WaitState
from kaichuang.booking.moments import period_in_words
from kaichuang.booking.operations import (
    Refusal,
    accept_offer,
    approve,
    cancel,
    check_in,
    finish,
    miss,
    move,
    reject,
)
from kaichuang.booking.operations.change import is_late
from kaichuang.booking.permissions import is_side_of_party, may_appeal, may_keep
from kaichuang.booking.queries.lists import bookings_for, strikes_for, suspensions_of, waiting_for
from kaichuang.booking.web.forms import MoveForm, OptionalReasonForm, ReasonForm, initial_of
from kaichuang.booking.web.posted import posted
from kaichuang.booking.web.tables import PAST, state_badge
from kaichuang.booking.web.words import action_label
from kaichuang.booking.workflow import BOOKINGS, CHECK_IN_EARLY
from kaichuang.journal.queries import history_of
from kaichuang.kit.http import Request
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.places.web.attempt import attempt
from kaichuang.ui.components.history import Event
from kaichuang.ui.forms import add_problems
from kaichuang.ui.tables import respond

_FORM = ["GET", "HEAD", "POST"]
_OPEN = (State.PENDING, State.OFFERED, State.CONFIRMED, State.IN_USE)

SIMPLE: dict[str, Callable[..., Booking]] = {
    "approve": approve,
    "accept": accept_offer,
    "check-in": check_in,
    "finish": finish,
    "miss": miss,
}
"""Moves by a single button."""


def own_booking(request: Request, pk: int) -> Booking:
    """The booking, or 404 for whoever may not see it."""
    found = bookings_for(request.actor).select_related(
        "resource__programme", "resource__owner", "party", "programme", "booked_by", "series"
    )
    return get_object_or_404(found, pk=pk)


@login_required
@require_safe
def mine(request: Request) -> HttpResponseBase:
    """What is ahead, what one waits for, what was."""
    actor = request.actor
    own = bookings_for(actor).filter(party=actor.party_id or 0)
    waits = waiting_for(actor).filter(party=actor.party_id or 0, state=WaitState.WAITING)
    context = {
        "upcoming": [
            (row, state_badge(row), period_in_words(row.when))
            for row in own.filter(state__in=_OPEN).order_by("period")
        ],
        "waits": [_place_in_line(entry) for entry in waits.order_by("period")],
        "suspension": suspensions_of(actor, on=timezone.localdate(request.now)).first(),
        "actor": actor,
    }
    past = own.exclude(state__in=_OPEN)
    return respond(request, table=PAST, rows=past, template="booking/mine.html", context=context)


def _place_in_line(entry: WaitEntry) -> dict[str, Any]:
    return {"entry": entry, "when": period_in_words((entry.period.lower, entry.period.upper))}


@login_required
@require_safe
def booking(request: Request, pk: int) -> HttpResponse:
    """One booking with its history and what the reader may do with it."""
    found = own_booking(request, pk)
    context = {
        "booking": found,
        "badge": state_badge(found),
        "when": period_in_words(found.when),
        "extras": found.extras.order_by("name"),
        "moves": _moves(request, found),
        "late": found.state == State.CONFIRMED
        and is_side_of_party(request.actor, found)
        and is_late(found, request.now),
        "events": [_event(entry) for entry in history_of(found)],
        "moved_to": Booking.objects.filter(moved_from=found).first(),
        "strike": getattr(found, "strike", None),
        "may_keep": may_keep(request.actor, found.resource),
        "crumbs": [(_("我的预约"), reverse("booking:mine"))],
    }
    return render(request, "booking/booking.html", context)


def _moves(request: Request, found: Booking) -> dict[str, bool]:
    """Which moves the reader may make now, by name."""
    allowed = {
        step.name
        for step, permit in BOOKINGS.available(request.actor, found)
        if permit and not any(True for guard in step.guards for _problem in guard(found, request.now))
    }
    keeps = bool(may_keep(request.actor, found.resource))
    begun = found.period.lower <= request.now
    return {
        "approve": "approve" in allowed,
        "reject": "reject" in allowed,
        "accept": "accept_offer" in allowed,
        "cancel": "cancel" in allowed,
        "move": "move" in allowed
        and (keeps or found.state == State.PENDING or not is_late(found, request.now)),
        "check_in": "check_in" in allowed,
        "finish": "finish" in allowed,
        "miss": "miss" in allowed and keeps and begun,
    }


def _event(entry: Any) -> Event:
    labels = dict(State.choices)
    return Event(
        at=entry.at,
        title=action_label(entry.action),
        actor=entry.actor_name or _("系统"),
        text=entry.reason,
        before=labels.get(entry.from_state, ""),
        after=labels.get(entry.to_state, ""),
    )


@login_required
@require_POST
def act(request: Request, pk: int, verb: str) -> HttpResponse:
    """A move by one button: approve, accept, check in, finish, mark as missed."""
    operation = SIMPLE.get(verb)
    if operation is None:
        raise Http404
    found = own_booking(request, pk)
    done = operation(actor=request.actor, now=request.now, booking=found)
    messages.success(
        request,
        _("“%(resource)s”：%(state)s。")
        % {"resource": found.resource.name, "state": done.get_state_display()},
    )
    back = request.POST.get("back", "")
    return redirect(back) if back in _BACK else redirect("booking:booking", done.pk)


_BACK = ("booking:approvals", "booking:mine")


@login_required
@require_http_methods(_FORM)
def cancel_booking(request: Request, pk: int) -> HttpResponse:
    """Give the time back; says before whether it will count as a strike."""
    found = own_booking(request, pk)
    by_party = is_side_of_party(request.actor, found)
    form = (OptionalReasonForm if by_party else ReasonForm)(posted(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = attempt(
            form, lambda: cancel(actor=request.actor, now=request.now, booking=found, reason=reason)
        )
        if done is not None:
            messages.success(request, _("预约已取消。"))
            return redirect("booking:booking", found.pk)
    context = {
        "form": form,
        "booking": found,
        "when": period_in_words(found.when),
        "late": by_party and found.state == State.CONFIRMED and is_late(found, request.now),
        "crumbs": _crumbs(found),
    }
    return render(request, "booking/cancel.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(_FORM)
def reject_booking(request: Request, pk: int) -> HttpResponse:
    """Refuse with a reason."""
    found = own_booking(request, pk)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = attempt(
            form, lambda: reject(actor=request.actor, now=request.now, booking=found, reason=reason)
        )
        if done is not None:
            messages.success(request, _("已答复预约方，时段已释放。"))
            return redirect("booking:approvals")
    context = {
        "form": form,
        "title": _("不批准预约"),
        "submit": _("不批准"),
        "crumbs": _crumbs(found),
        "back": reverse("booking:booking", args=[pk]),
        "tone": "danger",
    }
    return render(request, "booking/form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(_FORM)
def move_booking(request: Request, pk: int) -> HttpResponse:
    """Another time instead; the old one is kept until the new one is certain."""
    found = own_booking(request, pk)
    form = MoveForm(posted(request), step=found.resource.step, initial=initial_of(found.when))
    feasible: list[str] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            new = move(
                actor=request.actor, now=request.now, booking=found, period=form.period, reason=data["reason"]
            )
        except NotAllowed:
            raise
        except Refused as refused:
            add_problems(form, refused)
            feasible = (
                [period_in_words(span) for span in refused.feasible] if isinstance(refused, Refusal) else []
            )
        else:
            messages.success(request, _("已改期。原预约保留在记录中。"))
            return redirect("booking:booking", new.pk)
    context = {
        "form": form,
        "booking": found,
        "when": period_in_words(found.when),
        "feasible": feasible,
        "crumbs": _crumbs(found),
    }
    return render(request, "booking/move.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(_FORM)
def door(request: Request, pk: int) -> HttpResponse:
    """Where the code at the door leads: one's own booking of this resource now, and its check-in."""
    near = (request.now - CHECK_IN_EARLY, request.now + CHECK_IN_EARLY)
    own = bookings_for(request.actor).filter(
        resource=pk,
        party=request.actor.party_id or 0,
        state__in=[State.CONFIRMED, State.IN_USE],
        period__overlap=near,
    )
    found = own.select_related("resource__programme", "programme", "party").order_by("period").first()
    if request.method == "POST":
        if found is None:
            raise Http404
        if found.state == State.CONFIRMED:
            check_in(actor=request.actor, now=request.now, booking=found)
            messages.success(request, _("签到成功，祝使用愉快。"))
        return redirect("booking:door", pk)
    from kaichuang.booking.web.find import visible_resource

    context = {
        "resource": visible_resource(request, pk),
        "booking": found,
        "when": period_in_words(found.when) if found is not None else "",
        "badge": state_badge(found) if found is not None else "",
        "party": request.actor.party_id,
    }
    return render(request, "booking/door.html", context)


@login_required
@require_safe
def strikes(request: Request) -> HttpResponse:
    """One's own failures to come, each with its appeal; and whether one may book."""
    own = strikes_for(request.actor).filter(party=request.actor.party_id or 0)
    context = {
        "strikes": [
            {
                "strike": row,
                "badge": state_badge(row),
                "when": period_in_words(row.booking.when),
                "may_appeal": row.state == "counted" and may_appeal(request.actor, row),
            }
            for row in own.order_by("-on", "-pk")
        ],
        "suspension": suspensions_of(request.actor, on=timezone.localdate(request.now)).first(),
        "crumbs": [(_("我的预约"), reverse("booking:mine"))],
    }
    return render(request, "booking/strikes.html", context)


@login_required
@require_http_methods(_FORM)
def appeal_strike(request: Request, pk: int) -> HttpResponse:
    """Say why it is wrong."""
    from kaichuang.booking.operations import appeal

    own = strikes_for(request.actor).filter(party=request.actor.party_id or 0)
    row = get_object_or_404(
        own.select_related("booking__resource", "booking__programme", "booking__party"), pk=pk
    )
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = attempt(form, lambda: appeal(actor=request.actor, now=request.now, strike=row, reason=reason))
        if done is not None:
            messages.success(request, _("申诉已提交，处理结果会通知您。"))
            return redirect("booking:strikes")
    context = {
        "form": form,
        "title": _("申诉：%(kind)s %(on)s") % {"kind": row.get_kind_display(), "on": row.on},
        "submit": _("提交申诉"),
        "crumbs": [(_("失约与申诉"), reverse("booking:strikes"))],
        "back": reverse("booking:strikes"),
        "tone": "primary",
    }
    return render(request, "booking/form.html", context, status=422 if form.errors else 200)


def _crumbs(found: Booking) -> list[tuple[str, str]]:
    return [
        (_("我的预约"), reverse("booking:mine")),
        (found.resource.name, reverse("booking:booking", args=[found.pk])),
    ]
