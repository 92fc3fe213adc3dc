"""Visible text of a web page, one block element a line."""

from __future__ import annotations

import re

from lxml import etree, html

from kaichuang.policy.importing.model import ImportWarning

_BLOCKS = frozenset(
    "p div br li tr h1 h2 h3 h4 h5 h6 table ul ol dl dt dd section article header footer nav form pre blockquote title "
    "center hr option fieldset legend caption thead tbody".split()
)
_HIDDEN = frozenset("script style noscript template head object iframe svg".split())
_SPACE = re.compile(r"[ \t\r\n\f]+")


def html_text(text: str) -> tuple[str, list[ImportWarning]]:
    """Text of a page; scripts and styles are not text. List numbers that the browser would draw are written out."""
    try:
        root = html.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except (etree.ParserError, ValueError):
        return text, [ImportWarning("HTML", 1, "", None, "网页结构无法解析，按纯文本处理。")]
    out: list[str] = []
    numbered = _walk(root, out)
    joined = "".join(out)
    lines = [line.strip(" \t") for line in joined.split("\n")]
    result = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    notes = []
    if numbered:
        notes.append(ImportWarning("LIST_NUMBERS", 1, "", None, f"网页用自动编号的列表{numbered}处，编号已按显示写出。"))
    return result, notes


def _walk(root: html.HtmlElement, out: list[str]) -> int:
    numbered = 0
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in {"comment", "pi"}:
            if event == "comment" and node.tail and not _inside_hidden(node):
                out.append(_SPACE.sub(" ", node.tail))
            continue
        tag = node.tag if isinstance(node.tag, str) else ""
        hidden = tag in _HIDDEN or _inside_hidden(node)
        if event == "start":
            if hidden:
                continue
            if tag in _BLOCKS:
                out.append("\n")
            if tag == "li":
                number = _list_number(node)
                if number:
                    numbered += 1
                    out.append(number)
            if node.text:
                out.append(node.text if tag == "pre" else _SPACE.sub(" ", node.text))
        else:
            if tag in {"td", "th"} and not hidden:
                out.append("\t")
            if tag in _BLOCKS and not hidden:
                out.append("\n")
            if node.tail and not (node.getparent() is not None and _hidden_or_inside(node.getparent())):
                out.append(_SPACE.sub(" ", node.tail))
    return numbered


def _hidden_or_inside(node: html.HtmlElement) -> bool:
    return node.tag in _HIDDEN or _inside_hidden(node)


def _inside_hidden(node: html.HtmlElement) -> bool:
    return any(parent.tag in _HIDDEN for parent in node.iterancestors())


def _list_number(node: html.HtmlElement) -> str:
    parent = node.getparent()
    if parent is None or parent.tag != "ol" or "none" in (parent.get("style") or ""):
        return ""
    start = int(parent.get("start") or 1) if (parent.get("start") or "1").isdigit() else 1
    position = [child for child in parent if child.tag == "li"].index(node)
    return f"{start + position}."
