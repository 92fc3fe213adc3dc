"""What stands around a clause: outline, neighbours, doubts, uses, questions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote

from django.db.models import Prefetch, QuerySet
from django.utils.translation import get_language

from kaichuang.policy.models import (
    Clause,
    ClauseUse,
    Document,
    Doubt,
    Edition,
    Part,
    Question,
    QuestionState,
    Reference,
    Responsibility,
)
from kaichuang.ui.components.structure import Node


def clause_url(code: str, path: str, ordinal: int | None = None) -> str:
    """The permanent address of a clause; `ordinal` names an edition that is not the current one."""
    edition = f"?edition={ordinal}" if ordinal is not None else ""
    return f"/policy/{code}/{quote(path, safe='()~')}/{edition}"


def document_url(code: str, ordinal: int | None = None) -> str:
    return f"/policy/{code}/" + (f"?edition={ordinal}" if ordinal is not None else "")


def in_language(chinese: str, english: str) -> str:
    """The words in the reader's language, where there are some."""
    return english if english and (get_language() or "").startswith("en") else chinese


def label_of(clause: Clause) -> str:
    """The heading in the reader's language, or the beginning of the text."""
    heading = in_language(clause.heading, clause.heading_en)
    if heading:
        return heading
    first = (clause.paragraphs or clause.items or [clause.gist])[0] if _has_text(clause) else ""
    return first[:24] + ("…" if len(first) > 24 else "")


def _has_text(clause: Clause) -> bool:
    return bool(clause.paragraphs or clause.items or clause.gist)


def gist_of(clause: Clause) -> str:
    """The pack's own words in the reader's language."""
    return in_language(clause.gist, clause.gist_en)


@dataclass(slots=True)
class Branch:
    """A clause with those below it."""

    clause: Clause
    children: list[Branch] = field(default_factory=list)


@dataclass(slots=True)
class ReadPart:
    """A part with its tree; `url` of its place on the document page."""

    part: Part
    branches: list[Branch]


def read_parts(edition: Edition) -> list[ReadPart]:
    """All parts of an edition with their clause trees, in three queries."""
    duties = Responsibility.objects.select_related("unit").order_by("position")
    clauses = edition.clauses.prefetch_related(Prefetch("responsibilities", queryset=duties)).order_by(
        "position"
    )
    by_part: dict[int, list[Clause]] = {}
    for clause in clauses:
        by_part.setdefault(clause.part_id, []).append(clause)
    return [
        ReadPart(part, _branches(by_part.get(part.pk, []))) for part in edition.parts.order_by("position")
    ]


def _branches(clauses: Iterable[Clause]) -> list[Branch]:
    known: dict[int, Branch] = {}
    roots: list[Branch] = []
    for clause in clauses:
        known[clause.pk] = branch = Branch(clause)
        above = known.get(clause.parent_id) if clause.parent_id is not None else None
        (above.children if above is not None else roots).append(branch)
    return roots


def outline_nodes(parts: list[ReadPart], *, document: str, ordinal: int | None = None) -> list[Node]:
    """The tree of links; several parts stand under their titles. `document` is the address of the whole."""

    def nodes(part: Part, branches: list[Branch]) -> list[Node]:
        return [
            Node(
                label=label_of(branch.clause) or branch.clause.path,
                url=clause_url(part.code, branch.clause.path, ordinal),
                number=branch.clause.number,
                children=nodes(part, branch.children),
            )
            for branch in branches
        ]

    filled = [one for one in parts if one.branches]
    if len(filled) == 1:
        return nodes(filled[0].part, filled[0].branches)
    return [
        Node(
            label=f"{one.part.get_kind_display()} {one.part.title}".strip(),
            url=f"{document}#{part_anchor(one.part)}",
            children=nodes(one.part, one.branches),
        )
        for one in filled
    ]


def part_anchor(part: Part) -> str:
    return f"part-{part.position}"


@dataclass(frozen=True, slots=True)
class Around:
    """Neighbours in reading order, the way up, and what is below."""

    ancestors: list[Clause]
    previous: Clause | None
    following: Clause | None
    children: list[Clause]


def around(clause: Clause, clauses: list[Clause]) -> Around:
    """The place of `clause` among all `clauses` of its edition, given in reading order."""
    by_id = {one.pk: one for one in clauses}
    at = next((index for index, one in enumerate(clauses) if one.pk == clause.pk), 0)
    ancestors: list[Clause] = []
    parent = clause.parent_id
    while parent is not None and parent in by_id:
        ancestors.insert(0, by_id[parent])
        parent = by_id[parent].parent_id
    return Around(
        ancestors,
        clauses[at - 1] if at else None,
        clauses[at + 1] if at + 1 < len(clauses) else None,
        [one for one in clauses if one.parent_id == clause.pk],
    )


def doubts_at(clause: Clause, clauses: list[Clause]) -> list[Doubt]:
    """Doubts at the clause's own lines, before the next clause begins."""
    if clause.line is None:
        return []
    later = [one.line for one in clauses if one.line is not None and one.line > clause.line]
    doubts = Doubt.objects.filter(edition_id=clause.edition_id, line__gte=clause.line)
    if later:
        doubts = doubts.filter(line__lt=min(later))
    return [doubt for doubt in doubts if _concerns(doubt, clause)]


def _concerns(doubt: Doubt, clause: Clause) -> bool:
    """Several clauses may share a line; a doubt belongs to the one whose text it quotes, or that begins the line."""
    quoted = "".join(doubt.found.split())
    text = "".join("".join([clause.heading, *clause.paragraphs, *clause.items]).split())
    return not quoted or quoted in text or quoted[:6] in text or doubt.line != clause.line


def references_of(edition: Edition) -> list[Reference]:
    """Everything the edition cites, with the library's document where it is there."""
    return list(edition.references.select_related("target").order_by("line", "pk"))


def uses_of(code: str, path: str) -> QuerySet[ClauseUse]:
    """What current packs build on a clause, the clause's own paragraphs included."""
    return ClauseUse.objects.filter(code=code, path=path, version__is_current=True).select_related("version")


def answers_about(document: Document, reference: str = "") -> QuerySet[Question]:
    """Public answers about a document, or about one clause of it (`NH 三(二)`)."""
    rows = Question.objects.filter(is_public=True, state=QuestionState.ANSWERED, document=document)
    rows = rows.select_related("unit").order_by("-answered_at", "-pk")
    return rows.filter(clause_path=reference) if reference else rows
