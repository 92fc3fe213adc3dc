"""Keeps child processes running and ends them all together."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from kaichuang.runtime.processes import die_with_parent

_STOP_SECONDS = 10.0
_STEADY_SECONDS = 30.0
_LONGEST_PAUSE = 30.0
_POLL_SECONDS = 0.2
_CHECK_SECONDS = 1.0
Say = Callable[[str], None]


@dataclass
class Child:
    """One program that should run as long as we do, or once, in a session of its own."""

    name: str
    command: Sequence[str]
    env: dict[str, str]
    then: Callable[[int], None] | None = None
    """Of a program that runs once: what follows its end, with its exit code."""
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    due: float | None = None

    def start(self) -> None:
        """Start it; the kernel ends it when we are killed."""
        self.started = time.monotonic()
        self.due = None
        self.process = subprocess.Popen(  # noqa: S603  # our own programs, no shell
            self.command,
            env=self.env,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=partial(die_with_parent, os.getpid()),
        )

    def ended(self) -> int | None:
        """Its exit code, once it has ended; what it left of its process group is ended too."""
        if self.process is None or self.process.poll() is None:
            return None
        self.signal(signal.SIGKILL)
        return self.process.returncode

    def plan_restart(self, now: float) -> None:
        """At once when it had been steady, else after a pause that doubles."""
        steady = now - self.started > _STEADY_SECONDS
        self.due = now + (0.0 if steady else self.pause)
        self.pause = 1.0 if steady else min(_LONGEST_PAUSE, max(1.0, self.pause * 2))
        self.process = None

    def signal(self, signum: int) -> None:
        """Signal its whole process group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signum)


@dataclass
class Supervisor:
    """Runs children until `stop` is set; `check` is called every second and repairs what they need."""

    say: Say
    check: Callable[[], None] = lambda: None
    children: list[Child] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        """Ctrl-C, SIGTERM and a closed terminal ask us to stop. An ignored SIGHUP (nohup) stays ignored."""
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signum == signal.SIGHUP and signal.getsignal(signum) == signal.SIG_IGN:
                continue
            signal.signal(signum, lambda *_: self.stop.set())

    def add(self, child: Child) -> None:
        """Start a child and watch it from now on."""
        child.start()
        self.children.append(child)

    def watch(self) -> None:
        """Return when asked to stop."""
        checked = time.monotonic()
        while not self.stop.wait(_POLL_SECONDS):
            now = time.monotonic()
            if now - checked > _CHECK_SECONDS:
                self.check()
                checked = time.monotonic()
            for child in tuple(self.children):
                self._tend(child, time.monotonic())

    def _tend(self, child: Child, now: float) -> None:
        code = child.ended()
        if code is not None and child.then is not None:
            self.children.remove(child)
            child.then(code)
        elif code is not None:
            child.plan_restart(now)
            self.say(f"{child.name}已退出（{code}），重新启动 / ended ({code}), starting it again")
        if child.due is not None and now >= child.due:
            child.start()

    def end(self) -> None:
        """End all children: politely, then by force."""
        for child in self.children:
            child.signal(signal.SIGTERM)
        until = time.monotonic() + _STOP_SECONDS
        for child in self.children:
            if child.process is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.process.wait(max(0.1, until - time.monotonic()))
                child.signal(signal.SIGKILL)
                child.process.wait()
        self.children.clear()
