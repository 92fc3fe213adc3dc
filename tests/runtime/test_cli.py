"""The command line: quick, and plain about what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from kaichuang.cli import COMMANDS, main

from .conftest import Installation


def test_root_imports_no_command_and_no_django() -> None:
    code = "import kaichuang.cli, sys; print([m for m in sys.modules if m.startswith(('django', 'psycopg', 'kaichuang.'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['kaichuang.runtime', 'kaichuang.runtime.errors', 'kaichuang.cli']"


def test_help_lists_commands_in_both_languages() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    assert "一键演示 / run the demo" in result.output


def test_command_of_a_missing_module_says_so() -> None:
    COMMANDS["absent"] = COMMANDS["demo"]._replace(target="kaichuang.nowhere.cli:absent")
    try:
        result = CliRunner().invoke(main, ["absent"])
        assert result.exit_code == 1
        assert "this installation has no command" in result.output
        assert "absent" not in CliRunner().invoke(main, ["--help"]).output
    finally:
        del COMMANDS["absent"]


def test_unknown_command_is_refused() -> None:
    assert CliRunner().invoke(main, ["fly"]).exit_code == 2


@pytest.mark.parametrize("command", [["demo"], ["serve"], ["worker"], ["doctor"], ["backup", "x"]])
def test_bad_setting_ends_a_command_with_its_message_alone(
    installation: Installation, command: list[str]
) -> None:
    done = installation.kaichuang(*command, check=False, DATABASE_URL="mysql://host/name")
    assert done.returncode == 1
    assert "postgresql://" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_unreachable_home_ends_with_advice(installation: Installation) -> None:
    done = installation.kaichuang("doctor", check=False, KAICHUANG_HOME="/proc/nothing/here")
    assert done.returncode == 1
    assert "KAICHUANG_HOME" in done.stdout
    assert "Traceback" not in done.stderr


def test_doctor_finds_what_is_wrong_and_falls_silent_when_it_is_mended(site: Installation) -> None:
    done = site.kaichuang("doctor", "--json", check=False)
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert done.returncode == 1
    assert findings["迁移 / migrations"]["status"] == "error"
    assert findings["迁移 / migrations"]["advice"] == "kaichuang migrate"
    (site.home / "secret.key").chmod(0o644)
    site.kaichuang("migrate")
    assert "chmod 600" in site.kaichuang("doctor", check=False).stdout
    (site.home / "secret.key").chmod(0o600)
    done = site.kaichuang("doctor", "--json", check=False)
    wrong = [finding for finding in json.loads(done.stdout) if finding["status"] == "error"]
    assert [finding for finding in wrong if "front-end" not in finding["name"]] == []


def test_migrate_check_fails_until_migrated(site: Installation) -> None:
    assert site.kaichuang("migrate", "--check", check=False).returncode == 1
    site.kaichuang("migrate")
    site.kaichuang("migrate", "--check")
    assert "[X] 0001_initial" in site.kaichuang("manage", "showmigrations", "auth").stdout


def test_settings_are_listed_without_passwords(installation: Installation) -> None:
    done = installation.kaichuang("doctor", "--settings", DATABASE_URL="postgresql://u:verysecret@h/n")
    assert "DATABASE_URL = （已设置 / set）" in done.stdout
    assert "verysecret" not in done.stdout
