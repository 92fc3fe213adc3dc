"""Runs the demo in a real terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import subprocess
import sys
import termios
import threading
import urllib.request

from .conftest import Installation, wait_for


def _own_terminal() -> None:
    """As a shell starts a program; under nohup the tests' own process would hand on an ignored SIGHUP."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """`kaichuang demo` (or `serve`) in a pseudo-terminal of its own; Ctrl-C is typed, not signalled."""

    def __init__(
        self, installation: Installation, *arguments: str, command: str = "demo", **extra: str
    ) -> None:
        self.master, slave = pty.openpty()
        self.output = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kaichuang.cli", command, *arguments],
            env={**installation.env, **extra},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_own_terminal,
            cwd="/",
        )
        os.close(slave)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        while True:
            try:
                piece = os.read(self.master, 4096)
            except OSError:
                return
            if not piece:
                return
            self.output += piece.decode("utf-8", "replace")

    def wait_ready(self, seconds: float = 60) -> str:
        """The address, once the demo serves."""
        ready = re.compile(r"ready:\s+(http://\S+)/")
        assert wait_for(lambda: ready.search(self.output) or self.process.poll() is not None, seconds), (
            self.output
        )
        found = ready.search(self.output)
        assert found, self.output
        return found.group(1)

    def press_ctrl_c(self) -> int:
        """Type Ctrl-C; returns the exit code."""
        os.write(self.master, b"\x03")
        return self.ended()

    def ended(self, seconds: float = 20) -> int:
        """The exit code once it has ended."""
        code = self.process.wait(seconds)
        self.reader.join(5)
        return code

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        self.reader.join(5)
        # Where something outlived the command, the reader waits on: it must not read the next terminal of that number.
        if not self.reader.is_alive():
            os.close(self.master)


def page(address: str) -> str | None:
    """The first page, or None while it does not answer."""
    try:
        with urllib.request.urlopen(address + "/", timeout=5) as answer:
            return str(answer.read().decode())
    except OSError:
        return None
