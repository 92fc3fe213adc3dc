"""python -m bench.rules: populations and single cases beside the peers, in one run; writes RESULTS.md.

Contenders take turns, round after round, in one process; figures are medians, ratios are within the run. Memory is
measured apart, one process each, with the population streamed from Parquet.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

# Read by Polars' allocator when it is loaded: keep pages between runs, as a service would.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:-1,muzzy_decay_ms:-1")

NULLS = 0.05


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.rules")
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument(
        "--big", type=int, default=10_000_000, help="rows streamed from Parquet; 0 leaves it out"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("RESULTS.md"))
    options = parser.parse_args()

    from bench.rules import report
    from bench.rules.memory import streamed
    from bench.rules.single import single_cases
    from bench.rules.sources import sources

    found = sources()
    populations = [_population(found, rows, options.rounds) for rows in options.rows]
    single = single_cases(found)
    sizes = [options.big // 10, options.big] if options.big else []
    grown = [streamed(rows, _say) for rows in sizes]
    text = report.write(found, populations, single, grown, rounds=options.rounds)
    options.out.write_text(text, encoding="utf-8")
    print(text)


def _population(found: list[Any], rows: int, rounds: int) -> dict[str, Any]:
    from bench.rules.contenders import contenders, differences

    _say(f"{rows:,} rows: preparing")
    runs: dict[str, Callable[[], object]] = contenders(found, rows, NULLS)
    times: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for name, run in runs.items():
            begun = perf_counter()
            run()
            if number:  # the first round warms up
                times[name].append((perf_counter() - begun) * 1e3)
        _say(f"{rows:,} rows: round {number} of {rounds}")
    return {
        "rows": rows,
        "ms": {name: median(taken) for name, taken in times.items()},
        "different": differences(found, min(rows, 1_000_000)),
    }


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
