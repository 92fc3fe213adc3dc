"""Which papers a case needs, which it has, and which the party has handed in before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from kaichuang.cases.models import Case, Evidence
from kaichuang.cases.queries.computing import established_facts, told_of
from kaichuang.cases.queries.form import form_of
from kaichuang.cases.queries.rows import MARK, label_of, mark_of, row_keys
from kaichuang.entitlement.queries.asking import Asked
from kaichuang.entitlement.queries.books import compiled
from kaichuang.entitlement.words import named, title_of
from kaichuang.packs.schema.matters import Matter, Paper


@dataclass(frozen=True, slots=True)
class RowPaper:
    """One row of the table for which a paper is asked row by row, and what is there for it."""

    number: int
    key: str
    label: str
    there: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class PaperNeeded:
    """One kind of paper: whether it must be there, and what is there."""

    paper: Paper
    title: str
    applies: bool | None
    """None where it depends on what is still unknown."""
    there: tuple[Evidence, ...]
    table: str = ""
    """The title of the table, where the paper is asked for row by row."""
    rows: tuple[RowPaper, ...] = ()
    loose: tuple[Evidence, ...] = ()
    """Files of rows that are no longer there, or that belong to no row yet."""

    @property
    def by_row(self) -> bool:
        return self.paper.per_row is not None

    @property
    def bare(self) -> tuple[RowPaper, ...]:
        """The rows that have no file."""
        return tuple(row for row in self.rows if not row.there)

    @property
    def missing(self) -> bool:
        if not self.paper.required or self.applies is False:
            return False
        return bool(self.bare) if self.by_row else not self.there

    @property
    def files(self) -> Iterator[tuple[Evidence, RowPaper | None]]:
        """Every file with the row to which it belongs."""
        rows = {one.pk: row for row in self.rows for one in row.there}
        yield from ((one, rows.get(one.pk)) for one in self.there)


@dataclass(frozen=True, slots=True)
class RowFiles:
    """One kind of paper of one row, as it is shown beside the row."""

    title: str
    there: tuple[Evidence, ...]
    missing: bool


@dataclass(frozen=True, slots=True)
class Lack:
    """A paper that must be there and is not; of which row, where there is one for each."""

    needed: PaperNeeded
    row: RowPaper | None = None

    @property
    def place(self) -> str:
        """Where in the form it is handed in."""
        code = f"paper:{self.needed.paper.code}"
        return f"{code}:{self.row.key}" if self.row is not None else code


def papers_of(case: Case) -> list[PaperNeeded]:
    """Every paper of the matter that applies or may apply, in the order of the pack."""
    matter, pack = case.version.file.matter, compiled(case.version.pack_version)[0]
    there: dict[str, list[Evidence]] = {}
    for evidence in case.evidence.filter(removed_at=None).select_related("attachment__content"):
        there.setdefault(evidence.paper, []).append(evidence)
    papers = matter.all_papers
    asked = form_of(case) if any(paper.when or paper.per_row for paper in papers) else None
    found = []
    for paper in papers:
        applies = _truth(case, asked, paper.when) if asked is not None and paper.when else True
        if applies is False and paper.code not in there:
            continue
        title, files = named(pack, "evidence", paper.code), tuple(there.get(paper.code, ()))
        if paper.per_row is None or asked is None:
            found.append(PaperNeeded(paper, title, applies, files))
        else:
            found.append(_by_row(case, asked, matter, paper, title, applies, files))
    return found


def _by_row(
    case: Case,
    asked: Asked,
    matter: Matter,
    paper: Paper,
    title: str,
    applies: bool | None,
    files: tuple[Evidence, ...],
) -> PaperNeeded:
    table = paper.per_row or ""
    of_application = [one for one in files if not one.row or one.row.startswith(MARK)]
    keys, told = row_keys(case, table), told_of(case).tables.get(table, [])
    rows = tuple(
        RowPaper(
            number,
            key,
            label_of(matter, table, row),
            tuple(one for one in of_application if one.row == mark_of(table, key)),
        )
        for number, (key, row) in enumerate(zip(keys, told, strict=True), start=1)
    )
    placed = {one.pk for row in rows for one in row.there}
    loose = tuple(one for one in of_application if one.pk not in placed)
    kept = tuple(one for one in files if one not in loose)
    return PaperNeeded(paper, title, applies, kept, title_of(asked.book, table), rows, loose)


def lacking(case: Case) -> Iterator[Lack]:
    """Each paper that must be there and is not; row by row where each row has its own."""
    for needed in papers_of(case):
        if not needed.missing:
            continue
        if needed.by_row:
            yield from (Lack(needed, row) for row in needed.bare)
        else:
            yield Lack(needed)


def files_by_row(papers: Sequence[PaperNeeded], table: str) -> tuple[tuple[RowFiles, ...], ...]:
    """The papers of each row of a table, in the order of the rows; empty where none are asked for row by row."""
    mine = [needed for needed in papers if needed.paper.per_row == table]
    if not mine:
        return ()
    columns = [
        [RowFiles(one.title, row.there, one.missing and not row.there) for row in one.rows] for one in mine
    ]
    return tuple(zip(*columns, strict=True))


def missing_papers(case: Case) -> Iterator[tuple[str, str]]:
    """Code and title of each paper that must be there and is not, once for each row that lacks it."""
    yield from ((lack.needed.paper.code, lack.needed.title) for lack in lacking(case))


def lost_files(case: Case) -> list[Evidence]:
    """Files of rows that the applicant has taken out."""
    return [
        one for needed in papers_of(case) if needed.by_row for one in needed.loose if one.row.startswith(MARK)
    ]


def handed_in_before(case: Case, paper: str) -> QuerySet[Evidence]:
    """The party's own papers of a kind from other cases, the newest first: they need not be uploaded again."""
    return (
        Evidence.objects.filter(case__party=case.party_id, paper=paper, removed_at=None)
        .exclude(case=case)
        .select_related("attachment__content", "case__matter")
        .order_by("-added_at")
    )


def _truth(case: Case, asked: Asked, name: str) -> bool | None:
    """Whether the condition of a paper holds: told, established, or following from that; with or without a measure."""
    facts: Mapping[str, object] = asked.facts
    if not asked.only:
        facts = {code: known.value for code, known in established_facts(case, asked.book).items()} | dict(
            facts
        )
    values = asked.book.case_facts(facts, as_of=asked.as_of, settings=asked.loaded.settings).values
    value = values.get(name)
    if name in asked.book.program.compiled:
        value = asked.book.program.case([name])(values)[name]
    return value if isinstance(value, bool) else None
