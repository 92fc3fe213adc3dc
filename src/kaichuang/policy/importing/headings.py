"""Where a heading ends and the text of its clause begins."""

from __future__ import annotations

import re

from kaichuang.policy.importing.layout import Block
from kaichuang.policy.importing.markers import HEADED_FAMILIES
from kaichuang.policy.importing.model import Clause, Part, Piece
from kaichuang.policy.importing.source import SourceText, squeeze_heading

_LIMIT = 30
_LISTING = frozenset({"AR_DOT", "AR_DUN", "AR_PAREN", "AR_HALF", "CIRCLED", "ALPHA"})
_INTRO = re.compile(r"以下|下列|如下|包括|分别|其中")
_SENTENCE = re.compile(
    r"应当|必须|不得|可以|适用|是指|所称|为了|以下|下列|视为|自.*(?:施行|实施|执行)|^本(?:办法|规定|细则|条例|意见|市|省|县|区|州|级|实施)"
    r"|负责|^(?:对|按|由|经|依据|根据|凡|因|未)|(?:是|为|须|需)[^。]{2,}|按照|不低于|不超过|属于|\d%|将按"
)


def join_title(lines: list[str]) -> str:
    """A title from its printed lines, without markup and annex label."""
    text = ""
    for line in lines:
        bare = re.sub(r"^#{1,6}\s+|\*\*", "", line).strip()
        text += "".join(bare.split()) if re.fullmatch(r"(?:\S[ \u3000]+){2,}\S", bare) else bare
    text = re.sub(r"^(?:附\s?[件录表]|附)\s?[\d一二三四五六七八九十-]{0,4}\s?[:：、.]\s?", "", text)
    return squeeze_heading(text)


def _end_of_heading(text: str, start: int) -> int | None:
    """Offset of the stop that ends the heading, the text's end for a bare heading, ``None`` if there is none."""
    stop = _first_stop(text, start)
    end = len(text.rstrip()) if stop is None else stop + (1 if text[stop] == "?" else 0)
    heading = text[start:end].strip()
    if not heading or "," in heading or ";" in heading:
        return None
    if len("".join(heading.split())) > (60 if text[end - 1] == "?" else _LIMIT):
        return None
    return end


def _first_stop(text: str, start: int) -> int | None:
    """Offset of the first sentence end outside of quotes and brackets, within the reach of a heading."""
    depth = 0
    for offset in range(start, min(len(text), start + 80)):
        if text[offset] in "“(《":
            depth += 1
        elif text[offset] in "”)》":
            depth = max(0, depth - 1)
        elif text[offset] in "。?" and not depth:
            return offset
    return None


def _is_sentence(heading: str, *, alone: bool) -> bool:
    """Whether the words before the first stop are a rule, not the name of one."""
    return bool(_SENTENCE.search(heading)) or alone


def divide(source: SourceText, block: Block, start: int, clause: Clause, *, in_article: bool) -> None:
    """Puts the rest of a clause's first block into heading, stop and first paragraph.

    In articles and their items a first sentence is usually a rule; elsewhere it is a heading when it is short and has
    no comma.
    """
    text = block.text
    end = _end_of_heading(text, start)
    if clause.family == "QA":
        end = end if end is not None else len(text)
    if end is None:
        _add_paragraph(source, block, start, clause)
        return
    heading = text[start:end].strip()
    stopped = end < len(text) and text[end] == "。"
    rest = text[end + stopped :].strip()
    if heading.endswith(":"):
        if len(heading) > 13 or _INTRO.search(heading) or clause.family == "ARTICLE":
            _add_paragraph(source, block, start, clause)
            return
        colon = text.rindex(":", start, end)
        _set_heading(source, block, start, colon, clause)
        _add_stop(source, block, colon, colon + 1, clause)
        return
    if in_article and _is_sentence(heading, alone=stopped and not rest):
        _add_paragraph(source, block, start, clause)
        return
    _set_heading(source, block, start, end, clause)
    if stopped:
        _add_stop(source, block, end, end + 1, clause)
    if rest:
        _add_paragraph(source, block, end + stopped, clause)


def _set_heading(source: SourceText, block: Block, start: int, end: int, clause: Clause) -> None:
    piece = block.piece(source, start, end)
    if piece is not None:
        clause.heading = Piece(squeeze_heading(piece.text), piece.line, piece.spans)


def _add_stop(source: SourceText, block: Block, start: int, end: int, clause: Clause) -> None:
    piece = block.piece(source, start, end)
    if piece is not None:
        clause.stops.append(piece)


def _add_paragraph(source: SourceText, block: Block, start: int, clause: Clause) -> None:
    piece = block.piece(source, start)
    if piece is not None:
        clause.paragraphs.append(piece)


def settle_leaves(part: Part) -> None:
    """A heading with nothing below it is the text of its clause (a list entry), unless it stands as a true heading."""
    _settle(part.clauses)


def _is_empty(clause: Clause) -> bool:
    return clause.heading is not None and not (clause.paragraphs or clause.items or clause.children)


def _settle(siblings: list[Clause]) -> None:
    empty = [c for c in siblings if _is_empty(c)]
    for clause in empty:
        headed = (
            clause.family in HEADED_FAMILIES and len(empty) < max(2, 0.5 * len(siblings)) and not clause.stops
        )
        if (
            not headed
            and clause.heading is not None
            and clause.family not in {"CHAPTER", "PART", "SECTION", "QA"}
        ):
            _to_paragraph(clause)
    lists = sum(c.heading is None and bool(c.paragraphs) for c in siblings)
    for clause in siblings:
        if 2 * lists >= len(siblings) and _is_stopped_entry(clause):
            later = clause.paragraphs
            _to_paragraph(clause)
            clause.paragraphs.extend(later)
        _settle(clause.children)


def _is_stopped_entry(clause: Clause) -> bool:
    """Whether the "heading" of a list entry is a sentence of its own, with other text only on later lines."""
    later = bool(clause.paragraphs) and clause.paragraphs[0].line > clause.line
    return bool(clause.stops) and clause.family in _LISTING and later and not clause.children


def _to_paragraph(clause: Clause) -> None:
    heading = clause.heading
    assert heading is not None
    text, spans = heading.text, heading.spans
    for stop in clause.stops:
        text += stop.text
        spans = (*spans, *stop.spans)
    clause.paragraphs = [Piece(text, heading.line, spans)]
    clause.heading, clause.stops = None, []
