"""Which papers a case needs, which it has, and which the party has handed in before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from kaichuang.cases.models import Case, Evidence
from kaichuang.cases.queries.computing import asked_of
from kaichuang.entitlement.queries.books import compiled
from kaichuang.entitlement.words import named
from kaichuang.packs.schema.matters import Paper


@dataclass(frozen=True, slots=True)
class PaperNeeded:
    """One kind of paper: whether it must be there, and what is there."""

    paper: Paper
    title: str
    applies: bool | None
    """None where it depends on what is still unknown."""
    there: tuple[Evidence, ...]

    @property
    def missing(self) -> bool:
        return self.paper.required and self.applies is not False and not self.there


def papers_of(case: Case) -> list[PaperNeeded]:
    """Every paper of the matter that applies or may apply, in the order of the pack."""
    pack = compiled(case.version.pack_version)[0]
    there: dict[str, list[Evidence]] = {}
    for evidence in case.evidence.filter(removed_at=None).select_related("attachment__content"):
        there.setdefault(evidence.paper, []).append(evidence)
    papers = case.version.file.matter.all_papers
    asked = asked_of(case) if any(paper.when for paper in papers) else None
    found = []
    for paper in papers:
        applies = _truth(asked.answers.known.get(paper.when)) if asked is not None and paper.when else True
        if applies is not False or paper.code in there:
            title = named(pack, "evidence", paper.code)
            found.append(PaperNeeded(paper, title, applies, tuple(there.get(paper.code, ()))))
    return found


def missing_papers(case: Case) -> Iterator[tuple[str, str]]:
    """Code and title of each paper that must be there and is not."""
    for needed in papers_of(case):
        if needed.missing:
            yield needed.paper.code, needed.title


def handed_in_before(case: Case, paper: str) -> QuerySet[Evidence]:
    """The party's own papers of a kind from other cases, the newest first: they need not be uploaded again."""
    return (
        Evidence.objects.filter(case__party=case.party_id, paper=paper, removed_at=None)
        .exclude(case=case)
        .select_related("attachment__content", "case__matter")
        .order_by("-added_at")
    )


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
