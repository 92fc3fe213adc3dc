"""The plain-language page of a measure: figures and examples come from the rule."""

from __future__ import annotations

from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest
from packs_making import MEASURE, write

from kaichuang.packs import load_pack
from kaichuang.packs.check import ensure
from kaichuang.packs.pages import html, markdown, page

ROOT = Path(__file__).resolve().parents[2] / "packs"
PACKS = sorted(path.parent.name for path in ROOT.glob("*/pack.yaml") if path.parent.name != "_common")


def test_the_page_says_what_the_rule_says_and_shows_it_at_work(tmp_path: Path) -> None:
    pack = write(tmp_path)
    text = markdown(page(pack, ensure(pack), "X-M1"))
    assert "投入 × 30%，最高 200,000 元" in text
    assert "人数足够（X 一）" in text
    assert "投入 1,000,000 元 × 30% = 300,000 元" in text
    assert "**可享受“投入补助”，最高 200,000 元**" in text
    assert "2016-01-01 至 2030-12-31，含首尾两日" in text


def test_a_changed_figure_changes_rule_and_page_together(tmp_path: Path) -> None:
    pack = write(tmp_path, MEASURE.replace("value: 30%", "value: 10%"))
    text = markdown(page(pack, ensure(pack), "X-M1"))
    assert "投入 × 10%" in text
    assert "投入 1,000,000 元 × 10% = 100,000 元" in text


def test_settings_of_the_bureau_stand_on_the_page(tmp_path: Path) -> None:
    pack = write(tmp_path)
    made = page(pack, ensure(pack), "X-M1", settings={"X-M1.rate": Fraction(1, 2)})
    assert "投入 × 50%，最高 200,000 元" in markdown(made)


def test_the_english_page_shows_english_amounts(tmp_path: Path) -> None:
    pack = write(tmp_path)
    text = markdown(page(pack, ensure(pack), "X-M1", language="en"))
    assert "up to 200,000 yuan" in text
    assert "元" not in text.split("## ")[3]


class Balanced(HTMLParser):
    """Checks that every element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", PACKS)
def test_every_shipped_measure_has_a_page_in_both_languages(name: str) -> None:
    pack = load_pack(ROOT / name)
    book = ensure(pack)
    for measure in pack.own.measures:
        for language in ("zh", "en"):
            made = page(pack, book, measure.id, language=language)
            assert made.sections
            parser = Balanced()
            parser.feed(html(made))
            assert parser.open == []


def test_what_people_wrote_cannot_break_the_page(tmp_path: Path) -> None:
    pack = write(tmp_path, MEASURE.replace("summary: 按投入补助", "summary: <script>alert(1)</script>"))
    assert "<script>" not in html(page(pack, ensure(pack), "X-M1"))
