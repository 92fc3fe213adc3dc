"""The books: every printed character of the source is in exactly one piece of the result."""

from __future__ import annotations

from kaichuang.policy.importing.model import ImportWarning, ParsedDocument, Piece, Unplaced
from kaichuang.policy.importing.source import SourceText


def _compact(text: str) -> str:
    return "".join(text.split())


def lost_spans(source: SourceText, pieces: list[Piece]) -> list[tuple[int, int]]:
    """Stretches of the source with printed characters that no piece holds."""
    lost = []
    reached = 0
    for start, end in sorted(span for piece in pieces for span in piece.spans):
        if start > reached and source.clean[reached:start].strip():
            lost.append((reached, start))
        reached = max(reached, end)
    if source.clean[reached:].strip():
        lost.append((reached, len(source.clean)))
    return lost


def doubled_spans(pieces: list[Piece]) -> list[tuple[int, int]]:
    """Stretches held by more than one piece."""
    doubled = []
    reached = 0
    for start, end in sorted(span for piece in pieces for span in piece.spans):
        if start < reached:
            doubled.append((start, min(end, reached)))
        reached = max(reached, end)
    return doubled


def altered(source: SourceText, pieces: list[Piece]) -> list[Piece]:
    """Pieces whose text is not what is printed at their place (white space aside)."""
    return [
        piece
        for piece in pieces
        if _compact("".join(source.clean[s:e] for s, e in piece.spans)) != _compact(piece.text)
    ]


def settle(source: SourceText, document: ParsedDocument) -> None:
    """Checks the books; text that was lost is kept as an unplaced record and reported as ``LOST_TEXT``."""
    pieces = list(document.pieces())
    for start, end in lost_spans(source, pieces):
        piece = source.piece(((start, end),))
        if piece is not None:
            document.unplaced.append(Unplaced(piece, "未能归入任何条款的文字"))
            document.warnings.append(
                ImportWarning(
                    "LOST_TEXT",
                    piece.line,
                    piece.text[:40],
                    None,
                    "有文字未能归入任何条款，已单独保留，请人工处理。",
                )
            )
    for start, end in doubled_spans(pieces):
        document.warnings.append(
            ImportWarning(
                "DOUBLED_TEXT",
                source.line(start),
                source.clean[start:end][:40],
                None,
                "有文字在结果中出现两次，请人工核对。",
            )
        )
    for piece in altered(source, pieces):
        document.warnings.append(
            ImportWarning(
                "ALTERED_TEXT", piece.line, piece.text[:40], None, "结果与原文此处文字不一致，请人工核对。"
            )
        )
