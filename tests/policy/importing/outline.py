"""A parsed document as a short readable outline, for comparing it with what a reader expects."""

from __future__ import annotations

from kaichuang.policy.importing import Clause, ParsedDocument

FACTS = (
    "title",
    "issuer",
    "document_number",
    "signed_on",
    "published_on",
    "effective_on",
    "expires_on",
    "status",
    "addressees",
)


def outline(document: ParsedDocument) -> str:
    """Facts, parts, clauses (heading, paragraphs), citations, unplaced lines and warning codes."""
    lines = [f"{fact}: {value}" for fact in FACTS if (value := document.metadata.to_json()[fact])]
    lines += [f"cites: {c.number or '-'} {c.title or '-'}" for c in document.metadata.cites]
    for part in document.parts:
        lines.append(f"[{part.kind}] {part.title or '-'}")
        lines += [f"  before: {_short(piece.text)}" for piece in part.preamble]
        for clause in part.clauses:
            _clause(clause, lines)
        lines += [f"  after: {_short(piece.text)}" for piece in part.closing]
        lines += [f"  signed: {piece.text}" for piece in part.signature]
    lines += [f"apart: {record.reason}: {_short(record.piece.text)}" for record in document.unplaced]
    lines += [
        f"warning: {w.code} {w.line} {_short(w.found)} -> {_short(w.proposed or '')}"
        for w in document.warnings
    ]
    return "\n".join(lines) + "\n"


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 30 else flat[:18] + "…" + flat[-9:]


def _clause(clause: Clause, lines: list[str]) -> None:
    indent = "  " * clause.level
    lines.append(f"{indent}{clause.number} [{clause.heading.text if clause.heading else ''}]")
    lines.extend(f"{indent}  ¶ {_short(piece.text)}" for piece in clause.paragraphs)
    lines.extend(f"{indent}  - {_short(piece.text)}" for piece in clause.items)
    if clause.responsible:
        lines.append(f"{indent}  @ " + " ".join(f"{r.unit}({r.role})" for r in clause.responsible))
    for child in clause.children:
        _clause(child, lines)
