"""What may be handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kaichuang.files.checks import content
from kaichuang.kit.problems import Problem

Check = Callable[[Path], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file: what it is called, how it is recognised, and what must hold for its content."""

    key: str
    media_type: str
    label: str | Promise
    extensions: tuple[str, ...]
    recognise: Callable[[Path], bool]
    check: Check


FILE_TYPES = (
    FileType("pdf", "application/pdf", "PDF", ("pdf",), content.is_pdf, content.check_pdf),
    FileType("png", "image/png", "PNG", ("png",), content.is_png, content.check_image),
    FileType("jpg", "image/jpeg", "JPG", ("jpg", "jpeg"), content.is_jpeg, content.check_image),
    FileType(
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _("Word 文档"),
        ("docx",),
        content.is_docx,
        content.check_office,
    ),
    FileType(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _("Excel 表格"),
        ("xlsx",),
        content.is_xlsx,
        content.check_office,
    ),
    FileType(
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        _("PowerPoint 演示文稿"),
        ("pptx",),
        content.is_pptx,
        content.check_office,
    ),
    FileType("ofd", "application/ofd", _("OFD 版式文件"), ("ofd",), content.is_ofd, content.check_archive),
    FileType("zip", "application/zip", _("ZIP 压缩包"), ("zip",), content.is_zip, content.check_archive),
    FileType("csv", "text/csv", _("CSV 表格"), ("csv",), content.is_text, content.check_text),
    FileType("txt", "text/plain", _("纯文本"), ("txt",), content.is_text, content.check_text),
)
"""In this order they are recognised: special containers before the plain archive, text last."""


def accepted_extensions() -> list[str]:
    """For the `accept` attribute of upload fields."""
    return [f".{extension}" for kind in FILE_TYPES for extension in kind.extensions]
