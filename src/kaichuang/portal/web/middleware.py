"""Middleware of the portal."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

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
        return errors.refused(request, exception)
