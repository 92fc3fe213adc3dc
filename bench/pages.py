"""Pages beside an empty Django view: the same client, the same process, turn by turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

EMPTY = "an empty Django view"


def timed(action: Callable[[], object], times: list[float]) -> None:
    """Add the milliseconds that an action takes."""
    started = time.perf_counter()
    action()
    times.append(1000 * (time.perf_counter() - started))


def spread(times: list[float]) -> tuple[float, float]:
    """p50 and p95."""
    ordered = sorted(times)
    return ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def page_table(targets: Mapping[str, tuple[object, str]], rounds: int) -> list[str]:
    """A table of pages: label → (client, address). Each page must answer 200; queries are counted once."""
    from django.db import connection
    from django.http import HttpResponse
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import path

    from kaichuang import urls

    urls.urlpatterns.insert(0, path("bench-empty/", lambda request: HttpResponse("")))
    pages: dict[str, tuple[Client, str]] = {
        EMPTY: (Client(SERVER_NAME="localhost"), "/bench-empty/"),
        **targets,
    }  # type: ignore[dict-item]  # clients of the caller
    queries = {}
    for label, (client, address) in pages.items():
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        queries[label] = len(captured)
    times: dict[str, list[float]] = {label: [] for label in pages}
    for _ in range(rounds):
        for label, (client, address) in pages.items():
            timed(lambda client=client, address=address: client.get(address), times[label])  # type: ignore[misc]  # defaults bind them
    empty = spread(times[EMPTY])[0]
    lines = [
        "| page, one process | queries | p50 / p95 ms | requests/s | share of an empty view |",
        "|---|---:|---:|---:|---:|",
    ]
    for label, taken in times.items():
        a, b = spread(taken)
        lines.append(f"| {label} | {queries[label]} | {a:.1f} / {b:.1f} | {1000 / a:.0f} | {empty / a:.0%} |")
    return lines
