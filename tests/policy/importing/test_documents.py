"""Own documents of many shapes; the outline beside each is what a reader expects."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaichuang.policy.importing import parse_file, parse_text

from .outline import outline
from .support import DOCUMENTS

FILES = sorted(path for path in DOCUMENTS.iterdir() if path.suffix in {".txt", ".html"})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_document_reads_as_its_outline_says(path: Path) -> None:
    expected = path.with_suffix(".outline").read_text(encoding="utf-8")
    assert outline(parse_file(path)) == expected


def test_there_is_a_document_for_each_of_many_shapes() -> None:
    assert len(FILES) >= 40


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".txt"], ids=lambda path: path.stem)
def test_windows_line_ends_change_nothing(path: Path) -> None:
    text = path.read_bytes().decode("gb18030" if "gb18030" in path.stem else "utf-8").replace("\r\n", "\n")
    plain, windows = (parse_text(t).to_json() for t in (text, text.replace("\n", "\r\n")))
    assert plain == windows
