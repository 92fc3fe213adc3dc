"""The clients of bench.ledger with the contenders of this bench."""

from __future__ import annotations

from multiprocessing import get_context
from multiprocessing.connection import Connection

from bench.ledger.clients import PROCESSES, Clients, _run


def _loop(pipe: Connection) -> None:
    import django

    django.setup()
    from bench.booking.contenders import CONTENDERS

    while (order := pipe.recv()) is not None:
        name, threads, seconds, start_at = order
        pipe.send(_run(CONTENDERS[name](), threads, seconds, start_at))


class BookingClients(Clients):
    """Worker processes that take orders; use as a context manager."""

    def __enter__(self) -> BookingClients:
        context = get_context("spawn")
        self._workers = []
        for _ in range(PROCESSES):
            mine, theirs = context.Pipe()
            process = context.Process(target=_loop, args=(theirs,), daemon=True)
            process.start()
            self._workers.append((process, mine))
        return self
