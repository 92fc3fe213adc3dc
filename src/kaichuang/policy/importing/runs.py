"""Stretches of running text for the readers of meaning: folded text and printed text side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kaichuang.policy.importing.model import Clause, ParsedDocument, Piece
from kaichuang.policy.importing.source import SourceText


@dataclass(frozen=True, slots=True)
class Run:
    """One piece: ``text`` (folded) and ``printed`` have the same length, so offsets carry over."""

    text: str
    printed: str
    line: int
    spans: tuple[tuple[int, int], ...]
    where: str
    clause: Clause | None = None

    def line_at(self, source: SourceText, offset: int) -> int:
        """Line of an offset, for pieces of several lines."""
        for start, end in self.spans:
            if offset < end - start:
                return source.line(start + offset)
            offset -= end - start
        return self.line

    def around(self, start: int, end: int, margin: int = 8) -> str:
        """Printed text of a place with a little of its surroundings."""
        return self.printed[max(0, start - margin) : end + margin]


def run_of(source: SourceText, piece: Piece, where: str, clause: Clause | None = None) -> Run:
    """The run of one piece."""
    return Run(
        "".join(source.match[s:e] for s, e in piece.spans),
        "".join(source.clean[s:e] for s, e in piece.spans),
        piece.line,
        piece.spans,
        where,
        clause,
    )


def clause_runs(source: SourceText, clause: Clause) -> Iterator[Run]:
    """Heading, paragraphs and items of one clause (not of those below it)."""
    if clause.heading is not None:
        yield run_of(source, clause.heading, "heading", clause)
    for piece in sorted([*clause.paragraphs, *clause.items], key=lambda p: p.start):
        yield run_of(source, piece, "text", clause)


def body_runs(source: SourceText, document: ParsedDocument) -> list[Run]:
    """All running text of all parts in printed order within each part."""
    runs: list[Run] = []
    for part in document.parts:
        runs.extend(run_of(source, piece, "preamble") for piece in part.preamble)
        for clause in part.walk():
            runs.extend(clause_runs(source, clause))
        runs.extend(run_of(source, piece, "closing") for piece in part.closing)
    return runs
