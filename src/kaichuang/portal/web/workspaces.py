"""One page for each role: what do I have to do, by when, and what is mine."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from kaichuang.clock.queries.today import business_date
from kaichuang.kit.http import Request
from kaichuang.parties.models import STAFF, Role
from kaichuang.portal.queries.workspace import workspace_for
from kaichuang.portal.web.roles import GUIDES
from kaichuang.ui.components.structure import Tab
from kaichuang.ui.work import PERSON


@login_required
@require_GET
def workspace(request: Request, role: str = "") -> HttpResponse:
    """The workspace of one of the actor's roles; without one, of the first.

    Whoever works with the bureau from outside finds what is his own in the same place; a public servant's private
    affairs are a tab of their own.
    """
    outside = [role.value for role in Role if role not in STAFF and request.actor.has(role)]
    held = [
        *(role.value for role in Role if role in STAFF and request.actor.has(role)),
        *(outside or [PERSON]),
    ]
    chosen = role or held[0]
    if chosen not in {*held, PERSON}:
        raise Http404
    today = business_date(request.programme or None, request.now)
    tabs = [
        Tab(
            label=GUIDES[name].label,
            url=reverse("portal:role_workspace", args=[name]),
            active=name == chosen,
        )
        for name in held
    ]
    context = {
        "guide": GUIDES[chosen],
        "tabs": tabs if len(tabs) > 1 else [],
        "today": today,
        "frozen": request.programme is not None and bool(getattr(request.programme, "business_date", None)),
        "work": workspace_for(
            request.actor, roles=[chosen, PERSON] if chosen in outside else [chosen], today=today
        ),
    }
    return render(request, "portal/workspace.html", context)
