"""The source text and its twin for matching.

``clean`` is what is printed (invisible characters dropped, entity residue decoded); ``match`` has the same length and
differs only in form: half-width punctuation and digits, simplified characters, plain spaces. Patterns look at
``match``, output is cut from ``clean``, so that a pattern never has to know a bracket twice.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache

from kaichuang.policy.importing.model import ImportWarning, Piece, Spans

_NEWLINES = re.compile("\r\n|[\r\u0085\u2028\u2029]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f]")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#[xX][0-9a-fA-F]{2,5});")
_TRADITIONAL = frozenset(
    "發關於號條辦廳會縣區單責實規則總節問題時間來國務執細計劃動見決標準現編導機構協證門領學業開"
)
_PUNCTUATION = str.maketrans(
    {
        "（": "(",
        "）": ")",
        "，": ",",
        "：": ":",
        "；": ";",
        "．": ".",
        "？": "?",
        "！": "!",
        "［": "[",
        "］": "]",
        "﹝": "〔",
        "﹞": "〕",
        "＋": "+",
        "％": "%",
        "－": "-",
        "～": "~",
        "○": "〇",
        "\u00a0": " ",
        "\u3000": " ",
        "\t": " ",
        "\x0b": " ",
        "\x0c": " ",
        "︰": ":",
        "∶": ":",
        "﹒": ".",
        "＂": '"',
        "―": "—",
        "─": "—",
        "﹣": "-",
        "〖": "【",
        "〗": "】",
        "｡": "。",
        "､": "、",
    }
)
_CJK = "\u3007\u3400-\u9fff\uf900-\ufaff"
_SINGLE_GAP = re.compile(r"(?<=\S)[ \u00a0\u3000](?=\S)")


@lru_cache(maxsize=4096)
def _narrow(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 else char


def _simplifier(text: str) -> dict[int, str]:
    """Character table from traditional to simplified, for the characters that occur."""
    present = set(text)
    if len(present & _TRADITIONAL) < 4:
        return {}
    from opencc import OpenCC

    converter = OpenCC("t2s")
    table = {}
    for char in present:
        if "\u3400" <= char <= "\u9fff":
            simple = converter.convert(char)
            if len(simple) == 1 and simple != char:
                table[ord(char)] = simple
    return table


def _fold(text: str) -> str:
    table: dict[int, str | int] = dict(_PUNCTUATION)
    for char in set(text):
        if (
            ord(char) not in table and ("\uff01" <= char <= "\uff5e" or "\u2e80" <= char <= "\u2fdf")
        ) or "\uf900" <= char <= "\ufaff":
            table[ord(char)] = _narrow(char)
    table.update(_simplifier(text))
    return text.translate(table)


class SourceText:
    """The document as text, with line numbers and the warnings of its cleaning."""

    def __init__(self, raw: str) -> None:
        self.warnings: list[ImportWarning] = []
        text = _NEWLINES.sub("\n", raw.removeprefix("\ufeff"))
        text = self._drop_invisible(text)
        self.clean = self._decode_entities(text)
        self.spaced = self._is_spaced()
        if self.spaced:
            self.clean = _SINGLE_GAP.sub("", self.clean)
        self.match = _fold(self.clean)
        self._starts = [0] + [found.end() for found in re.finditer("\n", self.clean)]
        self._note_oddities()

    def _drop_invisible(self, text: str) -> str:
        found = _INVISIBLE.search(text)
        if found is None:
            return text
        count = len(_INVISIBLE.findall(text))
        self.warnings.append(
            ImportWarning(
                "INVISIBLE_CHARACTERS",
                text.count("\n", 0, found.start()) + 1,
                f"U+{ord(found.group()):04X}",
                "",
                f"文本中有{count}个不可见字符（零宽字符或控制字符），已略去。",
            )
        )
        return _INVISIBLE.sub("", text)

    def _decode_entities(self, text: str) -> str:
        found = _ENTITY.search(text)
        if found is None:
            return text

        def decode(entity: re.Match[str]) -> str:
            char = html.unescape(entity.group())
            return (" " if char in "\n\r" else char) if len(char) == 1 else entity.group()

        decoded = _ENTITY.sub(decode, text)
        if decoded != text:
            self.warnings.append(
                ImportWarning(
                    "ENTITY_RESIDUE",
                    text.count("\n", 0, found.start()) + 1,
                    found.group(),
                    html.unescape(found.group()),
                    "文本中残留网页字符代码，已还原为对应的字符。",
                )
            )
        return decoded

    def _is_spaced(self) -> bool:
        """Whether spaces stand between most characters, as some scanning programs print them."""
        sample = self.clean[:20000]
        gaps = len(re.findall(f"(?<=[{_CJK}]) (?=[{_CJK}])", sample))
        return gaps > 20 and gaps > 0.2 * len(re.findall(f"[{_CJK}]", sample))

    def _note_oddities(self) -> None:
        if self.spaced:
            self.warnings.append(
                ImportWarning(
                    "SPACED_TEXT",
                    1,
                    "",
                    None,
                    "文字之间普遍夹有空格（多为扫描识别所致），输出时已合并，请对照原文核对。",
                )
            )
        bad = self.clean.find("\ufffd")
        if bad >= 0:
            excerpt = self.clean[max(0, bad - 10) : bad + 10].strip()
            self.warnings.append(
                ImportWarning(
                    "UNDECODABLE", self.line(bad), excerpt, None, "有字符无法识别（�），请对照原文补正。"
                )
            )

    def line(self, offset: int) -> int:
        """1-based line number of an offset."""
        return bisect_right(self._starts, offset)

    def render(self, spans: Spans) -> str:
        """Printed text of some spans; wrapped lines are joined, Latin words keep a space between them."""
        text = ""
        for start, end in spans:
            following = self.clean[start:end]
            edge = text[-1:] + following[:1]
            if len(edge) == 2 and edge.isascii() and edge.isalnum():
                text += " "
            text += following
        return text.strip()

    def piece(self, spans: Spans) -> Piece | None:
        """The piece of some spans with outer white space trimmed away; ``None`` if nothing is printed there."""
        trimmed = [(s, e) for s, e in (self._trim(s, e) for s, e in spans) if s < e]
        if not trimmed:
            return None
        kept = tuple(trimmed)
        return Piece(self.render(kept), self.line(kept[0][0]), kept)

    def _trim(self, start: int, end: int) -> tuple[int, int]:
        while start < end and self.clean[start].isspace():
            start += 1
        while end > start and self.clean[end - 1].isspace():
            end -= 1
        return start, end


def squeeze_heading(text: str) -> str:
    """A heading without the spaces that only set it wide (总  则)."""
    tight = re.sub(f"(?<=[{_CJK}])\\s+(?=[{_CJK}])", "", text)
    return tight if len(tight) <= 4 or re.search(r"\s{2}", text) else text
