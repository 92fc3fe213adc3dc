"""Text of a PDF, page by page."""

from __future__ import annotations

from kaichuang.policy.importing.model import ImportWarning


def pdf_text(data: bytes) -> tuple[str, list[ImportWarning]]:
    """The text layer of a PDF; a scan without one is refused."""
    import pypdfium2 as pdfium

    from kaichuang.policy.importing.reading import UnreadableFile

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise UnreadableFile("PDF 文件损坏或有密码，请提供可打开的文件。") from error
    try:
        pages = []
        empty = 0
        for number in range(len(document)):
            page = document[number]
            text_page = page.get_textpage()
            text = text_page.get_text_bounded().replace("\r\n", "\n").replace("\ufffe", "")
            text_page.close()
            page.close()
            empty += not text.strip()
            pages.append(text)
    finally:
        document.close()
    if not any(text.strip() for text in pages):
        raise UnreadableFile("PDF 是扫描件，没有文字层，请先做文字识别（OCR）后再导入。")
    notes = []
    if empty:
        notes.append(
            ImportWarning("PDF_PAGE_WITHOUT_TEXT", 1, "", None, f"PDF中有{empty}页没有文字，可能是图片。")
        )
    return "\n\f".join(pages), notes
