"""Clients: threads over worker processes that live through the whole run."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection

PROCESSES = 2
WARM_UP = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement: claims per second over all clients, and latencies in milliseconds."""

    rate: float
    p50: float
    p99: float
    errors: int


def _loop(pipe: Connection) -> None:
    """A worker process: for every order, run its threads and send back latencies and the time taken."""
    import django

    django.setup()
    from bench.ledger.contenders import CONTENDERS

    made: dict[str, object] = {}
    while (order := pipe.recv()) is not None:
        name, threads, seconds, start_at = order
        claim = made.setdefault(name, CONTENDERS[name]())
        pipe.send(_run(claim, threads, seconds, start_at))  # type: ignore[arg-type]  # the factories' own type


def _run(claim, threads: int, seconds: float, start_at: float) -> tuple[list[float], int, float]:  # type: ignore[no-untyped-def]  # a plain callable
    latencies: list[list[float]] = [[] for _ in range(threads)]
    errors = [0] * threads
    gate = threading.Barrier(threads)

    def client(n: int) -> None:
        from django.db import connection

        try:
            for _ in range(WARM_UP):
                claim()
            gate.wait()
            time.sleep(max(0.0, start_at - time.time()))
            clock, mine, end = time.perf_counter, latencies[n], time.perf_counter() + seconds
            while (begun := clock()) < end:
                try:
                    claim()
                except Exception:  # whatever a rival raises under load is counted, not hidden
                    errors[n] += 1
                else:
                    mine.append(clock() - begun)
        finally:
            connection.close()

    pool = [threading.Thread(target=client, args=(n,)) for n in range(threads)]
    begun = time.perf_counter()
    for thread in pool:
        thread.start()
    for thread in pool:
        thread.join()
    return [item for part in latencies for item in part], sum(errors), time.perf_counter() - begun


class Clients:
    """Worker processes that take orders; use as a context manager."""

    def __enter__(self) -> Clients:
        context = get_context("spawn")
        self._workers = []
        for _ in range(PROCESSES):
            ours, theirs = context.Pipe()
            process = context.Process(target=_loop, args=(theirs,), daemon=True)
            process.start()
            self._workers.append((process, ours))
        return self

    def __exit__(self, *_: object) -> None:
        for process, pipe in self._workers:
            pipe.send(None)
            process.join(10)

    def measure(self, name: str, *, clients: int, seconds: float, settle: float = 0.8) -> Sample:
        """`clients` clients of one contender for `seconds`, all starting together."""
        used = self._workers[: min(clients, PROCESSES)]
        start_at = time.time() + settle + 0.02 * clients
        shares = [clients // len(used) + (n < clients % len(used)) for n in range(len(used))]
        for (_process, pipe), share in zip(used, shares, strict=True):
            pipe.send((name, share, seconds, start_at))
        latencies: list[float] = []
        errors = 0
        for _process, pipe in used:
            found, failed, _took = pipe.recv()
            latencies += found
            errors += failed
        latencies.sort()
        if not latencies:
            return Sample(0.0, 0.0, 0.0, errors)
        return Sample(
            rate=len(latencies) / seconds,
            p50=latencies[len(latencies) // 2] * 1e3,
            p99=latencies[int(len(latencies) * 0.99)] * 1e3,
            errors=errors,
        )
