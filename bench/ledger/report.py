"""The results as a markdown page, with every goal and whether it was met."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from bench.harness import Speed, machine, table
from bench.ledger.anatomy import Part
from bench.ledger.contenders import YEAR

NAMES = {
    "usual": "usual Django with the same promises (key, two balances, limit look-up, claim, entry, two lines)",
    "shortest": "usual Django with fewer promises (no key look-up, one balance, no limit)",
    "hordak": "django-hordak 2.0 (lock, balance check, transfer_to)",
    "hordak_year": f"django-hordak 2.0, the same with {YEAR:,} earlier claims on the account",
    "ours": "**kaichuang.ledger `reserve`**",
    "hot_row": "one hot-row UPDATE through Django's cursor",
    "pgbench": "one hot-row UPDATE by pgbench, prepared (the server's limit)",
    "quiet": "**kaichuang.ledger `post`, uncontended**",
    "bare": "two-row INSERT through Django's cursor",
}


def write(
    speed: Speed,
    parts: list[Part],
    drained: list[dict[str, int]],
    grown: list[dict[str, Any]],
    *,
    legs: dict[str, int],
    rounds: int,
    seconds: float,
) -> str:
    text = [
        "# Ledger: measured\n",
        f"{machine()}\n\nMethod: `python -m bench.ledger`; one durable server (fsync on, synchronous_commit on), "
        f"contenders in turn, {rounds} rounds of {seconds:g} s each, medians; clients are threads over 2 processes. "
        "Every claim is durable when it is acknowledged, carries an idempotency key, and is checked afterwards "
        "(`ledger verify`: sound). Compare within the run only.\n",
        "## Goals\n",
        _goals(speed, drained),
        "## Claims per second (p50 / p99 ms)\n",
        table(NAMES, speed),
        f"At the end of the run {legs['ours']:,} claims of ours stood in one pool, {legs['hordak']:,} legs on "
        f"hordak's account and {legs['hordak_year']:,} on its older one. Its balance is their sum, so it slows down "
        "with every claim; ours is a row, so it does not. hordak's transfers have no idempotency key, no claim and "
        "no limits.\n",
    ]
    if parts:
        text += ["## Where the time of one transfer goes (one client, µs)\n", _anatomy(parts)]
    if grown:
        text += ["## From ten thousand to a million transfers\n", _growth(grown)]
    return "\n".join(text)


def _goals(speed: Speed, drained: list[dict[str, int]]) -> str:
    def ratio(ours: str, other: str, clients: int) -> float:
        return float(speed[ours][clients]["rate"] / speed[other][clients]["rate"])

    overspent = max(item["overspent"] for item in drained)
    goals = [
        ("hot budget, 32 clients, against usual Django", ratio("ours", "usual", 32), 15.0),
        ("hot budget, 32 clients, against django-hordak with no history", ratio("ours", "hordak", 32), 30.0),
        (
            f"hot budget, 32 clients, against django-hordak after {YEAR:,} claims",
            ratio("ours", "hordak_year", 32),
            30.0,
        ),
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


def _anatomy(parts: list[Part]) -> str:
    lines = ["| step | by the clock | server's processor | client's processor |", "|---|---:|---:|---:|"]
    lines += [
        f"| {part.title} | {part.wall:,.0f} | {part.server:,.0f} | {part.client:,.0f} |" for part in parts
    ]
    lines.append(
        "\nThe rest of the clock is waiting for the disk and for the other process to be woken. The bare insert writes "
        "two rows and two index entries. A transfer writes four rows (itself, two lines, its place in the queue for "
        "sealing) and seven index entries, updates two balances, looks at both before it locks anything, and asks "
        "whether its lines are there; a claim adds its own row and asks for limits. Each is a statement of its "
        "own inside one round trip, and starting a statement costs more than its rows.\n"
    )
    return "\n".join(lines)


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
    worst = _growth_rates(grown)
    return "\n".join([*lines, *worst]) + "\n"


def _growth_rates(grown: list[dict[str, Any]]) -> list[str]:
    """How much more each step costs than the one before, for ten times the transfers."""
    if len(grown) < 2:
        return []
    fields = ("single_post_ms", "seal_s", "verify_s", "statement_ms", "trial_balance_ms")
    words = []
    for field in fields:
        steps = [f"{later[field] / max(earlier[field], 0.01):.1f}" for earlier, later in pairwise(grown)]
        words.append(f"{field.rsplit('_', 1)[0].replace('_', ' ')} x{', x'.join(steps)}")
    return [f"\nFor ten times the transfers: {'; '.join(words)}."]
