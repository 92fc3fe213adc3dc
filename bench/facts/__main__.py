"""python -m bench.facts [--sizes 10000 100000 1000000] [--import-rows 100000]: measure in one run, write RESULTS.md."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.harness import throw_away

Result = dict[str, tuple[float, int]]
"""What was done → seconds, and over how many values."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.facts")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--import-rows", type=int, default=100_000)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("RESULTS.md"))
    options = parser.parse_args()
    with throw_away(settings="bench.facts.settings"):
        from bench.facts import contenders, importing, report

        contenders.prepare()
        found = {size: _size(size) for size in options.sizes}
        place = contenders.programme(7)
        imported = importing.measure(place, options.import_rows) if options.import_rows else {}
        text = report.write(found, imported, options.import_rows)
    options.out.write_text(text, encoding="utf-8")
    print(text)


def _size(size: int) -> Result:
    from bench.facts import contenders as c

    place = c.programme(size)
    found: Result = {}
    for again in (False, True):
        name = "again" if again else "first"
        found[f"usual {name}"] = _timed(lambda again=again: c.usual_tell(place, size, again=again))
        found[f"bulk {name}"] = _timed(lambda again=again: c.bulk_tell(place, size, again=again))
        found[f"ours {name}"] = _timed(lambda again=again: c.ours_tell(place, size, again=again))
    for name, ask in (
        ("usual ask", c.usual_ask),
        ("ours ask", c.ours_ask),
        ("ours ask then", c.ours_ask_then),
    ):
        seconds, height = _timed(lambda ask=ask: ask(place, size))
        assert height == size // c.FACTS, (name, height)
        found[name] = seconds, size
    print(f"{size:,} done", file=sys.stderr, flush=True)
    return found


def _timed(work: Callable[[], int]) -> tuple[float, int]:
    start = time.perf_counter()
    count = work()
    return time.perf_counter() - start, count


if __name__ == "__main__":
    main()
