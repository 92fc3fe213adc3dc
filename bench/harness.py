"""What the benches share: a throw-away durable server, clients, contenders in turn, the server's own limit, tables.

A bench has a module with `CONTENDERS`, a mapping of names to factories; a factory makes the callable that does one
piece of work. Clients are threads over worker processes that live through the whole run. The contenders take turns,
round after round, on one server with fsync on; what is compared was measured in the same minutes.
"""

from __future__ import annotations

import importlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

PROCESSES = 2
WARM_UP = 3
CLIENTS = (1, 8, 32)
HOT_ROW = "UPDATE usual_pool SET balance = balance - 1 WHERE id = 1"
"""The server's limit for one hot row; the table belongs to `bench.ledger.usual`."""

Speed = dict[str, dict[int, dict[str, Any]]]
"""Contender → clients → rate, p50, p99 (medians over the rounds), errors (their sum)."""


@contextmanager
def throw_away(*, settings: str) -> Iterator[Path]:
    """An empty migrated database with fsync on; gone afterwards. Child processes find it by the environment."""
    home = Path(tempfile.mkdtemp(prefix="kc-bench-"))
    home.chmod(0o755)  # the server runs as another user when we are root
    os.environ["KAICHUANG_HOME"] = str(home)
    os.environ["KAICHUANG_MODE"] = "demo"
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.db import connections

    from kaichuang.runtime import schema
    from kaichuang.runtime.cluster import cluster

    try:
        schema.prepare()
        yield home
    finally:
        connections.close_all()
        cluster().release()
        shutil.rmtree(cluster().paths.root, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement: pieces of work per second over all clients, and latencies in milliseconds."""

    rate: float
    p50: float
    p99: float
    errors: int


def _worker(pipe: Connection, module: str) -> None:
    """A worker process: for every order, run its threads and send back latencies and errors."""
    import django

    django.setup()
    contenders = importlib.import_module(module).CONTENDERS
    made: dict[str, Callable[[], None]] = {}
    while (order := pipe.recv()) is not None:
        name, threads, seconds, start_at = order
        if name not in made:
            made[name] = contenders[name]()
        pipe.send(_threads(made[name], threads, seconds, start_at))


def _threads(
    work: Callable[[], None], count: int, seconds: float, start_at: float
) -> tuple[list[float], int]:
    latencies: list[list[float]] = [[] for _ in range(count)]
    errors = [0] * count

    def client(n: int) -> None:
        from django.db import connection

        def once() -> bool:
            try:
                work()
            except Exception:  # whatever a rival raises under load is counted, not hidden
                errors[n] += 1
                return False
            return True

        for _ in range(WARM_UP):
            once()
        errors[n] = 0
        time.sleep(max(0.0, start_at - time.time()))
        clock, mine, end = time.perf_counter, latencies[n], time.perf_counter() + seconds
        while (begun := clock()) < end:
            if once():
                mine.append(clock() - begun)
        connection.close()

    pool = [threading.Thread(target=client, args=(n,)) for n in range(count)]
    for thread in pool:
        thread.start()
    for thread in pool:
        thread.join()
    return [item for part in latencies for item in part], sum(errors)


class Clients:
    """Worker processes that take orders; use as a context manager."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __enter__(self) -> Clients:
        context = get_context("spawn")
        self._workers = []
        for _ in range(PROCESSES):
            ours, theirs = context.Pipe()
            process = context.Process(target=_worker, args=(theirs, self._module), daemon=True)
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
        answers = [pipe.recv() for _process, pipe in used]
        latencies = sorted(item for found, _failed in answers for item in found)
        errors = sum(failed for _found, failed in answers)
        if not latencies:
            return Sample(0.0, 0.0, 0.0, errors)
        return Sample(
            rate=len(latencies) / seconds,
            p50=latencies[len(latencies) // 2] * 1e3,
            p99=latencies[int(len(latencies) * 0.99)] * 1e3,
            errors=errors,
        )


def in_turn(module: str, names: Sequence[str], *, rounds: int, seconds: float) -> Speed:
    """Every contender at every number of clients, round after round, with pgbench's hot row in each round."""
    samples: dict[tuple[str, int], list[Sample]] = {}
    with Clients(module) as clients:
        for number in range(rounds):
            for count in CLIENTS:
                for name in names:
                    sample = clients.measure(name, clients=count, seconds=seconds)
                    samples.setdefault((name, count), []).append(sample)
                tps = pgbench(HOT_ROW, clients=count, seconds=seconds)
                samples.setdefault(("pgbench", count), []).append(Sample(tps, 1e3 * count / tps, 0.0, 0))
            say(f"round {number + 1} of {rounds}")
    found: Speed = {}
    for (name, count), taken in samples.items():
        middle = {
            field: median(getattr(sample, field) for sample in taken) for field in ("rate", "p50", "p99")
        }
        found.setdefault(name, {})[count] = middle | {"errors": sum(sample.errors for sample in taken)}
    return found


def pgbench(statement: str, *, clients: int, seconds: float) -> float:
    """Transactions per second of one prepared statement, by pgbench on the same server."""
    from kaichuang.runtime import binaries
    from kaichuang.runtime.cluster import APP_DATABASE, APP_ROLE, cluster

    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(f"{statement};\n")
        script.flush()
        options = (
            f"-n -M prepared -c {clients} -j 2 -T {max(round(seconds), 1)} -U {APP_ROLE} -f {script.name}"
        )
        done = subprocess.run(
            [binaries.program("pgbench"), *options.split(), "-h", cluster().server.socket_dir, APP_DATABASE],
            check=True,
            capture_output=True,
            text=True,
        )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found is not None, done.stdout
    return float(found[1])


def table(titles: Mapping[str, str], speed: Speed, *, error: str = "errors") -> str:
    """Rates with p50 / p99, one row a contender."""
    lines = [
        "| way | " + " | ".join(f"{count} client{'s' * (count > 1)}" for count in CLIENTS) + " |",
        "|---" * (len(CLIENTS) + 1) + "|",
    ]
    for name, title in titles.items():
        cells = []
        for count in CLIENTS:
            item = speed[name][count]
            errors = f", {item['errors']} {error}" if item["errors"] else ""
            tail = f" / {item['p99']:.1f}" if item["p99"] else ""
            cells.append(f"{item['rate']:,.0f} ({item['p50']:.2f}{tail}{errors})")
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def machine() -> str:
    """The day, the machine and the server, in one line."""
    from django.db import connection
    from django.utils import timezone

    known = Path("/proc/cpuinfo")
    lines = known.read_text(encoding="utf-8").splitlines() if known.exists() else []
    cpu = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('shared_buffers')")
        version, buffers = cursor.fetchone()
    return (
        f"{timezone.localdate()}, {os.cpu_count()} cores ({cpu or platform.machine()}), Python "
        f"{platform.python_version()}, PostgreSQL {version} (shared_buffers {buffers}), load average "
        f"{os.getloadavg()[2]:.1f} over the last quarter of an hour (the run itself makes up to about 3)."
    )


def say(text: str) -> None:
    """Progress, for whoever waits."""
    print(text, file=sys.stderr, flush=True)
