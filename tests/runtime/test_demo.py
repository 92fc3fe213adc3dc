"""`kaichuang demo` with a small site in place of the programme: starts, survives, and leaves nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator

import pytest

from .conftest import Installation, wait_for
from .terminal import Terminal, page

Start = Callable[..., Terminal]
pytestmark = pytest.mark.slow


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts demos of the small site in an site."""
    opened: list[Terminal] = []

    def begin(place: Installation, *arguments: str, **extra: str) -> Terminal:
        opened.append(Terminal(place, *arguments, **extra))
        return opened[-1]

    yield begin
    for terminal in opened:
        terminal.close()


def test_ctrl_c_in_a_terminal_stops_everything_and_the_next_start_skips_what_is_done(
    start: Start, fresh_site: Installation
) -> None:
    first = start(fresh_site)
    assert (page(first.wait_ready()) or "").startswith("users 1 ")
    assert "migrating the database" in first.output
    assert "demo-password" in first.output
    assert wait_for(lambda: "stories are complete" in first.output)
    assert wait_for(lambda: any("cli worker" in line for line in fresh_site.processes.values()))
    assert first.press_ctrl_c() == 0
    assert not fresh_site.processes
    assert not fresh_site.servers
    second = start(fresh_site)
    second.wait_ready()
    assert "migrating the database" not in second.output
    assert "stories" not in second.output
    assert "demo-password" in second.output
    assert second.press_ctrl_c() == 0
    assert not fresh_site.processes


def test_killed_parts_are_started_again(start: Start, site: Installation) -> None:
    demo = start(site)
    address = demo.wait_ready()
    web = site.only("kaichuang.runtime.web")
    os.kill(web, signal.SIGKILL)
    assert wait_for(lambda: "web server" in demo.output.rsplit("Ctrl-C", 1)[1])
    assert wait_for(lambda: page(address))
    assert web not in site.processes

    assert wait_for(lambda: any("cli worker" in line for line in site.processes.values()))
    worker = site.only("kaichuang.cli worker")
    os.kill(worker, signal.SIGKILL)
    assert wait_for(
        lambda: any("cli worker" in line and pid != worker for pid, line in site.processes.items())
    )

    answering = (page(address) or "").split()[-1]
    os.kill(int(answering), signal.SIGKILL)
    assert wait_for(lambda: (page(address) or answering).split()[-1] != answering)

    postmaster = site.postmaster
    os.kill(postmaster, signal.SIGKILL)
    assert wait_for(lambda: "the database stopped" in demo.output)
    assert wait_for(lambda: (page(address) or "").startswith("users 1 "))
    assert site.postmaster != postmaster
    assert demo.press_ctrl_c() == 0
    assert not site.processes
    assert not site.servers


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_ended_demo_leaves_no_process(start: Start, site: Installation, signum: signal.Signals) -> None:
    demo = start(site)
    demo.wait_ready()
    demo.process.send_signal(signum)
    assert demo.ended() == (-signal.SIGKILL if signum == signal.SIGKILL else 0)
    assert wait_for(lambda: not site.processes and not site.servers), site.processes


def test_two_demos_share_the_server_and_the_first_may_leave(start: Start, site: Installation) -> None:
    demos = [start(site), start(site)]
    addresses = [demo.wait_ready() for demo in demos]
    assert len(set(addresses)) == 2
    assert sum("is busy, using" in demo.output for demo in demos) >= 1
    assert demos[0].press_ctrl_c() == 0
    assert (page(addresses[1]) or "").startswith("users 1 ")
    assert demos[1].press_ctrl_c() == 0
    assert not site.servers


def test_interrupted_preparation_is_finished_by_the_next_start(start: Start, site: Installation) -> None:
    demo = start(site)
    assert wait_for(lambda: "preparing data" in demo.output)
    demo.press_ctrl_c()
    assert wait_for(lambda: not site.processes and not site.servers), site.processes
    again = start(site, "--no-worker")
    assert (page(again.wait_ready()) or "").startswith("users 1 ")
    assert again.press_ctrl_c() == 0


def test_stories_cut_short_are_told_by_the_next_start(start: Start, fresh_site: Installation) -> None:
    first = start(fresh_site, STORY_SECONDS="60")
    first.wait_ready()
    assert "stories are being told" in first.output
    assert first.press_ctrl_c() == 0
    assert not fresh_site.processes
    second = start(fresh_site)
    second.wait_ready()
    assert "migrating the database" not in second.output
    assert wait_for(lambda: "stories are complete" in second.output)
    assert second.press_ctrl_c() == 0
