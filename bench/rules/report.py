"""The results as a page."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from bench.rules.sources import Source


def write(
    found: list[Source],
    populations: list[dict[str, Any]],
    single: dict[str, float],
    grown: list[dict[str, Any]],
    *,
    rounds: int,
) -> str:
    """A markdown page: ratios first, milliseconds beside them."""
    definitions = sum(len(source.program.order) for source in found)
    lines = [
        "# Rules: measured beside the peers",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in ("polars", "openfisca-core", "zen-engine", "numba"))
        + f". Medians of {rounds} interleaved rounds in one run. Quote the ratios; the milliseconds belong to the machine.",
        "",
        f"{len(found)} packs ({', '.join(source.pack for source in found)}), {definitions} definitions, "
        "three-valued, 5 % of all facts unknown. OpenFisca gets the same population without unknowns and does "
        "two-valued logic in float32; its time includes setting the inputs.",
        "",
        "## Populations (all answers materialised)",
        "",
        "| enterprises | ours, ms | OpenFisca, ms | compiled loop, ms | ours : OpenFisca | ours : loop | with columns checked | what-if : OpenFisca | one in every pack |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for one in populations:
        ms = one["ms"]
        lines.append(
            f"| {one['rows']:,} | {ms['ours']:.0f} | {ms['openfisca']:.0f} | {ms['loop']:.0f} "
            f"| **{ms['openfisca'] / ms['ours']:.2f}×** | **{ms['loop'] / ms['ours']:.2f}** "
            f"| {ms['openfisca'] / ms['ours, columns checked']:.2f}× | **{ms['openfisca'] / ms['what-if']:.1f}×** ({ms['what-if']:.1f} ms) "
            f"| {ms['openfisca'] / ms['what-if in every pack']:.1f}× ({ms['what-if in every pack']:.1f} ms) |"
        )
    wrong, cells = populations[-1]["different"]["loop"]
    off, money = populations[-1]["different"]["openfisca"]
    lines += [
        "",
        f"Answers: {wrong} of {cells:,} cells differ between our engine and the loop. OpenFisca's amounts differ from the "
        f"exact fen in {off:,} of {money:,} ({100 * off / max(money, 1):.1f} %).",
        "",
        "What-if: the ceiling on which most definitions hang is moved by a yuan, and all answers and totals are brought up "
        "to date; beside it, one ceiling in every pack that has one. OpenFisca runs everything again.",
        "",
        "The loop is written from the same plan by `loop.py`, compiled by numba, on two threads, nothing but arithmetic.",
        "",
        "## One case",
        "",
        "| | µs | ratio |",
        "|---|---|---|",
        f"| a whole pack, no trace | {single['pack']:.0f} | {single['openfisca, pack'] / single['pack']:.0f}× OpenFisca |",
        f"| a whole pack, full trace | {single['pack, with trace']:.0f} | {single['openfisca, pack'] / single['pack, with trace']:.0f}× OpenFisca without trace |",
        f"| all {len(found)} packs, full trace | {single['all packs, with trace']:.0f} | |",
        f"| OpenFisca, a pack, no trace | {single['openfisca, pack']:.0f} | 1 |",
        f"| eight decision tables, ours | {single['tables']:.1f} | **{single['zen, tables'] / single['tables']:.0f}× zen-engine** |",
        f"| eight decision tables, zen-engine | {single['zen, tables']:.0f} | 1 |",
        "",
    ]
    if grown:
        lines += [
            "## Larger than memory (one pack's totals, streamed from Parquet)",
            "",
            "| enterprises | seconds | peak memory, MB | of it before the run, MB |",
            "|---|---|---|---|",
            *(
                f"| {one['rows']:,} | {one['s']:.2f} | {one['mb']:.0f} | {one['before']:.0f} |"
                for one in grown
            ),
            "",
        ]
    return "\n".join(lines) + "\n"
