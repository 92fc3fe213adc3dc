"""`kaichuang demo` with a small site in place of the programme: starts, survives, and leaves nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator

import pytest

from .conftest import Installation, wait_for
from .terminal import Terminal, page

Start = Callable[..., Terminal]


@pytest.fixture
def start(site: Installation) -> Iterator[Start]:
    """Starts demos of the small site."""
    opened: list[Terminal] = []

    def begin(*arguments: str) -> Terminal:
        opened.append(Terminal(site, *arguments))
        return opened[-1]

    yield begin
    for terminal in opened:
        terminal.close()
    assert wait_for(lambda: not site.processes), site.processes


def test_ctrl_c_in_a_terminal_stops_everything_and_the_next_start_skips_what_is_done(
    start: Start, installation: Installation
) -> None:
    first = start()
    assert (page(first.wait_ready()) or "").startswith("users 1 ")
    assert "migrating the database" in first.output
    assert "demo-password" in first.output
    assert first.press_ctrl_c() == 0
    assert not installation.processes
    assert not installation.servers
    second = start()
    second.wait_ready()
    assert "migrating the database" not in second.output
    assert "demo-password" in second.output
    assert second.press_ctrl_c() == 0
    assert not installation.processes


def test_killed_parts_are_started_again(start: Start, installation: Installation) -> None:
    demo = start()
    address = demo.wait_ready()
    web = installation.only("kaichuang.runtime.web")
    os.kill(web, signal.SIGKILL)
    assert wait_for(lambda: "web server" in demo.output.rsplit("Ctrl-C", 1)[1])
    assert wait_for(lambda: page(address))
    assert web not in installation.processes

    worker = installation.only("kaichuang.cli worker")
    os.kill(worker, signal.SIGKILL)
    assert wait_for(
        lambda: any("cli worker" in line and pid != worker for pid, line in installation.processes.items())
    )

    answering = (page(address) or "").split()[-1]
    os.kill(int(answering), signal.SIGKILL)
    assert wait_for(lambda: (page(address) or answering).split()[-1] != answering)

    postmaster = installation.postmaster
    os.kill(postmaster, signal.SIGKILL)
    assert wait_for(lambda: "the database stopped" in demo.output)
    assert wait_for(lambda: (page(address) or "").startswith("users 1 "))
    assert installation.postmaster != postmaster
    assert demo.press_ctrl_c() == 0
    assert not installation.processes
    assert not installation.servers


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_ended_demo_leaves_no_process(
    start: Start, installation: Installation, signum: signal.Signals
) -> None:
    demo = start()
    demo.wait_ready()
    demo.process.send_signal(signum)
    assert demo.ended() == (-signal.SIGKILL if signum == signal.SIGKILL else 0)
    assert wait_for(lambda: not installation.processes and not installation.servers), installation.processes


def test_two_demos_share_the_server_and_the_first_may_leave(start: Start, installation: Installation) -> None:
    demos = [start(), start()]
    addresses = [demo.wait_ready() for demo in demos]
    assert len(set(addresses)) == 2
    assert sum("is busy, using" in demo.output for demo in demos) >= 1
    assert demos[0].press_ctrl_c() == 0
    assert (page(addresses[1]) or "").startswith("users 1 ")
    assert demos[1].press_ctrl_c() == 0
    assert not installation.servers


def test_interrupted_preparation_is_finished_by_the_next_start(
    start: Start, installation: Installation
) -> None:
    demo = start()
    assert wait_for(lambda: "preparing data" in demo.output)
    demo.press_ctrl_c()
    assert wait_for(lambda: not installation.processes and not installation.servers), installation.processes
    again = start("--no-worker")
    assert (page(again.wait_ready()) or "").startswith("users 1 ")
    assert again.press_ctrl_c() == 0
