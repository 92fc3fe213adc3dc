"""The design system on one page: every component in every state."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
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
