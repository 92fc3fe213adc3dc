"""Text whose line breaks were lost: finds where paragraphs must have begun."""

from __future__ import annotations

import re

from kaichuang.policy.importing import vocabulary as v
from kaichuang.policy.importing.layout import Block, split_block
from kaichuang.policy.importing.lines import is_title, is_unit, number_then_title
from kaichuang.policy.importing.markers import Boundary, Marker, inline_markers, line_marker
from kaichuang.policy.importing.model import ImportWarning
from kaichuang.policy.importing.resolver import resolve
from kaichuang.policy.importing.source import SourceText

_LONG = 200
_STRONG = frozenset({"ARTICLE", "CHAPTER", "PART", "SECTION", "CN_DUN", "CN_PAREN"})
_COUNTING = _STRONG | {"AR_DOT", "AR_DUN", "AR_PAREN", "QA", "DEC2"}
_SHORT = 90
_HEAD = 3000
_BOOK = re.compile(r"《([^《》]{6,60})》")
_NUMBER_START = re.compile(rf"\s*{v.NUMBER_TEXT}")
_TITLE_NOUN = re.compile(rf"(?:{v.TITLE_NOUNS})(?:\((?:试行|暂行|\d{{4}}[^()]{{0,8}})\))?")
# What may follow a title when its line break is lost.
_AFTER_TITLE = re.compile(
    rf"\s*(?:{v.NUMBER_TEXT}|各[\u4e00-\u9fff]|\(?(?:19|20)\d\d年|第[一1][章条编节篇]|一[、\s]|1[.、]|[(](?:一|1)[)]|问\s?:|Q1|[一1]是"
    r"|为(?:了|深|进|加|贯|全|规|推|促|做|营|支|激|落|鼓|充|切|更|扎|强|大|认|加)|根据|按照|近日|现将|现就|目\s?录|索引号|发布(?:日期|时间)|来源)"
)
_ADDRESSEE = re.compile(r"[^。:《]{4,300}:")
_ANNEX = re.compile(r"(?<=[。\s])附\s?件\s?\d{0,2}\s?:")
_ANNEX_BEFORE = re.compile(r"附\s?件\s?\d{0,2}\s?:?\s*$")
_LISTED = re.compile(r"\d\s?[.、]\s*$|附件\s?:\s*$")
_DISCLOSED = re.compile(r"(?<=[。日])\s*\(?此件[\u4e00-\u9fff]{2,8}\)?")
_MARKED = re.compile(r"(?:条|[)、.])\s*$")
_QUESTION_ANSWER = re.compile(r"(?<=[。?!\s])答\s?:")
_LABEL = re.compile(r"(?<=[。;\s])(?:责任|牵头|配合|参与|落实)(?:单位|部门)\s?:")
_UNIT_LIST = re.compile(r"(?:责任|牵头|配合|参与|落实)(?:单位|部门)\s?:|完成时限\s?:")
_LAST_WORDS = re.compile(
    r"(?<=[。)])\s*(?=特此(?:公告|通知|通告|函)|[妥当]否,|(?:出席|列席|记录|联系人|联系电话|咨询电话|抄送|主办单位)\s?:)"
)
_EFFECT = re.compile(rf"(?<=[。\s)]){v.SELF_NAME}自[^。]{{2,40}}(?:施行|实施|执行|生效)")
_DATE_END = re.compile(rf"({v.DATE_TEXT})\s*$")
_SIGNED = re.compile(rf"(?:(?<=。)|^)\s*([\u4e00-\u9fff()·、 ]{{3,60}}?{v.UNIT_END})\s*(?=(?:{v.DATE_TEXT}))")


def _title_end(text: str) -> int:
    """Where a title ends that the text runs on from; 0 if it opens with none."""
    end, limit = 0, 90
    for noun in _TITLE_NOUN.finditer(text, 4, 90):
        title = text[: noun.end()]
        if noun.end() > limit or re.search(r"[。:;]", title):
            break
        follows = _AFTER_TITLE.match(text, noun.end())
        if follows and is_title(title):
            end, limit = noun.end(), min(limit, follows.end())
    return end


def _head_cuts(text: str) -> list[int]:
    """Ends of a document number and an addressee line that open a run-on text."""
    cuts = []
    position = 0
    title = _title_end(text)
    if title:
        position = title
        cuts.append(position)
    number = _NUMBER_START.match(text[: position + 80], position)
    if number:
        position = number.end()
        cuts.append(position)
    if not cuts:
        return []
    addressee = _ADDRESSEE.match(text, position)
    if addressee and v.ADDRESSEE.match(addressee.group().strip()) and "如下" not in addressee.group():
        cuts.append(addressee.end())
    return cuts


def _title_cuts(text: str) -> list[int]:
    """Where a title that the opening names in book marks stands again on its own, with a signature before it."""
    cuts: list[int] = []
    for named in _BOOK.finditer(text, 0, _HEAD):
        title = named.group(1)
        again = text.find(title, named.end())
        while again > 0 and is_title(title):
            end = again + len(title)
            if _stands_free(text, again, end):
                cuts += [again, end]
                annex = _ANNEX_BEFORE.search(text, max(0, again - 12), again)
                if annex:
                    cuts.append(annex.start())
                stop = max(text.rfind("。", 0, again), text.rfind(" ", 0, again)) + 1
                if is_unit(text[stop:again]):
                    cuts.append(stop)
                break
            again = text.find(title, again + 1)
    return cuts


def _stands_free(text: str, start: int, end: int) -> bool:
    """Whether a title at ``[start, end)`` is printed as one: no book marks, no list of annexes, its text below."""
    if (
        text[start - 1] == "《"
        or text[end : end + 1] == "》"
        or _LISTED.search(text, max(0, start - 8), start)
    ):
        return False
    after = text[end : end + 40].lstrip()
    return line_marker(0, after) is not None or after.startswith(("为", "根据", "第", "一"))


def _tail_cuts(text: str) -> list[int]:
    cuts = [found.start() for found in _ANNEX.finditer(text)]
    cuts += [found.start() for found in _EFFECT.finditer(text) if not _MARKED.search(text, 0, found.start())]
    cuts += [edge for found in _DISCLOSED.finditer(text) for edge in found.span()]
    cuts += [found.start() for found in _LABEL.finditer(text)]
    cuts += [found.end() for found in _LAST_WORDS.finditer(text)]
    stop = text.rfind("。") + 1
    if stop and is_unit(text[stop:]):
        cuts.append(stop)
    cuts += [found.start() for found in _QUESTION_ANSWER.finditer(text)]
    for found in _SIGNED.finditer(text):
        dated = re.compile(rf"\s*{v.DATE_TEXT}").match(text, found.end(1))
        cuts += [found.start(1), found.end(1), dated.end() if dated else found.end(1)]
    date = _DATE_END.search(text, max(0, len(text) - 60))
    if date and date.start() > 0:
        before = text[: date.start()].rstrip()
        if before and before[-1] not in "自于至":
            cuts.append(date.start())
            stop = before.rfind("。") + 1
            if stop and is_unit(before[stop:]):
                cuts.append(stop)
    return cuts


def _is_run_on(block: Block, whole: int) -> bool:
    """Whether a block holds what should be many paragraphs: strong markers inside it, and much of the document.

    Of a block that is nearly the whole document a list that counts 1, 2 is evidence enough.
    """
    size = len(block.text)
    if block.role or size < _SHORT or (size < 800 and size < 0.3 * whole):
        return False
    strong = 0
    seen: set[tuple[str, int]] = set()
    for marker in inline_markers(0, block.text):
        reading = marker.readings[0]
        before = (reading.family, reading.ordinal - 1) in seen
        seen.add((reading.family, reading.ordinal))
        strong += marker.boundary is Boundary.SENTENCE and reading.family in _STRONG
        if (strong >= 3 and size >= _LONG) or (
            size > 0.7 * whole
            and before
            and marker.boundary is Boundary.SENTENCE
            and reading.family in _COUNTING
        ):
            return True
    return False


def _ends_unit_list(text: str, offset: int) -> bool:
    """Whether a list of responsible units, which needs no full stop, ends at an offset."""
    before = text[max(0, offset - 300) : offset]
    return _UNIT_LIST.search(before[before.rfind("。") + 1 :]) is not None


def _grade_headings(text: str, found: list[Marker], previous_end: int) -> None:
    """A marker right after a short unpunctuated stretch follows a heading."""
    for marker in found:
        between = text[previous_end : marker.start].strip()
        if (
            marker.boundary is Boundary.NONE
            and 2 <= len(between) <= 30
            and not re.search(r"[。;,:、]", between)
        ):
            marker.boundary = Boundary.HEADING
        elif marker.boundary is Boundary.NONE and _ends_unit_list(text, marker.start):
            marker.boundary = Boundary.SENTENCE
        marker.intro = text[: marker.start].rstrip()[-1:] == ":"
        previous_end = marker.end


def _marker_cuts(blocks: list[Block], run_on: set[int]) -> dict[int, list[int]]:
    candidates: list[Marker] = []
    for index, block in enumerate(blocks):
        if block.role:
            continue
        opening = line_marker(index, block.text)
        if opening is not None:
            candidates.append(opening)
        if index in run_on:
            found = inline_markers(index, block.text, opening.end if opening else 1)
            _grade_headings(block.text, found, opening.end if opening else 0)
            candidates.extend(found)
    cuts: dict[int, list[int]] = {}
    for accepted in resolve(candidates)[0]:
        if accepted.marker.start and accepted.marker.boundary is not Boundary.LINE:
            cuts.setdefault(accepted.marker.block, []).append(accepted.marker.start)
    return cuts


def split_head(source: SourceText, blocks: list[Block]) -> list[Block]:
    """Cuts a first line that runs title, document number, addressees and text together."""
    for index, block in enumerate(blocks[:6]):
        if not block.role and len(block.text) > 20 and number_then_title(block.text) is None:
            if line_marker(0, block.text) is not None:
                return blocks
            cuts = [cut for cut in _head_cuts(block.text) if cut < len(block.text.rstrip())]
            if cuts:
                return [*blocks[:index], *split_block(source, block, cuts), *blocks[index + 1 :]]
    return blocks


def split_run_on(source: SourceText, blocks: list[Block], warnings: list[ImportWarning]) -> list[Block]:
    """Cuts run-on blocks at the titles, markers, labels and signatures found inside them."""
    blocks = split_head(source, blocks)
    whole = sum(len(block.text) for block in blocks)
    first_line = next((b.line for b in blocks if _is_run_on(b, whole)), None)
    if first_line is None:
        return blocks
    rough: list[Block] = []
    for block in blocks:
        if block.role:
            rough.append(block)
            continue
        cuts = _title_cuts(block.text) + _tail_cuts(block.text)
        rough.extend(split_block(source, block, cuts))
    run_on = {i for i, b in enumerate(rough) if not b.role and len(b.text) > 60}
    marker_cuts = _marker_cuts(rough, run_on)
    result: list[Block] = []
    for index, block in enumerate(rough):
        result.extend(split_block(source, block, marker_cuts.get(index, [])))
    warnings.append(
        ImportWarning(
            "RUN_ON_TEXT",
            first_line,
            "",
            None,
            f"原文换行丢失，已按编号和句末断成{len(result)}段，条款与段落的起止请对照原文核对。",
        )
    )
    return result
