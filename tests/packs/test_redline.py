"""Two versions of a pack: what differs, clause by clause, and who gains and loses."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
from packs_making import MEASURE, write

from kaichuang.packs.check import ensure
from kaichuang.packs.redline import effects, redline

DAY = dt.date(2019, 6, 1)
PEOPLE = pl.DataFrame({"case": range(4), "staff": [5, 5, 4, 9], "cost": [1_000_000, 90_000_000, 1_000_000, None],
                       "area": ["east", "west", "east", "west"]})  # fmt: skip


def test_the_same_pack_written_otherwise_does_not_differ(tmp_path: Path) -> None:
    old = write(tmp_path / "old")
    new = write(
        tmp_path / "new",
        "# comment\n" + MEASURE.replace("value: 20万", "value: 200000").replace("30%", "0.3"),
    )
    assert redline(old, new) == []


def test_each_difference_stands_with_its_clause_its_line_and_both_values(tmp_path: Path) -> None:
    text = MEASURE.replace("value: 30%", "value: 25%").replace("staff >= least", "staff > least")
    text = text.replace("title: 最少人数", "title: 最低人数")
    old, new = write(tmp_path / "old"), write(tmp_path / "new", text)
    changes = {change.where: change for change in redline(old, new)}
    assert set(changes) == {
        "measures X-M1 parameters.rate.value",
        "measures X-M1 parameters.least.title",
        "measures X-M1 conditions.staffed.test",
    }
    rate = changes["measures X-M1 parameters.rate.value"]
    assert (rate.before, rate.after, rate.clause, rate.kind) == ("3/10", "1/4", "X 一", "changed")
    assert rate.mark.file == "trial/rules.yaml"
    assert "25%" in text.split("\n")[rate.mark.line - 1]


def test_added_and_removed_measures_are_told_with_their_title(tmp_path: Path) -> None:
    second = MEASURE.split("tests:")[0].replace("X-M1", "X-M2").replace("measures:\n", "")
    old, new = write(tmp_path / "old"), write(tmp_path / "new", MEASURE.replace("tests:", second + "tests:"))
    assert [(c.kind, c.key, c.title) for c in redline(old, new)] == [("added", "X-M2", "投入补助")]
    assert [(c.kind, c.key) for c in redline(new, old)] == [("removed", "X-M2")]
    assert str(redline(new, old)[0]).startswith("- measures X-M2")


def test_who_gains_who_loses_and_how_much(tmp_path: Path) -> None:
    old = write(tmp_path / "old")
    new = write(
        tmp_path / "new", MEASURE.replace("value: 30%", "value: 20%").replace("value: 5,", "value: 4,")
    )
    (all_,) = effects(ensure(old), ensure(new), PEOPLE, as_of=DAY)
    assert (all_.cases, all_.before_fen, all_.after_fen) == (4, 20_300_000, 18_400_000)
    assert (all_.winners, all_.gained_fen, all_.losers, all_.lost_fen) == (1, 200_000, 2, 2_100_000)
    groups = {e.group: e for e in effects(ensure(old), ensure(new), PEOPLE, as_of=DAY, group_by="area")}
    assert set(groups) == {"east", "west", "*"}
    assert groups["east"].change_fen == 100_000
    assert groups["west"].change_fen == -2_000_000
    assert groups["*"].before_fen == all_.before_fen


def test_a_measure_that_only_one_version_has_counts_as_nothing_in_the_other(tmp_path: Path) -> None:
    second = MEASURE.split("tests:")[0].replace("X-M1", "X-M2").replace("measures:\n", "")
    old, new = write(tmp_path / "old"), write(tmp_path / "new", MEASURE.replace("tests:", second + "tests:"))
    found = {effect.measure: effect for effect in effects(ensure(old), ensure(new), PEOPLE, as_of=DAY)}
    assert (found["X-M2"].before_fen, found["X-M2"].after_fen) == (0, found["X-M1"].before_fen)
