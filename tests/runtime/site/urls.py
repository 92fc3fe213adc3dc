"""One page, which asks the database."""

from __future__ import annotations

import os

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.urls import path


def page(request: HttpRequest) -> HttpResponse:
    """How many users there are, and who answered."""
    return HttpResponse(f"users {User.objects.count()} process {os.getpid()}")


urlpatterns = [path("", page)]
