"""Puts `request.programme`, `request.actor` and `request.now` on every request."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from kaichuang.kit.actor import Actor
from kaichuang.kit.http import Request
from kaichuang.parties.queries.actor import actor_for_request
from kaichuang.places.models import Programme
from kaichuang.places.queries.programmes import programme_of_request


class ActorMiddleware:
    """Lazily, so that static files and the API's health check cost no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = cast(Request, request)
        known.now = timezone.now()
        known.programme = cast(Programme, SimpleLazyObject(lambda: programme_of_request(request)))
        known.actor = cast(Actor, SimpleLazyObject(lambda: actor_for_request(known)))
        return self.get_response(request)
