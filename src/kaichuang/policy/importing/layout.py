"""From physical lines to blocks: a block is one printed paragraph or heading.

Joins lines broken at a fixed width, and cuts lines that hold several paragraphs. Every cut and join keeps the places
in the source.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from kaichuang.policy.importing import lines as kinds
from kaichuang.policy.importing import markers, running
from kaichuang.policy.importing.model import ImportWarning, Piece, Spans
from kaichuang.policy.importing.source import SourceText

_TERMINAL = frozenset("。;:!?”》)…」>】")
_PAGE_NUMBER = re.compile(
    r"[-—–·\s]{0,6}(?:第\s?)?\d{1,4}(?:\s?页)?(?:\s?[/共]\s?共?\d{1,4}\s?页?)?[-—–·\s]{0,6}"
)
_LABELLED = re.compile(
    r"(?:责任|牵头|配合|参与|落实|实施|负责|主办|协办)(?:单位|部门)\s?:|完成时[限间]\s?:|附件\s?\d*\s?:"
)
_WIDE_GAP = re.compile(r" {2,}")
_BARE_NUMBER = re.compile(r"第\s?(?:[一二三四五六七八九十百\d]\s?){1,7}[章节条编篇](?:\s*[\u4e00-\u9fff])?$")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(slots=True)
class Block:
    """A logical line. ``text`` is folded for matching; offsets in it can be turned back into source spans."""

    spans: Spans
    text: str
    line: int
    indent: int = 0
    blank_before: bool = False
    joined: int = 0
    role: str = ""
    page_top: bool = False

    def cut(self, start: int, end: int | None = None) -> Spans:
        """Source spans of ``text[start:end]``."""
        end = len(self.text) if end is None else end
        spans, passed = [], 0
        for s, e in self.spans:
            low, high = max(start - passed, 0), min(end - passed, e - s)
            if low < high:
                spans.append((s + low, s + high))
            passed += e - s
        return tuple(spans)

    def piece(self, source: SourceText, start: int = 0, end: int | None = None) -> Piece | None:
        return source.piece(self.cut(start, end))

    @property
    def compact(self) -> str:
        """The text without any white space."""
        return "".join(self.text.split())


def make_block(source: SourceText, spans: Spans, *, indent: int = 0, blank_before: bool = False) -> Block:
    text = "".join(source.match[s:e] for s, e in spans)
    return Block(spans, text, source.line(spans[0][0]), indent, blank_before)


def sub_block(source: SourceText, block: Block, start: int, end: int | None = None) -> Block | None:
    """A part of a block as a block of its own; ``None`` when only white space is left."""
    piece = block.piece(source, start, end)
    return make_block(source, piece.spans, indent=block.indent) if piece else None


def split_block(source: SourceText, block: Block, cuts: list[int]) -> list[Block]:
    """The block cut at some offsets of its text."""
    edges = [0, *sorted(set(cuts)), len(block.text)]
    parts = [sub_block(source, block, low, high) for low, high in pairwise(edges)]
    kept = [part for part in parts if part is not None]
    if kept:
        kept[0].blank_before = block.blank_before
    return kept


def physical_lines(source: SourceText) -> list[Block]:
    """The non-empty lines of the source, comments set apart."""
    blocks: list[Block] = []
    offset = 0
    blank = top = False
    commented = [found.span() for found in _COMMENT.finditer(source.clean)]
    for line in source.clean.split("\n"):
        end = offset + len(line)
        body = line.strip()
        top = top or "\f" in line
        if body:
            start = offset + len(line) - len(line.lstrip())
            kept, markup = _without_markup(body, start)
            if markup:
                blocks.append(make_block(source, markup))
                blocks[-1].role = "MARKUP"
            if not kept:
                offset = end + 1
                continue
            block = make_block(source, kept, indent=_width(line[: start - offset]))
            block.blank_before, block.page_top = blank, top
            top = False
            if any(s <= start and start + len(body) <= e for s, e in commented):
                block.role = "COMMENT"
            elif len(body) < 24 and _PAGE_NUMBER.fullmatch(block.text):
                block.role = "PAGE_NUMBER" if body[0] in "-—–·第" or "页" in body else "DIGITS"
            blocks.append(block)
        blank = not body
        offset = end + 1
    _settle_digit_lines(blocks)
    running.mark(blocks)
    return blocks


def _without_markup(body: str, start: int) -> tuple[Spans, Spans]:
    """Spans of a line's text and of the Markdown signs on it (# at the start, ** around words)."""
    signs = [found.span(1) for found in re.finditer(r"^(#{1,6})(?=\s|$)", body)]
    if body.count("**") and body.count("**") % 2 == 0:
        signs += [found.span() for found in re.finditer(r"\*\*", body)]
    if not signs:
        return ((start, start + len(body)),), ()
    edges = [0, *(edge for sign in sorted(signs) for edge in sign), len(body)]
    kept = [(low, high) for low, high in zip(edges[::2], edges[1::2], strict=True) if body[low:high].strip()]
    if kept:
        low, high = kept[0]
        kept[0] = (low + len(body[low:high]) - len(body[low:high].lstrip()), high)
    return tuple((start + a, start + b) for a, b in kept), tuple(
        (start + a, start + b) for a, b in sorted(signs)
    )


def _settle_digit_lines(blocks: list[Block]) -> None:
    """Lone numbers are page numbers when they count up with text between them, else they are text."""
    lone = [(i, b) for i, b in enumerate(blocks) if b.role == "DIGITS"]
    counts_up = len(lone) > 1 and all(
        int(b.text) + 1 == int(c.text) and j - i > 12 for (i, b), (j, c) in pairwise(lone)
    )
    for _, block in lone:
        block.role = "PAGE_NUMBER" if counts_up else ""


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _wrap_width(blocks: list[Block]) -> int | None:
    """The fixed width at which the lines of this text were broken, if they were."""
    lines = [b for b in blocks if not b.role]
    if len(lines) < 6:
        return None
    widths = [_width(b.text) + b.indent for b in lines]
    limit = max(widths)
    if not 24 <= limit <= 160:
        limit = sorted(widths)[int(len(widths) * 0.9)]
        if not 24 <= limit <= 160:
            return None
    full = [b for b, w in zip(lines, widths, strict=True) if limit - 4 <= w <= limit]
    open_ended = [b for b in full if b.text[-1] not in _TERMINAL]
    enough = max(4 if limit >= 36 else 8, 0.25 * len(lines))
    return limit if len(full) >= enough and len(open_ended) >= 0.5 * len(full) else None


def _continues(previous: Block, block: Block, limit: int, indented: bool, counts: dict[str, int]) -> bool:
    if previous.role or block.role:
        return False
    last = previous.spans[-1]
    width = _width(previous.text[-(last[1] - last[0]) :]) + (
        previous.indent if len(previous.spans) == 1 else 0
    )
    hanging = indented and not block.indent and previous.indent > 1 and previous.text[-1] not in _TERMINAL
    if width < limit - (12 if hanging else 6) or _LABELLED.match(block.text):
        return False
    if block.blank_before and previous.text[-1] in _TERMINAL:
        return False
    if indented and block.indent > 1:
        return False
    if not counts and kinds.stands_alone(previous.text, block.text):
        return False
    marker = markers.line_marker(0, block.text)
    if marker is not None:
        follows = any(r.ordinal in (1, counts.get(r.family, 0) + 1) for r in marker.readings if not r.damaged)
        return not follows and previous.text[-1] not in _TERMINAL and not indented and width >= limit - 2
    return not (previous.text[-1] in _TERMINAL and not indented and width < limit - 2)


def join_wrapped(source: SourceText, blocks: list[Block], warnings: list[ImportWarning]) -> list[Block]:
    """Puts lines broken at a fixed width together again."""
    limit = _wrap_width(blocks)
    if limit is None:
        return blocks
    indents = [b.indent for b in blocks if not b.role]
    indented = 0 < sum(1 for i in indents if i >= 2) < len(indents) * 0.8 and min(indents) == 0
    counts: dict[str, int] = {}
    joined: list[Block] = []
    held: list[Block] = []
    count = 0
    for block in blocks:
        if block.role in {"PAGE_NUMBER", "PAGE_HEADER"}:
            held.append(block)
            continue
        if joined and _continues(joined[-1], block, limit, indented, counts):
            last = joined[-1]
            merged = make_block(source, (*last.spans, *block.spans), indent=last.indent)
            merged.blank_before, merged.joined = last.blank_before, last.joined + 1
            joined[-1] = merged
            count += 1
        else:
            joined.extend(held)
            held = []
            joined.append(block)
            marker = None if block.role else markers.line_marker(0, block.text)
            counts.update({r.family: r.ordinal for r in marker.readings} if marker else {})
    joined.extend(held)
    if count:
        warnings.append(
            ImportWarning(
                "HARD_WRAP",
                next(b.line for b in joined if b.joined),
                "",
                None,
                f"原文按固定宽度折行，已把{count}处断行接回所在段落，请核对段落的起止。",
            )
        )
    return joined


def split_wide_gaps(source: SourceText, blocks: list[Block], warnings: list[ImportWarning]) -> list[Block]:
    """Cuts a long line at the wide gaps that stand for lost line breaks.

    In a text of very few lines every wide gap is such a place, except inside a heading (总  则) and after a number.
    """
    single = sum(not block.role for block in blocks) <= 3
    result: list[Block] = []
    for block in blocks:
        cuts: list[int] = []
        if not block.role and len(block.text) > 120:
            for gap in _WIDE_GAP.finditer(block.text):
                loose = single and not _inside_heading(block.text, cuts[-1] if cuts else 0, gap)
                if loose or _gap_is_break(block.text, gap.start(), gap.end()):
                    cuts.append(gap.end())
        if single and len(cuts) > 4:
            message = f"原文只有几行，已按其中的宽空格断成{len(cuts) + 1}段，段落的起止请对照原文核对。"
            warnings.append(ImportWarning("RUN_ON_TEXT", block.line, "", None, message))
        result.extend(split_block(source, block, cuts) if cuts else [block])
    return result


def _inside_heading(text: str, start: int, gap: re.Match[str]) -> bool:
    """Whether a gap stands after a bare number, or after the first character of a heading (第一章 总  则)."""
    before = text[max(start, gap.start() - 20) : gap.start()].strip()
    return len(before) <= 1 or _BARE_NUMBER.search(before) is not None


def _gap_is_break(text: str, start: int, end: int) -> bool:
    if start == 0 or end >= len(text):
        return False
    if _LABELLED.match(text, end):
        return True
    if end - start >= 8 or _LABELLED.match(text[max(0, text.rfind("  ", 0, start)) :].lstrip()):
        return True
    if text[start - 1] in "。;:" or (text[start - 1] in "”)" and end - start > 3):
        return True
    marker = markers.at(text, end)
    return marker is not None and not any(reading.damaged for reading in marker[2])


def blocks_of(source: SourceText, warnings: list[ImportWarning]) -> list[Block]:
    """The logical lines of a source."""
    lines = physical_lines(source)
    return split_wide_gaps(source, join_wrapped(source, lines, warnings), warnings)
