"""What may be handed in is judged by its bytes, and every problem is named at once."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from kaichuang.files import store
from kaichuang.files.checks import check_file
from kaichuang.files.models import Attachment, Content
from kaichuang.files.operations import attach
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Refused

from .conftest import Upload, docx_bytes, image_bytes, pdf_bytes, zip_bytes

XLSX = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<w/>"}
GOOD = {
    "a.pdf": pdf_bytes(),
    "a.png": image_bytes(),
    "a.JPEG": image_bytes("JPEG"),
    "a.docx": docx_bytes(),
    "a.xlsx": zip_bytes(XLSX),
    "a.pptx": zip_bytes({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"}),
    "a.ofd": zip_bytes({"OFD.xml": b"<ofd/>"}),
    "a.zip": zip_bytes({"照片.jpg": image_bytes("JPEG")}),
    "a.csv": "名称,金额\n甲公司,20\n".encode(),
    "gbk.csv": "名称,金额\n甲公司,20\n".encode("gb18030"),
    "bom.txt": "\ufeff说明".encode(),
}


def codes(tmp_path: Path, name: str, data: bytes) -> tuple[str, set[str]]:
    path = tmp_path / "x"
    path.write_bytes(data)
    found, problems = check_file(path, name=name)
    return (found.key if found else "", {problem.code for problem in problems})


@pytest.mark.parametrize("name", GOOD)
def test_an_ordinary_file_is_accepted(tmp_path: Path, name: str) -> None:
    key, problems = codes(tmp_path, name, GOOD[name])
    assert problems == set()
    assert key == name.rpartition(".")[2].lower().replace("jpeg", "jpg")


def encrypted_zip() -> bytes:
    data = bytearray(zip_bytes({"a.txt": b"x"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


HUGE_PNG = image_bytes().replace((8).to_bytes(4, "big") * 2, (60_000).to_bytes(4, "big") * 2)

BAD = [
    ("evil.pdf", b"MZ\x90\x00" + b"\0" * 100, "", {"type_unknown"}),
    ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "", {"type_unknown"}),
    ("page.html", b"<html><script>alert(1)</script>\0", "", {"type_unknown"}),
    ("page.html", b"<html><script>alert(1)</script>", "csv", {"type_mismatch"}),
    ("photo.jpg", image_bytes("PNG"), "png", {"type_mismatch"}),
    ("half.png", image_bytes()[:40], "png", {"image_broken"}),
    ("broken.pdf", b"%PDF-1.7\nnothing", "pdf", {"pdf_broken"}),
    ("macro.docx", docx_bytes({"word/vbaProject.bin": b"x"}), "docx", {"office_macros"}),
    ("bomb.zip", zip_bytes({"zero": b"\0" * 20_000_000}), "zip", {"zip_bomb"}),
    ("locked.zip", encrypted_zip(), "zip", {"zip_encrypted"}),
    ("slip.zip", zip_bytes({"../../etc/passwd": b"x"}), "zip", {"zip_paths"}),
    ("tool.zip", zip_bytes({"setup.EXE": b"x"}), "zip", {"zip_executable"}),
    ("both.pdf", pdf_bytes() + zip_bytes({"a.txt": b"x"}), "pdf", {"polyglot"}),
    ("both.png", image_bytes() + zip_bytes({"a.txt": b"x"}), "png", {"polyglot"}),
    ("huge.png", HUGE_PNG, "png", {"image_broken"}),
    ("table.csv", b"a,b\x00c", "", {"type_unknown"}),
    ("table.xlsx", b"PK\x03\x04 not an archive", "", {"type_unknown"}),
    (f"{'长' * 260}.png", image_bytes(), "png", {"name_too_long"}),
]


@pytest.mark.parametrize(
    ("name", "data", "key", "problems"), BAD, ids=[f"{i}-{row[0][:12]}" for i, row in enumerate(BAD)]
)
def test_a_dangerous_or_broken_file_is_refused(
    tmp_path: Path, name: str, data: bytes, key: str, problems: set[str]
) -> None:
    found, codes_found = codes(tmp_path, name, data)
    assert codes_found == problems
    assert found == key


def make_pdf(catalog: bytes = b"", trailer: bytes = b"") -> bytes:
    """A one-page PDF written by hand, so that rare features can be put in."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>",
    ]
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    offsets = []
    for number, part in enumerate(parts, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n" % number + part + b"\nendobj\n")
    start = out.tell()
    out.write(
        b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    )
    out.write(b"trailer<</Size 4/Root 1 0 R" + trailer + b">>\nstartxref\n%d\n%%%%EOF" % start)
    return out.getvalue()


SCRIPT = b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(app.alert(1))>>]>>>>"
EMBEDDED = b"/Names<</EmbeddedFiles<</Names[(a.exe)<</Type/Filespec/F(a.exe)>>]>>>>"
ENCRYPTED = (
    b"/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>"
)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (make_pdf(), None),
        (make_pdf(SCRIPT), "pdf_scripts"),
        (make_pdf(EMBEDDED), "pdf_embedded"),
        (make_pdf(b"", ENCRYPTED), "pdf_encrypted"),
    ],
)
def test_a_pdf_with_scripts_files_or_password_is_refused(
    tmp_path: Path, data: bytes, code: str | None
) -> None:
    _key, problems = codes(tmp_path, "a.pdf", data)
    assert problems == ({code} if code else set())


def test_all_problems_of_all_files_come_at_once_and_nothing_is_kept(
    owner: Actor, now: datetime, settings: object
) -> None:
    settings.MAX_UPLOAD_BYTES = 1 << 20  # type: ignore[attr-defined]
    uploads = [
        Upload("ok.png", image_bytes()),
        Upload("empty.pdf", b""),
        Upload("big.png", b"\0" * ((1 << 20) + 1)),
        Upload("macro.xlsx", zip_bytes({**XLSX, "xl/vbaProject.bin": b"", "run.bat": b""})),
    ]
    with pytest.raises(Refused) as refused:
        attach(uploads=uploads, actor=owner, now=now)
    found = [(problem.field, problem.code) for problem in refused.value.problems]
    assert found == [
        ("empty.pdf", "empty"),
        ("big.png", "too_large"),
        ("macro.xlsx", "zip_executable"),
        ("macro.xlsx", "office_macros"),
    ]
    assert "1 MB" in str(refused.value)
    assert not Attachment.objects.exists()
    assert not Content.objects.exists()
    assert not list(store.all_paths())
    assert not list(store.incoming().iterdir())


def test_a_stream_that_lies_about_its_size_is_cut_off(owner: Actor, now: datetime, settings: object) -> None:
    settings.MAX_UPLOAD_BYTES = 1 << 16  # type: ignore[attr-defined]

    class Liar:
        name, size = "a.png", 10

        def chunks(self) -> object:
            while True:
                yield b"\0" * 4096

    with pytest.raises(Refused) as refused:
        attach(uploads=[Liar()], actor=owner, now=now)  # type: ignore[list-item]  # a protocol with loose types
    assert refused.value.codes == {"too_large"}
    assert not list(store.incoming().iterdir())


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\王\\执照.png", "执照.png"),
        ("../../etc/a.png", "a.png"),
        ("a\r\nSet-Cookie: x.png", "aSet-Cookie: x.png"),
        ("\u202egnp.a.png", "gnp.a.png"),
        ("e\u0301.png", "é.png"),
    ],
)
def test_names_are_bare_and_without_controls(owner: Actor, now: datetime, given: str, kept: str) -> None:
    upload = Upload("x.png", image_bytes())
    upload._name = given  # type: ignore[attr-defined]  # Django cleans names itself; other callers may not
    [attachment] = attach(uploads=[upload], actor=owner, now=now)
    assert attachment.name == kept


def test_overlapping_entries_are_counted_whole(tmp_path: Path) -> None:
    data = zip_bytes(
        {f"{number}": b"\0" * 3_000_000 for number in range(10)}, compression=zipfile.ZIP_DEFLATED
    )
    assert codes(tmp_path, "a.zip", data)[1] == {"zip_bomb"}
