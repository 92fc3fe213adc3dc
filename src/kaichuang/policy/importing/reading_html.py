"""Visible text of a web page, one block element a line."""

from __future__ import annotations

import re

from lxml import etree, html

from kaichuang.policy.importing.model import ImportWarning

_BLOCKS = frozenset(
    [
        "p",
        "div",
        "br",
        "li",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "section",
        "article",
        "header",
        "footer",
        "nav",
        "form",
        "pre",
        "blockquote",
        "title",
        "center",
        "hr",
        "option",
        "fieldset",
        "legend",
        "caption",
        "thead",
        "tbody",
    ]
)
_HIDDEN = frozenset(["script", "style", "noscript", "template", "head", "object", "iframe", "svg"])
_WORDS = re.compile("[\u4e00-\u9fff]")
_TAG = re.compile(r"/?[a-zA-Z][a-zA-Z0-9]*")
_SPACE = re.compile(r"[ \t\r\n\f]+")


def html_text(text: str) -> tuple[str, list[ImportWarning]]:
    """Text of a page; scripts and styles are not text. List numbers that the browser would draw are written out."""
    try:
        root = html.fromstring(
            re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser=html.HTMLParser(huge_tree=True)
        )
    except (etree.ParserError, ValueError):
        return text, [ImportWarning("HTML", 1, "", None, "网页结构无法解析，按纯文本处理。")]
    out: list[str] = []
    numbered = _walk(root, out)
    joined = "".join(out)
    lines = [line.strip(" \t") for line in joined.split("\n")]
    result = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    notes = []
    if numbered:
        notes.append(
            ImportWarning(
                "LIST_NUMBERS", 1, "", None, f"网页用自动编号的列表{numbered}处，编号已按显示写出。"
            )
        )
    visible, read = _visible_words(text), len(_WORDS.findall(result))
    if read < visible:
        notes.append(
            ImportWarning(
                "HTML", 1, "", None, f"网页源码中有{visible - read}个汉字未能作为正文读出，请对照网页核对。"
            )
        )
    return result, notes


def _visible_words(text: str) -> int:
    """How many Chinese characters of a page's source stand outside of tags, comments, scripts and styles."""
    count, hidden = 0, ""
    for position, chunk in enumerate(text.split("<")):
        inside, closed, after = chunk.partition("-->" if chunk.startswith("!--") or hidden == "!--" else ">")
        found = _TAG.match(inside) if position else None
        name = found.group().lower() if found else ""
        if hidden == "!--":
            hidden = "" if closed else hidden
        elif hidden:
            hidden = "" if name == "/" + hidden else hidden
        elif chunk.startswith("!--") and position:
            hidden = "" if closed else "!--"
        elif name in _HIDDEN:
            hidden = name
        elif not found and position:
            after = chunk  # a bare sign "less than"
        if not hidden:
            count += len(_WORDS.findall(after if position else chunk))
    return count


def _walk(root: html.HtmlElement, out: list[str]) -> int:
    """Writes the text of the tree, returns how many list numbers were drawn."""
    for hidden in list(root.iter(*_HIDDEN, etree.Comment, etree.ProcessingInstruction)):
        if hidden is not root:
            hidden.drop_tree()
    drawn = 0
    counts: dict[html.HtmlElement, int] = {}
    for event, node in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            number = _list_number(node, counts) if node.tag == "li" else ""
            drawn += bool(number)
            out.append(("\n" if node.tag in _BLOCKS else "") + number)
            out.append(_plain(node.text, keep=node.tag == "pre"))
        else:
            out.append("\t" if node.tag in {"td", "th"} else "\n" if node.tag in _BLOCKS else "")
            out.append(_plain(node.tail))
    return drawn


def _plain(text: str | None, *, keep: bool = False) -> str:
    return (text or "") if keep else _SPACE.sub(" ", text or "")


def _list_number(node: html.HtmlElement, counts: dict[html.HtmlElement, int]) -> str:
    parent = node.getparent()
    if parent is None or parent.tag != "ol" or "none" in (parent.get("style") or ""):
        return ""
    start = parent.get("start") or "1"
    counts[parent] = counts.get(parent, int(start) - 1 if start.isdigit() else 0) + 1
    return f"{counts[parent]}."
