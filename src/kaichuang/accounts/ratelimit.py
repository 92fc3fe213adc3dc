"""Rate limits for our own public pages: counted in the shared cache, so they hold across processes."""

from __future__ import annotations

# allauth's limiter is the one that guards signing in; its public wrapper knows only its own actions.
from allauth.core.internal import ratelimit
from django.http import HttpRequest


def allow(request: HttpRequest, action: str, rate: str) -> bool:
    """Whether one more is allowed, and count it. `rate` as `30/m/ip`: thirty a minute from one address."""
    usage = ratelimit.consume(request, app="kaichuang", action=action, config={action: rate}, limit_get=True)
    return usage is not None
