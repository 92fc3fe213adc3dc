"""Decision tables: overlaps, gaps and rows that never decide, found exactly by ``rules.tables``."""

from __future__ import annotations

from collections.abc import Iterator

from kaichuang.rules.measures.decisions import decision_table
from kaichuang.rules.tables import analyse

from .context import Doubt, Lint


def decision_tables(lint: Lint) -> Iterator[Doubt]:
    """The findings of each table, at its row."""
    for table in lint.pack.own.tables:
        for finding in analyse(decision_table(table, lint.book.facts)):
            path: tuple[str | int, ...] = ("rows", finding.rows[0] - 1) if finding.rows else ()
            yield Doubt(finding.kind, ("tables", table.id, path), finding.zh, finding.en)
