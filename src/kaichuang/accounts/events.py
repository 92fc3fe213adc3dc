"""What follows from events of django-allauth: the strength of a session."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import user_logged_in as allauth_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_used
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from kaichuang.accounts import strong
from kaichuang.accounts.models import User


def connect() -> None:
    """Called once, when the app is ready."""
    user_logged_in.connect(_on_login, dispatch_uid="accounts.strong.login")
    allauth_logged_in.connect(_on_single_sign_on, dispatch_uid="accounts.strong.oidc")
    authenticator_added.connect(_on_proof, dispatch_uid="accounts.strong.added")
    authenticator_used.connect(_on_proof, dispatch_uid="accounts.strong.used")
    authenticator_removed.connect(_on_removal, dispatch_uid="accounts.strong.removed")


def _on_login(request: HttpRequest, user: User, **kwargs: Any) -> None:
    # Written at every login, so that nothing is inherited from an abandoned one in the same session.
    request.session[strong.STRONG_KEY] = strong.used_second_factor(request, user)


def _on_single_sign_on(request: HttpRequest, sociallogin: Any = None, **kwargs: Any) -> None:
    if sociallogin is None or sociallogin.account.provider != settings.OIDC_PROVIDER_ID:
        return
    if strong.is_strong_token(sociallogin.account.extra_data.get("id_token") or {}):
        request.session[strong.STRONG_KEY] = True


def _on_proof(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """A code was right, or a device has just been enrolled with one: only inside the user's own session."""
    if request.user.is_authenticated and request.user.pk == user.pk:
        request.session[strong.STRONG_KEY] = True


def _on_removal(request: HttpRequest, user: User, **kwargs: Any) -> None:
    if not Authenticator.objects.filter(user_id=user.pk).exists():
        request.session[strong.STRONG_KEY] = False
