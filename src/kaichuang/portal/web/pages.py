"""Front page, lists of areas, choice of programme and party, search."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kaichuang.clock.queries.today import business_date
from kaichuang.kit.http import Request
from kaichuang.parties.queries.actor import PARTY_KEY
from kaichuang.places.queries.programmes import SESSION_KEY, programmes_for
from kaichuang.portal.queries.parties import parties_of
from kaichuang.portal.queries.search import search
from kaichuang.portal.web.areas import AREAS
from kaichuang.portal.web.context import area_url
from kaichuang.ui import home as home_registry
from kaichuang.ui import navigation
from kaichuang.ui.navigation import Area

_FEED_ROWS = 6


def next_address(request: HttpRequest, default: str) -> str:
    """Where the reader came from, if that is on this site."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if safe else default


@require_GET
def home(request: Request) -> HttpResponse:
    today = business_date(request.programme or None, request.now)
    feeds = [
        {"feed": feed, "url": reverse(feed.url_name), "rows": rows}
        for feed in home_registry.feeds()
        if (rows := feed.ask(request.actor, today, _FEED_ROWS))
    ]
    shortcuts = [
        {"title": text.title, "text": text.text, "icon": text.icon, "url": area_url(Area(name))}
        for name, text in AREAS.items()
    ]
    context = {
        "figures": home_registry.figures_for(request.actor, today),
        "feeds": feeds,
        "shortcuts": shortcuts,
    }
    return render(request, "portal/home.html", context)


@require_GET
def area(request: Request, area: str) -> HttpResponse:
    """What an area has to offer to the one who asks."""
    if area not in AREAS:
        raise Http404
    entries = navigation.entries_for(request.actor, Area(area))
    return render(request, "portal/area.html", {"text": AREAS[area], "entries": entries})


@require_GET
def favicon(request: Request) -> HttpResponse:
    """For readers of feeds and files, which ask for this address whatever a page says."""
    return redirect(static("ui/mark.svg"))


@require_http_methods(["GET", "POST"])
def programmes(request: Request) -> HttpResponse:
    """Choose the programme that all pages are about."""
    visible = programmes_for(request.actor)
    if request.method == "POST":
        chosen = visible.filter(slug=request.POST.get("programme", "")).first()
        if chosen is None:
            raise Http404
        request.session[SESSION_KEY] = chosen.slug
        return redirect(next_address(request, reverse("portal:home")))
    context = {"programmes": visible.order_by("place_id", "slug"), "next": next_address(request, "/")}
    return render(request, "portal/programmes.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def acting(request: Request) -> HttpResponse:
    """Choose the party for which one acts."""
    today = business_date(request.programme or None, request.now)
    choices = parties_of(request.user, today)
    if request.method == "POST":
        chosen = request.POST.get("party", "")
        if chosen and not any(str(choice.party.pk) == chosen for choice in choices):
            raise Http404
        request.session[PARTY_KEY] = int(chosen) if chosen else None
        messages.success(request, _("已切换办事主体。"))
        return redirect(next_address(request, reverse("portal:workspace")))
    context = {"choices": choices, "next": next_address(request, reverse("portal:workspace"))}
    return render(request, "portal/acting.html", context)


@require_GET
def find(request: Request) -> HttpResponse:
    """One search over everything."""
    context: dict[str, Any] = search(
        request.actor,
        text=request.GET.get("q", "").strip()[:100],
        kind=request.GET.get("kind", ""),
        page=request.GET.get("page", "1"),
    )
    return render(request, "portal/search.html", context)
