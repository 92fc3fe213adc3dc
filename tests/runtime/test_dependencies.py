"""Pins: every locked version in pyproject.toml, and no package host in any committed file."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from kaichuang.runtime import dependencies
from kaichuang.runtime.errors import RuntimeProblem

ROOT = Path(__file__).resolve().parents[2]
LOCK = """
[[package]]
name = "kaichuang"
version = "0.1.0"
source = { editable = "." }
[[package]]
name = "numpy"
version = "2.4.6"
resolution-markers = ["python_full_version < '3.12'"]
source = { registry = "x" }
[[package]]
name = "numpy"
version = "2.5.5"
resolution-markers = ["python_full_version >= '3.13'", "python_full_version == '3.12.*'"]
source = { registry = "x" }
[[package]]
name = "click"
version = "8.5.1"
source = { registry = "x" }
"""
PROJECT = """[project]
name = "kaichuang"

[tool.uv]
python-downloads = "never"
constraint-dependencies = []

[tool.ruff]
line-length = 110
"""


def test_pins_keep_the_markers_of_forks_and_leave_out_the_project_itself() -> None:
    assert dependencies.pins(tomllib.loads(LOCK)) == [
        "click==8.5.1",
        "numpy==2.4.6 ; python_full_version < '3.12'",
        "numpy==2.5.5 ; (python_full_version >= '3.13') or (python_full_version == '3.12.*')",
    ]


def test_writing_pins_changes_only_their_list() -> None:
    lines = dependencies.pins(tomllib.loads(LOCK))
    once = dependencies.with_pins(PROJECT, lines)
    assert dependencies.pinned(once) == lines
    assert dependencies.with_pins(once, []) == PROJECT.replace("[]", "[\n]")
    assert dependencies.with_pins(once, lines) == once


def test_project_without_a_place_for_pins_is_refused() -> None:
    with pytest.raises(RuntimeProblem, match="constraint-dependencies"):
        dependencies.with_pins("[tool.uv]\n", ["click==8.5.1"])


def test_command_writes_checks_and_refuses(tmp_path: Path) -> None:
    (tmp_path / "src" / "kaichuang").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "uv.lock").write_text(LOCK)

    def run(*arguments: str) -> int:
        command = [sys.executable, "-m", "kaichuang.cli", "dependencies", "pin", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode

    assert run("--check") == 1
    assert run() == 0
    assert run("--check") == 0
    (tmp_path / "uv.lock").write_text(LOCK.replace("8.5.1", "8.5.2"))
    assert run("--check") == 1


def test_no_committed_file_names_a_package_host() -> None:
    hosts = [
        b"pypi" + b".org",
        b"pythonhosted" + b".org",
        b"registry.npmjs" + b".org",
        b"npmmirror" + b".com",
    ]
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    naming = [
        str(file) for file in files if file.is_file() and any(host in file.read_bytes() for host in hosts)
    ]
    assert naming == []
