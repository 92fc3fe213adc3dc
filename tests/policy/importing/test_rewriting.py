"""The same document printed in another way has the same tree, or says what is uncertain."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable

import pytest

from kaichuang.policy.importing import ParsedDocument, parse_text
from kaichuang.policy.importing.reading import read_bytes

from .support import DOCUMENTS

SOUND = [
    "01_direct_opinion",
    "02_articles",
    "08_several_plans",
    "09_annexes",
    "16_deep_levels",
    "36_party",
    "52_three_plans",
    "55_annexes_after_list",
]
FULL = str.maketrans("(),:;0123456789", "（），：；０１２３４５６７８９")
STRUCTURE = {
    "HARD_WRAP",
    "RUN_ON_TEXT",
    "LOST_LINE_BREAK",
    "BROKEN_PARAGRAPH",
    "AMBIGUOUS_PARAGRAPH",
    "MARKER_AS_TEXT",
    "INLINE_MARKERS",
    "SPLIT_TITLE",
}


def folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def tree(document: ParsedDocument) -> list[tuple[str, ...]]:
    nodes: list[tuple[str, ...]] = []
    for part in document.parts:
        nodes.append((part.kind, folded(part.title or "")))
        for clause in part.walk():
            pieces = sorted([*clause.paragraphs, *clause.items], key=lambda piece: piece.start)
            heading = folded(clause.heading.text) if clause.heading else ""
            body = folded("".join(piece.text for piece in pieces))
            nodes.append((str(clause.level), folded(clause.number), heading, body))
    return nodes


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def wrapped(text: str, columns: int, indent: str = "") -> str:
    lines = []
    for line in text.split("\n"):
        current = ""
        for char in indent + line.strip() if line.strip() else "":
            if width(current + char) > columns and char not in "，。；：、）”》":
                lines.append(current)
                current = ""
            current += char
        lines.append(current)
    return "\n".join(lines)


def paged(text: str) -> str:
    lines: list[str] = []
    for number, line in enumerate(text.split("\n")):
        if number % 6 == 0:
            lines += [f"— {number // 6} —"] * (number > 0) + ["\f北岭市政策汇编　第七辑"]
        lines.append(line)
    return "\n".join(lines)


def web_page(text: str) -> str:
    rows = "".join(f"<tr><td><p><span>{html.escape(line)}</span></p></td></tr>" for line in text.split("\n"))
    page = f"<html><head><title>网站</title></head><body><script>第九条 x</script><table><tr><td><table>{rows}</table></td></tr></table></body></html>"
    return read_bytes(page.encode(), ".html")[0]


SAME: dict[str, Callable[[str], str]] = {
    "full width": lambda text: text.translate(FULL),
    "half width brackets": lambda text: text.replace("（", "(").replace("）", ")"),
    "blank lines": lambda text: text.replace("\n", "\n\n"),
    "indented": lambda text: "\n".join("　　" + line.strip() for line in text.split("\n")),
    "page numbers and running heads": paged,
    "web page with nested tables": web_page,
}
DOUBTED: dict[str, Callable[[str], str]] = {
    "wrapped at 60, indented": lambda text: wrapped(text, 60, "　　"),
    "wrapped at 80": lambda text: wrapped(text, 80),
    "without line breaks": lambda text: "".join(line.strip() for line in text.split("\n")),
}


@pytest.fixture(params=SOUND)
def text(request: pytest.FixtureRequest) -> str:
    return (DOCUMENTS / f"{request.param}.txt").read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("way", SAME)
def test_a_change_of_form_leaves_the_tree_alone(text: str, way: str) -> None:
    assert tree(parse_text(SAME[way](text))) == tree(parse_text(text))


@pytest.mark.parametrize("way", DOUBTED)
def test_lost_lines_leave_the_tree_alone_or_are_flagged(text: str, way: str) -> None:
    changed = parse_text(DOUBTED[way](text))
    assert tree(changed) == tree(parse_text(text)) or STRUCTURE & {w.code for w in changed.warnings}
    assert not {"LOST_TEXT", "DOUBLED_TEXT", "ALTERED_TEXT"} & {w.code for w in changed.warnings}
