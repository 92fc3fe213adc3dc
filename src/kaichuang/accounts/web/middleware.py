"""Public servants sign in with a second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from kaichuang.accounts import strong

OPEN_VIEWS = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "account_email",
        "account_email_verification_sent",
        "account_confirm_email",
        "account_inactive",
        "accounts_second_factor",
        "accounts_language",
        "set_language",
    }
)
"""Where a user without the second factor may go: to enrol, to confirm an address, to another language, out."""


class StrongLoginMiddleware:
    """Sends those who must use a second factor, and have not, to enrol or to confirm.

    Asks one query for each request of a signed-in session that is not strong; none for any other.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        name = (match.url_name if match else "") or ""
        if name in OPEN_VIEWS or name.startswith("mfa_"):
            return None
        user = request.user
        if not user.is_authenticated or strong.is_strong(request) or not strong.is_required(user):
            return None
        return _stop(request)


def _stop(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(reverse("api:api-root")):
        reason = _("您的角色须通过两步验证登录。请在网页上启用两步验证后重新登录。")
        return JsonResponse({"code": "second_factor_required", "detail": reason}, status=403)
    target = reverse("accounts_second_factor")
    if request.method == "GET":
        target += "?" + urlencode({"next": request.get_full_path()})
    if getattr(request, "htmx", None):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)
