"""The commands: what people type, what they get, and what they are told when something is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result
from packs_making import MEASURE, write

from kaichuang.packs.cli import pack as pack_group
from kaichuang.packs.rules_cli import rules as rules_group

ROOT = Path(__file__).resolve().parents[2] / "packs"
NINGHAI = str(ROOT / "ninghai-2016")


def call(group: Any, *words: str | Path, fails: bool = False) -> Result:
    result = CliRunner().invoke(group, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert (result.exit_code != 0) is fails, result.output
    return result


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("population")
    call(rules_group, "sample", NINGHAI, "--rows", "500", "--out", folder, "--as-of", "2019-06-01")
    return folder


def with_tables(folder: Path) -> list[str]:
    return [
        word for name in ("invoices", "selections") for word in ("--table", f"{name}={folder / name}.parquet")
    ]


def test_a_population_is_answered_the_same_whole_and_in_parts(drawn: Path, tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole.parquet", tmp_path / "parts.parquet"
    common = [
        "run",
        NINGHAI,
        drawn / "people.parquet",
        *with_tables(drawn),
        "--as-of",
        "2019-06-01",
        "--stacked",
    ]
    call(rules_group, *common, "--out", whole)
    shown = call(rules_group, *common, "--out", parts, "--parts", "4")
    assert "500 户" in shown.output
    one, other = pl.read_parquet(whole), pl.read_parquet(parts)
    assert one.height == 500
    assert one.sort("case").equals(other.sort("case"))
    assert {"nh_m4.payable", "nh_m4.granted", "granted"} <= set(one.columns)
    assert one.select("space_level", "paid_nh_m2_total").equals(
        pl.read_parquet(drawn / "people.parquet").select("space_level", "paid_nh_m2_total")
    )


def test_one_measure_alone_and_a_population_without_tables_in_parts(drawn: Path, tmp_path: Path) -> None:
    out = tmp_path / "one.parquet"
    words = [
        "run",
        NINGHAI,
        drawn / "people.parquet",
        "--measure",
        "NH-M2",
        "--parts",
        "3",
        "--as-of",
        "2019-06-01",
    ]
    call(rules_group, *words, "--out", out)
    found = pl.read_parquet(out)
    assert found["case"].to_list() == list(range(500))
    assert [name for name in found.columns if "." in name] == [
        "nh_m2.eligible", "nh_m2.amount", "nh_m2.payable", "nh_m2.budget", "nh_m2.may_reduce",
    ]  # fmt: skip


def test_columns_that_do_not_fit_are_named(drawn: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.parquet"
    pl.read_parquet(drawn / "people.parquet").with_columns(space_level=pl.lit("village")).write_parquet(wrong)
    told = call(rules_group, "run", NINGHAI, wrong, "--out", tmp_path / "x.parquet", fails=True).output
    assert "village" in told
    assert "county" in told
    told = call(
        rules_group, "run", NINGHAI, wrong, "--out", tmp_path / "x.parquet", "--table", "x", fails=True
    ).output
    assert "NAME=FILE" in told


CASE = {"as_of": "2017-11-30", "facts": {"is_space_or_centre": True, "space_level": "county", "invoices": [
    {"number": "A1", "issued_on": "2017-03-01", "amount": 500000.5, "category": "software"}]}}  # fmt: skip


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(CASE), encoding="utf-8")
    return path


def test_a_case_is_explained_in_both_languages_frozen_and_replayed(case: Path, tmp_path: Path) -> None:
    frozen = tmp_path / "frozen.json"
    shown = call(rules_group, "explain", NINGHAI, case, "--measure", "NH-M4", "--freeze", frozen).output
    assert "最高 150,000.15 元" in shown
    assert "[NH 三(二)]" in shown
    assert "up to 150,000.15 yuan" in call(rules_group, "explain", NINGHAI, case, "--lang", "en").output
    assert "the same results" in call(rules_group, "replay", frozen, NINGHAI).output
    data = json.loads(call(rules_group, "explain", NINGHAI, case, "--json").output)
    assert data["NH-M4"]["payable"] == "150000.15"
    frozen.write_text(frozen.read_text(encoding="utf-8").replace("150000.15", "150000.16"), encoding="utf-8")
    assert "changed" in call(rules_group, "replay", frozen, NINGHAI, fails=True).output


def test_a_fact_that_no_pack_knows_is_told_with_the_nearest(case: Path) -> None:
    case.write_text(json.dumps({"facts": {"space_levl": "county"}}), encoding="utf-8")
    assert "space_level" in call(rules_group, "explain", NINGHAI, case, "--as-of", "2017-01-01").output
    case.write_text(json.dumps({"facts": {"space_level": 3}}), encoding="utf-8")
    assert "space_level" in call(rules_group, "explain", NINGHAI, case, fails=True).output
    assert "NH-M4" in call(rules_group, "explain", NINGHAI, case, "--measure", "NH-M44", fails=True).output


def test_a_case_is_matched_against_several_packs(case: Path) -> None:
    shown = call(rules_group, "match", case, NINGHAI, str(ROOT / "lhasa-2019"), "--lang", "en").output
    assert "✓ NH-M4" in shown
    assert "= 350,000.15 元" in shown
    assert "lhasa-2019" in shown
    assert "no such fact" not in shown


def test_a_simulation_shows_winners_and_losers_and_draws_a_chart(drawn: Path, tmp_path: Path) -> None:
    chart, table = tmp_path / "chart.svg", tmp_path / "effects.csv"
    words = ["simulate", NINGHAI, drawn / "people.parquet", "--set", "A01=cumulative", "--group-by", "space_level",
             "--as-of", "2019-06-01", "--chart", chart, "--out", table]  # fmt: skip
    shown = call(rules_group, *words).output
    assert "NH-M2" in shown
    assert "national" in shown
    assert "重算 7 /" in shown
    assert chart.read_text(encoding="utf-8").count("<rect") == 4
    assert pl.read_csv(table).filter(pl.col("measure") == "NH-M2")["losers"].sum() == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [("A1=x", "did you mean"), ("A01=x", "highest、cumulative"), ("NH-M4.rate=half", "NH-M4.rate")],
)
def test_a_change_that_makes_no_sense_is_refused(drawn: Path, change: str, words: str) -> None:
    assert (
        words
        in call(
            rules_group, "simulate", NINGHAI, drawn / "people.parquet", "--set", change, fails=True
        ).output
    )


def test_two_versions_are_compared_over_a_population(drawn: Path, tmp_path: Path) -> None:
    write(tmp_path / "old")
    write(tmp_path / "new", MEASURE.replace("value: 30%", "value: 40%"))
    people = tmp_path / "people.csv"
    pl.DataFrame({"case": [1, 2], "staff": [5, 1], "cost": [1_000_000, 1_000_000]}).write_csv(people)
    words = [
        "diff",
        tmp_path / "old" / "trial",
        tmp_path / "new" / "trial",
        "--people",
        people,
        "--as-of",
        "2019-06-01",
    ]
    shown = call(pack_group, *words).output
    assert "3/10 → 2/5" in shown
    assert "3,000 → 4,000 元" in shown


def test_lint_is_strict_only_when_asked(tmp_path: Path) -> None:
    write(tmp_path)
    assert "没有用到" in call(pack_group, "lint", tmp_path / "trial", "--as-of", "2019-06-01").output
    call(pack_group, "lint", tmp_path / "trial", "--strict", fails=True)


def test_pages_are_written_with_an_index(tmp_path: Path) -> None:
    write(tmp_path)
    for form, suffix in (("markdown", "md"), ("html", "html")):
        call(pack_group, "docs", tmp_path / "trial", "--out", tmp_path / "docs", "--format", form)
        assert "X-M1" in (tmp_path / "docs" / f"index.{suffix}").read_text(encoding="utf-8")
        assert "200,000" in (tmp_path / "docs" / f"X-M1.{suffix}").read_text(encoding="utf-8")
    assert (
        "no such measure" in call(pack_group, "docs", tmp_path / "trial", "--measure", "X", fails=True).output
    )


def test_settings_are_listed_and_a_document_is_checked(tmp_path: Path) -> None:
    assert "NH-U1.rate = 待填" in call(rules_group, "settings", NINGHAI).output
    document = tmp_path / "settings.yaml"
    document.write_text("pack: ninghai-2016\nparameters: {NH-U1.rate: 50%}\n", encoding="utf-8")
    assert "NH-U1.rate = 1/2" in call(rules_group, "settings", NINGHAI, document).output
    document.write_text("pack: ninghai-2016\nparameters: {NH-U1.rat: 50%}\n", encoding="utf-8")
    assert "NH-U1.rate" in call(rules_group, "settings", NINGHAI, document, fails=True).output
