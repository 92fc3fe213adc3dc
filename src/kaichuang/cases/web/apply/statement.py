"""What was stated, in words, with where each value comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kaichuang.cases.queries.form import Section, differing
from kaichuang.cases.queries.papers import PaperNeeded, RowFiles, files_by_row
from kaichuang.cases.web.apply.forms import source_of
from kaichuang.entitlement.queries.asking import Asked
from kaichuang.entitlement.words import language, localised, shown, title_of, words
from kaichuang.rules.measures.entitlement import show_value


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One value, or one table with its rows."""

    name: str
    title: str
    value: str
    source: str
    differs: str = ""
    reason: str = ""
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    papers: tuple[tuple[RowFiles, ...], ...] = ()
    """Of each row its papers; empty where none are asked for row by row."""

    @property
    def lines(self) -> list[tuple[tuple[str, ...], tuple[RowFiles, ...]]]:
        """Each row with its papers."""
        papers = self.papers or ((),) * len(self.rows)
        return list(zip(self.rows, papers, strict=True))


def statement_of(
    asked: Asked,
    sections: Sequence[Section],
    reasons: Mapping[str, str],
    papers: Sequence[PaperNeeded] = (),
) -> list[StatementLine]:
    """Every question of the form with its answer; an empty value says that nothing was told."""
    differs = differing(asked)
    names = [question.name for section in sections for question in section.questions]
    return [_line(asked, name, differs, reasons, papers) for name in names]


def _line(
    asked: Asked,
    name: str,
    differs: Mapping[str, str],
    reasons: Mapping[str, str],
    papers: Sequence[PaperNeeded],
) -> StatementLine:
    book, told = asked.book, asked.told
    title = title_of(book, name)
    if name in book.collections:
        rows = told.tables.get(name)
        if rows is None:
            return StatementLine(name, title, "", "")
        value = ngettext("%(n)d 行", "%(n)d 行", len(rows)) % {"n": len(rows)} if rows else _("没有此类记录")
        heads = tuple(words(column.title) for column in book.collections[name].columns)
        lines = tuple(_rows(asked, name))
        files = files_by_row(papers, name)
        return StatementLine(name, title, value, _("您填写"), heads=heads, rows=lines, papers=files)
    if name in told.facts:
        value = shown(book, name, {name: told.facts[name]})
        return StatementLine(
            name, title, value, _("您填写"), differs=differs.get(name, ""), reason=reasons.get(name, "")
        )
    known = asked.known.get(name)
    if known is None:
        return StatementLine(name, title, "", "")
    return StatementLine(name, title, shown(book, name, {name: known.value}), source_of(known, asked))


def _rows(asked: Asked, name: str) -> Iterator[tuple[str, ...]]:
    for row in asked.told.tables.get(name, ()):
        cells = []
        for column in asked.book.collections[name].columns:
            value = row.get(column.code)
            if value is None:
                cells.append("")
            elif column.values:
                cells.append(words(column.values.get(str(value))) or str(value))
            else:
                cells.append(localised(show_value(value, column.type, column.unit, language())))
        yield tuple(cells)
