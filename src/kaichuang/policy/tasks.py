"""Background jobs of the policy library."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from kaichuang.policy.operations.bind_book import bind_book
from kaichuang.policy.operations.books import TASK


@app.task(name=TASK)
def make_book(book_id: int) -> None:
    """Make the PDF of a compilation."""
    bind_book(book_id=book_id, now=timezone.now())
