"""One page for each role: what do I have to do, by when, and what is mine."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from kaichuang.clock.queries.today import business_date
from kaichuang.kit.http import Request
from kaichuang.parties.models import Role
from kaichuang.portal.queries.workspace import workspace_for
from kaichuang.portal.web.roles import GUIDES
from kaichuang.ui.components.structure import Tab
from kaichuang.ui.work import PERSON


@login_required
@require_GET
def workspace(request: Request, role: str = "") -> HttpResponse:
    """The workspace of one of the actor's roles; without one, of the first."""
    held = [*(role.value for role in Role if request.actor.has(role)), PERSON]
    if role and role not in held:
        raise Http404
    chosen = role or held[0]
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
        "work": workspace_for(request.actor, role=chosen, today=today),
    }
    return render(request, "portal/workspace.html", context)
