"""The design system on one page: every component in every state."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from kaichuang.kit.http import Request
from kaichuang.ui.components import COMPONENTS
from kaichuang.ui.examples import EXAMPLES, GROUPS, chapters


@require_GET
def design(request: Request) -> HttpResponse:
    """Every component of the library, with its declaration and its examples."""
    context = {
        "chapters": chapters(request),
        "count": len(COMPONENTS),
        "examples": len(EXAMPLES),
        "groups": GROUPS,
    }
    return render(request, "portal/design.html", context)


@require_GET
def job(request: Request) -> HttpResponse:
    """The example of a long job: a piece further with every question, until it is done."""
    done = request.GET.get("done", "0")
    value = min(int(done) + 200, 800) if done.isascii() and done.isdigit() and len(done) < 5 else 800
    context = {
        "value": value,
        "maximum": 800,
        "next": f"{reverse('portal:design_job')}?done={value}" if value < 800 else "",
    }
    return render(request, "portal/fragments/job.html", context)
