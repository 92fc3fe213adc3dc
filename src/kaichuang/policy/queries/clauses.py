"""Find clauses: by reference, by words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, QuerySet

from kaichuang.kit.actor import Actor
from kaichuang.policy.models import Clause
from kaichuang.policy.paths import parse
from kaichuang.policy.queries.editions import SHOWN, current_for

_PIECES = re.compile(r"[0-9a-z]+|[\u3400-\u9fff\uf900-\ufaff]+", re.I)


def find_clause(reference: str) -> Clause | None:
    """The clause that `NH 三(二)`, `QDA 六` or `NT #13` names, in the current edition. None when there is none.

    `NT #13` counts the third level through a whole document, where the text numbers it continuously.
    """
    address = parse(reference)
    if address is None:
        return None
    clauses = Clause.objects.filter(part__code=address.code, edition__state__in=SHOWN).select_related(
        "edition__document", "part"
    )
    if address.running:
        clauses = clauses.filter(level=3, number__in=[address.running, f"{address.running}."])
    elif address.path:
        clauses = clauses.filter(path=address.path)
    else:
        return None
    return clauses.order_by("-edition__ordinal").first()


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause found, with the passage around the words."""

    clause: Clause
    passage: str


class _PairsQuery(SearchQuery):
    """The words as `policy_search_query` reads them: each run of Chinese a phrase of overlapping pairs."""

    def __init__(self, text: str) -> None:
        super().__init__(text, search_type="raw")
        self.function = "policy_search_query"


def search_clauses(actor: Actor, text: str) -> QuerySet[Clause]:
    """Clauses of current editions that hold all the words, headings first. Two characters are words enough."""
    if not _PIECES.search(text):
        return Clause.objects.none()
    query = _PairsQuery(text)
    found: QuerySet[Clause] = (
        Clause.objects.filter(edition__in=current_for(actor), search=query)
        .annotate(rank=SearchRank(F("search"), query))
        .select_related("edition__document", "part")
        .order_by("-rank", "edition_id", "position")
    )
    return found


def passage_of(clause: Clause, text: str, *, around: int = 36) -> str:
    """The part of the clause's text in which the words stand."""
    whole = " ".join([*clause.paragraphs, *clause.items]) or clause.gist or clause.heading
    places = [whole.lower().find(piece.lower()) for piece in _PIECES.findall(text)]
    at = min((place for place in places if place >= 0), default=0)
    start, end = max(0, at - around), min(len(whole), at + 2 * around)
    return ("…" if start else "") + whole[start:end] + ("…" if end < len(whole) else "")
