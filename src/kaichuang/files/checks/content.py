"""What a file is, judged by its bytes, and what is dangerous in it; read by libraries, not by parsers of our own."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from kaichuang.files.pdf import reader
from kaichuang.kit.problems import Problem

MAX_PIXELS = 100_000_000
MAX_UNPACKED = 1 << 30
MAX_RATIO = 200
MAX_ENTRIES = 10_000
_EXECUTABLES = (".exe", ".dll", ".bat", ".cmd", ".com", ".scr", ".js", ".vbs", ".ps1", ".jar", ".lnk", ".msi")
_TEXT_SAMPLE = 1 << 20


def _head(path: Path, size: int = 16) -> bytes:
    with path.open("rb") as stream:
        return stream.read(size)


def _names(path: Path) -> set[str]:
    if not _head(path, 4).startswith(b"PK\x03\x04"):
        return set()
    try:
        with zipfile.ZipFile(path) as archive:
            return set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return set()


def is_pdf(path: Path) -> bool:
    return _head(path).startswith(b"%PDF-")


def is_png(path: Path) -> bool:
    return _head(path).startswith(b"\x89PNG\r\n\x1a\n")


def is_jpeg(path: Path) -> bool:
    return _head(path).startswith(b"\xff\xd8\xff")


def is_zip(path: Path) -> bool:
    return bool(_names(path))


def is_docx(path: Path) -> bool:
    return {"[Content_Types].xml", "word/document.xml"} <= _names(path)


def is_xlsx(path: Path) -> bool:
    return {"[Content_Types].xml", "xl/workbook.xml"} <= _names(path)


def is_pptx(path: Path) -> bool:
    return {"[Content_Types].xml", "ppt/presentation.xml"} <= _names(path)


def is_ofd(path: Path) -> bool:
    return "OFD.xml" in _names(path)


def is_text(path: Path) -> bool:
    return _decode(_head(path, _TEXT_SAMPLE)) is not None


def _decode(sample: bytes) -> str | None:
    """The text, in UTF-8 or GB18030 as Chinese offices write it; None when it is neither, or holds controls."""
    if b"\x00" in sample:
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        for cut in range(4):  # the sample may end inside a character
            try:
                text = sample[: len(sample) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return text if not any(ord(c) < 32 and c not in "\t\r\n\f" for c in text) else None
    return None


def check_pdf(path: Path) -> Iterator[Problem]:
    try:
        facts = reader.inspect(path)
    except reader.Encrypted:
        yield Problem("pdf_encrypted", _("PDF 设有密码，无法审核。请去除密码后重新上传。"))
        return
    except reader.Unreadable:
        yield Problem("pdf_broken", _("PDF 无法打开，文件可能已损坏。请重新导出后上传。"))
        return
    if facts.scripts:
        yield Problem("pdf_scripts", _("PDF 含有脚本。请用“打印为 PDF”另存后上传。"))
    if facts.embedded:
        yield Problem("pdf_embedded", _("PDF 内嵌了其他文件。请分别上传。"))


def check_image(path: Path) -> Iterator[Problem]:
    try:
        with Image.open(path) as image:
            width, height = image.size
            if width * height <= MAX_PIXELS:
                image.verify()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        yield Problem("image_broken", _("图片无法打开，文件可能已损坏。请重新拍摄或导出后上传。"))
        return
    if width * height > MAX_PIXELS:
        yield Problem(
            "image_too_large",
            _("图片有 %(width)d×%(height)d 像素，超过上限。请缩小后上传。")
            % {"width": width, "height": height},
        )


def check_archive(path: Path) -> Iterator[Problem]:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(path.stat().st_size, 1)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > packed * MAX_RATIO:
        yield Problem("zip_bomb", _("压缩包展开后过大，已拒收。请减少内容或分开上传。"))
    if any(entry.flag_bits & 0x1 for entry in entries):
        yield Problem("zip_encrypted", _("压缩包设有密码，无法审核。请去除密码后重新上传。"))
    if any(entry.filename.startswith(("/", "\\")) or ".." in Path(entry.filename).parts for entry in entries):
        yield Problem("zip_paths", _("压缩包中有指向上级目录的路径，已拒收。请重新打包。"))
    if any(entry.filename.lower().endswith(_EXECUTABLES) for entry in entries):
        yield Problem("zip_executable", _("压缩包中有可执行程序，已拒收。请去除后重新打包。"))


def check_office(path: Path) -> Iterator[Problem]:
    yield from check_archive(path)
    with zipfile.ZipFile(path) as archive:
        names = [name.lower() for name in archive.namelist()]
        types = archive.open("[Content_Types].xml").read(1 << 20)
    if any(name.endswith("vbaproject.bin") for name in names) or b"macroEnabled" in types:
        yield Problem("office_macros", _("文档含有宏。请另存为不含宏的 docx、xlsx 或 pptx 后上传。"))


def check_text(path: Path) -> Iterator[Problem]:
    if path.stat().st_size > _TEXT_SAMPLE and _decode(path.read_bytes()) is None:
        yield Problem("text_broken", _("文本中有无法识别的字符。请另存为 UTF-8 编码后上传。"))
        return
    text = _decode(_head(path, _TEXT_SAMPLE)) or ""
    try:
        for _row in csv.reader(text.splitlines()):
            pass
    except csv.Error:
        yield Problem("text_broken", _("表格中有过长的单元格，无法读取。请检查引号是否成对。"))
