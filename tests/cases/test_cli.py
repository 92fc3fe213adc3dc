"""`kaichuang case` for operators."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from click.testing import CliRunner

from kaichuang.cases.cli import case as command
from kaichuang.journal.models import Entry

from .conftest import Place
from .test_filing import submitted


def test_it_lists_shows_and_exports(qinghai: Place, tmp_path: Path) -> None:
    case = submitted(qinghai, qinghai.party("青海新芽科技")[1])
    run = CliRunner().invoke(command, ["list", "--programme", "qinghai", "--json"])
    assert [json.loads(line)["number"] for line in run.output.splitlines()] == [case.number]
    assert CliRunner().invoke(command, ["list", "--programme", "qinghai", "--state", "decision"]).output == ""
    assert CliRunner().invoke(command, ["list", "--programme", "qinghai", "--overdue"]).output == ""
    shown = CliRunner().invoke(command, ["show", case.number]).output
    assert "青海新芽科技" in shown and "→ accept" in shown and "submit" in shown
    file = tmp_path / "a.zip"
    assert CliRunner().invoke(command, ["export", case.number, str(file)]).exit_code == 0
    assert zipfile.is_zipfile(file)


def test_it_moves_with_a_reason_that_stands_in_the_journal(qinghai: Place) -> None:
    case = submitted(qinghai, qinghai.party()[1])
    assert CliRunner().invoke(command, ["move", case.number, "accept"]).exit_code == 2
    done = CliRunner().invoke(command, ["move", case.number, "accept", "--reason", "系统故障补办"])
    assert done.exit_code == 0 and done.output == f"✓ {case.number} decision\n"
    entry = Entry.objects.get(action="accept", subject_id=str(case.pk))
    assert entry.reason == "系统故障补办" and entry.actor_kind == "system"
    again = CliRunner().invoke(command, ["move", case.number, "accept", "--reason", "x"])
    assert again.exit_code == 1


def test_what_is_not_there_is_said(qinghai: Place) -> None:
    for words in (["show", "X-1"], ["list", "--programme", "nowhere"]):
        ran = CliRunner().invoke(command, words)
        assert ran.exit_code == 1 and "no such" in ran.output
