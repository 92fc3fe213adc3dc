"""Pages about logins that django-allauth does not have."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import localize
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.accounts import strong
from kaichuang.accounts.adapters import set_language_cookie
from kaichuang.accounts.operations import change_profile, choose_language, deactivate_user, reactivate_user
from kaichuang.accounts.permissions import ADMINISTRATOR, administer_user
from kaichuang.accounts.queries import normal_language, users_for
from kaichuang.accounts.web.forms import ProfileForm, ReasonForm, UserFilter
from kaichuang.accounts.web.tables import USERS
from kaichuang.journal.queries import history_of
from kaichuang.kit.http import Request
from kaichuang.kit.problems import Refused
from kaichuang.ui.components.history import Event
from kaichuang.ui.forms import add_problems
from kaichuang.ui.tables import respond

ACTIONS = {
    "deactivate": gettext_lazy("停用"),
    "reactivate": gettext_lazy("启用"),
    "rename": gettext_lazy("改名"),
}


def safe_next(request: Request, default: str) -> str:
    """`next` of the request if it stays on this site, else `default`."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed else default


@login_required
@require_safe
def second_factor(request: Request) -> HttpResponse:
    """Why a second factor is needed, and how to enrol or confirm one."""
    target = safe_next(request, "/")
    if strong.is_strong(request):
        return HttpResponseRedirect(target)
    enrolled = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    context = {
        "required": strong.is_required(request.user),
        "enrolled": bool(enrolled),
        "has_totp": Authenticator.Type.TOTP in enrolled,
        "has_passkey": Authenticator.Type.WEBAUTHN in enrolled,
        "next": target,
    }
    return render(request, "accounts/second_factor.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: Request) -> HttpResponse:
    user = request.user
    form = ProfileForm(
        request.POST if request.method == "POST" else None,
        initial={"name": user.name, "language": user.language},
    )
    if request.method == "POST" and form.is_valid():
        saved = change_profile(user=user, actor=request.actor, now=request.now, **form.cleaned_data)
        messages.success(request, _("已保存。"))
        response = redirect("accounts_profile")
        set_language_cookie(response, saved.language)
        return response
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def language(request: Request) -> HttpResponse:
    """Switch the language; remembered in the browser, and with the login if there is one."""
    chosen = normal_language(request.POST.get("language"))
    if request.user.is_authenticated:
        chosen = choose_language(user=request.user, language=chosen)
    response = HttpResponseRedirect(safe_next(request, "/"))
    set_language_cookie(response, chosen)
    return response


@login_required
@require_safe
def users(request: Request) -> HttpResponse:
    """The logins of a programme, for its administrators."""
    if not request.actor.has(ADMINISTRATOR):
        raise Http404
    filters = UserFilter(request.GET)
    rows = users_for(request.actor, search=filters.values.get("q", ""))
    return respond(request, table=USERS, rows=rows, filters=filters, template="accounts/users.html")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def switch_user(request: Request, pk: int) -> HttpResponse:
    """Deactivate or reactivate one login, with a reason."""
    user = get_object_or_404(users_for(request.actor), pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        operation = deactivate_user if user.is_active else reactivate_user
        try:
            operation(user=user, actor=request.actor, now=request.now, reason=form.cleaned_data["reason"])
        except Refused as refused:
            add_problems(form, refused)
        else:
            messages.success(request, _("已保存。"))
            return HttpResponseRedirect(reverse("accounts_users"))
    context = {
        "person": user,
        "form": form,
        "permit": administer_user(request.actor, user),
        "crumbs": [(_("账号管理"), reverse("accounts_users"))],
        "items": [
            (_("用户名"), user.username),
            (_("电子邮箱"), user.email),
            (_("状态"), _("启用") if user.is_active else _("停用")),
            (_("最近登录"), user.last_login and localize(localtime(user.last_login))),
        ],
        "events": [
            Event(
                at=entry.at,
                title=ACTIONS.get(entry.action, entry.action),
                actor=entry.actor_name,
                text=entry.reason,
            )
            for entry in history_of(user)
        ],
    }
    return render(request, "accounts/switch_user.html", context, status=422 if form.errors else 200)
