"""Pages for what went wrong: plain words and a way on."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from kaichuang.kit.problems import NotAllowed, Refused, Stale


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "portal/errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "portal/errors/403.html", {"problems": ()}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "portal/errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the shell: whatever broke may have broken that too."""
    return HttpResponse(loader.render_to_string("portal/errors/500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "portal/errors/csrf.html", status=403)


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """What an operation refused and no form has shown: 403 without permission, 409 when overtaken, else 400."""
    status = 403 if isinstance(error, NotAllowed) else 409 if isinstance(error, Stale) else 400
    template = "portal/errors/403.html" if status == 403 else "portal/errors/refused.html"
    context: dict[str, Any] = {"problems": error.problems, "back": request.META.get("HTTP_REFERER", "")}
    return render(request, template, context, status=status)
