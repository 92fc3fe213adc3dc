"""The packs that ship with the project are sound, and their own examples hold."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from kaichuang.packs import load_pack
from kaichuang.packs.check import check_pack, ensure
from kaichuang.packs.jsonschema import json_schema
from kaichuang.packs.lint import lint
from kaichuang.packs.testing import run_tests

ROOT = Path(__file__).resolve().parents[2] / "packs"
PACKS = sorted(path.parent.name for path in ROOT.glob("*/pack.yaml"))


@pytest.mark.parametrize("name", PACKS)
def test_a_shipped_pack_has_no_mistakes(name: str) -> None:
    problems, book = check_pack(load_pack(ROOT / name))
    assert [str(problem) for problem in problems] == []
    assert book is not None


@pytest.mark.parametrize("name", PACKS)
def test_every_example_of_a_shipped_pack_holds(name: str) -> None:
    pack = load_pack(ROOT / name)
    failed = [f"{o.mark} {o.name}: {o.differences}" for o in run_tests(pack, ensure(pack)) if not o.passed]
    assert failed == []


def test_the_schema_for_editors_is_the_one_that_the_models_give() -> None:
    written = json.loads((ROOT / "schema.json").read_text(encoding="utf-8"))
    assert written == json_schema()


def test_a_packs_hash_depends_on_its_meaning_and_not_on_its_layout(tmp_path: Path) -> None:
    for name in ("_common", "ninghai-2016"):
        for source in (ROOT / name).rglob("*.yaml"):
            target = tmp_path / name / source.relative_to(ROOT / name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text("# a comment\n" + source.read_text(encoding="utf-8"), encoding="utf-8")
    same = load_pack(tmp_path / "ninghai-2016")
    assert same.hash == load_pack(ROOT / "ninghai-2016").hash
    money = tmp_path / "ninghai-2016" / "measures" / "money.yaml"
    money.write_text(money.read_text(encoding="utf-8").replace("value: 30%", "value: 31%"), encoding="utf-8")
    assert load_pack(tmp_path / "ninghai-2016").hash != same.hash


def test_at_least_two_hundred_examples_stand_beside_the_worked_values() -> None:
    worked = 45  # the table of worked values that the packs were first tried against
    examples = 0
    for name in PACKS:
        pack = load_pack(ROOT / name)
        examples += sum(1 for _ in run_tests(pack, ensure(pack)))
    assert examples >= worked + 200


@pytest.mark.parametrize("name", ["_common", "ninghai-2016", "lhasa-2019"])
def test_lint_finds_nothing_that_was_not_looked_at(name: str) -> None:
    pack = load_pack(ROOT / name)
    assert [str(doubt) for doubt in lint(pack, ensure(pack), as_of=dt.date(2026, 11, 22))] == []
