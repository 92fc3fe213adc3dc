"""Where a single transfer's time goes: one client, step by step, with the processor time of either side.

Processor time is the backend's own, from /proc; what is missing between it and the wall clock is waiting: for the
disk, and for the other process to be woken.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

WINDOW = 0.4


@dataclass(frozen=True, slots=True)
class Part:
    """Microseconds a call: by the clock, in the server's process, in ours."""

    title: str
    wall: float
    server: float
    client: float


def measure(*, rounds: int) -> list[Part]:
    """The steps in turn, `rounds` windows each; medians. Empty where there is no /proc."""
    from django.db import connection

    connection.ensure_connection()
    clock = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    if not clock.exists():
        return []
    steps = _steps()
    taken: dict[str, list[tuple[float, float, float]]] = {title: [] for title in steps}
    for _ in range(max(rounds, 3)):
        for title, (work, around) in steps.items():
            with around():
                taken[title].append(_window(work, clock))
    return [
        Part(title, *(median(column) for column in zip(*rows, strict=True))) for title, rows in taken.items()
    ]


def _window(work: Callable[[], object], clock: Path) -> tuple[float, float, float]:
    for _ in range(20):
        work()
    count, server, client, begun = 0, _spent(clock), time.thread_time(), time.perf_counter()
    while time.perf_counter() - begun < WINDOW:
        work()
        count += 1
    wall = time.perf_counter() - begun
    return wall * 1e6 / count, (_spent(clock) - server) / count, (time.thread_time() - client) * 1e6 / count


def _spent(clock: Path) -> float:
    return int(clock.read_text().split()[0]) / 1e3


Step = tuple[Callable[[], object], Callable[[], AbstractContextManager[None]]]


def _steps() -> dict[str, Step]:
    from bench.ledger.contenders import bare, ours, quiet

    return {
        "an empty round trip (SELECT 1)": (_sql("SELECT 1"), _nothing),
        "an empty durable commit": (_sql("SELECT pg_logical_emit_message(true, 'bench', '')"), _nothing),
        "a bare two-row INSERT, durable": (bare(), _nothing),
        "a transfer inside a transaction, not committed": (quiet(), _undone),
        "**a transfer, durable** (`post`)": (quiet(), _nothing),
        "a claim inside a transaction, not committed": (ours(), _undone),
        "**a claim, durable** (`reserve`)": (ours(), _nothing),
    }


def _sql(statement: str) -> Callable[[], object]:
    from django.db import connection

    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@contextmanager
def _undone() -> Iterator[None]:
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)
