"""What a parsed document is made of.

Every printed character sits in exactly one :class:`Piece`; a piece knows the places of the source it came from,
so that the accounting (``accounting.py``) can prove that nothing was lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of printed text: its text, its first line (1-based) and the half-open spans it was read from."""

    text: str
    line: int
    spans: Spans

    @property
    def start(self) -> int:
        """First source offset, used to restore the printed order of pieces."""
        return self.spans[0][0] if self.spans else 0


@dataclass(frozen=True, slots=True)
class Responsible:
    """A unit made responsible by a clause, with the role as printed (责任单位, 牵头单位, 负责 …)."""

    unit: str
    role: str
    paragraph: int = 0

    def to_json(self) -> dict[str, str]:
        return {"unit": self.unit, "role": self.role}


@dataclass(frozen=True, slots=True)
class Citation:
    """A document this one relies on; ``number`` is normalised, ``printed`` is what the source says."""

    number: str | None
    title: str | None
    printed: str
    line: int

    def to_json(self) -> dict[str, Any]:
        return {"number": self.number, "title": self.title, "printed": self.printed, "line": self.line}


@dataclass(frozen=True, slots=True)
class ImportWarning:
    """Something uncertain or damaged: the printed text stays, ``proposed`` carries the correction if there is one."""

    code: str
    line: int
    found: str
    proposed: str | None
    message: str

    def to_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "line": self.line,
            "found": self.found,
            "proposed": self.proposed,
            "message": self.message,
        }


@dataclass(slots=True)
class Clause:
    """A numbered node of the clause tree. ``level`` is its depth in its part, starting at 1."""

    number: str
    family: str
    ordinal: int
    level: int
    line: int
    marker: Piece
    heading: Piece | None = None
    stops: list[Piece] = field(default_factory=list)
    paragraphs: list[Piece] = field(default_factory=list)
    items: list[Piece] = field(default_factory=list)
    responsible: list[Responsible] = field(default_factory=list)
    children: list[Clause] = field(default_factory=list)

    def pieces(self) -> Iterator[Piece]:
        """Every piece of this clause and of the clauses below it."""
        yield self.marker
        if self.heading is not None:
            yield self.heading
        yield from self.stops
        yield from self.paragraphs
        yield from self.items
        for child in self.children:
            yield from child.pieces()

    def walk(self) -> Iterator[Clause]:
        """This clause and all below it, in printed order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def to_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "level": self.level,
            "heading": self.heading.text if self.heading else None,
            "paragraphs": [piece.text for piece in self.paragraphs],
            "items": [piece.text for piece in self.items],
            "responsible": [unit.to_json() for unit in self.responsible],
            "line": self.line,
            "children": [child.to_json() for child in self.children],
        }


@dataclass(slots=True)
class Part:
    """A covering notice, a body or an annex, with its own clause tree."""

    kind: str
    title: str | None = None
    title_pieces: list[Piece] = field(default_factory=list)
    addressees: Piece | None = None
    preamble: list[Piece] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    closing: list[Piece] = field(default_factory=list)
    signature: list[Piece] = field(default_factory=list)

    def pieces(self) -> Iterator[Piece]:
        yield from self.title_pieces
        if self.addressees is not None:
            yield self.addressees
        yield from self.preamble
        for clause in self.clauses:
            yield from clause.pieces()
        yield from self.closing
        yield from self.signature

    def walk(self) -> Iterator[Clause]:
        for clause in self.clauses:
            yield from clause.walk()

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "title": self.title,
            "addressees": self.addressees.text if self.addressees else None,
            "preamble": [piece.text for piece in self.preamble],
            "clauses": [clause.to_json() for clause in self.clauses],
            "closing": [piece.text for piece in self.closing],
            "signature": [piece.text for piece in self.signature],
        }


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A line that is neither title nor clause: page furniture, a metadata line, a footer. ``reason`` says which."""

    piece: Piece
    reason: str

    def to_json(self) -> dict[str, Any]:
        return {"line": self.piece.line, "text": self.piece.text, "reason": self.reason}


@dataclass(slots=True)
class Metadata:
    """Facts about the document; ``None`` means that the source does not say, never a guess."""

    title: str | None = None
    page_title: str | None = None
    issuer: str | None = None
    document_number: str | None = None
    signed_on: date | None = None
    published_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    status: str | None = None
    addressees: str | None = None
    registration_number: str | None = None
    index_number: str | None = None
    theme: str | None = None
    source: str | None = None
    approved_by: str | None = None
    approved_on: date | None = None
    disclosure: str | None = None
    responsible: list[Responsible] = field(default_factory=list)
    annexes: list[str] = field(default_factory=list)
    cites: list[Citation] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        def day(value: date | None) -> str | None:
            return value.isoformat() if value else None

        return {
            "title": self.title,
            "page_title": self.page_title,
            "issuer": self.issuer,
            "document_number": self.document_number,
            "signed_on": day(self.signed_on),
            "published_on": day(self.published_on),
            "effective_on": day(self.effective_on),
            "expires_on": day(self.expires_on),
            "status": self.status,
            "addressees": self.addressees,
            "registration_number": self.registration_number,
            "index_number": self.index_number,
            "theme": self.theme,
            "source": self.source,
            "approved_by": self.approved_by,
            "approved_on": day(self.approved_on),
            "disclosure": self.disclosure,
            "responsible": [unit.to_json() for unit in self.responsible],
            "annexes": list(self.annexes),
            "cites": [citation.to_json() for citation in self.cites],
        }


@dataclass(slots=True)
class ParsedDocument:
    """A document read clause by clause, with its doubts."""

    metadata: Metadata
    parts: list[Part]
    warnings: list[ImportWarning]
    unplaced: list[Unplaced]
    text: str

    def pieces(self) -> Iterator[Piece]:
        """Every piece of the document; together they hold every printed character once."""
        for part in self.parts:
            yield from part.pieces()
        for record in self.unplaced:
            yield record.piece

    def walk(self) -> Iterator[Clause]:
        """All clauses of all parts in printed order."""
        for part in self.parts:
            yield from part.walk()

    def to_json(self) -> dict[str, Any]:
        return {
            "metadata": self.metadata.to_json(),
            "parts": [part.to_json() for part in self.parts],
            "warnings": [warning.to_json() for warning in self.warnings],
            "unplaced": [record.to_json() for record in self.unplaced],
        }
