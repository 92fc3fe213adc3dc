"""SIGKILL for clients and server at every step: nothing acknowledged is lost, and work resumes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found() -> Iterator[dict[str, object]]:
    home = Path(tempfile.mkdtemp(prefix="kc-crash-"))
    home.chmod(0o755)  # as root, the server runs as another user
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env |= {
        "KAICHUANG_HOME": str(home),
        "KAICHUANG_MODE": "demo",
        "DJANGO_SETTINGS_MODULE": "kaichuang.settings",
    }
    driver = Path(__file__).with_name("crash_driver.py")
    try:
        done = subprocess.run(
            [sys.executable, str(driver)], env=env, capture_output=True, text=True, timeout=240, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        yield json.loads(done.stdout.splitlines()[-1])
    finally:
        shutil.rmtree(home, ignore_errors=True)


def test_a_killed_client_resumes_and_pays_once(found: dict[str, dict[str, bool]]) -> None:
    assert len(found["client"]) == 8
    assert all(found["client"].values()), found["client"]


def test_a_killed_server_has_every_acknowledged_step_and_work_resumes(
    found: dict[str, dict[str, bool]],
) -> None:
    assert list(found["server"]) == ["reserve", "commit", "order", "pay"]
    assert all(found["server"].values()), found["server"]


def test_no_acknowledged_claim_is_lost(found: dict[str, list[int]]) -> None:
    acknowledged, lost = found["door"]
    assert acknowledged > 50
    assert lost == 0


def test_without_waiting_for_the_log_claims_are_lost(found: dict[str, list[int]]) -> None:
    """The control: the same kill loses claims when nobody waits for the log."""
    acknowledged, lost = found["control"]
    assert acknowledged > 50
    assert lost > 0


def test_everything_adds_up_after_all_that(found: dict[str, list[str]]) -> None:
    assert found["findings"] == []
