"""`kaichuang serve`: refuses what is not ready, and runs on any PostgreSQL."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kaichuang.runtime.services import claim_port

from .conftest import Installation, wait_for
from .terminal import Terminal, page


@pytest.fixture
def external(site: Installation) -> Iterator[Installation]:
    """The small site with DATABASE_URL, which names a server that somebody else keeps running."""
    with kept_running(site):
        yield site


@pytest.fixture
def external_filled(filled: Installation) -> Iterator[Installation]:
    """The same, with data."""
    with kept_running(filled):
        yield filled


@contextmanager
def kept_running(place: Installation) -> Iterator[None]:
    user = place.user()
    place.env["DATABASE_URL"] = f"postgresql://kaichuang@/kaichuang?host={place.root / 'sock'}"
    yield
    user.communicate(timeout=30)


def test_serve_runs_against_database_url_and_leaves_the_server_alone(external: Installation) -> None:
    refused = external.kaichuang("serve", check=False)
    assert refused.returncode == 1
    assert "kaichuang migrate" in refused.stderr
    free = claim_port("127.0.0.1", 8300)
    free.claim.close()
    terminal = Terminal(external, "--migrate", "--port", str(free.number), command="serve")
    try:
        assert (page(terminal.wait_ready()) or "").startswith("users 0 ")
        assert wait_for(lambda: any("cli worker" in line for line in external.processes.values()))
        assert terminal.press_ctrl_c() == 0
    finally:
        terminal.close()
    assert external.servers


def test_serve_does_not_move_to_another_port(external_filled: Installation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = external_filled.kaichuang("serve", "--port", str(taken.getsockname()[1]), check=False)
    assert done.returncode == 1
    assert "is busy" in done.stderr


def test_demo_does_not_load_into_a_database_with_other_data(external_filled: Installation) -> None:
    done = external_filled.kaichuang("demo", check=False)
    assert done.returncode == 1
    assert "not empty" in done.stderr
