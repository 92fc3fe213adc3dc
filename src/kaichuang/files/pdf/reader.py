"""Reading PDFs with pdfium, one at a time: the library is not thread-safe."""

from __future__ import annotations

import ctypes
import threading
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

LOCK = threading.Lock()
"""Hold it around every use of pdfium in this process."""

_TEXT_PAGES = 60


class Encrypted(Exception):
    """A password is needed."""


class Unreadable(Exception):
    """Not a PDF that pdfium can open."""


@dataclass(frozen=True, slots=True)
class Facts:
    pages: int
    scripts: int
    embedded: int


def inspect(path: Path) -> Facts:
    """Pages, scripts and embedded files. Raises `Encrypted` or `Unreadable`."""
    with LOCK:
        document = _open(path)
        try:
            pages = len(document)
            if pages < 1:
                raise Unreadable
            return Facts(
                pages,
                max(pdfium.FPDFDoc_GetJavaScriptActionCount(document.raw), 0),
                max(document.count_attachments(), 0),
            )
        finally:
            document.close()


def text_of(path: Path) -> str:
    """The text of the first pages. Raises `Encrypted` or `Unreadable`."""
    with LOCK:
        document = _open(path)
        try:
            parts = []
            for number in range(min(len(document), _TEXT_PAGES)):
                page = document[number]
                text = page.get_textpage()
                parts.append(text.get_text_range())
                text.close()
                page.close()
            return "\n".join(parts)
        except pypdfium2.PdfiumError as error:
            raise Unreadable from error
        finally:
            document.close()


def _open(path: Path) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if ctypes.c_ulong(pdfium.FPDF_GetLastError()).value == pdfium.FPDF_ERR_PASSWORD:
            raise Encrypted from error
        raise Unreadable from error
