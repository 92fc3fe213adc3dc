"""Compilations that an actor may see, and what goes into one."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.formats import date_format

from kaichuang.kit.actor import Actor
from kaichuang.policy.models import Book, BookState, Edition
from kaichuang.policy.permissions import CLERKS
from kaichuang.policy.queries.reading import Branch, read_parts


def books_for(actor: Actor) -> QuerySet[Book]:
    """Released ones for everybody; those of their programme for its clerks."""
    rows = Book.objects.select_related("programme__place", "paper__attachment__content").annotate(
        texts=Count("entries")
    )
    if actor.is_system:
        return rows
    visible = Q(state=BookState.RELEASED)
    if actor.has(*CLERKS):
        visible |= Q(programme=actor.programme_id)
    return rows.filter(visible)


def chapter_of(edition: Edition) -> dict[str, Any]:
    """One text as the book's template takes it."""
    days = (
        ("signed_on", edition.signed_on),
        ("published_on", edition.published_on),
        ("effective_on", edition.effective_on),
        ("expires_on", edition.expires_on),
    )
    facts = [
        [str(edition._meta.get_field(name).verbose_name), date_format(day, "Y-m-d")]  # type: ignore[union-attr]  # a column
        for name, day in days
        if day is not None
    ]
    return {
        "code": edition.document.code,
        "title": edition.title,
        "issuer": edition.issuer,
        "number": edition.number,
        "place": edition.document.programme.place.name,
        "facts": facts,
        "outline_only": edition.outline_only,
        "parts": [
            {
                "code": one.part.code,
                "title": one.part.title if one.part.title != edition.title else "",
                "kind": one.part.kind,
                "addressees": one.part.addressees,
                "preamble": one.part.preamble,
                "closing": one.part.closing,
                "signature": one.part.signature,
                "clauses": [_clause(branch) for branch in one.branches],
            }
            for one in read_parts(edition)
        ],
    }


def _clause(branch: Branch) -> dict[str, Any]:
    clause = branch.clause
    return {
        "number": clause.number,
        "heading": clause.heading,
        "paragraphs": clause.paragraphs
        if clause.paragraphs or clause.items
        else [clause.gist][: bool(clause.gist)],
        "items": clause.items,
        "units": [duty.unit.name for duty in clause.responsibilities.all()],
        "children": [_clause(child) for child in branch.children],
    }


def unit_index(chapters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Unit → the clauses it answers for, units with the most first."""
    found: dict[str, list[str]] = {}

    def walk(code: str, above: str, clauses: list[dict[str, Any]]) -> None:
        for clause in clauses:
            path = above + clause["number"]
            for unit in clause["units"]:
                found.setdefault(unit, []).append(f"{code} {path}")
            walk(code, path, clause["children"])

    for chapter in chapters:
        for part in chapter["parts"]:
            walk(part["code"], "", part["clauses"])
    ordered = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [{"unit": unit, "clauses": clauses} for unit, clauses in ordered]
