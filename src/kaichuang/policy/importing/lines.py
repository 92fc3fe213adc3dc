"""What kind of line a block is, judged by its text alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kaichuang.policy.importing import vocabulary as v
from kaichuang.policy.importing.markers import line_marker

if TYPE_CHECKING:
    from kaichuang.policy.importing.layout import Block

FILE_NAME = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|et|zip|rar|ofd|pptx?|jpe?g|png)\)?$", re.IGNORECASE)
_MARKUP = re.compile(r"^(?:#{1,6}\s+|\*{2}|>\s)")
_UNIT_AND_DATE = re.compile(rf"({v.UNIT_LINE.pattern})\s*({v.DATE_TEXT}|{v.DAMAGED_DATE})")
_ISSUE = re.compile(r"第[\d一二三四五六七八九十]{1,4}期")
_NUMBER_THEN_TITLE = re.compile(rf"({v.NUMBER_TEXT})号?\s?《(.+)》$")


def strip_markup(text: str) -> str:
    """The text without a leading Markdown sign and a closing one."""
    return _MARKUP.sub("", text.strip()).rstrip("*# ").strip()


def is_title(text: str, limit: int = 90, *, end: bool = False) -> bool:
    """Whether a line can be the title of a document, or with ``end`` the last line of one."""
    compact = "".join(strip_markup(text).split())
    core = compact.strip("《》〈〉")
    if not 4 <= len(core) <= limit or any(c in core for c in "。;;?!") or core.count(",") > 1:
        return False
    if not end and (compact.count("《") != compact.count("》") or compact.count("(") != compact.count(")")):
        return False  # the rest stands on the next line
    if line_marker(0, text) is not None and not re.match(r"[一二三四五六七八九十]{1,3}条", core):
        return False
    return bool(v.TITLE_END.search(core)) and not (compact.endswith("》") and "," in compact)


def is_loose_title(text: str) -> bool:
    """Whether a line opens like a title (关于…) though its last word is not a kind of document."""
    return is_title_part(text) and bool(
        re.fullmatch(r"关于[^,:、]{4,50}", "".join(strip_markup(text).split()))
    )


def is_title_part(text: str) -> bool:
    """Whether a line can be the first half of a title broken over two lines."""
    compact = "".join(strip_markup(text).split())
    return (
        2 <= len(compact) <= 45
        and not any(c in compact for c in "。;:?!,")
        and line_marker(0, text) is None
        and not v.DATE_LINE.fullmatch(compact)
        and not v.FURNITURE.match(compact)
        and not v.NUMBER_LINE.fullmatch(compact)
        and not v.ANNEX_HEAD.fullmatch(compact)
        and _ISSUE.search(compact) is None
    )


def is_unit(text: str) -> bool:
    """Whether a line is nothing but the name of a public body (or several)."""
    compact = "".join(text.split())
    return 3 <= len(compact) <= 60 and v.UNIT_LINE.fullmatch(text.strip()) is not None


def is_date(text: str) -> bool:
    return v.DATE_LINE.fullmatch("".join(text.split())) is not None


def unit_and_date(text: str) -> re.Match[str] | None:
    """A signature with its date on one line."""
    return _UNIT_AND_DATE.fullmatch(text.strip()) if len(text) < 120 else None


def _digit(lookalike: re.Match[str]) -> str:
    return "0" if lookalike.group() in "Oo" else "1"


def is_number(text: str) -> bool:
    compact = re.sub(r"(?<=[\dOoIl])[OoIl](?=[\dOoIl号)〕])", _digit, "".join(text.split()))
    if len(compact) > 40:
        return False
    return bool(v.NUMBER_LINE.fullmatch(compact) or v.ORDER_NUMBER.fullmatch(compact)) or bool(
        (found := v.BAD_NUMBER.fullmatch(compact)) and len(found["head"]) >= 2
    )


def number_then_title(text: str) -> re.Match[str] | None:
    """A page title that carries the document number before the title in book marks."""
    return _NUMBER_THEN_TITLE.fullmatch("".join(text.split())) if len(text) < 160 else None


def is_addressee(text: str) -> bool:
    """Whether a line names those to whom a document is sent."""
    compact = "".join(text.split())
    return (
        4 <= len(compact) <= 400
        and compact[-1] in ":"
        and not any(c in compact for c in "。《")
        and not any(word in compact for word in ("如下", "以下", "下列", "包括", "条件", "材料"))
        and line_marker(0, text) is None
        and v.ADDRESSEE.match(compact) is not None
    )


def is_furniture(text: str) -> bool:
    """Whether a line belongs to the web page, not to the document."""
    compact = text.strip().lstrip("•·●|>» -*[")
    return v.FURNITURE.match(compact) is not None or v.FURNITURE_WORDS.fullmatch(compact) is not None


def is_table_row(block: Block) -> bool:
    """Whether a line looks like a row of a table saved as text."""
    return (
        bool(re.search(r"\S\s*\|\s*\S.*\|", block.text)) or len(re.findall(r"\S {2,}(?=\S)", block.text)) >= 2
    )


def stands_alone(previous: str, text: str) -> bool:
    """Whether a line in the head of a document is no continuation of the line before: a fact, or text under a title."""
    if is_number(text) or is_date(text) or is_label_line(text) or v.TIME_STAMP.match(text):
        return True
    return is_title(previous) and not is_title(previous + text)


def label_pairs(text: str) -> list[tuple[str, str, int, int]]:
    """Labels of a metadata line with their values: (label, value, start of value, end of value)."""
    found = list(v.LABEL_COLON.finditer(text))
    if not found:
        bare = v.LABEL.match(text.lstrip("•·●|* "))
        if bare is None:
            return []
        shift = len(text) - len(text.lstrip("•·●|* "))
        label = "".join(bare.group(1).split())
        start = shift + bare.end()
        return [(label, text[start:].strip(), start, len(text))]
    pairs = []
    for this, following in zip(found, [*found[1:], None], strict=False):
        end = following.start() if following else len(text)
        pairs.append(("".join(this.group(1).split()), text[this.end() : end].strip(" |"), this.end(), end))
    return pairs


def is_label_line(text: str) -> bool:
    """Whether a header line is made of labels and values."""
    if len(text) > 400 or "。" in text:
        return False
    lead = text.lstrip("•·●|* 【[")
    first = v.LABEL_COLON.search(lead)
    if first is not None:
        before = lead[: first.start()].strip()
        return not before or len(before) < 20 or bool(re.search(r"\d{4}", before))
    bare = v.LABEL.match(lead)
    if bare is None:
        return False
    return (
        lead != text
        or bare.end() >= len(lead.rstrip())
        or bool(re.match(r"\s+\S{2,40}$", lead[bare.end(1) :]))
    )
