"""A frozen answer replays to the fen, tells what changed in the pack, and shows when it was touched."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaichuang.packs import load_pack
from kaichuang.packs.check import ensure
from kaichuang.packs.freeze import Tampered, canonical, freeze, replay, verify
from kaichuang.rules.measures import Rulebook, evaluate

ROOT = Path(__file__).resolve().parents[2] / "packs"
DAY = dt.date(2017, 11, 30)
FACTS: dict[str, Any] = {
    "is_space_or_centre": True,
    "paid_nh_m4_year": 100_00,
    "invoices": [
        {"number": "A1", "issued_on": dt.date(2017, 1, 1), "amount": 66_666_666, "category": "software"},
        {"number": "A2", "issued_on": dt.date(2017, 5, 1), "amount": None, "category": "other"},
    ],
}


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return ensure(load_pack(ROOT / "ninghai-2016"))


def changed(tmp_path: Path, old: str, new: str) -> Rulebook:
    """The pack with one text replaced in its measures."""
    for name in ("_common", "ninghai-2016"):
        for source in (ROOT / name).rglob("*.yaml"):
            target = tmp_path / name / source.relative_to(ROOT / name)
            target.parent.mkdir(parents=True, exist_ok=True)
            text = source.read_text(encoding="utf-8")
            target.write_text(text.replace(old, new) if name != "_common" else text, encoding="utf-8")
    return ensure(load_pack(tmp_path / "ninghai-2016"))


def frozen(book: Rulebook, **more: Any) -> dict[str, Any]:
    answers = evaluate(book, FACTS, as_of=DAY, **more)
    document = freeze(answers, sources={"invoices": {"file": "sha256:ab", "received": "2017-11-01"}})
    loaded: dict[str, Any] = json.loads(canonical(document))
    return loaded


def test_a_frozen_answer_replays_to_the_fen_with_the_same_pack(book: Rulebook) -> None:
    document = frozen(book)
    again = replay(document, book)
    assert again.same
    assert again.rules == ()
    assert again.answers["NH-M4"].payable_fen == 19_990_000
    assert document["results"]["NH-M4"]["payable"] == "199900"
    assert document["sources"] == {"invoices": {"file": "sha256:ab", "received": "2017-11-01"}}
    assert document["tables"]["invoices"][1]["amount"] is None
    assert "nh_m4.cost" not in document["facts"]


def test_settings_are_frozen_with_the_answer(book: Rulebook) -> None:
    document = frozen(book, settings={"A06": "invoice", "NH-U1.rate": None})
    assert document["settings"]["equipment_cap"] == "invoice"
    assert replay(document, book).same


def test_a_changed_pack_says_which_figure_and_which_result_differ(book: Rulebook, tmp_path: Path) -> None:
    newer = changed(tmp_path, "value: 30%, clause: NH 三(二)", "value: 25%, clause: NH 三(二)")
    again = replay(frozen(book), newer)
    assert not again.same
    assert [(d.what, d.name) for d in again.rules][:1] == [("pack", "ninghai-2016")]
    assert ("figure", "nh_m4.rate", {"ratio": "3/10"}, {"ratio": "1/4"}) in [
        (d.what, d.name, d.then, d.now) for d in again.rules
    ]
    assert ("NH-M4.payable", "199900", "166666.66") in [(d.name, d.then, d.now) for d in again.results]


def test_a_changed_expression_is_shown_with_both_texts(book: Rulebook, tmp_path: Path) -> None:
    newer = changed(tmp_path, "test: cost > 0", "test: cost > yuan(1000)")
    again = replay(frozen(book), newer)
    assert again.same
    definition = next(d for d in again.rules if d.what == "definition")
    assert (definition.name, definition.then, definition.now) == (
        "nh_m4.purchased", "nh_m4.cost > 0", "nh_m4.cost > yuan(1000)",
    )  # fmt: skip


def test_rows_are_counted_again_by_the_newer_rules(book: Rulebook, tmp_path: Path) -> None:
    newer = changed(tmp_path, "category IN ('software', 'instrument')", "category IN ('instrument')")
    assert replay(frozen(book), newer).answers["NH-M4"].status == "not_met"


PATHS = ("facts.is_space_or_centre", "results.NH-M4.payable", "figures.nh_m4.ceiling", "as_of", "pack.hash")


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(PATHS), st.one_of(st.integers(), st.booleans(), st.text(), st.none()))
def test_any_touch_is_seen(path: str, value: Any) -> None:
    document = frozen(ensure_cached())
    head, _, rest = path.partition(".")
    inside, key = (document, head) if not rest else (document[head], rest)
    if rest.startswith("NH-M4."):
        inside, key = document["results"]["NH-M4"], "payable"
    if type(inside[key]) is type(value) and inside[key] == value:
        return
    inside[key] = value
    with pytest.raises(Tampered):
        verify(document)


_BOOKS: list[Rulebook] = []


def ensure_cached() -> Rulebook:
    if not _BOOKS:
        _BOOKS.append(ensure(load_pack(ROOT / "ninghai-2016")))
    return _BOOKS[0]


def test_floats_cannot_be_frozen(book: Rulebook) -> None:
    answers = evaluate(book, FACTS, as_of=DAY)
    with pytest.raises(ValueError, match="float"):
        freeze(answers, sources={"invoices": {"weight": 0.1}})
    with pytest.raises(ValueError, match="kaichuang-answer/1"):
        verify({"format": "other"})
