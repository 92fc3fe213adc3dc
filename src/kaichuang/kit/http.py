"""The request as our views get it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from kaichuang.kit.actor import Actor

if TYPE_CHECKING:
    from kaichuang.accounts.models import User
    from kaichuang.places.models import Programme


class Request(HttpRequest):
    """What the middleware has put on every request: who asks, in which programme, and the time."""

    actor: Actor
    programme: Programme
    now: datetime
    htmx: HtmxDetails
    user: User
