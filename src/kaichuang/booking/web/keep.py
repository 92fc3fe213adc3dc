"""What keepers do: resources with their rules, approvals, all bookings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.booking.models import OpeningException, Quota, Resource, State
from kaichuang.booking.moments import day_span, period_in_words
from kaichuang.booking.operations import (
    add_exception,
    add_quota,
    add_resource,
    edit_resource,
    remove_exception,
    remove_quota,
    set_hours,
)
from kaichuang.booking.permissions import may_add, may_rule
from kaichuang.booking.queries.lists import bookings_for, kept_by, outages_for
from kaichuang.booking.queries.photos import PHOTO, photos_of
from kaichuang.booking.web.forms import BookingFilter, PhotoForm
from kaichuang.booking.web.keep_forms import ExceptionForm, HoursForm, QuotaForm, ResourceForm
from kaichuang.booking.web.posted import posted
from kaichuang.booking.web.tables import ALL_BOOKINGS, APPROVALS, KEPT
from kaichuang.files.operations import attach, withdraw_attachment
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import denied, require
from kaichuang.parties.models import Party
from kaichuang.places.web.attempt import attempt
from kaichuang.ui.tables import respond

_FORM = ["GET", "HEAD", "POST"]


def kept_resource(request: Request, pk: int) -> Resource:
    """The resource, or 404 for whoever does not keep it."""
    return get_object_or_404(kept_by(request.actor).select_related("programme", "owner", "whole"), pk=pk)


@login_required
@require_safe
def kept(request: Request) -> HttpResponseBase:
    """All that one keeps."""
    rows = kept_by(request.actor).select_related("whole")
    _require_keeper(request, rows)
    context = {"may_rule": bool(request.programme) and may_rule(request.actor, request.programme)}
    return respond(request, table=KEPT, rows=rows, template="booking/kept.html", context=context)


def _require_keeper(request: Request, rows: Any) -> None:
    """Keepers by role may come before they have anything to keep."""
    if not request.actor.has("operator", "officer", "administrator") and not rows.exists():
        require(denied(_("只有管理单位的运营人员或业务经办可以查看。")))


@login_required
@require_safe
def keep(request: Request, pk: int) -> HttpResponse:
    """One resource as its keeper sees it."""
    found = kept_resource(request, pk)
    context = {
        "resource": found,
        "pending": bookings_for(request.actor).filter(resource=found, state=State.PENDING).count(),
        "hours": HoursForm(resource=found),
        "exceptions": found.exceptions.order_by("date"),
        "exception_form": ExceptionForm(),
        "quotas": found.quotas.order_by("pk"),
        "quota_form": QuotaForm(),
        "outages": [
            (row, period_in_words((row.period.lower, row.period.upper)))
            for row in outages_for(request.actor)
            .filter(resource=found, ended_at=None, period__endswith__gt=request.now)
            .order_by("period")
        ],
        "photos": photos_of(found),
        "photo_form": PhotoForm(),
        "crumbs": _crumbs(),
    }
    return render(request, "booking/keep.html", context)


@login_required
@require_http_methods(_FORM)
def add(request: Request) -> HttpResponse:
    """Enter a resource, kept by the party that one acts for."""
    owner = _acting_party(request)
    require(may_add(request.actor, owner))
    form = ResourceForm(posted(request), instance=Resource(programme=request.programme, owner=owner))
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: add_resource(
                actor=request.actor,
                now=request.now,
                programme=request.programme,
                owner=owner,
                values=form.values,
                requires=form.cleaned_data["requires"],
                offers=form.cleaned_data["offers"],
            ),
        )
        if made is not None:
            messages.success(request, _("“%s”已登记，请设置开放时间。") % made.name)
            return redirect("booking:hours", made.pk)
    context = {
        "form": form,
        "title": _("登记资源"),
        "subtitle": owner.name,
        "crumbs": _crumbs(),
        "back": reverse("booking:kept"),
    }
    return render(request, "booking/resource_form.html", context, status=422 if form.errors else 200)


def _acting_party(request: Request) -> Party:
    party = Party.objects.filter(pk=request.actor.party_id or 0).first()
    if party is None:
        require(denied(_("请先在页面右上角选择您代表的单位，再登记资源。"), code="party_required"))
        raise AssertionError("require has raised")
    return party


@login_required
@require_http_methods(_FORM)
def edit(request: Request, pk: int) -> HttpResponse:
    """Change the rules."""
    found = kept_resource(request, pk)
    form = ResourceForm(posted(request), instance=Resource.objects.get(pk=pk))
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: edit_resource(
                actor=request.actor,
                now=request.now,
                resource=found,
                values=form.values,
                requires=form.cleaned_data["requires"],
                offers=form.cleaned_data["offers"],
            ),
        )
        if done is not None:
            messages.success(request, _("已保存。已有的预约不受影响。"))
            return redirect("booking:keep", pk)
    context = {
        "form": form,
        "title": _("修改：%s") % found.name,
        "subtitle": found.owner.name,
        "crumbs": _crumbs(found),
        "back": reverse("booking:keep", args=[pk]),
    }
    return render(request, "booking/resource_form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(_FORM)
def hours(request: Request, pk: int) -> HttpResponse:
    """The weekly hours."""
    found = kept_resource(request, pk)
    form = HoursForm(posted(request), resource=found)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: set_hours(actor=request.actor, now=request.now, resource=found, hours=form.hours),
        )
        if done is not None:
            messages.success(request, _("开放时间已更新。"))
            return redirect("booking:keep", pk)
    return _form_page(
        request, form, _("开放时间"), found, _("全部留空表示始终开放。每行可写多段，用逗号分隔。")
    )


@login_required
@require_http_methods(_FORM)
def new_exception(request: Request, pk: int) -> HttpResponse:
    """A date with other hours."""
    found = kept_resource(request, pk)
    form = ExceptionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: add_exception(actor=request.actor, now=request.now, resource=found, **form.cleaned_data),
        )
        if done is not None:
            messages.success(request, _("已登记。"))
            return redirect("booking:keep", pk)
    return _form_page(request, form, _("开放例外"), found, _("某一天的开放时间与每周安排不同，或全天关闭。"))


@login_required
@require_POST
def drop_exception(request: Request, pk: int) -> HttpResponse:
    """The weekly hours hold again."""
    kept_rows = OpeningException.objects.filter(resource__in=kept_by(request.actor))
    row = get_object_or_404(kept_rows.select_related("resource__programme"), pk=pk)
    remove_exception(actor=request.actor, now=request.now, exception=row)
    messages.success(request, _("已删除。"))
    return redirect("booking:keep", row.resource_id)


@login_required
@require_http_methods(_FORM)
def new_quota(request: Request, pk: int) -> HttpResponse:
    """Limit each party on this resource."""
    found = kept_resource(request, pk)
    form = QuotaForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: add_quota(
                actor=request.actor,
                now=request.now,
                programme=found.programme,
                resource=found,
                **form.cleaned_data,
            ),
        )
        if done is not None:
            messages.success(request, _("限额已生效，已有的预约计入其中。"))
            return redirect("booking:keep", pk)
    return _form_page(request, form, _("预约限额"), found, _("每个主体在一个周期内最多预约多少。"))


@login_required
@require_POST
def drop_quota(request: Request, pk: int) -> HttpResponse:
    """Limit no more."""
    about = Q(resource__in=kept_by(request.actor))
    if request.programme and may_rule(request.actor, request.programme):
        about |= Q(programme=request.programme.pk, resource=None)
    row = get_object_or_404(Quota.objects.filter(about).select_related("resource", "programme"), pk=pk)
    remove_quota(actor=request.actor, now=request.now, quota=row)
    messages.success(request, _("限额已取消。"))
    return redirect("booking:keep", row.resource_id) if row.resource_id else redirect("booking:rules")


@login_required
@require_http_methods(_FORM)
def new_photo(request: Request, pk: int) -> HttpResponse:
    """Put a photo to the resource."""
    found = kept_resource(request, pk)
    form = PhotoForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: attach(
                uploads=[form.cleaned_data["photo"]],
                actor=request.actor,
                now=request.now,
                programme=found.programme,
                owner=found.owner if request.actor.party_id == found.owner_id else None,
                subject=found,
                kind=PHOTO,
            ),
        )
        if done is not None:
            messages.success(request, _("照片已添加。"))
            return redirect("booking:keep", pk)
    return _form_page(request, form, _("添加照片"), found, "")


@login_required
@require_POST
def drop_photo(request: Request, pk: int, photo: int) -> HttpResponse:
    """Take a photo away."""
    found = kept_resource(request, pk)
    row = get_object_or_404(photos_of(found), pk=photo)
    withdraw_attachment(attachment=row, actor=request.actor, now=request.now, reason=_("更换照片"))
    return redirect("booking:keep", pk)


@login_required
@require_safe
def approvals(request: Request) -> HttpResponseBase:
    """What waits for a decision, the first to expire first."""
    rows = bookings_for(request.actor).filter(resource__in=kept_by(request.actor), state=State.PENDING)
    _require_keeper(request, rows)
    context = {"rows": [(row, period_in_words(row.when)) for row in rows.order_by("expires_at")[:50]]}
    return respond(request, table=APPROVALS, rows=rows, template="booking/approvals.html", context=context)


@login_required
@require_safe
def kept_bookings(request: Request) -> HttpResponseBase:
    """Everybody's bookings of what one keeps."""
    rows = bookings_for(request.actor).filter(resource__in=kept_by(request.actor))
    _require_keeper(request, rows)
    filters = BookingFilter(request.GET)
    values = filters.values
    if "q" in values:
        text = values["q"].replace("\x00", "")
        rows = rows.filter(Q(resource__name__icontains=text) | Q(party__name__icontains=text))
    states = {
        "open": Q(state__in=["pending", "offered", "confirmed", "in_use"]),
        "ended": Q(state__in=["completed", "cancelled", "rejected", "expired", "moved", "displaced"]),
        "missed": Q(state="missed"),
    }
    if "state" in values:
        rows = rows.filter(states[values["state"]])
    if "since" in values:
        rows = rows.filter(period__endswith__gte=day_span(values["since"])[0])
    if "until" in values:
        rows = rows.filter(period__startswith__lt=day_span(values["until"] + timedelta(days=1))[0])
    return respond(
        request, table=ALL_BOOKINGS, rows=rows, filters=filters, template="booking/kept_bookings.html"
    )


@login_required
@require_safe
def sign(request: Request, pk: int) -> HttpResponse:
    """The sign for the door, to be printed: the code leads to the check-in."""
    found = kept_resource(request, pk)
    context = {
        "resource": found,
        "address": request.build_absolute_uri(reverse("booking:door", args=[pk])),
        "crumbs": _crumbs(found),
        "printed_on": timezone.localdate(request.now),
    }
    return render(request, "booking/sign.html", context)


def _form_page(request: Request, form: Any, title: str, found: Resource, text: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "subtitle": text,
        "submit": "",
        "crumbs": _crumbs(found),
        "back": reverse("booking:keep", args=[found.pk]),
        "tone": "primary",
    }
    return render(request, "booking/form.html", context, status=422 if form.errors else 200)


def _crumbs(found: Resource | None = None) -> list[tuple[str, str]]:
    crumbs = [(_("管理的资源"), reverse("booking:kept"))]
    if found is not None:
        crumbs.append((found.name, reverse("booking:keep", args=[found.pk])))
    return crumbs
