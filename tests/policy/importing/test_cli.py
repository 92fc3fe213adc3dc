"""``policy parse`` on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from kaichuang.policy.cli import policy

from .support import DOCUMENTS

SOUND = str(DOCUMENTS / "01_direct_opinion.txt")
DAMAGED = str(DOCUMENTS / "35_damaged_facts.txt")


def test_json_has_metadata_parts_and_warnings() -> None:
    result = CliRunner().invoke(policy, ["parse", SOUND, "--json"])
    data = json.loads(result.output)
    assert result.exit_code == 0
    assert set(data) == {"metadata", "parts", "warnings", "unplaced"}
    first = data["parts"][0]["clauses"][0]
    assert set(first) == {
        "number",
        "level",
        "heading",
        "paragraphs",
        "items",
        "responsible",
        "line",
        "children",
    }
    assert (first["number"], first["children"][0]["number"]) == ("一", "（一）")


def test_the_readable_form_shows_tree_and_doubts() -> None:
    result = CliRunner().invoke(policy, ["parse", DAMAGED, "--text"])
    assert result.exit_code == 0
    assert "一 建设目标" in result.output
    assert "黄政发〔2016〕8号" in result.output
    assert "BAD_NUMBER" in result.output


def test_strict_fails_on_doubts_only() -> None:
    assert CliRunner().invoke(policy, ["parse", SOUND, "--strict"]).exit_code == 0
    assert CliRunner().invoke(policy, ["parse", DAMAGED, "--strict"]).exit_code == 1


def test_an_unreadable_file_ends_with_a_message(tmp_path: Path) -> None:
    result = CliRunner().invoke(policy, ["parse", str(tmp_path / "none.txt")])
    assert result.exit_code == 2
    assert "无法打开" in result.output


def test_parsing_needs_no_django() -> None:
    code = "import sys, kaichuang.policy.cli; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
