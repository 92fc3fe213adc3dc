"""Full-text search of the library."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from kaichuang.clock.queries.today import business_date
from kaichuang.kit.http import Request
from kaichuang.policy.models import Clause
from kaichuang.policy.queries.clauses import MOST, find_clause, passage_of, search_page
from kaichuang.policy.queries.library import places_of_library
from kaichuang.policy.queries.questions import frequent_questions
from kaichuang.policy.queries.reading import clause_url, label_of
from kaichuang.policy.queries.validity import validity_of
from kaichuang.ui.search import highlight

_PAGE = 20


class Pages:
    """What `{% pager %}` shows."""

    def __init__(self, query: dict[str, str], number: int, total: int) -> None:
        self._query, self.number = query, number
        self.pages = max(1, -(-total // _PAGE))

    def url(self, number: int) -> str:
        return "?" + urlencode({**self._query, "page": number})

    @property
    def previous_url(self) -> str:
        return self.url(self.number - 1)

    @property
    def next_url(self) -> str:
        return self.url(self.number + 1)

    @property
    def links(self) -> list[tuple[int, str]]:
        first = max(1, self.number - 3)
        return [(number, self.url(number)) for number in range(first, min(self.pages, first + 6) + 1)]


@require_safe
def search(request: Request) -> HttpResponse:
    """Clauses that hold all the words; a reference goes straight to its clause."""
    text = request.GET.get("q", "").strip()[:100]
    place, effect = request.GET.get("place", ""), request.GET.get("effect", "")
    exact = find_clause(text) if text else None
    if exact is not None:
        return redirect(clause_url(exact.part.code, exact.path))
    today = business_date(request.programme or None, request.now)
    asked = request.GET.get("page", "1")
    number = min(int(asked), MOST // _PAGE) if asked.isascii() and asked.isdigit() and int(asked) else 1
    found = search_page(
        request.actor,
        text,
        limit=_PAGE,
        offset=(number - 1) * _PAGE,
        place=place,
        in_force_on=today if effect == "in_force" else None,
    )
    query = {name: value for name, value in (("q", text), ("place", place), ("effect", effect)) if value}
    context: dict[str, Any] = {
        "text": text,
        "place": place,
        "effect": effect,
        "places": places_of_library(),
        "total": found.total,
        "is_more": found.is_more,
        "hits": [_hit(clause, text, today) for clause in found.clauses],
        "answers": [{"row": row, "text": highlight(row.text, text)} for row in frequent_questions(q=text)[:3]]
        if text and number == 1
        else [],
        "pager": Pages(query, number, found.total),
    }
    return render(request, "policy/search.html", context)


def _hit(clause: Clause, text: str, today: Any) -> dict[str, Any]:
    return {
        "url": clause_url(clause.part.code, clause.path),
        "reference": f"{clause.part.code} {clause.path}",
        "heading": highlight(label_of(clause), text),
        "passage": highlight(passage_of(clause, text), text),
        "document": clause.edition.title,
        "place": clause.edition.document.programme.place.name,
        "validity": validity_of(clause.edition, today),
    }
