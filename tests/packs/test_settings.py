"""A bureau's settings document: checked against the pack, and in force in answers, populations and sheets."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from kaichuang.packs import Pack, PackErrors, load_pack
from kaichuang.packs.check import ensure
from kaichuang.packs.settings import BureauSettings, load_settings, parse_settings, settable
from kaichuang.packs.sheets import fill, fill_population
from kaichuang.rules.measures import Rulebook, evaluate

ROOT = Path(__file__).resolve().parents[2] / "packs"
PACK = load_pack(ROOT / "ninghai-2016")
BOOK = ensure(PACK)
DAY = dt.date(2017, 11, 30)
DOCUMENT = """
pack: ninghai-2016
decided_by: 宁海县科学技术局
decided_on: 2017-01-10
readings: {A05: all_l2}
parameters: {NH-U1.rate: 50%, NH-U1.ceiling: 2万, NH-U1.yearly: 5万}
sheets:
  NH-EVAL:
    weights: {mechanism: 20, service: 20, hardware: 20, talent: 20, growth: 20}
    marks: {passed: 60}
"""


@pytest.fixture
def chosen(tmp_path: Path) -> BureauSettings:
    path = tmp_path / "settings.yaml"
    path.write_text(DOCUMENT, encoding="utf-8")
    return load_settings(path, PACK, BOOK)


def test_figures_that_the_text_leaves_open_come_from_the_bureau(chosen: BureauSettings) -> None:
    facts = {
        "is_startup": True,
        "service_class": "testing",
        "service_cost": 1_000_000,
        "space_level": "county",
    }
    assert evaluate(BOOK, facts, as_of=DAY)["NH-U1"].unset == ("rate", "ceiling", "yearly")
    answer = evaluate(BOOK, facts, as_of=DAY, settings=chosen.rules)["NH-U1"]
    assert answer.unset == ()
    assert answer.amount_fen == 500_000
    assert chosen.rules["budget_map"] == "all_l2"
    assert (chosen.decided_by, chosen.decided_on) == ("宁海县科学技术局", dt.date(2017, 1, 10))


def test_weights_and_pass_marks_of_a_sheet_come_from_the_bureau(chosen: BureauSettings) -> None:
    sheet = PACK.all.sheets[0]
    facts = dict.fromkeys(("eval_mechanism", "eval_service", "eval_hardware", "eval_talent"), 12) | {
        "eval_growth": 50
    }
    assert fill(BOOK, sheet, facts, as_of=DAY).grade is None
    card = fill(BOOK, chosen.sheet(sheet), facts, as_of=DAY)
    assert card.total == 12 * 4 + 20
    assert card.passed is True
    import polars as pl

    population = pl.DataFrame({"case": [1, 2], **{name: [value, 0] for name, value in facts.items()}})
    cards = fill_population(BOOK, chosen.sheet(sheet), population, as_of=DAY)
    assert cards["nh_eval.grade"].to_list() == ["passed", "failed"]
    assert cards["nh_eval.total"].to_list() == [{"num": 68, "den": 1}, {"num": 0, "den": 1}]


@pytest.mark.parametrize(
    ("change", "code", "hint"),
    [
        ({"pack": "lhasa-2019"}, "pack", "ninghai-2016"),
        ({"parameter": {}}, "key", "parameters"),
        ({"readings": {"A0X": "x"}}, "unknown", None),
        ({"readings": {"A05": "all_12"}}, "choice", "core_l1、all_l2"),
        ({"parameters": {"NH-U1.rates": "50%"}}, "unknown", "NH-U1.rate"),
        ({"parameters": {"NH-U1.rate": "half"}}, "value", None),
        ({"parameters": {"NH-U1.ceiling": "-2万"}}, "negative", None),
        ({"sheets": {"NH-EVALS": {}}}, "unknown", "NH-EVAL"),
        ({"sheets": {"NH-EVAL": {"weights": {"mechanics": 1}}}}, "unknown", "mechanism"),
        ({"sheets": {"NH-EVAL": {"marks": {"passed": "x"}}}}, "value", None),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_what_to_write_instead(
    change: dict[str, Any], code: str, hint: str | None
) -> None:
    with pytest.raises(PackErrors) as error:
        parse_settings({"pack": "ninghai-2016", **change}, PACK, BOOK)
    (problem,) = error.value.problems
    assert (problem.code, problem.suggestion) == (code, hint) or (hint is None and problem.code == code)


def test_mistakes_in_a_file_stand_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(DOCUMENT.replace("50%", "half").replace("A05", "A55"), encoding="utf-8")
    with pytest.raises(PackErrors) as error:
        load_settings(path, PACK, BOOK)
    assert {(p.mark.line, p.code) for p in error.value.problems} == {(5, "unknown"), (6, "value")}


def test_the_form_lists_what_is_open_and_what_is_in_force(chosen: BureauSettings) -> None:
    before = {setting.name: setting for setting in settable(PACK, BOOK)}
    after = {setting.name: setting for setting in settable(PACK, BOOK, chosen)}
    assert before["NH-U1.rate"].open
    assert after["NH-U1.rate"].value == Fraction(1, 2)
    assert after["NH-M4.rate"].written == "3/10"
    assert (before["A05"].value, after["A05"].value) == ("core_l1", "all_l2")
    assert after["NH-EVAL.passed"].value == 60
    assert all(setting.clause for setting in after.values())


def test_the_rulebook_of_the_pack_is_untouched(chosen: BureauSettings) -> None:
    assert isinstance(BOOK, Rulebook)
    assert isinstance(PACK, Pack)
    assert BOOK.readings["A05"].default == "core_l1"
    assert PACK.all.sheets[0].items[0].most is None
