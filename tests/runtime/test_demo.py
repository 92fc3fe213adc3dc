"""`kaichuang demo` with a small site in place of the programme: starts, survives, and leaves nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from .conftest import Installation, wait_for
from .terminal import Terminal, page

ORPHAN = """
import os, signal, time
from kaichuang.runtime.processes import die_with_parent
signal.signal(signal.SIGTERM, lambda *_: None)
parent = os.getpid()
if os.fork():
    os._exit(0)
print("forked", flush=True)
while os.getppid() == parent:
    time.sleep(0.01)
die_with_parent(parent)
print("outlived", flush=True)
"""
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


def test_killed_parts_are_started_again(start: Start, prepared_site: Installation) -> None:
    demo = start(prepared_site)
    address = demo.wait_ready()
    assert wait_for(lambda: any("cli worker" in line for line in prepared_site.processes.values()))
    # By these names `restore` tells who is in its way.
    assert wait_for(lambda: {"kaichuang web", "kaichuang worker"} <= prepared_site.sessions)
    web = prepared_site.only("kaichuang.runtime.web")
    os.kill(web, signal.SIGKILL)
    assert wait_for(lambda: "web server" in demo.output.rsplit("Ctrl-C", 1)[1])
    assert wait_for(lambda: page(address))
    assert web not in prepared_site.processes

    worker = prepared_site.only("kaichuang.cli worker")
    os.kill(worker, signal.SIGKILL)
    assert wait_for(
        lambda: any("cli worker" in line and pid != worker for pid, line in prepared_site.processes.items())
    )

    answering = (page(address) or "").split()[-1]
    os.kill(int(answering), signal.SIGKILL)
    assert wait_for(lambda: (page(address) or answering).split()[-1] != answering)

    postmaster = prepared_site.postmaster
    os.kill(postmaster, signal.SIGKILL)
    assert wait_for(lambda: "the database stopped" in demo.output)
    assert wait_for(lambda: (page(address) or "").startswith("users 1 "))
    assert prepared_site.postmaster != postmaster
    assert demo.press_ctrl_c() == 0
    assert not prepared_site.processes
    assert not prepared_site.servers


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_ended_demo_leaves_no_process(
    start: Start, prepared_site: Installation, signum: signal.Signals
) -> None:
    demo = start(prepared_site)
    demo.wait_ready()
    demo.process.send_signal(signum)
    assert demo.ended() == (-signal.SIGKILL if signum == signal.SIGKILL else 0)
    assert wait_for(lambda: not prepared_site.processes and not prepared_site.servers), (
        prepared_site.processes
    )


def test_child_that_is_forked_as_its_parent_is_killed_does_not_outlive_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ORPHAN], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "forked\n"


def test_two_demos_share_the_server_and_the_first_may_leave(
    start: Start, prepared_site: Installation
) -> None:
    demos = [start(prepared_site), start(prepared_site)]
    addresses = [demo.wait_ready() for demo in demos]
    assert len(set(addresses)) == 2
    assert sum("is busy, using" in demo.output for demo in demos) >= 1
    assert demos[0].press_ctrl_c() == 0
    assert (page(addresses[1]) or "").startswith("users 1 ")
    assert demos[1].press_ctrl_c() == 0
    assert not prepared_site.servers


def test_interrupted_preparation_is_finished_by_the_next_start(start: Start, site: Installation) -> None:
    demo = start(site)
    assert wait_for(lambda: "preparing data" in demo.output)
    demo.press_ctrl_c()
    assert wait_for(lambda: not site.processes and not site.servers), site.processes
    again = start(site, "--no-worker")
    assert (page(again.wait_ready()) or "").startswith("users 1 ")
    assert again.press_ctrl_c() == 0


def test_stories_cut_short_are_told_by_the_next_start(start: Start, site: Installation) -> None:
    first = start(site, STORY_SECONDS="60")
    first.wait_ready()
    assert "stories are being told" in first.output
    assert first.press_ctrl_c() == 0
    assert not site.processes
    second = start(site)
    second.wait_ready()
    assert "migrating the database" not in second.output
    assert wait_for(lambda: "stories are complete" in second.output)
    assert second.press_ctrl_c() == 0
