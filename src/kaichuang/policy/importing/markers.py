"""The tokenizer of clause markers: family, ordinal, place and how well it is printed.

A marker may have several readings (``I.`` is Roman 1 or a damaged Arabic 1); the resolver chooses. All patterns run on
the folded text of ``SourceText.match``, so brackets and digits are half-width here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from kaichuang.policy.importing import numerals


class Boundary(IntEnum):
    """What stands before a marker: the best evidence is the start of a line."""

    LINE = 0
    SENTENCE = 1
    HEADING = 2
    NONE = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a marker."""

    family: str
    ordinal: int
    damaged: bool = False


@dataclass(slots=True)
class Marker:
    """A possible clause marker at ``[start, end)`` of a block."""

    block: int
    start: int
    end: int
    readings: list[Reading]
    boundary: Boundary
    intro: bool = False
    bare: bool = False


# Usual nesting order; only a preference, documents are free to differ.
RANK = {
    "PART": 0.0,
    "CHAPTER": 1.0,
    "SECTION": 2.0,
    "ROMAN": 2.4,
    "CN_DUN": 2.6,
    "ARTICLE": 3.0,
    "QA": 4.0,
    "CN_PAREN": 5.0,
    "CN_HALF": 5.1,
    "AR_SPACE": 5.9,
    "AR_DOT": 6.0,
    "AR_DUN": 6.1,
    "DEC2": 6.5,
    "DEC3": 6.7,
    "AR_PAREN": 7.0,
    "AR_HALF": 7.2,
    "CIRCLED": 8.0,
    "ALPHA": 9.0,
}
KIN = (
    frozenset({"AR_DOT", "AR_DUN", "AR_HALF", "AR_SPACE"}),
    frozenset({"CN_PAREN", "CN_HALF"}),
    frozenset({"AR_PAREN", "AR_HALF"}),
)
TOP_FAMILIES = frozenset(
    {"PART", "CHAPTER", "SECTION", "ARTICLE", "CN_DUN", "ROMAN", "AR_DOT", "AR_DUN", "CN_PAREN"}
)
HEADED_FAMILIES = frozenset({"PART", "CHAPTER", "SECTION", "CN_DUN", "ROMAN", "CN_PAREN"})

_CN = "[一二三四五六七八九十百零〇两]"
_CN_LOOSE = "[一二三四五六七八九十百零〇两—–ーニ-]"
_KINDS = {"章": "CHAPTER", "节": "SECTION", "条": "ARTICLE", "编": "PART", "篇": "PART", "部分": "PART"}

# 第三条规定, 第五条第二款, 第四条所称 speak of a clause; 第三条规划…, 第一章项目… are one.
_NO_REFERENCE = (
    r"(?![、的]|第|款(?!项)|项(?!目)|规定|所[称列述指]|中所|例(?![如外行会])|文(?![化件书物旅明])"
    r"|[和与及至或](?=第|前|其|本|附|有关|上述))"
)
# A figure before one of these counts things; before 场地, 项目, 人才 it may number them.
_MEASURE = (
    "[个万亿元种套批倍至]|[年月](?!度)|日(?!常)|家(?!庭)|名(?![单称])|人(?![才员])|项(?!目)|件(?!数)|台(?!账)|支(?![持撑付出])|次(?!序)"
    "|场(?![地所景])|条(?!件)|天(?!使)|周(?![边期])|所(?![有得属在])|类(?![别型])|户(?!口)"
)
_PATTERNS = re.compile(
    rf"""
    (?P<dd>第第?)\s?(?P<di>(?:{_CN_LOOSE}\s?){{1,7}}|(?:[0-9lIO|]\s?){{1,4}})\s?
        (?P<kind>[章节条编篇](?P<kk>[章节条编篇](?=\s))?|部\s?分)(?:\s?之\s?{_CN})?{_NO_REFERENCE}
  | (?P<bare>{_CN}{{1,4}})\s?(?P<barekind>[章节条编篇])(?=\s{{1,4}}[\u4e00-\u9fff“《])
  | \(\s?(?P<par>(?:{_CN_LOOSE}\s?){{1,5}})\)
  | [〔\[【{{<](?P<brk>{_CN}{{1,4}})[〕\]】}}>)]
  | \((?P<mix>{_CN}{{1,4}})[〕\]】}}>]
  | \(\s?(?P<apar>[0-9lIO]{{1,3}})\s?\)
  | \((?P<open>{_CN}{{1,3}})(?=[^\s)一二三四五六七八九十百年月日个家级类种项次季是、〕\]】,])
  | (?P<half>{_CN}{{1,3}})\s?\)
  | (?P<dun>{_CN_LOOSE}{{1,5}})\s?(?P<dunmark>[、.,:]|。(?=\S))(?![0-9])(?!{_CN}{{1,2}}[、等级类])
  | (?P<dec>[0-9]{{1,2}}(?:\.[0-9]{{1,2}}){{1,3}})(?=\.?\s?[\u4e00-\u9fff“《"])(?!\.?\s?[万亿元倍版个]|\s?[年月日])
  | (?P<ar>[0-9lIO]{{1,3}})\s?(?P<armark>[.、)](?![0-9])|,(?=[\u4e00-\u9fff“《])|。(?=[\u4e00-\u9fff“《]))
  | (?P<spaced>[0-9]{{1,2}})\s{{1,2}}(?=[\u4e00-\u9fff“《]\S{{0,28}}\s*$)(?!{_MEASURE})
  | (?P<wide>{_CN}{{1,3}})\s{{1,2}}(?=[\u4e00-\u9fff“]\S{{1,28}}\s*$)
  | (?P<circled>[①-⑳⑴-⒇⒈-⒛㈠-㈩])
  | (?P<roman>[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ]{{1,2}}|[IVX]{{1,5}})\s?[.、)](?![0-9])
  | (?P<alpha>[A-Za-z])\s?[.、)](?=\s?[\u4e00-\u9fff“《(])
  | (?P<qc>{_CN}{{1,3}})\s?问\s?:
  | [\[【](?P<qb>问\s?题?|Q)\s?(?P<qbn>(?:{_CN}{{1,3}}|[0-9]{{1,3}})?)\s?[\]】]\s?:?
  | [\[【]?(?P<qa>问\s?题?|Q)\s?(?P<qan>(?:{_CN}{{1,3}}|[0-9]{{1,3}})?)\s?[\]】]?\s?[:.](?!\d)
    """,
    re.VERBOSE,
)
_INLINE = re.compile(
    rf"第\s?{_CN}|第\s?[0-9]|\(\s?{_CN}{{1,3}}\s?\)|\([0-9]{{1,3}}\)|(?<![、一二三四五六七八九十]){_CN}{{1,3}}\s?、"
    r"|(?<![0-9.])[0-9]{1,2}\s?[.、](?![0-9])|[①-⑳]|(?<![问答])问\s?\d*\s?:"
)
_SENTENCE_END = frozenset("。;:!?”》)…;")
_ROMAN_SIGNS = {sign: n for n, sign in enumerate("ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ", 1)}


def _circled(sign: str) -> Reading:
    for first, family in (("①", "CIRCLED"), ("⑴", "AR_PAREN"), ("⒈", "AR_DOT"), ("㈠", "CN_PAREN")):
        if 0 <= ord(sign) - ord(first) < 20:
            return Reading(family, ord(sign) - ord(first) + 1)
    return Reading("CIRCLED", 0)


def _compact(text: str) -> str:
    return "".join(text.split())


def _chinese_reading(text: str, family: str, damaged: bool = False) -> list[Reading]:
    printed = _compact(text)
    value = numerals.chinese(printed)
    if value is None or value < 1:
        return []
    return [Reading(family, value, damaged or any(c in numerals.DAMAGED_CHINESE for c in printed))]


def _arabic_reading(text: str, family: str, damaged: bool = False) -> list[Reading]:
    printed = _compact(text)
    value = numerals.arabic(printed)
    if value is None or not any(c.isdigit() or c in "lI|" for c in printed):
        return []
    return [Reading(family, value, damaged or any(c in numerals.DAMAGED_ARABIC for c in printed))]


def _numbered_kind(groups: dict[str, str | None]) -> list[Reading]:
    if groups["bare"]:  # the leading 第 is lost
        return _chinese_reading(groups["bare"], _KINDS[groups["barekind"] or ""], damaged=True)
    kind = _compact(groups["kind"] or "")
    doubled = groups["dd"] == "第第" or groups["kk"] is not None
    if groups["kk"] and groups["kk"] != kind[0]:
        return []
    family = _KINDS[kind if kind == "部分" else kind[0]]
    printed = groups["di"] or ""
    return _chinese_reading(printed, family, doubled) or _arabic_reading(printed, family, doubled)


def _arabic_list(printed: str, mark: str) -> list[Reading]:
    family = {".": "AR_DOT", "、": "AR_DUN", ")": "AR_HALF"}.get(mark, "AR_DOT")
    readings = _arabic_reading(printed, family, damaged=mark in ",。")
    if printed == "I":
        readings.append(Reading("ROMAN", 1))
    return readings


def _roman_reading(printed: str) -> list[Reading]:
    if printed[0] in _ROMAN_SIGNS:
        return [Reading("ROMAN", sum(_ROMAN_SIGNS[c] for c in printed))]
    value = numerals.roman(printed)
    return [Reading("ROMAN", value)] if value else []


def _qa_reading(printed: str) -> list[Reading]:
    value = (numerals.chinese(printed) or numerals.arabic(printed) or 0) if printed else 0
    return [Reading("QA", value)]


def _simple_reading(g: dict[str, str | None]) -> list[Reading]:
    if g["wide"]:
        return _chinese_reading(g["wide"], "CN_DUN", damaged=True)
    if g["spaced"]:
        return [Reading("AR_SPACE", int(g["spaced"]))]
    if g["alpha"]:
        return [Reading("ALPHA", ord(g["alpha"].upper()) - 64)]
    if g["dec"]:
        numbers = g["dec"].split(".")
        return [Reading("DEC2" if len(numbers) == 2 else "DEC3", int(numbers[-1]))]
    if g["circled"]:
        return [_circled(g["circled"])]
    return _roman_reading(g["roman"]) if g["roman"] else _qa_reading(g["qan"] or g["qbn"] or g["qc"] or "")


def _readings(found: re.Match[str]) -> list[Reading]:
    g = found.groupdict()
    if g["di"] or g["bare"]:
        return _numbered_kind(g)
    if g["par"]:
        return _chinese_reading(g["par"], "CN_PAREN")
    if g["brk"] or g["mix"] or g["open"]:
        return _chinese_reading(g["brk"] or g["mix"] or g["open"] or "", "CN_PAREN", damaged=True)
    if g["apar"]:
        return _arabic_reading(g["apar"], "AR_PAREN")
    if g["half"]:
        return _chinese_reading(g["half"], "CN_HALF")
    if g["dun"]:
        return _chinese_reading(g["dun"], "CN_DUN", damaged=g["dunmark"] not in "、.")
    if g["ar"]:
        return _arabic_list(g["ar"], g["armark"] or ".")
    return _simple_reading(g)


def at(text: str, offset: int = 0) -> tuple[int, int, list[Reading]] | None:
    """The marker that starts at ``offset`` (after spaces): its start, end and readings."""
    start = offset
    while start < len(text) and text[start].isspace():
        start += 1
    found = _PATTERNS.match(text, start)
    if found is None:
        return None
    readings = _readings(found)
    return (start, found.end(), readings) if readings else None


def line_marker(block: int, text: str) -> Marker | None:
    """The marker at the start of a block, if there is one."""
    found = at(text)
    return Marker(block, found[0], found[1], found[2], Boundary.LINE) if found else None


def inline_markers(block: int, text: str, first: int = 1) -> list[Marker]:
    """Possible markers inside a block, for text whose line breaks were lost."""
    found = []
    position = first
    for hint in _INLINE.finditer(text, first):
        if hint.start() < position:
            continue
        marker = at(text, hint.start())
        if marker is None or any(reading.damaged for reading in marker[2]):
            continue
        before = text[max(0, hint.start() - 8) : hint.start()]
        found.append(Marker(block, marker[0], marker[1], marker[2], boundary_before(before)))
        position = marker[1]
    return found


def boundary_before(before: str) -> Boundary:
    """How well the text just before a place looks like the end of a sentence."""
    tail = before.rstrip()
    if not tail:
        return Boundary.LINE
    if len(before) - len(tail) >= 2 or tail[-1] in _SENTENCE_END:
        return Boundary.SENTENCE
    return Boundary.NONE


def printed_number(family: str, printed: str) -> str:
    """The number as printed, without the stop that separates it from the text (一、 is 一; (一) keeps its brackets)."""
    number = _compact(printed)
    if family in {"CN_DUN", "AR_DOT", "AR_DUN", "ROMAN", "ALPHA", "AR_SPACE", "DEC2", "DEC3", "QA"}:
        return number.rstrip("、.．,，。:：") if len(number) > 1 else number
    return number
