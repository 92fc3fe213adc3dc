"""Calendars that other programs subscribe to, and photos."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kaichuang.booking.models import Feed
from kaichuang.booking.operations.feed import end_feed, renew_feed
from kaichuang.booking.queries.ics import bookings_of_feed, calendar_of, feed_of_key, free_busy_of
from kaichuang.booking.queries.photos import photos_of
from kaichuang.booking.web.find import visible_resource
from kaichuang.files.web.download import file_response
from kaichuang.kit.http import Request

_TYPE = "text/calendar; charset=utf-8"


@login_required
@never_cache
@require_safe
def feed(request: Request) -> HttpResponse:
    """The secret address, how to use it, how to end it."""
    row = Feed.objects.filter(user=request.user.pk).first()
    address = (
        request.build_absolute_uri(reverse("booking:own_ics", args=[row.key])) if row is not None else ""
    )
    context = {"address": address, "feed": row, "crumbs": [(_("我的预约"), reverse("booking:mine"))]}
    return render(request, "booking/feed.html", context)


@login_required
@require_POST
def renew(request: Request) -> HttpResponse:
    """A new address."""
    renew_feed(actor=request.actor, now=request.now)
    messages.success(request, _("已生成新的订阅地址，原地址失效。"))
    return redirect("booking:feed")


@login_required
@require_POST
def stop(request: Request) -> HttpResponse:
    """No address any more."""
    end_feed(actor=request.actor, now=request.now)
    messages.success(request, _("订阅已停止。"))
    return redirect("booking:feed")


@never_cache
@require_safe
def own_ics(request: Request, key: str) -> HttpResponse:
    """A user's bookings, for whoever knows the key: calendar programs cannot sign in."""
    row = feed_of_key(key)
    if row is None:
        raise Http404
    found = bookings_of_feed(row, now=request.now)
    body = calendar_of(found, name=_("我的预约"), host=request.get_host(), now=request.now)
    return HttpResponse(body, content_type=_TYPE, headers={"Referrer-Policy": "no-referrer"})


@require_safe
def resource_ics(request: Request, pk: int) -> HttpResponse:
    """When a resource is taken, for everybody, without names."""
    body = free_busy_of(visible_resource(request, pk), host=request.get_host(), now=request.now)
    return HttpResponse(body, content_type=_TYPE)


@require_safe
def photo(request: Request, pk: int, photo: int) -> HttpResponseBase:
    """A photo of a resource, for whoever sees the resource."""
    row = get_object_or_404(photos_of(visible_resource(request, pk)), pk=photo)
    try:
        return file_response(request, row)
    except FileNotFoundError as error:
        raise Http404 from error
