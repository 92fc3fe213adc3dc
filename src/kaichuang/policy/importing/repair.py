"""Mends what the resolver found missing, and reports what stays uncertain in the numbering."""

from __future__ import annotations

import re

from kaichuang.policy.importing import numerals
from kaichuang.policy.importing.layout import Block, split_block
from kaichuang.policy.importing.markers import (
    Boundary,
    Marker,
    at,
    boundary_before,
    inline_markers,
    line_marker,
)
from kaichuang.policy.importing.model import ImportWarning
from kaichuang.policy.importing.resolver import Accepted, resolve
from kaichuang.policy.importing.source import SourceText

_ROUNDS = 12
_RUNNING_ON = frozenset({"CN_DUN", "CN_PAREN", "ARTICLE", "CHAPTER", "SECTION", "AR_DOT", "AR_DUN"})
# The next number of a series inside the text: not in 一、二等奖, (一)至(三), 第(二)项.
_NEXT_FORM = {
    "CN_DUN": "(?<![一二三四五六七八九十、,第“]){}、(?![一二三四五六七八九十])(?!等|级|类)",
    "CN_PAREN": r"(?<![)第款项条和及至、或一二三四五六七八九十])\({}\)(?![项款目、和及至或号])",
}
_FORMS: dict[str, tuple[str, ...]] = {
    "CN_DUN": ("{cn}、", "{cn}."),
    "CN_PAREN": ("({cn})",),
    "CN_HALF": ("{cn})",),
    "ARTICLE": ("第{cn}条", "第{n}条"),
    "CHAPTER": ("第{cn}章", "第{n}章"),
    "SECTION": ("第{cn}节", "第{n}节"),
    "PART": ("第{cn}部分", "第{cn}编"),
    "AR_SPACE": ("{n} ",),
    "AR_DOT": ("{n}.", "{n}、"),
    "AR_DUN": ("{n}、", "{n}."),
    "AR_PAREN": ("({n})",),
    "AR_HALF": ("{n})",),
    "CIRCLED": ("{ring}",),
    "ROMAN": ("{roman}.", "{roman}、"),
    "ALPHA": ("{alpha}.", "{alpha}、"),
}


def printed_forms(family: str, ordinal: int) -> list[str]:
    """How an ordinal of a family is printed, most usual form first."""
    values = {
        "n": str(ordinal),
        "cn": numerals.to_chinese(ordinal) if 0 < ordinal < 1000 else "",
        "ring": chr(ord("①") + ordinal - 1) if 0 < ordinal <= 20 else "",
        "roman": numerals.to_roman(ordinal) if 0 < ordinal < 40 else "",
        "alpha": chr(64 + ordinal) if 0 < ordinal <= 26 else "",
    }
    return [form.format(**values) for form in _FORMS.get(family, ())]


def mend(
    source: SourceText, content: list[Block], accepted: list[Accepted], warnings: list[ImportWarning]
) -> tuple[list[Block], list[Accepted]]:
    """Finds missing ordinals inside the text before a gap, cuts there, and resolves again."""
    from kaichuang.policy.importing.tree import candidates_of

    for _ in range(_ROUNDS):
        cuts = _gap_cuts(content, accepted)
        if not cuts:
            break
        mended: list[Block] = []
        for index, block in enumerate(content):
            if index in cuts:
                warnings.append(_lost_break(source, block, cuts[index]))
                mended.extend(split_block(source, block, [cuts[index]]))
            else:
                mended.append(block)
        content = mended
        accepted, _ = resolve(candidates_of(content))
    return content, accepted


def _lost_break(source: SourceText, block: Block, offset: int) -> ImportWarning:
    piece = block.piece(source, offset, min(len(block.text), offset + 16))
    found = piece.text if piece else ""
    line = piece.line if piece else block.line
    return ImportWarning(
        "LOST_LINE_BREAK", line, found, "\n" + found, "编号未另起一行，已按编号顺序断开为独立条款。"
    )


def _gap_cuts(content: list[Block], accepted: list[Accepted]) -> dict[int, int]:
    """Block → offset of the first missing marker found there."""
    cuts: dict[int, int] = {}
    for position, item in enumerate(accepted):
        if item.kind in {"gap", "open_gap"} and item.ordinal > item.expected:
            low = _previous_at_depth(accepted, position)
            for ordinal in range(item.expected, item.ordinal):
                place = _search(content, low, item.marker.block, item.family, ordinal)
                if place is not None and place[0] not in cuts:
                    cuts[place[0]] = place[1]
                    break
        high, follows = _end_of_item(accepted, position, len(content))
        if not follows and item.family in _RUNNING_ON:
            place = _search(
                content, item.marker.block, high, item.family, item.ordinal + 1, after=item.marker.end
            )
            if place is not None and place[0] not in cuts:
                cuts[place[0]] = place[1]
    return cuts


def _end_of_item(accepted: list[Accepted], position: int, last: int) -> tuple[int, bool]:
    """The block where a clause ends, and whether its successor begins there."""
    item = accepted[position]
    for later in accepted[position + 1 :]:
        if later.depth <= item.depth:
            return later.marker.block, later.depth == item.depth and later.ordinal == item.ordinal + 1
        if later.family == item.family and later.ordinal == item.ordinal + 1:
            return later.marker.block, True
    return last, False


def _previous_at_depth(accepted: list[Accepted], position: int) -> int:
    for earlier in reversed(accepted[:position]):
        if earlier.depth <= accepted[position].depth:
            return earlier.marker.block
    return 0


def _search(
    content: list[Block], low: int, high: int, family: str, ordinal: int, *, after: int | None = None
) -> tuple[int, int] | None:
    """Place of an ordinal inside the blocks ``[low, high)``; with ``after``, only sure places count."""
    forms = printed_forms(family, ordinal)
    for index in range(low, high):
        block = content[index]
        if block.role:
            continue
        own = line_marker(index, block.text)
        first = own.end if own else 1
        for form in forms:
            pattern = r"\s?".join(re.escape(c) for c in form)
            for found in re.finditer(pattern, block.text):
                if found.start() < first:
                    continue
                marker = at(block.text, found.start())
                if marker is None or not any(r.ordinal == ordinal for r in marker[2]):
                    continue
                before = block.text[max(0, found.start() - 8) : found.start()]
                headed = (
                    after is None
                    and own is not None
                    and found.start() - own.end <= 24
                    and "," not in block.text[: found.start()]
                )
                if boundary_before(before) is Boundary.SENTENCE or headed:
                    return index, found.start()
    return None


def sequence_warnings(
    source: SourceText, content: list[Block], accepted: list[Accepted]
) -> list[ImportWarning]:
    """What is odd about the accepted numbering, and the strong markers that were taken for text."""
    warnings = []
    for item in accepted:
        warnings.extend(_item_warnings(source, content[item.marker.block], item))
    taken = {item.marker.block for item in accepted}
    for index, block in enumerate(content):
        marker = None if block.role or index in taken else line_marker(index, block.text)
        if marker is not None:
            warnings.append(_as_text(source, block, marker))
    for block in content:
        if not block.role and (lone := _inline_clause(block)) is not None:
            warnings.append(_as_text(source, block, lone))
        inline = None if block.role else _inline_list(block)
        if inline is not None:
            warnings.append(_inside(source, block, inline))
    warnings.extend(_next_inside(source, content, accepted))
    return warnings


def _next_inside(source: SourceText, content: list[Block], accepted: list[Accepted]) -> list[ImportWarning]:
    """Warnings of series that end where their next number is still to be read inside the text."""
    warnings = []
    for position, item in enumerate(accepted):
        if item.family not in _NEXT_FORM:
            continue
        high, follows = _end_of_item(accepted, position, len(content))
        if follows:
            continue
        following = re.compile(_NEXT_FORM[item.family].format(numerals.to_chinese(item.ordinal + 1)))
        for index in range(item.marker.block, high):
            block = content[index]
            start = item.marker.end if index == item.marker.block else 1
            found = None if block.role else following.search(block.text, start)
            if found is not None:
                marker = Marker(index, found.start(), found.end(), [], Boundary.NONE)
                warnings.append(_inside(source, block, marker))
                break
    return warnings


def _inside(source: SourceText, block: Block, marker: Marker) -> ImportWarning:
    return ImportWarning(
        "INLINE_MARKERS",
        block.line,
        _printed(source, block, marker),
        None,
        "段内有编号的列举，未单独成条，按正文保留。",
    )


def _inline_clause(block: Block) -> Marker | None:
    """A chapter, article or 一、 after a full stop inside a paragraph, where no order could place it."""
    own = line_marker(0, block.text)
    for marker in inline_markers(0, block.text, own.end if own else 1):
        strong = marker.readings[0].family in {"CHAPTER", "SECTION", "ARTICLE", "CN_DUN"}
        if (
            strong
            and marker.boundary is Boundary.SENTENCE
            and block.text[: marker.start].rstrip()[-1:] == "。"
        ):
            return marker
    return None


def _inline_list(block: Block) -> Marker | None:
    """The first marker of a numbered list inside a paragraph."""
    firsts: dict[str, Marker] = {}
    own = line_marker(0, block.text)
    for marker in [*([own] if own else []), *inline_markers(0, block.text)]:
        if marker.boundary is Boundary.NONE:
            marker.boundary = Boundary.HEADING if marker.readings[0].ordinal == 1 else Boundary.NONE
        for reading in marker.readings:
            if reading.ordinal == 1:
                firsts.setdefault(reading.family, marker)
            elif reading.ordinal == 2 and reading.family in firsts and marker.boundary is Boundary.SENTENCE:
                return firsts[reading.family]
    return None


def _printed(source: SourceText, block: Block, marker: Marker) -> str:
    piece = block.piece(source, marker.start, marker.end)
    return piece.text if piece else ""


def _item_warnings(source: SourceText, block: Block, item: Accepted) -> list[ImportWarning]:
    printed = _printed(source, block, item.marker)
    forms = printed_forms(item.family, item.ordinal)
    expected = printed_forms(item.family, item.expected)
    found = []
    if item.damaged or _badly_bracketed(printed):
        found.append(
            ImportWarning(
                "BROKEN_MARKER",
                block.line,
                printed,
                forms[0] if forms else None,
                "编号印刷或识别有误，按顺序读作此号。",
            )
        )
    elif item.kind == "mixed":
        found.append(
            ImportWarning(
                "MIXED_MARKERS",
                block.line,
                printed,
                forms[0] if forms else None,
                "同一层次的编号写法不一致，按同一层次处理。",
            )
        )
    if item.kind in {"gap", "open_gap"}:
        found.append(
            ImportWarning(
                "ORDINAL_GAP",
                block.line,
                printed,
                expected[0] if expected else None,
                "编号不连续，前面可能缺条款，或编号有误。",
            )
        )
    elif item.kind == "repeat":
        found.append(
            ImportWarning(
                "ORDINAL_REPEATED",
                block.line,
                printed,
                expected[0] if expected else None,
                "编号与前一条重复。",
            )
        )
    elif item.kind == "back":
        found.append(
            ImportWarning(
                "ORDINAL_BACKWARDS",
                block.line,
                printed,
                expected[0] if expected else None,
                "编号小于前一条，顺序有误或层次不明。",
            )
        )
    elif item.kind == "restart":
        found.append(
            ImportWarning(
                "ORDINAL_RESTART",
                block.line,
                printed,
                None,
                "编号在同一条款内重新从一开始，可能是另一组列举。",
            )
        )
    return found


def _badly_bracketed(printed: str) -> bool:
    opening, closing = printed[:1], printed[-1:]
    if opening in "(（":
        return closing not in ")）" or (opening == "(") != (closing == ")")
    return False


def _as_text(source: SourceText, block: Block, marker: Marker) -> ImportWarning:
    return ImportWarning(
        "MARKER_AS_TEXT",
        block.line,
        _printed(source, block, marker),
        None,
        "此处形似编号，但与前后顺序不合，按正文处理。",
    )
