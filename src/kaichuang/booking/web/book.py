"""Book: the form with its live check, repeated bookings with their preview, the waiting list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kaichuang.booking.intervals import Span
from kaichuang.booking.models import Resource, State
from kaichuang.booking.moments import period_in_words, read_moment, write_period
from kaichuang.booking.operations import Refusal, book, preview, repeat, wait, withdraw
from kaichuang.booking.operations.book import HOPELESS
from kaichuang.booking.operations.repeat import SeriesRefused
from kaichuang.booking.permissions import may_book, may_keep
from kaichuang.booking.queries.availability import Asked, allowed_length, next_feasible
from kaichuang.booking.queries.lists import waiting_for
from kaichuang.booking.queries.quota import usage_of
from kaichuang.booking.rules import Violation, violations
from kaichuang.booking.web.find import tabs_of, visible_resource
from kaichuang.booking.web.forms import BookForm, initial_of
from kaichuang.booking.web.posted import posted
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.parties.models import Party, Role
from kaichuang.ui.forms import add_problems

_FORM = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(_FORM)
def book_resource(request: Request, pk: int) -> HttpResponse:
    """Book once, or see what a series would do."""
    resource = visible_resource(request, pk)
    require(may_book(request.actor, resource))
    form = _form(request, resource)
    if request.method == "POST" and form.is_valid():
        if form.rule and form.chosen is None:
            return _series(request, resource, form)
        try:
            booking = book(
                actor=request.actor,
                now=request.now,
                asked=form.asked,
                period=form.chosen or form.period,
                party_id=form.party_id,
                purpose=form.cleaned_data["purpose"],
                override=form.overriding,
                request_key=form.cleaned_data["request_key"],
            )
        except NotAllowed:
            raise
        except Refusal as refusal:
            return _page(request, resource, form, _refused(request, form, refusal), status=422)
        except Refused as refused:
            add_problems(form, refused)
        else:
            if booking.state == State.PENDING:
                messages.success(request, _("已提交，时段已为您保留，等待管理单位审批。"))
            else:
                messages.success(request, _("预约成功。"))
            return redirect("booking:booking", booking.pk)
    looked = _look(request, form, form.initial_period) if request.method != "POST" else {}
    return _page(request, resource, form, looked, status=422 if form.errors else 200)


@login_required
@require_POST
def check(request: Request, pk: int) -> HttpResponse:
    """What stands in the way of what the form says now; the part of the page under its fields."""
    resource = visible_resource(request, pk)
    require(may_book(request.actor, resource))
    form = _form(request, resource)
    looked = _look(request, form, form.period) if form.is_valid() else {}
    return render(
        request, "booking/fragments/check.html", {"form": form, "resource": resource, "check": looked}
    )


@login_required
@require_POST
def wait_for(request: Request, pk: int) -> HttpResponse:
    """Join the line for the time in the form."""
    resource = visible_resource(request, pk)
    form = _form(request, resource)
    if form.is_valid():
        try:
            wait(
                actor=request.actor,
                now=request.now,
                resource=resource,
                period=form.period,
                quantity=form.asked.quantity,
                purpose=form.cleaned_data["purpose"],
            )
        except NotAllowed:
            raise
        except Refused as refused:
            add_problems(form, refused)
        else:
            messages.success(request, _("已加入候补。有空位时按先后顺序通知您，并为您保留一段时间。"))
            return redirect("booking:mine")
    return _page(request, resource, form, {}, status=422)


@login_required
@require_POST
def leave_line(request: Request, pk: int) -> HttpResponse:
    """Wait no longer."""
    entry = get_object_or_404(waiting_for(request.actor), pk=pk)
    withdraw(actor=request.actor, now=request.now, entry=entry)
    messages.success(request, _("已退出候补。"))
    return redirect("booking:mine")


class _BookForm(BookForm):
    """The form with the time that the page began with."""

    initial_period: Span


def _form(request: Request, resource: Resource) -> _BookForm:
    period = _asked_period(request, resource)
    form = _BookForm(
        posted(request),
        resource=resource,
        keeps=bool(may_keep(request.actor, resource)),
        offered=list(resource.offers.filter(is_active=True).order_by("name")),
        initial=initial_of(period),
    )
    form.initial_period = period
    return form


def _asked_period(request: Request, resource: Resource) -> Span:
    """The time in the address; else the next free one, for an hour or what comes nearest."""
    start, end = (read_moment(request.GET.get(name, "")) for name in ("start", "end"))
    if start is not None and end is not None and start < end:
        return start, end
    length = allowed_length(resource, timedelta(hours=1))
    if request.method == "GET":
        found = next_feasible(Asked(resource), length, now=request.now, after=request.now, limit=1)
        if found:
            return found[0]
    return request.now, request.now + length


def _look(request: Request, form: BookForm, period: Span) -> dict[str, Any]:
    """Ask the rules about `period` without booking: every broken one, other times, what is left of the quotas."""
    party_id = (form.party_id if form.is_bound else None) or request.actor.party_id
    if party_id is None:
        return {"no_party": True}
    asked = form.asked if form.is_bound else Asked(form.resource)
    broken = violations(asked, period, party_id=party_id, now=request.now)
    feasible: list[Span] = []
    if broken and not {violation.code for violation in broken} & HOPELESS:
        length = period[1] - period[0]
        after = max(request.now, period[0])
        feasible = next_feasible(asked, length, now=request.now, after=after, party_id=party_id)
    return _told(request, form, broken, feasible, period, party_id)


def _refused(request: Request, form: BookForm, refusal: Refusal) -> dict[str, Any]:
    """The same from a refusal of the operation."""
    party_id = form.party_id or request.actor.party_id or 0
    period = form.chosen or form.period
    return _told(request, form, list(refusal.violations), list(refusal.feasible), period, party_id)


def _told(
    request: Request,
    form: BookForm,
    broken: list[Violation],
    feasible: list[Span],
    period: Span,
    party_id: int,
) -> dict[str, Any]:
    keeps = "override" in form.fields
    codes = {violation.code for violation in broken}
    chosen = form.overriding.codes if keeps and form.is_bound and form.is_valid() else frozenset()
    return {
        "period": period_in_words(period),
        "broken": [
            {
                "problem": violation.problem,
                "by": "、".join(str(Role(role).label) for role in sorted(violation.overridable_by)),
                "code": violation.code,
                "may_override": keeps and bool(request.actor.roles & violation.overridable_by),
                "chosen": violation.code in chosen,
            }
            for violation in broken
        ],
        "overridable": keeps and any(request.actor.roles & one.overridable_by for one in broken),
        "reason": form.overriding.reason if chosen else "",
        "feasible": [{"value": write_period(span), "words": period_in_words(span)} for span in feasible],
        "may_wait": bool(codes) and codes <= {"taken"} and party_id == request.actor.party_id,
        "quotas": usage_of(form.resource, party_id=party_id, moment=period[0]),
    }


def _series(request: Request, resource: Resource, form: _BookForm) -> HttpResponse:
    """The preview first; then, when confirmed, what is possible of it."""
    ask: dict[str, Any] = {
        "actor": request.actor,
        "now": request.now,
        "asked": form.asked,
        "first": form.period,
        "rule": form.rule,
        "party_id": form.party_id,
    }
    try:
        if "confirm" not in request.POST:
            stands = [
                {"words": period_in_words(period), "refusal": refusal} for period, refusal in preview(**ask)
            ]
            possible = sum(1 for one in stands if one["refusal"] is None)
            context = {"resource": resource, "form": form, "stands": stands, "possible": possible}
            return render(request, "booking/series.html", {**context, "crumbs": _crumbs(resource)})
        done = repeat(skip_conflicts=True, purpose=form.cleaned_data["purpose"], **ask)
    except SeriesRefused as refused:
        add_problems(form, refused)
        return _page(request, resource, form, {}, status=422)
    except NotAllowed:
        raise
    except Refused as refused:
        add_problems(form, refused)
        return _page(request, resource, form, {}, status=422)
    number = len(done.bookings)
    messages.success(request, ngettext("已预约 %d 次。", "已预约 %d 次。", number) % number)
    return redirect("booking:mine")


def _page(
    request: Request, resource: Resource, form: BookForm, looked: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    context = {
        "resource": resource,
        "form": form,
        "check": looked,
        "party": Party.objects.filter(pk=request.actor.party_id).first() if request.actor.party_id else None,
        "crumbs": _crumbs(resource),
        "tabs": tabs_of(resource, "book"),
        "check_url": reverse("booking:check", args=[resource.pk]),
    }
    return render(request, "booking/book.html", context, status=status)


def _crumbs(resource: Resource) -> list[tuple[str, str]]:
    return [(_("空间与预约"), reverse("booking:resources"))]
