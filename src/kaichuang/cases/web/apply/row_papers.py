"""Papers that are asked for row by row, drawn within the row to which they belong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kaichuang.cases.models import Evidence
from kaichuang.cases.queries.rows import mark_of
from kaichuang.cases.web.apply.common import PaperLine
from kaichuang.cases.web.apply.forms import ApplicationForm


@dataclass(frozen=True, slots=True)
class RowLine:
    """One kind of paper of one row."""

    line: PaperLine
    key: str
    number: int
    there: tuple[Evidence, ...]
    problems: list[str]
    is_new: bool
    """A row that was not told yet: nothing is missing of it."""

    @property
    def code(self) -> str:
        return self.line.code

    @property
    def place(self) -> str:
        return f"{self.code}:{self.key}"

    @property
    def missing(self) -> bool:
        paper = self.line.needed
        return paper.paper.required and paper.applies is not False and not self.there and not self.is_new


def put_in_rows(
    form: ApplicationForm, papers: Sequence[PaperLine], problems: Mapping[str, list[str]]
) -> None:
    """Give each row of a form its papers, as `papers` of the row's form."""
    for code, table in form.tables.items():
        mine = [line for line in papers if line.needed.paper.per_row == code]
        for number, row in enumerate(table.rows.forms, start=1):
            is_new = bool(row.empty_permitted) and not row.has_changed()
            row.papers = [row_line(line, row.key, number, problems, is_new=is_new) for line in mine]


def row_line(
    line: PaperLine, key: str, number: int, problems: Mapping[str, list[str]], *, is_new: bool = False
) -> RowLine:
    """The paper of one row; files that went up before their row was saved are there too."""
    mark = mark_of(line.needed.paper.per_row or "", key)
    files = (*line.needed.there, *line.needed.loose)
    there = tuple(one for one in files if one.row == mark)
    return RowLine(line, key, number, there, list(problems.get(f"{line.code}:{key}", ())), is_new)


def number_of(line: PaperLine, key: str) -> int:
    """Where a row stands; 0 for one that was not saved yet."""
    return next((row.number for row in line.needed.rows if row.key == key), 0)
