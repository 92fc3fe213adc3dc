"""The results as a markdown page, with every goal and whether it was met."""

from __future__ import annotations

import os
import platform
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

Speed = dict[str, dict[int, dict[str, Any]]]

NAMES = {
    "usual": "usual Django with the same promises (key, two balances, limit look-up, claim, entry, two lines)",
    "shortest": "usual Django with fewer promises (no key look-up, one balance, no limit)",
    "hordak": "django-hordak 2.0 (lock, balance check, transfer_to)",
    "ours": "**kaichuang.ledger `reserve`**",
    "hot_row": "one hot-row UPDATE through Django's cursor",
    "pgbench": "one hot-row UPDATE by pgbench, prepared (the server's limit)",
    "quiet": "**kaichuang.ledger `post`, uncontended**",
    "bare": "two-row INSERT through Django's cursor",
}


def write(
    speed: Speed, drained: list[dict[str, int]], grown: list[dict[str, Any]], *, rounds: int, seconds: float
) -> str:
    parts = [
        "# Ledger: measured\n",
        f"{_machine()}\n\nMethod: `python -m bench.ledger`; one durable server (fsync on, synchronous_commit on), "
        f"contenders in turn, {rounds} rounds of {seconds:g} s each, medians; clients are threads over 2 processes. "
        "Every claim is durable when it is acknowledged, carries an idempotency key, and is checked afterwards "
        "(`ledger verify`: sound). Compare within the run only.\n",
        "## Goals\n",
        _goals(speed, drained),
        "## Claims per second (p50 / p99 ms)\n",
        _table(speed),
    ]
    if grown:
        parts += ["## From ten thousand to a million transfers\n", _growth(grown)]
    return "\n".join(parts)


def _machine() -> str:
    cpu = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('shared_buffers')")
        version, buffers = cursor.fetchone()
    day = timezone.localtime().date() if timezone.is_aware(timezone.now()) else datetime.now().date()  # noqa: DTZ005  # a date for people
    return (
        f"{day}, {os.cpu_count()} cores ({cpu}), Python {platform.python_version()}, "
        f"PostgreSQL {version} (shared_buffers {buffers})"
    )


def _goals(speed: Speed, drained: list[dict[str, int]]) -> str:
    def ratio(ours: str, other: str, clients: int) -> float:
        return float(speed[ours][clients]["rate"] / speed[other][clients]["rate"])

    overspent = max(item["overspent"] for item in drained)
    goals = [
        ("hot budget, 32 clients, against usual Django", ratio("ours", "usual", 32), 15.0),
        ("hot budget, 32 clients, against django-hordak", ratio("ours", "hordak", 32), 30.0),
        ("hot budget, 32 clients, against the single-row limit (pgbench)", ratio("ours", "pgbench", 32), 1.5),
        ("hot budget, 1 client, against usual Django", ratio("ours", "usual", 1), 5.0),
        ("uncontended transfer, 1 client, against a bare two-row insert", ratio("quiet", "bare", 1), 0.5),
        ("uncontended transfer, 32 clients, against a bare two-row insert", ratio("quiet", "bare", 32), 0.5),
    ]
    lines = ["| goal | measured | wanted | |", "|---|---|---|---|"]
    lines += [
        f"| {name} | {value:.2f}x | >= {wanted:g}x | {'met' if value >= wanted else '**missed**'} |"
        for name, value, wanted in goals
    ]
    left = ", ".join(f"{item['left'] / 100:,.2f}" for item in drained)
    lines.append(
        f"| a million yuan claimed to the end by 32 clients: overspent | {overspent / 100:,.2f} yuan (left {left}) "
        f"| 0 | {'met' if overspent == 0 else '**missed**'} |"
    )
    return "\n".join(lines) + "\n"


def _table(speed: Speed) -> str:
    counts = sorted(speed["ours"])
    lines = [
        "| way | " + " | ".join(f"{count} clients" for count in counts) + " |",
        "|---" * (len(counts) + 1) + "|",
    ]
    for name, title in NAMES.items():
        cells = []
        for count in counts:
            item = speed[name][count]
            errors = f", {item['errors']} errors" if item["errors"] else ""
            tail = f" / {item['p99']:.1f}" if item["p99"] else ""
            cells.append(f"{item['rate']:,.0f} ({item['p50']:.2f}{tail}{errors})")
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _growth(grown: list[dict[str, Any]]) -> str:
    titles = {
        "transfers": "transfers",
        "posted_per_s": "posted per second, 250 a call",
        "single_post_ms": "one more post, ms",
        "seal_s": "seal all, s",
        "verify_s": "verify all, s",
        "statement_rows": "rows in a year's statement",
        "statement_ms": "that statement, ms",
        "trial_balance_ms": "trial balance, ms",
    }
    lines = ["| " + " | ".join(titles.values()) + " |", "|---" * len(titles) + "|"]
    lines += ["| " + " | ".join(f"{row[field]:,}" for field in titles) + " |" for row in grown]
    return "\n".join(lines) + "\n"
