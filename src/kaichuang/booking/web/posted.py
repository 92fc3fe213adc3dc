"""What a form is bound to."""

from __future__ import annotations

from django.http import QueryDict

from kaichuang.kit.http import Request


def posted(request: Request) -> QueryDict | None:
    """What was sent, even if it was nothing; None when the page was only asked for."""
    return request.POST if request.method == "POST" else None
