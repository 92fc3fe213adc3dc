"""Files of every format come in as the same text; what cannot be read says why."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from kaichuang.policy.importing import UnreadableFile, parse_file
from kaichuang.policy.importing.reading import read_bytes

TEXT = "云岭县支持创业办法\n云政发〔2020〕3号\n一、支持对象\n本县居民。\n二、支持标准\n每户五千元，一次性发放。\n云岭县人民政府\n2020年3月1日"


def outline_of(path: Path) -> list[tuple[str, str | None]]:
    return [(c.number, c.heading.text if c.heading else None) for c in parse_file(path).walk()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "gbk"])
def test_a_text_file_reads_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "policy.txt"
    path.write_bytes(TEXT.encode(encoding))
    document = parse_file(path)
    assert document.metadata.document_number == "云政发〔2020〕3号"
    assert outline_of(path) == [("一", "支持对象"), ("二", "支持标准")]
    assert ("ENCODING" in {w.code for w in document.warnings}) == (
        encoding in {"utf-16-le", "gb18030", "gbk"}
    )


def test_a_big5_file_reads(tmp_path: Path) -> None:
    path = tmp_path / "policy.txt"
    path.write_bytes(
        "安和縣人民政府關於促進創業的辦法\n第一條　為促進創業，制定本辦法。\n第二條　本辦法自發布之日起施行。".encode(
            "big5"
        )
    )
    assert [number for number, _ in outline_of(path)] == ["第一條", "第二條"]


def test_a_word_document_keeps_automatic_numbers_and_tables(tmp_path: Path) -> None:
    from docx import Document

    word = Document()
    word.add_paragraph("云岭县支持创业办法")
    word.add_paragraph("一、申请材料")
    word.add_paragraph("身份证", style="List Number")
    word.add_paragraph("营业执照", style="List Number")
    word.add_paragraph("二、补贴标准")
    table = word.add_table(rows=2, cols=2)
    for row, cells in zip(table.rows, (("级别", "金额"), ("县级", "五千元")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    path = tmp_path / "policy.docx"
    word.save(str(path))
    document = parse_file(path)
    assert [c.number for c in document.walk()] == ["一", "1", "2", "二"]
    assert [p.text for p in list(document.walk())[3].paragraphs] == ["级别\t金额", "县级\t五千元"]
    assert "LIST_NUMBERS" in {w.code for w in document.warnings}


def test_words_beside_the_body_of_a_word_document_are_told(tmp_path: Path) -> None:
    from docx import Document

    word = Document()
    word.add_paragraph("云岭县支持创业办法")
    word.sections[0].header.paragraphs[0].text = "内部资料"
    path = tmp_path / "policy.docx"
    word.save(str(path))
    assert ("LEFT_OUT", "内部资料") in {(w.code, w.found) for w in parse_file(path).warnings}


def test_a_pdf_without_text_is_refused(tmp_path: Path) -> None:
    import pypdfium2 as pdfium

    pdf = pdfium.PdfDocument.new()
    pdf.new_page(200, 200)
    buffer = io.BytesIO()
    pdf.save(buffer)
    path = tmp_path / "scan.pdf"
    path.write_bytes(buffer.getvalue())
    with pytest.raises(UnreadableFile, match="OCR"):
        parse_file(path)


def test_a_pdf_with_text_reads(tmp_path: Path) -> None:
    typst = pytest.importorskip("typst")
    source = tmp_path / "policy.typ"
    source.write_text("1. First rule.\n\n2. Second rule.\n", encoding="utf-8")
    path = tmp_path / "policy.pdf"
    typst.compile(str(source), output=str(path))
    assert [c.number for c in parse_file(path).walk()] == ["1", "2"]


def bomb() -> bytes:
    """An archive of a few kilobytes whose text unpacks to very much."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b" " * (49 << 20))
    return buffer.getvalue()


def test_words_of_a_page_that_its_parser_drops_are_told() -> None:
    page = "<div>" * 20_000 + "一、支持对象" + "</div>" * 20_000
    text, notes = read_bytes(page.encode(), ".html")
    assert "支持对象" in text or "HTML" in {note.code for note in notes}


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("old.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 100, "docx"),
        ("photo.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "图片"),
        ("broken.docx", b"PK\x03\x04broken", "Word"),
        ("bomb.docx", bomb(), "解压"),
        ("note.rtf", rb"{\rtf1\ansi hello}", "RTF"),
        ("page.mht", b"MIME-Version: 1.0\n\n", "html"),
        ("broken.pdf", b"%PDF-1.7 broken", "PDF"),
        ("binary.bin", bytes(range(256)) * 40 + b"\0" * 4000, "文本|编码"),
    ],
)
def test_an_unreadable_file_says_what_to_do(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match=reason):
        parse_file(path)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="无法打开"):
        parse_file(tmp_path / "none.txt")
