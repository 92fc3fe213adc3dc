"""Lines that tell what a slow command is doing and how long each step took."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class Steps:
    """Prints `▸ what …` when a step begins and its seconds when it ends. Safe for threads."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._guard = threading.Lock()
        self._open = False

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """A step; what happens inside may call `note`."""
        started = time.monotonic()
        with self._guard:
            self._end_line()
            self._put(f"▸ {text} … ")
            self._open = True
        yield
        with self._guard:
            self._put(("" if self._open else "  ✓ ") + f"{time.monotonic() - started:.1f} s\n")
            self._open = False

    def note(self, text: str) -> None:
        """A line of its own."""
        with self._guard:
            self._end_line()
            self._put(f"  {text}\n")

    def _end_line(self) -> None:
        if self._open:
            self._put("\n")
            self._open = False

    def _put(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
