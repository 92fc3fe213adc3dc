"""Middleware of the portal."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.portal.web import errors

Handler = Callable[[HttpRequest], HttpResponse]


class ProblemMiddleware:
    """Turns a refusal that a view did not handle into a page that says why and what to do."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused) or request.path.startswith("/api/"):
            return None
        if isinstance(exception, NotAllowed) and "login_required" in exception.codes:
            from django.contrib.auth.views import redirect_to_login

            return redirect_to_login(request.get_full_path())
        if "party_required" in exception.codes and request.method == "GET" and request.user.is_authenticated:
            messages.info(request, str(exception))
            return redirect(f"{reverse('portal:acting')}?{urlencode({'next': request.get_full_path()})}")
        return errors.refused(request, exception)
