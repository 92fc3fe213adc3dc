"""One file per decision: what is in it, and that it can be replayed without us."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.urls import reverse

from kaichuang.cases import dossier
from kaichuang.cases.cli import case as command
from kaichuang.cases.models import Case
from kaichuang.cases.operations.letters import issue_letters
from kaichuang.cases.queries.dossier import dossier_of
from kaichuang.journal.models import Entry

from .conftest import Place
from .test_desk import client_of
from .test_filing import submitted


def decided(place: Place) -> Case:
    """A case from application to letter."""
    officer = place.staff("officer")
    case = submitted(place, place.party("青海新芽科技")[1])
    case = place.move(case, "accept", officer)
    case = place.move(case, "decide", officer)
    issue_letters(now=place.now)
    return Case.objects.select_related("version__pack_version", "programme", "matter", "party").get(
        pk=case.pk
    )


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: dict[str, bytes], path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


class TestContent:
    def test_everything_is_there_with_its_hash(self, qinghai: Place) -> None:
        files = opened(dossier_of(decided(qinghai)))
        manifest = json.loads(files["manifest.json"])
        assert {one["path"] for one in manifest["files"]} == files.keys() - {"manifest.json"}
        for one in manifest["files"]:
            assert hashlib.sha256(files[one["path"]]).hexdigest() == one["sha256"]
        assert files["decisions/1-letter.pdf"].startswith(b"%PDF")
        assert files["papers/agreement/agreement.png"].startswith(b"\x89PNG")
        wanted = {"case.json", "matter.json", "journal.json", "corrections.json", "stays.json", "pack.json"}
        wanted |= {
            "submissions/1.json",
            "submissions/1-answer.json",
            "decisions/1.json",
            "decisions/1-answer.json",
        }
        assert wanted <= files.keys()
        assert any(name.startswith("pack/qinghai-2017/") for name in files)
        assert [one["action"] for one in json.loads(files["journal.json"])][-1] == "decide"

    def test_the_same_case_gives_the_same_bytes(self, qinghai: Place) -> None:
        case = decided(qinghai)
        assert dossier_of(case) == dossier_of(case)

    def test_contexts_above_add_folders(self, qinghai: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(dossier, "_providers", {})
        dossier.register("payments", lambda case: [("orders.json", case.number.encode())])
        case = decided(qinghai)
        assert opened(dossier_of(case))["payments/orders.json"] == case.number.encode()

    def test_taking_it_out_is_written_down(self, qinghai: Place) -> None:
        case = decided(qinghai)
        client = client_of(qinghai, qinghai.staff("auditor"))
        answer = client.get(reverse("cases:desk_dossier", args=[case.pk]))
        assert answer["Content-Type"] == "application/zip" and "manifest.json" in opened(answer.content)
        assert Entry.objects.filter(action="take_dossier", subject_id=str(case.pk)).count() == 1
        stranger = client_of(qinghai, qinghai.party()[1])
        assert stranger.get(reverse("cases:desk_dossier", args=[case.pk])).status_code == 403


class TestReplay:
    def test_it_comes_out_the_same_without_a_database(self, qinghai: Place, tmp_path: Path) -> None:
        file = tmp_path / "case.zip"
        file.write_bytes(dossier_of(decided(qinghai)))
        clean = {
            name: value
            for name, value in os.environ.items()
            if "DATABASE" not in name and "DJANGO" not in name
        }
        clean |= {
            "KAICHUANG_HOME": str(tmp_path / "none"),
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        }
        ran = subprocess.run(
            [sys.executable, "-c", "from kaichuang.cli import main; main()", "case", "replay", str(file)],
            capture_output=True, text=True, env=clean, cwd=tmp_path, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "decisions/1-answer.json: qinghai-2017" in ran.stdout and "QH-M3: met" in ran.stdout

    def test_a_changed_rule_inside_shows_as_damage_and_as_a_difference(
        self, qinghai: Place, tmp_path: Path
    ) -> None:
        files = opened(dossier_of(decided(qinghai)))
        name = next(name for name in files if name.endswith("money.yaml"))
        files[name] += b"\n# touched\n"
        ran = CliRunner().invoke(command, ["replay", str(packed(files, tmp_path / "a.zip"))])
        assert ran.exit_code == 1 and f"changed: {name}" in ran.output

    def test_a_changed_answer_is_refused(self, qinghai: Place, tmp_path: Path) -> None:
        files = opened(dossier_of(decided(qinghai)))
        document = json.loads(files["decisions/1-answer.json"])
        document["facts"]["eligible_staff"] = False
        path = tmp_path / "answer.json"
        path.write_text(json.dumps(document))
        ran = CliRunner().invoke(command, ["replay", str(path)])
        assert ran.exit_code == 1 and "it was changed" in ran.output

    def test_the_json_alone_is_asked_of_the_pack_here(self, qinghai: Place, tmp_path: Path) -> None:
        files = opened(dossier_of(decided(qinghai)))
        path = tmp_path / "answer.json"
        path.write_bytes(files["decisions/1-answer.json"])
        ran = CliRunner().invoke(command, ["replay", str(path)])
        assert ran.exit_code == 0 and "the same" in ran.output

    @pytest.mark.parametrize("content", [b"x", b"{}", b"[1]", b'{"format": "other"}'])
    def test_other_files_are_refused_in_words(self, content: bytes, tmp_path: Path) -> None:
        path = tmp_path / "x.json"
        path.write_bytes(content)
        ran = CliRunner().invoke(command, ["replay", str(path)])
        assert ran.exit_code == 1 and "Error" in ran.output
