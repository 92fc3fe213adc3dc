"""Who must sign in with a second factor, and whether this session was.

Accounts know nothing of roles. A higher floor says who must, by registering a rule:

    from kaichuang.accounts import strong
    strong.register(holds_staff_role)      # in AppConfig.ready()
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from kaichuang.accounts.models import User

STRONG_KEY = "strong_login"
"""Session key: this session was opened, or since confirmed, with a second factor."""

Rule = Callable[[User], bool]
_rules: list[Rule] = []


def register(rule: Rule) -> Rule:
    """Let `rule` decide who must use a second factor; any rule that says yes is enough."""
    if rule not in _rules:
        _rules.append(rule)
    return rule


def is_required(user: User) -> bool:
    """Whether this user must sign in with a second factor."""
    return any(rule(user) for rule in _rules)


def is_strong(request: HttpRequest) -> bool:
    return bool(request.session.get(STRONG_KEY))


def used_second_factor(request: HttpRequest, user: User) -> bool:
    """Whether *this* user has given a code, recovery code or passkey in this session."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, user))


def is_strong_token(claims: dict[str, Any]) -> bool:
    """Whether an ID token says, by `acr` or `amr`, that the single sign-on asked for a second factor."""
    amr = claims.get("amr") or []
    said = {str(claims.get("acr", "")), *map(str, amr if isinstance(amr, list) else [amr])}
    return not said.isdisjoint(settings.OIDC_STRONG_VALUES)
