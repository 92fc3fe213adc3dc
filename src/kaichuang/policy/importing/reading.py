"""From a file to text: encodings, web pages, Word documents, PDF."""

from __future__ import annotations

import re
from pathlib import Path

from kaichuang.policy.importing.model import ImportWarning

MAX_BYTES = 64 * 1024 * 1024
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_USUAL = re.compile(r"[\u4e00-\u9fff，。、；：（）]")


class UnreadableFile(ValueError):
    """The file has no text this importer can get at; the message says what to do."""


def read_file(path: Path) -> tuple[str, list[ImportWarning]]:
    """Text of a file and the warnings of reading it."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UnreadableFile(f"无法打开文件 {path}：{error.strerror or error}。请检查路径和权限。") from error
    if path.is_dir():
        raise UnreadableFile(f"{path} 是目录，请指定一个文件。")
    if size > MAX_BYTES:
        raise UnreadableFile(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请拆分后导入。")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"无法读取文件 {path}：{error.strerror or error}。请检查权限。") from error
    return read_bytes(data, path.suffix.lower())


def read_bytes(data: bytes, suffix: str = "") -> tuple[str, list[ImportWarning]]:
    """Text of a file's content; ``suffix`` helps where the content does not tell the format."""
    if data.startswith(b"%PDF"):
        from kaichuang.policy.importing.reading_pdf import pdf_text

        return pdf_text(data)
    if data.startswith(b"PK\x03\x04"):
        from kaichuang.policy.importing.reading_docx import docx_text

        return docx_text(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile("这是旧版 Word/WPS（.doc、.wps）或 Excel 文件，请另存为 .docx 后再导入。")
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM")):
        raise UnreadableFile("这是图片，没有文字可读，请先做文字识别（OCR）后再导入。")
    if data.startswith(b"{\\rtf"):
        raise UnreadableFile("这是 RTF 文件，请用 Word 或 WPS 另存为 .docx 后再导入。")
    if suffix in {".mht", ".mhtml"} or data.startswith((b"MIME-Version:", b"From: <Saved by")):
        raise UnreadableFile("这是单文件网页（.mht、.mhtml），请另存为 .html 或 .docx 后再导入。")
    text, warnings = decode(data)
    head = text[:2000].lstrip("\ufeff \r\n\t").lower()
    if suffix in {".html", ".htm"} or head.startswith(
        ("<!doctype html", "<html", "<head", "<body", "<div", "<p>", "<p ")
    ):
        from kaichuang.policy.importing.reading_html import html_text

        page, notes = html_text(text)
        return page, [*warnings, *notes]
    return text, warnings


def decode(data: bytes) -> tuple[str, list[ImportWarning]]:
    """Text of bytes in the encoding that fits: UTF-8, UTF-16, GB18030, Big5; doubts are warned of."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace").removeprefix("\ufeff"), []
    if not data:
        return "", []
    if data.count(0) > len(data) // 8:
        return _decode_wide(data)
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    return _decode_chinese(data)


def _decode_wide(data: bytes) -> tuple[str, list[ImportWarning]]:
    encoding = "utf-16-le" if data[1::2].count(0) > data[0::2].count(0) else "utf-16-be"
    text = data.decode(encoding, errors="replace")
    if text.count("\ufffd") + text.count("\x00") > len(text) // 4:
        raise UnreadableFile("文件不是文本（含大量二进制内容），请提供 txt、html、docx 或 pdf。")
    return text, [_encoding_note(encoding)]


def _decode_chinese(data: bytes) -> tuple[str, list[ImportWarning]]:
    declared = re.search(rb"charset=[\"']?([\w-]+)", data[:2000])
    candidates = ["gb18030", "big5"]
    if declared and b"big5" in declared.group(1).lower():
        candidates.reverse()
    scored: list[tuple[float, int, str, str]] = []
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        scored.append((len(_USUAL.findall(text)) / max(1, len(text)), -len(scored), encoding, text))
    if scored and max(scored)[0] > 0.3:
        _, _, encoding, text = max(scored)
        return text, [_encoding_note(encoding)]
    return _decode_guess(data)


def _decode_guess(data: bytes) -> tuple[str, list[ImportWarning]]:
    """The last resort: a statistical guess, or UTF-8 with the broken bytes shown."""
    from charset_normalizer import from_bytes

    damaged = data.decode("utf-8", errors="replace")
    if damaged.count("\ufffd") <= max(3, len(damaged) // 50):
        return damaged, [ImportWarning("ENCODING", 1, "utf-8", None, "文件编码有损坏的字节，已用“�”标出。")]
    best = from_bytes(data[:200_000]).best()
    if best is None:
        raise UnreadableFile("无法识别文件编码，请另存为 UTF-8 文本后再导入。")
    return data.decode(best.encoding, errors="replace"), [_encoding_note(best.encoding)]


def _encoding_note(encoding: str) -> ImportWarning:
    return ImportWarning(
        "ENCODING", 1, encoding, "utf-8", f"文件编码识别为{encoding}，如有乱码请另存为UTF-8。"
    )
