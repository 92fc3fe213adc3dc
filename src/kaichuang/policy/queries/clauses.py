"""Find clauses: by reference, by words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVectorField
from django.db.models import F, Func, QuerySet

from kaichuang.kit.actor import Actor
from kaichuang.policy.models import Clause, Part
from kaichuang.policy.paths import parse, plain
from kaichuang.policy.queries.editions import SHOWN, current_for
from kaichuang.policy.queries.scripts import simplified
from kaichuang.policy.queries.validity import only_in_force

_PIECES = re.compile(r"[0-9a-z]+|[\u3400-\u9fff\uf900-\ufaff]+", re.I)


def find_clause(reference: str) -> Clause | None:
    """The clause that `NH 三(二)`, `QDA 六` or `NT #13` names, in the current edition. None when there is none.

    `NT #13` counts the third level through a whole document, where the text numbers it continuously.
    """
    address = parse(reference)
    if address is None:
        return None
    clauses = Clause.objects.filter(part__code=address.code, edition__state__in=SHOWN).select_related(
        "edition__document__programme__place", "part"
    )
    if address.running:
        clauses = clauses.filter(level=3, number__in=[address.running, f"{address.running}."])
    elif address.path:
        clauses = clauses.filter(path=address.path)
    else:
        return None
    return clauses.order_by("-edition__ordinal").first()


class _PairsQuery(SearchQuery):
    """The words as `policy_search_query` reads them: each run of Chinese a phrase of overlapping pairs."""

    def __init__(self, text: str) -> None:
        super().__init__(text, search_type="raw")
        self.function = "policy_search_query"


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits, best first; `total` counts at most `MOST`, `is_more` says that there are more."""

    clauses: list[Clause]
    total: int
    is_more: bool


MOST = 500
"""So many hits are ranked and counted: enough for people, and the cost of a common word stays bounded."""


def search_page(
    actor: Actor,
    text: str,
    *,
    limit: int = 20,
    offset: int = 0,
    place: str = "",
    in_force_on: date | None = None,
) -> Found:
    """Clauses of current editions that hold all the words, headings first. Two characters are words enough.

    Words in traditional characters that nothing holds are tried once more in simplified ones.
    """
    text, place = plain(text), plain(place)
    if not _PIECES.search(text):
        return Found([], 0, False)
    editions = current_for(actor)
    if place:
        editions = editions.filter(document__programme__place_id=place)
    if in_force_on is not None:
        editions = only_in_force(editions, in_force_on)
    rows = Clause.objects.filter(edition__in=editions.values("pk").order_by()).order_by()
    keys = _candidates(rows, text)
    simple = simplified(text)
    if not keys and simple != text:
        text, keys = simple, _candidates(rows, simple)
    page = _ranked(keys[:MOST], text)[offset : offset + limit] if keys else []
    shown = Clause.objects.select_related("edition__document__programme__place", "part").defer("search")
    clauses = shown.in_bulk(page)
    return Found([clauses[key] for key in page], min(len(keys), MOST), len(keys) > MOST)


def _ranked(keys: list[int], text: str) -> list[int]:
    """Keys, best first; without the other tables, which only the clauses of the page need."""
    rank = SearchRank(F("search"), _PairsQuery(text))
    rows = Clause.objects.filter(pk__in=keys).order_by(rank.desc(), "edition_id", "position")
    return list(rows.values_list("pk", flat=True))


def _candidates(rows: QuerySet[Clause], text: str) -> list[int]:
    """Keys of at most one hit more than `MOST`, those with the words in the heading before others."""
    keys = list(rows.filter(search=_PairsQuery(text)).values_list("pk", flat=True)[: MOST + 1])
    if len(keys) <= MOST:
        return keys
    heading = Func(F("heading"), function="policy_heading_vector", output_field=SearchVectorField())
    heads = rows.alias(heading_words=heading).filter(heading_words=_PairsQuery(text))
    first = heads.values_list("pk", flat=True)[: MOST + 1]
    return list(dict.fromkeys([*first, *keys]))[: MOST + 1]


def passage_of(clause: Clause, text: str, *, around: int = 36) -> str:
    """The part of the clause's text in which the words stand."""
    text = f"{text} {simplified(text)}"
    whole = " ".join([*clause.paragraphs, *clause.items]) or clause.gist or clause.heading
    places = [whole.lower().find(piece.lower()) for piece in _PIECES.findall(text)]
    at = min((place for place in places if place >= 0), default=0)
    start, end = max(0, at - around), min(len(whole), at + 2 * around)
    return ("…" if start else "") + whole[start:end] + ("…" if end < len(whole) else "")


def suggest_references(actor: Actor, typed: str, *, limit: int = 12) -> list[tuple[str, str]]:
    """(reference, heading) of clauses of current editions whose reference begins as typed; else whose heading has the words."""
    typed = plain(typed)
    rows = Clause.objects.filter(edition__in=current_for(actor)).select_related("part")
    address = parse(typed.upper())
    if address is not None and (address.path or Part.objects.filter(code=address.code).exists()):
        rows = rows.filter(part__code=address.code, path__startswith=address.path)
    elif address is not None:
        rows = rows.filter(part__code__startswith=address.code)
    elif typed:
        rows = rows.filter(heading__icontains=typed)
    else:
        return []
    found = rows.order_by("part__code", "position")[:limit]
    return [(f"{clause.part.code} {clause.path}", clause.heading) for clause in found]
