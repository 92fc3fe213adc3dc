"""A usual document is read in milliseconds, a hostile one in seconds."""

from __future__ import annotations

import time

import pytest

from kaichuang.policy.importing import parse_text

from .support import DOCUMENTS


def seconds(text: str) -> float:
    start = time.perf_counter()
    parse_text(text)
    return time.perf_counter() - start


def test_a_document_of_twenty_kilobytes_takes_well_under_a_second() -> None:
    text = "".join(
        (DOCUMENTS / name).read_text(encoding="utf-8") + "\n" for name in ("01_direct_opinion.txt",) * 8
    )
    assert len(text.encode()) > 9_000
    assert min(seconds(text) for _ in range(3)) < 0.3


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "政策" * 400_000,
        "一、" * 200_000,
        "（" * 400_000,
        "“" * 400_000,
        "《" * 300_000,
        "1" * 500_000,
        "责任单位：" * 120_000,
        "。".join(f"第{n}条 内容，" for n in range(20_000)),
        "甲乙贷" * 150_000,
        "a b " * 300_000,
    ],
    ids=[
        "plain",
        "markers",
        "brackets",
        "quotes",
        "books",
        "digits",
        "labels",
        "articles",
        "products",
        "spaces",
    ],
)
def test_a_huge_single_line_takes_seconds_not_minutes(text: str) -> None:
    assert seconds(text) < 20
