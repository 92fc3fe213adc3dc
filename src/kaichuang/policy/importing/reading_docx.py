"""Text of a Word document, automatic paragraph numbers written out."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import defaultdict
from typing import Any

from kaichuang.policy.importing import numerals
from kaichuang.policy.importing.model import ImportWarning

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BESIDE = re.compile(r"word/(?:footnotes|endnotes|comments|header\d*|footer\d*)\.xml")
_MAX_UNPACKED = 48 * 1024 * 1024
_MAX_ENTRIES = 5000


def docx_text(data: bytes) -> tuple[str, list[ImportWarning]]:
    """Paragraphs and tables in printed order; a row of a table is a line with tabs."""
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError
    from lxml import etree

    from kaichuang.policy.importing.reading import UnreadableFile

    try:
        _refuse_bombs(data)
        document = Document(io.BytesIO(data))
    except UnreadableFile:
        raise
    except (
        PackageNotFoundError,
        KeyError,
        ValueError,
        zipfile.BadZipFile,
        zlib.error,
        etree.LxmlError,
    ) as error:
        raise UnreadableFile(
            "这个压缩格式的文件不是可读的 Word 文档（.docx），请另存为 .docx 或 txt。"
        ) from error
    numbering = _Numbering(document)
    lines: list[str] = []
    for element in document.element.body:
        if element.tag == f"{_W}p":
            lines.append(numbering.label(element) + _text(element))
        elif element.tag == f"{_W}tbl":
            lines.extend(_rows(element, numbering))
        else:  # content controls, custom markup, tracked insertions
            lines.extend(numbering.label(p) + _text(p) for p in element.iter(f"{_W}p"))
    notes = _left_out(data)
    if numbering.used:
        notes.append(
            ImportWarning(
                "LIST_NUMBERS", 1, "", None, f"Word自动编号{numbering.used}处，编号已按显示写出，请核对。"
            )
        )
    return "\n".join(lines), notes


def _refuse_bombs(data: bytes) -> None:
    """Refuses an archive whose texts unpack to more than any document needs, before anything is unpacked."""
    from kaichuang.policy.importing.reading import UnreadableFile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        texts = [
            entry.file_size for entry in archive.infolist() if entry.filename.endswith((".xml", ".rels"))
        ]
    if len(texts) > _MAX_ENTRIES or sum(texts) > _MAX_UNPACKED:
        raise UnreadableFile(
            f"Word 文件解压后的文字超过 {_MAX_UNPACKED // 1024 // 1024} MB，不像正常的文件，请拆分或另存为 txt 后再导入。"
        )


def _left_out(data: bytes) -> list[ImportWarning]:
    """Warnings of what stands beside the body: notes, running heads and feet, comments."""
    from lxml import etree

    notes = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if not _BESIDE.fullmatch(name):
                continue
            root = etree.fromstring(archive.read(name), etree.XMLParser(resolve_entities=False, recover=True))
            runs = root.iter(f"{_W}t") if root is not None else ()
            text = "".join(node.text or "" for node in runs).strip()
            if text:
                message = f"Word文件的页眉页脚、脚注或批注（{name}）中的文字不在正文里，未列入条款，请核对。"
                notes.append(ImportWarning("LEFT_OUT", 1, text[:200], None, message))
    return notes


def _text(paragraph: Any) -> str:
    parts = []
    for node in paragraph.iter():
        if any(above.tag == _FALLBACK for above in node.iterancestors()):
            continue  # the same text box again, for old programs
        if node.tag == f"{_W}t":
            parts.append(node.text or "")
        elif node.tag in {f"{_W}tab", f"{_W}ptab"} and node.getparent().tag == f"{_W}r":
            parts.append("\t")
        elif node.tag in {f"{_W}br", f"{_W}cr"}:
            parts.append("\n")
        elif node.tag == f"{_W}noBreakHyphen":
            parts.append("-")
    return "".join(parts)


def _rows(table: Any, numbering: _Numbering) -> list[str]:
    rows = []
    for row in table.iter(f"{_W}tr"):
        cells = []
        for cell in row.findall(f"{_W}tc"):
            inside = [numbering.label(p) + _text(p) for p in cell.iter(f"{_W}p")]
            cells.append(" ".join(text for text in inside if text.strip()))
        rows.append("\t".join(cells))
    return rows


class _Numbering:
    """Automatic numbers of a document, counted while its paragraphs are read in order."""

    def __init__(self, document: Any) -> None:
        self.levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self.counts: dict[str, dict[int, int]] = defaultdict(dict)
        self.styles: dict[str, tuple[str, int]] = {}
        self.used = 0
        try:
            part = document.part.numbering_part
        except (KeyError, NotImplementedError):
            return
        abstract = {
            node.get(f"{_W}abstractNumId"): self._read_levels(node)
            for node in part.element.findall(f"{_W}abstractNum")
        }
        for num in part.element.findall(f"{_W}num"):
            reference = num.find(f"{_W}abstractNumId")
            if reference is not None:
                self.levels[num.get(f"{_W}numId")] = abstract.get(reference.get(f"{_W}val"), {})
        for style in document.styles.element.findall(f"{_W}style"):
            found = self._own(style)
            if found:
                self.styles[style.get(f"{_W}styleId")] = found

    @staticmethod
    def _read_levels(node: Any) -> dict[int, tuple[str, str, int]]:
        levels = {}
        for level in node.findall(f"{_W}lvl"):
            form, text, start = (level.find(f"{_W}{name}") for name in ("numFmt", "lvlText", "start"))
            levels[int(level.get(f"{_W}ilvl"))] = (
                form.get(f"{_W}val") if form is not None else "decimal",
                (text.get(f"{_W}val") or "") if text is not None else "",
                int(start.get(f"{_W}val")) if start is not None else 1,
            )
        return levels

    @staticmethod
    def _own(node: Any) -> tuple[str, int] | None:
        found = node.find(f"{_W}pPr/{_W}numPr")
        if found is None:
            return None
        num, level = found.find(f"{_W}numId"), found.find(f"{_W}ilvl")
        if num is None:
            return None
        return num.get(f"{_W}val"), int(level.get(f"{_W}val")) if level is not None else 0

    def label(self, paragraph: Any) -> str:
        """The number Word would draw before a paragraph, or nothing."""
        found = self._own(paragraph)
        if found is None:
            style = paragraph.find(f"{_W}pPr/{_W}pStyle")
            found = self.styles.get(style.get(f"{_W}val")) if style is not None else None
        if found is None or found[0] not in self.levels or not _text(paragraph).strip():
            return ""
        num, level = found
        levels = self.levels[num]
        if level not in levels or levels[level][0] in {"bullet", "none"}:
            return "• " if level in levels and levels[level][0] == "bullet" else ""
        counts = self.counts[num]
        counts[level] = counts.get(level, levels[level][2] - 1) + 1
        for deeper in [k for k in counts if k > level]:
            del counts[deeper]
        self.used += 1
        label = levels[level][1]
        for depth in range(level + 1):
            form, _, start = levels.get(depth, ("decimal", "", 1))
            label = label.replace(f"%{depth + 1}", _drawn(counts.get(depth, start), form))
        return label


def _drawn(value: int, form: str) -> str:
    if "hinese" in form or form in {"ideographDigital", "japaneseCounting"}:
        return numerals.to_chinese(value)
    if form in {"upperRoman", "lowerRoman"}:
        return numerals.to_roman(value) if form == "upperRoman" else numerals.to_roman(value).lower()
    if form in {"upperLetter", "lowerLetter"}:
        return chr((65 if form == "upperLetter" else 97) + (value - 1) % 26)
    if form == "decimalEnclosedCircleChinese" or form == "decimalEnclosedCircle":
        return chr(ord("①") + value - 1) if value <= 20 else str(value)
    return str(value)
